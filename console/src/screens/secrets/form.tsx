// Add and edit. The value goes from the text box through sealing to the service, and from the text box to nowhere else.
import { type ClipboardEvent, type SyntheticEvent, type JSX, useState } from "react";
import { looksLikeDotenv } from "../../lib/dotenv";
import { type ApiError, asProblem } from "../../lib/problem";
import { createSecret, type Details, updateSecret } from "../../lib/secrets";
import { useSession } from "../../lib/session";
import type { Secret } from "../../lib/types";
import { Button, Field, Switch, UNREMEMBERED } from "../../ui/controls";
import { Icon } from "../../ui/icons";
import { Sheet } from "../../ui/sheet";
import { Notice, Problem } from "../../ui/states";
import { useToast } from "../../ui/toast";
import { ChangedMeanwhile } from "./conflict";
import type { DialogProps } from "./dialogs";
import { nameFacts, NameNotices, namesGood } from "./notices";
import { ScopeField } from "./scope-field";
import { useValueBox } from "./value-box";
import { ValueField } from "./value-field";

interface Draft extends Details {
  name: string;
  scope: string;
}

const draftOf = (secret: Secret | null): Draft => ({
  name: secret?.name ?? "",
  scope: secret?.scope ?? "private",
  description: secret?.description ?? "",
  auto_install: secret?.auto_install ?? true,
  instructions_safe: secret?.instructions_safe ?? false,
});

/** Only what differs, so that a change made elsewhere in between is not undone. */
function changesOf(secret: Secret, draft: Draft): Partial<Details> {
  const before = draftOf(secret);
  const keys = ["description", "auto_install", "instructions_safe"] as const;
  return Object.fromEntries(keys.filter((key) => draft[key] !== before[key]).map((key) => [key, draft[key]]));
}

export default function SecretForm({
  secret: initial,
  list,
  onOpen,
  onClose,
}: DialogProps & { secret: Secret | null }): JSX.Element {
  const { call, me } = useSession();
  const say = useToast();
  const [secret, setSecret] = useState(initial);
  const [draft, setDraft] = useState(() => draftOf(initial));
  const [pasted, setPasted] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<ApiError | null>(null);
  const box = useValueBox();
  const facts = nameFacts(draft.name, draft.scope, list.rows, secret ?? undefined);
  const changed = secret === null || !box.facts.empty || Object.keys(changesOf(secret, draft)).length > 0;
  const ready =
    changed && box.facts.problem === null && (secret !== null || (namesGood(facts) && !box.facts.empty));

  const save = async (ifMatch: string | undefined): Promise<void> => {
    setBusy(true);
    setError(null);
    try {
      const saved = secret
        ? await updateSecret(
            call,
            me,
            secret,
            box.facts.empty ? null : box.read(),
            changesOf(secret, draft),
            ifMatch,
          )
        : await createSecret(
            call,
            me,
            { scope: draft.scope, name: draft.name },
            box.read(),
            draftDetails(draft),
          );
      box.clear();
      list.put(saved);
      onClose();
      say(
        <>
          {secret ? "Saved" : "Added"} {saved.name}
        </>,
      );
    } catch (reason) {
      setError(asProblem(reason));
      setBusy(false);
    }
  };
  const submit = (event: SyntheticEvent): void => {
    event.preventDefault();
    if (ready && !busy) void save(secret?.version);
  };
  const toImport = (text: string): void => {
    box.clear();
    onOpen({ kind: "import", text });
  };
  const onPaste = (event: ClipboardEvent): void => {
    const text = event.clipboardData.getData("text/plain");
    if (!looksLikeDotenv(text) || event.target === box.area.current || secret) return;
    event.preventDefault();
    setPasted(text);
  };
  const set = (part: Partial<Draft>): void => setDraft((old) => ({ ...old, ...part }));

  return (
    <Sheet
      title={secret ? <>Edit {secret.name}</> : "Add secret"}
      intro="Becomes an environment variable in VMs that boot from now on."
      onClose={onClose}
    >
      <form className="form" onSubmit={submit} onPaste={onPaste} noValidate autoComplete="off">
        {pasted !== null && (
          <Notice>
            <p>You pasted several variables.</p>
            <Button onClick={() => toImport(pasted)}>Import them with a preview</Button>
          </Notice>
        )}
        {secret ? (
          <LockedName secret={secret} />
        ) : (
          <NewName draft={draft} set={set} list={list} error={error} />
        )}
        <ValueField box={box} editing={secret !== null} error={error?.field("value")} onImport={toImport} />
        <Field label="Description" optional error={error?.field("description")}>
          {(ids) => (
            <input
              {...ids}
              {...UNREMEMBERED}
              className="input"
              maxLength={1000}
              value={draft.description ?? ""}
              onChange={(event) => set({ description: event.currentTarget.value })}
            />
          )}
        </Field>
        <Switch
          label="Install in VMs"
          hint="Off: only boots whose manifest declares it receive it."
          checked={draft.auto_install}
          onChange={(auto_install) => set({ auto_install })}
        />
        <Switch
          label="May be put into agent instructions"
          hint="Text that a model reads can leak. Leave off for anything that grants access."
          checked={draft.instructions_safe}
          onChange={(instructions_safe) => set({ instructions_safe })}
        />
        {error?.status === 412 && secret ? (
          <ChangedMeanwhile
            secret={secret}
            onTheirs={(theirs) => {
              list.put(theirs);
              setSecret(theirs);
              setDraft(draftOf(theirs));
              box.clear();
              setError(null);
            }}
            onMine={(theirs) => save(theirs.version)}
          />
        ) : (
          error && !isAtField(error) && <Problem error={error} />
        )}
        <div className="sheet-foot">
          <Button onClick={onClose}>Cancel</Button>
          <Button look="primary" type="submit" busy={busy} disabled={!ready || busy}>
            {secret ? "Save" : "Seal and save"}
          </Button>
        </div>
      </form>
    </Sheet>
  );
}

const draftDetails = ({ description, auto_install, instructions_safe }: Draft): Details => ({
  description,
  auto_install,
  instructions_safe,
});

const FIELDS = ["name", "scope", "value", "description"];
const isAtField = (error: ApiError): boolean => error.fields.some(({ field }) => FIELDS.includes(field));

function LockedName({ secret }: { secret: Secret }): JSX.Element {
  return (
    <Field
      label="Name"
      hint="A name is fixed: VMs and manifests know the secret by it. Clone it to use another."
    >
      {(ids) => (
        <div className="locked">
          <input {...ids} className="input mono" value={secret.name} readOnly />
          <Icon name="lock" size={14} />
        </div>
      )}
    </Field>
  );
}

interface NewNameProps {
  draft: Draft;
  set: (part: Partial<Draft>) => void;
  list: DialogProps["list"];
  error: ApiError | null;
}

function NewName({ draft, set, list, error }: NewNameProps): JSX.Element {
  const taken = error?.status === 409 ? "That scope already has a secret with this variable." : undefined;
  return (
    <>
      <Field label="Name" error={error?.field("name") ?? taken}>
        {(ids) => (
          <input
            {...ids}
            {...UNREMEMBERED}
            data-autofocus
            className="input mono"
            placeholder="openai-api-key"
            maxLength={200}
            value={draft.name}
            onChange={(event) => set({ name: event.currentTarget.value.trim() })}
          />
        )}
      </Field>
      <NameNotices name={draft.name} scope={draft.scope} rows={list.rows} />
      <ScopeField
        value={draft.scope}
        list={list}
        onChange={(scope) => set({ scope })}
        error={error?.field("scope")}
      />
    </>
  );
}
