// A copy in another scope: re-sealed by the service, never shown.
import { type SyntheticEvent, type JSX, useState } from "react";
import { isScope } from "../../lib/names";
import { type ApiError, asProblem } from "../../lib/problem";
import { cloneSecret } from "../../lib/secrets";
import { mayManage, useSession } from "../../lib/session";
import type { Secret } from "../../lib/types";
import { ScopeChip } from "../../ui/bits";
import { Button, Field, UNREMEMBERED } from "../../ui/controls";
import { Sheet } from "../../ui/sheet";
import { Problem } from "../../ui/states";
import { useToast } from "../../ui/toast";
import type { DialogProps } from "./dialogs";
import { nameFacts, NameNotices, namesGood } from "./notices";
import { ScopeField } from "./scope-field";

export default function CloneSheet({ secret, list, onClose }: DialogProps & { secret: Secret }): JSX.Element {
  const { call, me } = useSession();
  const say = useToast();
  const [scope, setScope] = useState(
    secret.scope === "private" && mayManage(me, "shared") ? "shared" : "private",
  );
  const [name, setName] = useState(secret.name);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<ApiError | null>(null);
  const free = isScope(scope) && namesGood(nameFacts(name, scope, list.rows));
  const submit = async (event: SyntheticEvent): Promise<void> => {
    event.preventDefault();
    if (!free || busy) return;
    setBusy(true);
    setError(null);
    try {
      list.put(await cloneSecret(call, secret, scope, name));
      onClose();
      say(<>Cloned {secret.name}</>);
    } catch (reason) {
      setError(asProblem(reason));
      setBusy(false);
    }
  };
  return (
    <Sheet
      title={<>Clone {secret.name}</>}
      intro={
        <>
          From <ScopeChip scope={secret.scope} />, sealed again by the service. Nobody sees the value.
        </>
      }
      onClose={onClose}
    >
      <form className="form" onSubmit={submit} noValidate>
        <ScopeField value={scope} list={list} onChange={setScope} error={error?.field("scope")} />
        <Field label="Name" error={error?.field("name")}>
          {(ids) => (
            <input
              {...ids}
              {...UNREMEMBERED}
              className="input mono"
              value={name}
              onChange={(event) => setName(event.currentTarget.value)}
            />
          )}
        </Field>
        <NameNotices name={name} scope={scope} rows={list.rows} />
        {error && error.fields.length === 0 && <Problem error={error} />}
        <div className="sheet-foot">
          <Button onClick={onClose}>Cancel</Button>
          <Button look="primary" type="submit" busy={busy} disabled={busy || !free}>
            Clone
          </Button>
        </div>
      </form>
    </Sheet>
  );
}
