// The kept versions of a secret, who holds which, and going back to one.
import { type JSX, useState } from "react";
import { useLoad } from "../../lib/load";
import { type ApiError, asProblem } from "../../lib/problem";
import { href } from "../../lib/router";
import { rollBack, versionsOf } from "../../lib/secrets";
import { manageReason, useSession } from "../../lib/session";
import type { Secret, Version } from "../../lib/types";
import { Code, Person, Time, VersionTag } from "../../ui/bits";
import { Button } from "../../ui/controls";
import { Sheet } from "../../ui/sheet";
import { Problem, Shown } from "../../ui/states";
import { useToast } from "../../ui/toast";
import type { DialogProps } from "./dialogs";

export default function HistorySheet({
  secret: initial,
  list,
  onClose,
}: DialogProps & { secret: Secret }): JSX.Element {
  const { call, me } = useSession();
  const say = useToast();
  const [secret, setSecret] = useState(initial);
  const [busy, setBusy] = useState<string | null>(null);
  const [error, setError] = useState<ApiError | null>(null);
  const { load, reload } = useLoad(secret.version, (signal) => versionsOf(call, secret, signal));
  const goTo = async (version: string): Promise<void> => {
    const saved = await rollBack(call, secret, version);
    list.put(saved);
    setSecret(saved);
  };
  const choose = async (version: string): Promise<void> => {
    const before = secret.version;
    setBusy(version);
    setError(null);
    try {
      await goTo(version);
      // Going back is itself a new version, so undoing it is one more.
      say(<>{secret.name} is back at an earlier value</>, () =>
        goTo(before).catch((reason: unknown) => setError(asProblem(reason))),
      );
    } catch (reason) {
      setError(asProblem(reason));
    }
    setBusy(null);
  };
  return (
    <Sheet
      title={<>History of {secret.name}</>}
      intro="The last ten values are kept, sealed. Going back makes an old one current again without opening it."
      onClose={onClose}
    >
      {error && <Problem error={error} />}
      <Shown load={load} what="versions" onRetry={reload}>
        {(versions) => (
          <ol className="versions">
            {versions.map((version) => (
              <VersionRow
                key={version.version}
                version={version}
                secret={secret}
                me={me.user}
                locked={manageReason(me, secret.scope)}
                busy={busy === version.version}
                onChoose={() => choose(version.version)}
              />
            ))}
          </ol>
        )}
      </Shown>
    </Sheet>
  );
}

interface RowProps {
  version: Version;
  secret: Secret;
  me: string;
  locked: string | null;
  busy: boolean;
  onChoose: () => void;
}

function VersionRow({ version, secret, me, locked, busy, onChoose }: RowProps): JSX.Element {
  const current = version.version === secret.version;
  const at = version.updated_at ?? version.created_at;
  return (
    <li className={current ? "current" : ""}>
      <div className="version-main">
        <div>
          <VersionTag version={version.version} />
          {version.value_changed === false && <span className="chip">Details only</span>}
          {current && <span className="chip tone-good">Current</span>}
        </div>
        <p>
          <Time at={at} /> by <Person id={version.updated_by ?? version.created_by} me={me} />
        </p>
        <p className="fine">
          <Time at={at} exact />
        </p>
        <p className="fine">{version.hint ? <Code>{version.hint}</Code> : "No hint"}</p>
        <a href={href("boots", { scope: secret.scope, name: secret.name, version: version.version })}>
          Sessions that hold it
        </a>
      </div>
      {!current && (
        <Button
          icon="history"
          busy={busy}
          disabled={busy || locked !== null}
          title={locked ?? undefined}
          onClick={onChoose}
        >
          Go back to this
        </Button>
      )}
    </li>
  );
}
