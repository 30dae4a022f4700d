// What a name would mean, while it is typed: its variable, a collision, a reserved name, what shadows what.
import type { JSX } from "react";
import { envName, NAME_RULE, precedence, reservedReason, scopeLabel } from "../../lib/names";
import type { Secret } from "../../lib/types";
import { Notice } from "../../ui/states";

export interface NameFacts {
  variable: string | null;
  reserved: string | null;
  taken: Secret | undefined;
  /** Secrets of the same variable that win over this one, and that this one wins over. */
  stronger: Secret[];
  weaker: Secret[];
}

export function nameFacts(name: string, scope: string, rows: readonly Secret[], own?: Secret): NameFacts {
  const variable = envName(name);
  const same = variable === null ? [] : rows.filter((row) => row.env_name === variable && row !== own);
  const others = same.filter((row) => row.scope !== scope);
  return {
    variable,
    reserved: variable === null ? null : reservedReason(variable),
    taken: same.find((row) => row.scope === scope && row.version !== own?.version),
    stronger: others.filter((row) => precedence(row.scope) < precedence(scope)),
    weaker: others.filter((row) => precedence(row.scope) > precedence(scope)),
  };
}

export const namesGood = (facts: NameFacts): boolean =>
  facts.variable !== null && facts.reserved === null && facts.taken === undefined;

interface NoticesProps {
  name: string;
  scope: string;
  rows: readonly Secret[];
  own?: Secret;
}

/** One live region: it speaks when what it says changes. */
export function NameNotices({ name, scope, rows, own }: NoticesProps): JSX.Element {
  const facts = nameFacts(name, scope, rows, own);
  return (
    <div className="notices" role="status">
      {name !== "" && <Exported facts={facts} />}
      {facts.reserved && (
        <Notice tone="danger">
          <code className="mono">{facts.variable}</code> is reserved: {facts.reserved}. Choose another name.
        </Notice>
      )}
      {facts.taken && (
        <Notice tone="danger">
          {scopeLabel(scope)} already has <strong>{facts.taken.name}</strong>, which is the same variable.
          Edit that one or choose another name.
        </Notice>
      )}
      <Shadowing facts={facts} />
    </div>
  );
}

function Exported({ facts }: { facts: NameFacts }): JSX.Element {
  if (facts.variable === null) return <p className="hint bad">Use {NAME_RULE}.</p>;
  return (
    <p className="exported">
      Exported as <code className="mono">${facts.variable}</code>
    </p>
  );
}

function Shadowing({ facts }: { facts: NameFacts }): JSX.Element | null {
  if (facts.variable === null || facts.taken) return null;
  const list = (rows: Secret[]): string => [...new Set(rows.map((row) => scopeLabel(row.scope)))].join(", ");
  return (
    <>
      {facts.weaker.length > 0 && (
        <Notice>
          Wins over the one in <strong>{list(facts.weaker)}</strong> wherever both apply.
        </Notice>
      )}
      {facts.stronger.length > 0 && (
        <Notice tone="warn">
          Shadowed by the one in <strong>{list(facts.stronger)}</strong> wherever both apply.
        </Notice>
      )}
    </>
  );
}
