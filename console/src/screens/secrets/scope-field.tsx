// Choosing a scope: the ones known, or a project by its slug.
import { type JSX, useMemo, useState } from "react";
import { isScope, projectOf, scopeLabel, SLUG_RULE } from "../../lib/names";
import { mayManage, useSession } from "../../lib/session";
import { knownScopes, type SecretList } from "../../lib/store";
import { Choice, Field, UNREMEMBERED } from "../../ui/controls";

const OTHER = "other";

const MEANING: Record<string, string> = {
  private: "Only your own VMs receive it.",
  shared: "Every VM of the organisation receives it.",
};

interface ScopeFieldProps {
  value: string;
  list: SecretList;
  onChange: (scope: string) => void;
  error?: string | undefined;
}

export function ScopeField({ value, list, onChange, error }: ScopeFieldProps): JSX.Element {
  const { me } = useSession();
  const scopes = useMemo(() => knownScopes(list.rows, me.projects), [list.rows, me.projects]);
  const [other, setOther] = useState(!scopes.includes(value));
  const allowed = scopes.filter((scope) => mayManage(me, scope));
  const options = [
    ...allowed.map((scope) => ({ value: scope, label: labelOf(scope) })),
    ...(mayManage(me, "shared") ? [{ value: OTHER, label: "Another project…" }] : []),
  ];
  const choose = (chosen: string): void => {
    setOther(chosen === OTHER);
    onChange(chosen === OTHER ? "project:" : chosen);
  };
  const limited = mayManage(me, "shared") ? "" : " Other scopes need the permission secrets:manage.";
  return (
    <>
      <Field
        label="Scope"
        hint={(MEANING[value] ?? "VMs launched for this project receive it.") + limited}
        error={error}
      >
        {(ids) => (
          <Choice
            {...ids}
            value={other ? OTHER : value}
            options={options}
            onChange={(event) => choose(event.currentTarget.value)}
          />
        )}
      </Field>
      {other && <ProjectSlug value={value} onChange={onChange} />}
    </>
  );
}

const labelOf = (scope: string): string =>
  projectOf(scope) === null ? scopeLabel(scope) : `Project ${scopeLabel(scope)}`;

function ProjectSlug({ value, onChange }: { value: string; onChange: (scope: string) => void }): JSX.Element {
  const slug = projectOf(value) ?? "";
  const bad = slug !== "" && !isScope(value);
  return (
    <Field
      label="Project"
      error={bad ? `Use ${SLUG_RULE}.` : null}
      hint="Its short name, as launches give it."
    >
      {(ids) => (
        <input
          {...ids}
          {...UNREMEMBERED}
          className="input mono"
          value={slug}
          onChange={(event) => onChange(`project:${event.currentTarget.value}`)}
        />
      )}
    </Field>
  );
}
