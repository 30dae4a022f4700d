// Environments: named sets of variables that are no secrets, shown in clear, every change kept.
import { type JSX, useState } from "react";
import { environmentPath, putEnvironment } from "../../lib/environments";
import { usePaged } from "../../lib/paged";
import { asProblem, type ApiError } from "../../lib/problem";
import { may, useSession } from "../../lib/session";
import type { Environment } from "../../lib/types";
import { Time } from "../../ui/bits";
import { Button } from "../../ui/controls";
import { Empty, Problem, Shown } from "../../ui/states";
import { useToast } from "../../ui/toast";
import { EnvironmentForm } from "./form";
import { EnvironmentHistory } from "./history";

type Open = { kind: "new" } | { kind: "edit" | "history"; name: string };

export default function EnvironmentsScreen(): JSX.Element {
  const { call, me } = useSession();
  const [open, setOpen] = useState<Open | null>(null);
  const { load, more, reload } = usePaged<Environment>(call, "/environments", {});
  const manages = may(me, "secrets:manage");
  const close = (changed: boolean): void => {
    setOpen(null);
    if (changed) reload();
  };
  return (
    <div className="screen">
      <header className="screen-head">
        <div>
          <h1>Environments</h1>
          <p className="lead">Defaults that are no secrets, below every secret of the same name.</p>
        </div>
        {manages ? (
          <Button look="primary" icon="plus" onClick={() => setOpen({ kind: "new" })}>
            New environment
          </Button>
        ) : (
          <p className="hint">Changing them needs the permission secrets:manage.</p>
        )}
      </header>
      <Shown load={load} what="environments" onRetry={reload}>
        {(environments) => (
          <>
            {environments.length === 0 ? (
              <Empty icon="layers" title="No environments yet">
                Keep things like regions, log levels and addresses here, and name the environment at launch.
              </Empty>
            ) : (
              <ul className="cards">
                {environments.map((environment) => (
                  <Card
                    key={environment.name}
                    environment={environment}
                    manages={manages}
                    onOpen={setOpen}
                    onGone={reload}
                  />
                ))}
              </ul>
            )}
            {more && <Button onClick={more}>Show more</Button>}
          </>
        )}
      </Shown>
      {open?.kind === "history" && (
        <EnvironmentHistory name={open.name} manages={manages} onClose={() => close(true)} />
      )}
      {open && open.kind !== "history" && (
        <EnvironmentForm name={open.kind === "edit" ? open.name : null} onClose={close} />
      )}
    </div>
  );
}

interface CardProps {
  environment: Environment;
  manages: boolean;
  onOpen: (open: Open) => void;
  onGone: () => void;
}

function Card({ environment, manages, onOpen, onGone }: CardProps): JSX.Element {
  const { name, variables, updated_at } = environment;
  const [error, setError] = useState<ApiError | null>(null);
  const remove = useRemoval(environment, onGone, setError);
  const names = Object.keys(variables);
  return (
    <li className="card">
      <header>
        <div>
          <h2>{name}</h2>
          <p className="fine">
            {names.length === 1 ? "1 variable" : `${names.length} variables`} · changed{" "}
            <Time at={updated_at} />
          </p>
        </div>
        <div className="actions">
          <Button
            icon="history"
            onClick={() => onOpen({ kind: "history", name })}
            aria-label={`History of ${name}`}
          >
            History
          </Button>
          {manages && (
            <>
              <Button icon="edit" onClick={() => onOpen({ kind: "edit", name })} aria-label={`Edit ${name}`}>
                Edit
              </Button>
              <Button icon="trash" onClick={remove} aria-label={`Delete ${name}`}>
                Delete
              </Button>
            </>
          )}
        </div>
      </header>
      {error && <Problem error={error} />}
      {environment.description && <p className="quiet">{environment.description}</p>}
      <Variables variables={variables} />
    </li>
  );
}

/** Deleting is cheap to undo here: what was there is known, and is put back. */
function useRemoval(environment: Environment, onGone: () => void, onError: (error: ApiError) => void) {
  const { call } = useSession();
  const say = useToast();
  return async (): Promise<void> => {
    try {
      await call({ method: "DELETE", path: environmentPath(environment.name) });
    } catch (reason) {
      onError(asProblem(reason));
      return;
    }
    onGone();
    say(<>Deleted {environment.name}</>, async () => {
      await putEnvironment(call, environment.name, environment.variables, {
        description: environment.description ?? undefined,
        allowSensitive: true,
        onlyNew: true,
      });
      onGone();
    });
  };
}

export function Variables({ variables }: { variables: Record<string, string> }): JSX.Element {
  const entries = Object.entries(variables).sort(([a], [b]) => (a < b ? -1 : 1));
  if (entries.length === 0) return <p className="not-set">No variables</p>;
  return (
    <dl className="variables">
      {entries.map(([key, value]) => (
        <div key={key}>
          <dt className="mono">{key}</dt>
          <dd className="mono">{value === "" ? <span className="not-set">Empty</span> : value}</dd>
        </div>
      ))}
    </dl>
  );
}
