// Every change of an environment, in clear, and going back to one.
import { type JSX, useState } from "react";
import { environmentVersions, putEnvironment } from "../../lib/environments";
import { useLoad } from "../../lib/load";
import { type ApiError, asProblem } from "../../lib/problem";
import { useSession } from "../../lib/session";
import type { Environment } from "../../lib/types";
import { Person, Time, VersionTag } from "../../ui/bits";
import { Button } from "../../ui/controls";
import { Sheet } from "../../ui/sheet";
import { Problem, Shown } from "../../ui/states";
import { useToast } from "../../ui/toast";
import { Variables } from "./screen";

interface Props {
  name: string;
  manages: boolean;
  onClose: () => void;
}

export function EnvironmentHistory({ name, manages, onClose }: Props): JSX.Element {
  const { call, me } = useSession();
  const say = useToast();
  const [error, setError] = useState<ApiError | null>(null);
  const { load, reload } = useLoad(name, (signal) => environmentVersions(call, name, signal));
  const restore = async ({ variables, description }: Environment): Promise<void> => {
    setError(null);
    try {
      await putEnvironment(call, name, variables, { description: description ?? "", allowSensitive: true });
      say(<>{name} is back at an earlier state</>);
      reload();
    } catch (reason) {
      setError(asProblem(reason));
    }
  };
  return (
    <Sheet title={<>History of {name}</>} intro="Newest first." onClose={onClose}>
      {error && <Problem error={error} />}
      <Shown load={load} what="versions" onRetry={reload}>
        {(versions) => (
          <ol className="versions">
            {versions.map((version, index) => (
              <li key={version.version} className={index === 0 ? "current" : ""}>
                <div className="version-main">
                  <div>
                    <VersionTag version={version.version} />
                    {index === 0 && !version.deleted && <span className="chip tone-good">Current</span>}
                    {version.deleted && <span className="chip tone-danger">Deleted</span>}
                  </div>
                  <p>
                    <Time at={version.updated_at} /> by <Person id={version.updated_by} me={me.user} />
                  </p>
                  {!version.deleted && <Variables variables={version.variables} />}
                </div>
                {index > 0 && manages && !version.deleted && (
                  <Button icon="history" onClick={() => restore(version)}>
                    Go back to this
                  </Button>
                )}
              </li>
            ))}
          </ol>
        )}
      </Shown>
    </Sheet>
  );
}
