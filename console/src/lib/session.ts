// Who is signed in, and the calls they can make.
import { createContext, useContext } from "react";
import type { Caller } from "./http";
import type { Me } from "./types";

export interface Session {
  call: Caller;
  me: Me;
  /** A name to show for the caller, or null. */
  name: string | null;
  signOut: () => void;
}

export const SessionContext = createContext<Session | null>(null);

export function useSession(): Session {
  const session = useContext(SessionContext);
  if (!session) throw new Error("used outside a session");
  return session;
}

export type Permission = "secrets:read" | "secrets:manage" | "boot:issue" | "secrets:resolve" | "audit:read";

export const may = (me: Me, permission: Permission): boolean => me.permissions.includes(permission);

/** Whether the caller may change secrets of a scope: their own private ones always. */
export const mayManage = (me: Me, scope: string): boolean => scope === "private" || may(me, "secrets:manage");

/** Why not, in words for the person; null where they may. */
export const manageReason = (me: Me, scope: string): string | null =>
  mayManage(me, scope) ? null : "Needs the permission secrets:manage";
