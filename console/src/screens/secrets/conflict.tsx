// Somebody saved first: whose change stands is for the person to say.
import type { JSX } from "react";
import { useLoad } from "../../lib/load";
import { getSecret } from "../../lib/secrets";
import { useSession } from "../../lib/session";
import type { Secret } from "../../lib/types";
import { Person, Time } from "../../ui/bits";
import { Button } from "../../ui/controls";
import { Notice, Problem } from "../../ui/states";

interface Props {
  secret: Secret;
  onTheirs: (theirs: Secret) => void;
  onMine: (theirs: Secret) => void;
}

export function ChangedMeanwhile({ secret, onTheirs, onMine }: Props): JSX.Element {
  const { call, me } = useSession();
  const { load, reload } = useLoad(secret.version, () => getSecret(call, secret.scope, secret.name));
  if (load.state === "loading") return <p className="quiet">Looking at what changed…</p>;
  if (load.state === "error") return <Problem error={load.error} onRetry={reload} />;
  const theirs = load.data;
  return (
    <div role="alert">
      <Notice tone="warn">
        <strong>This secret has changed since you opened it.</strong>
        <p>
          Saved <Time at={theirs.updated_at} /> by <Person id={theirs.updated_by} me={me.user} />. Nothing of
          yours was saved yet.
        </p>
        <div className="actions start">
          <Button onClick={() => onMine(theirs)}>Save mine over it</Button>
          <Button onClick={() => onTheirs(theirs)}>Drop mine, show theirs</Button>
        </div>
      </Notice>
    </div>
  );
}
