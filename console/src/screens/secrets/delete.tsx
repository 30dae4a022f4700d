// Deleting is final: say what, say what lives on, and ask once.
import { type JSX, useState } from "react";
import { useLoad } from "../../lib/load";
import { type ApiError, asProblem } from "../../lib/problem";
import { deleteSecret } from "../../lib/secrets";
import { may, useSession } from "../../lib/session";
import type { Page, Receipt, Secret } from "../../lib/types";
import { ScopeChip, Time } from "../../ui/bits";
import { Confirm } from "../../ui/sheet";
import { useToast } from "../../ui/toast";
import type { DialogProps } from "./dialogs";

export default function DeleteDialog({
  secret,
  list,
  onClose,
}: DialogProps & { secret: Secret }): JSX.Element {
  const { call } = useSession();
  const say = useToast();
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<ApiError | null>(null);
  const remove = async (): Promise<void> => {
    setBusy(true);
    try {
      await deleteSecret(call, secret);
    } catch (reason) {
      const problem = asProblem(reason);
      if (problem.status !== 404) {
        setError(problem);
        setBusy(false);
        return;
      }
    }
    list.drop(secret);
    onClose();
    say(<>Deleted {secret.name}</>);
  };
  return (
    <Confirm
      title={<>Delete {secret.name}?</>}
      action="Delete for good"
      busy={busy}
      error={error}
      onConfirm={remove}
      onClose={onClose}
    >
      <p>
        <code className="mono">${secret.env_name}</code> in <ScopeChip scope={secret.scope} />, with every one
        of its versions. This cannot be undone.
      </p>
      <Holders secret={secret} />
    </Confirm>
  );
}

/** The sessions that got it: they keep what they have until they stop. */
function Holders({ secret }: { secret: Secret }): JSX.Element {
  const { call, me } = useSession();
  const allowed = may(me, "secrets:read");
  const { load } = useLoad(`${secret.scope}/${secret.name}`, async (signal) => {
    if (!allowed) return null;
    const query = { scope: secret.scope, name: secret.name, limit: 5 };
    return call<Page<Receipt>>({ path: "/boots", query, signal });
  });
  const boots = load.state === "ready" && load.data ? load.data.items : [];
  if (load.state === "loading") return <p className="quiet">Looking for VMs that hold it…</p>;
  if (boots.length === 0) return <p>VMs that are already running keep it until they stop.</p>;
  return (
    <>
      <p>These sessions received it. If they still run, they keep it until they stop:</p>
      <ul className="holders">
        {boots.slice(0, 5).map((boot) => (
          <li key={boot.session_id}>
            <code className="mono">{boot.vm_id || boot.session_id}</code> <Time at={boot.created_at} />
          </li>
        ))}
      </ul>
    </>
  );
}
