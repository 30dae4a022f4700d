// Editing an environment's variables, one row each; a pasted .env fills them.
import { type ClipboardEvent, type SyntheticEvent, type JSX, useState } from "react";
import { looksLikeDotenv, parseDotenv } from "../../lib/dotenv";
import { getEnvironment, putEnvironment } from "../../lib/environments";
import { useLoad } from "../../lib/load";
import { envName, isSlug, reservedReason, SLUG_RULE } from "../../lib/names";
import { type ApiError, asProblem } from "../../lib/problem";
import { useSession } from "../../lib/session";
import type { Environment } from "../../lib/types";
import { Button, Field, Switch, UNREMEMBERED } from "../../ui/controls";
import { Sheet } from "../../ui/sheet";
import { Notice, Problem, Shown } from "../../ui/states";
import { useToast } from "../../ui/toast";
import { type Row, VariableRows } from "./rows";

interface Props {
  name: string | null;
  onClose: (changed: boolean) => void;
}

export function EnvironmentForm({ name, onClose }: Props): JSX.Element {
  const { call } = useSession();
  const { load, reload } = useLoad(name ?? "", async (signal) =>
    name === null ? null : getEnvironment(call, name, signal),
  );
  return (
    <Sheet
      wide
      title={name === null ? "New environment" : <>Edit {name}</>}
      intro="Shown in clear to everyone in the organisation. Keep secrets under Secrets."
      onClose={() => onClose(false)}
    >
      <Shown load={load} what="the environment" onRetry={reload}>
        {(environment) => <Editor environment={environment} onClose={onClose} onReload={reload} />}
      </Shown>
    </Sheet>
  );
}

const rowsOf = (variables: Record<string, string>): Row[] =>
  Object.entries(variables).map(([key, value], id) => ({ id, key, value }));

function rowProblem({ key }: Row, rows: readonly Row[]): string | null {
  if (key === "") return null;
  const variable = envName(key);
  if (variable === null || variable !== key) return "Use capital letters, digits and _";
  const reserved = reservedReason(variable);
  if (reserved) return `Reserved: ${reserved}`;
  return rows.filter((row) => row.key === key).length > 1 ? "Set twice" : null;
}

interface EditorProps {
  environment: Environment | null;
  onClose: (changed: boolean) => void;
  onReload: () => void;
}

function Editor({ environment, onClose, onReload }: EditorProps): JSX.Element {
  const { call } = useSession();
  const say = useToast();
  const [name, setName] = useState(environment?.name ?? "");
  const [rows, setRows] = useState<Row[]>(() => rowsOf(environment?.variables ?? { "": "" }));
  const [description, setDescription] = useState(environment?.description ?? "");
  const [sensitive, setSensitive] = useState(false);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<ApiError | null>(null);
  const problems = rows.map((row) => rowProblem(row, rows));
  const good = isSlug(name) && problems.every((problem) => problem === null) && rows.every(named);

  const save = async (ifMatch: string | undefined): Promise<void> => {
    setBusy(true);
    setError(null);
    try {
      const variables = Object.fromEntries(
        rows.filter(({ key }) => key).map(({ key, value }) => [key, value]),
      );
      await putEnvironment(call, name, variables, {
        description,
        allowSensitive: sensitive,
        ifMatch,
        onlyNew: environment === null,
      });
      onClose(true);
      say(<>Saved {name}</>);
    } catch (reason) {
      setError(asProblem(reason));
      setBusy(false);
    }
  };
  const submit = (event: SyntheticEvent): void => {
    event.preventDefault();
    if (good && !busy) void save(environment?.version);
  };
  const onPaste = (event: ClipboardEvent): void => {
    const text = event.clipboardData.getData("text/plain");
    if (!looksLikeDotenv(text)) return;
    event.preventDefault();
    setRows((old) => merged(old, text));
  };
  return (
    <form className="form" onSubmit={submit} onPaste={onPaste} noValidate autoComplete="off">
      <Field
        label="Name"
        hint={environment ? "A name is fixed: launches refer to it." : "As launches will give it."}
        error={name !== "" && !isSlug(name) ? `Use ${SLUG_RULE}.` : error?.field("name")}
      >
        {(ids) => (
          <input
            {...ids}
            {...UNREMEMBERED}
            data-autofocus={environment === null || undefined}
            className="input mono"
            placeholder="staging"
            readOnly={environment !== null}
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
          />
        )}
      </Field>
      <Field label="Description" optional error={error?.field("description")}>
        {(ids) => (
          <input
            {...ids}
            {...UNREMEMBERED}
            className="input"
            maxLength={1000}
            value={description}
            onChange={(event) => setDescription(event.currentTarget.value)}
          />
        )}
      </Field>
      <VariableRows rows={rows} problems={problems} error={error} onChange={setRows} />
      {error?.code === "sensitive_value" && (
        <Switch
          label="Keep it here in clear all the same"
          hint="It looks like a credential. Everyone in the organisation will be able to read it."
          checked={sensitive}
          onChange={setSensitive}
        />
      )}
      {error?.status === 412 ? (
        <Notice tone="warn">
          <strong>This environment has changed since you opened it.</strong>
          <p>Nothing of yours was saved yet. Every state is kept in its history.</p>
          <div className="actions">
            <Button onClick={() => save(undefined)}>Save mine over it</Button>
            <Button onClick={onReload}>Drop mine, show theirs</Button>
          </div>
        </Notice>
      ) : (
        error && !error.field("name") && <Problem error={error} />
      )}
      <div className="sheet-foot">
        <Button onClick={() => onClose(false)}>Cancel</Button>
        <Button look="primary" type="submit" busy={busy} disabled={!good || busy}>
          Save
        </Button>
      </div>
    </form>
  );
}

const named = ({ key, value }: Row): boolean => key !== "" || value === "";

function merged(old: readonly Row[], text: string): Row[] {
  const all = new Map(old.filter(({ key }) => key).map(({ key, value }) => [key, value]));
  for (const { name, value } of parseDotenv(text).entries) all.set(envName(name) ?? name, value);
  return [...all].map(([key, value], id) => ({ id, key, value }));
}
