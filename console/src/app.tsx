// From nothing to a session, and what to show on the way.
import { type JSX, useEffect, useMemo, useState } from "react";
import { Auth } from "./lib/auth";
import { loadConfig } from "./lib/config";
import { makeCaller } from "./lib/http";
import { wordsOf } from "./lib/problem";
import { href, navigate } from "./lib/router";
import { type Session, SessionContext } from "./lib/session";
import type { Me } from "./lib/types";
import { SessionEnded, Starting, Welcome } from "./screens/welcome";
import { Shell } from "./shell";
import { ToastProvider } from "./ui/toast";

type Phase =
  | { at: "starting" }
  | { at: "welcome"; auth: Auth | null; message: string | null }
  | { at: "open"; auth: Auth; session: Omit<Session, "signOut"> };

export function App(): JSX.Element {
  const [phase, setPhase] = useState<Phase>({ at: "starting" });
  const [ended, setEnded] = useState(false);
  useEffect(() => {
    start(() => setEnded(true)).then(setPhase, (error: unknown) =>
      setPhase({ at: "welcome", auth: null, message: wordsOf(error) }),
    );
  }, []);
  if (phase.at === "starting") return <Starting />;
  if (phase.at === "welcome") return <Welcome auth={phase.auth} message={phase.message} />;
  return <Open phase={phase} ended={ended} />;
}

function Open({ phase, ended }: { phase: Extract<Phase, { at: "open" }>; ended: boolean }): JSX.Element {
  const { auth, session } = phase;
  const value = useMemo(() => ({ ...session, signOut: () => void auth.signOut() }), [auth, session]);
  return (
    <SessionContext.Provider value={value}>
      <ToastProvider>
        <Shell />
        {ended && <SessionEnded onSignIn={() => auth.leave(location.hash)} />}
      </ToastProvider>
    </SessionContext.Provider>
  );
}

async function start(onEnded: () => void): Promise<Phase> {
  const auth = new Auth(await loadConfig(), onEnded);
  const arrival = await auth.arrive();
  if (arrival.kind === "failed") return { at: "welcome", auth, message: arrival.message };
  if (arrival.kind === "none") return offerSignIn(auth);
  navigate(arrival.returnTo || href("secrets"));
  const call = makeCaller(auth);
  try {
    const me = await call<Me>({ path: "/whoami" });
    return { at: "open", auth, session: { call, me, name: auth.identity.name } };
  } catch (error) {
    return { at: "welcome", auth, message: wordsOf(error) };
  }
}

async function offerSignIn(auth: Auth): Promise<Phase> {
  if (!auth.mayResume) return { at: "welcome", auth, message: null };
  await auth.leave(location.hash, true);
  return { at: "starting" };
}
