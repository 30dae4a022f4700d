// Small things said the same way everywhere.
import type { JSX, ReactNode } from "react";
import { useClock } from "../lib/clock";
import { exactTime, localTime, relativeTime } from "../lib/time";
import { projectOf, scopeLabel } from "../lib/names";
import type { Status } from "../lib/types";
import { Icon, type IconName } from "./icons";

/** A relative time; the exact one on hover, and for those who do not hover, spoken with it. */
export function Time({ at, exact = false }: { at: string | null | undefined; exact?: boolean }): JSX.Element {
  useClock();
  if (!at) return <NotSet>Never</NotSet>;
  return (
    <time dateTime={at} title={exact ? undefined : exactTime(at)}>
      {exact ? localTime(at) : relativeTime(at)}
      {exact && <span className="fine">{at}</span>}
    </time>
  );
}

export const NotSet = ({ children = "Not set" }: { children?: ReactNode }): JSX.Element => (
  <span className="not-set">{children}</span>
);

function scopeIcon(scope: string): IconName {
  if (scope === "private") return "lock";
  return scope === "shared" ? "people" : "folder";
}

export function ScopeChip({ scope }: { scope: string }): JSX.Element {
  return (
    <span className={`chip scope-${projectOf(scope) === null ? scope : "project"}`}>
      <Icon name={scopeIcon(scope)} size={13} />
      <span>
        {projectOf(scope) !== null && <span className="sr-only">Project </span>}
        {scopeLabel(scope)}
      </span>
    </span>
  );
}

const STATUS: Record<Status, [string, string]> = {
  injected: ["Installed", "good"],
  shadowed: ["Shadowed", "quiet"],
  disabled: ["Off", "quiet"],
  undeclared: ["Not declared", "quiet"],
  missing: ["Missing", "warn"],
  rejected: ["Rejected", "danger"],
};

export function StatusChip({ status }: { status: Status }): JSX.Element {
  // An answer may know more statuses than this page does.
  const [label, tone] = (STATUS as Partial<typeof STATUS>)[status] ?? [status, "quiet"];
  return (
    <span className={`chip tone-${tone}`}>
      <span className="dot" aria-hidden="true" />
      {label}
    </span>
  );
}

interface PersonProps {
  id: string | null | undefined;
  me: string;
  /** Show all of the id, where there is room. */
  whole?: boolean;
}

/** A person by their id: "You", or its beginning with the whole at hand. */
export function Person({ id, me, whole = false }: PersonProps): JSX.Element {
  if (!id) return <NotSet />;
  if (id === me) return <span title={id}>You</span>;
  return (
    <span className="mono" title={id}>
      {id.length > 14 && !whole ? `${id.slice(0, 8)}…` : id}
    </span>
  );
}

export const Code = ({ children }: { children: ReactNode }): JSX.Element => (
  <code className="mono">{children}</code>
);

/** An opaque version, short enough to compare by eye. */
export function VersionTag({ version }: { version: string | null | undefined }): JSX.Element {
  if (!version) return <NotSet />;
  return (
    <code className="mono version" title={version}>
      {version.length > 12 ? `${version.slice(0, 4)}…${version.slice(-6)}` : version}
    </code>
  );
}
