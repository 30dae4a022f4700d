// A receipt's secrets: what became of each, strongest statement first.
import type { JSX } from "react";
import type { ReceiptSecret, Status } from "../lib/types";
import { ScopeChip, StatusChip, VersionTag, NotSet } from "./bits";
import { Empty } from "./states";

const ORDER: readonly Status[] = ["missing", "rejected", "injected", "shadowed", "disabled", "undeclared"];

const WORDS: Record<Status, string> = {
  injected: "installed",
  shadowed: "shadowed",
  disabled: "off",
  undeclared: "not declared",
  missing: "missing",
  rejected: "rejected",
};

/** "12 installed, 2 shadowed". */
export function statusCounts(secrets: readonly ReceiptSecret[]): string {
  const parts = ORDER.flatMap((status) => {
    const count = secrets.filter((secret) => secret.status === status).length;
    return count ? [`${count} ${WORDS[status]}`] : [];
  });
  return parts.join(", ") || "None";
}

const sorted = (secrets: readonly ReceiptSecret[]): readonly ReceiptSecret[] =>
  [...secrets].sort(
    (a, b) => ORDER.indexOf(a.status) - ORDER.indexOf(b.status) || (a.env_name < b.env_name ? -1 : 1),
  );

export function ReceiptTable({
  secrets,
  label,
}: {
  secrets: readonly ReceiptSecret[];
  label: string;
}): JSX.Element {
  if (secrets.length === 0)
    return (
      <Empty icon="key" title="No secrets">
        This boot has none in its scopes.
      </Empty>
    );
  return (
    <div className="plan-scroll" role="region" aria-label={label} tabIndex={0}>
      <table>
        <thead>
          <tr>
            <th scope="col">Variable</th>
            <th scope="col">Name</th>
            <th scope="col">Scope</th>
            <th scope="col">Version</th>
            <th scope="col">Outcome</th>
          </tr>
        </thead>
        <tbody>
          {sorted(secrets).map((secret) => (
            <tr key={`${secret.scope ?? ""} ${secret.env_name} ${secret.status}`}>
              <td data-label="Variable" className="mono">
                ${secret.env_name}
              </td>
              <td data-label="Name" className="mono">
                {secret.name || <NotSet />}
              </td>
              <td data-label="Scope">
                {secret.scope ? <ScopeChip scope={secret.scope} /> : <NotSet>None</NotSet>}
              </td>
              <td data-label="Version">
                <VersionTag version={secret.version} />
              </td>
              <td data-label="Outcome">
                <StatusChip status={secret.status} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** Variables of a boot that are no secrets. */
export function Defaults({ names }: { names: readonly string[] | undefined }): JSX.Element | null {
  if (!names || names.length === 0) return null;
  return (
    <p className="hint">
      From the environment’s defaults: <code className="mono">{names.join(", ")}</code>
    </p>
  );
}
