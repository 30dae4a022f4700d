// Paste or choose a .env, see what would happen to each line, then do it whole or not at all.
import { type JSX, useMemo, useRef, useState } from "react";
import { parseFile } from "../../lib/dotenv";
import { NOT_TEXT, textOf } from "../../lib/files";
import { type ApiError, asProblem } from "../../lib/problem";
import type { OnConflict, Plan } from "../../lib/secrets";
import { isScope } from "../../lib/names";
import { useSession } from "../../lib/session";
import { Button, Choice, Field, UNREMEMBERED } from "../../ui/controls";
import { Sheet } from "../../ui/sheet";
import { Notice, Problem } from "../../ui/states";
import { useToast } from "../../ui/toast";
import type { DialogProps } from "./dialogs";
import { PlanTable, planCounts } from "./plan";
import { runImport } from "./run-import";
import { ScopeField } from "./scope-field";

const MOST = 500;

const CONFLICTS: readonly { value: OnConflict; label: string }[] = [
  { value: "fail", label: "Stop and change nothing" },
  { value: "skip", label: "Keep the existing ones" },
  { value: "update", label: "Replace their values" },
];

export default function ImportSheet({ text, list, onClose }: DialogProps & { text: string }): JSX.Element {
  const { call, me } = useSession();
  const say = useToast();
  const area = useRef<HTMLTextAreaElement>(null);
  const [source, setSource] = useState(text);
  const [scope, setScope] = useState("private");
  const [conflict, setConflict] = useState<OnConflict>("fail");
  const [plan, setPlan] = useState<Plan | null>(null);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<ApiError | null>(null);
  const [unreadable, setUnreadable] = useState(false);
  const parsed = useMemo(() => parseFile(source), [source]);
  const good =
    parsed.entries.length > 0 &&
    parsed.entries.length <= MOST &&
    parsed.errors.length === 0 &&
    isScope(scope);

  const forgetPlan = (): void => {
    setPlan(null);
    setError(null);
  };
  const run = async (dryRun: boolean): Promise<Plan | null> => {
    setBusy(true);
    setError(null);
    try {
      return await runImport(call, me, scope, parsed.entries, conflict, dryRun);
    } catch (reason) {
      setError(asProblem(reason));
      return null;
    } finally {
      setBusy(false);
    }
  };
  const preview = async (): Promise<void> => setPlan(await run(true));
  const commit = async (): Promise<void> => {
    const done = await run(false);
    if (!done) return;
    setSource("");
    if (area.current) area.current.value = "";
    list.reload();
    onClose();
    say(<>Imported: {planCounts(done)}</>);
  };
  const writes = plan?.items.filter(({ status }) => status === "created" || status === "updated").length ?? 0;
  const blocked =
    plan?.items.some(({ status }) => ["conflict", "reserved", "invalid"].includes(status)) ?? false;

  return (
    <Sheet
      wide
      title="Import .env"
      intro="Read in this browser, sealed here, and saved all together or not at all."
      onClose={onClose}
    >
      <div className="form">
        <Field label="Variables" hint="Lines of NAME=value, as in a .env file, or one flat JSON object.">
          {(ids) => (
            <textarea
              {...ids}
              {...UNREMEMBERED}
              ref={area}
              data-autofocus
              className="input mono"
              rows={8}
              defaultValue={text}
              placeholder={"OPENAI_API_KEY=…\nDATABASE_URL=…"}
              onInput={(event) => {
                setSource(event.currentTarget.value);
                setUnreadable(false);
                forgetPlan();
              }}
            />
          )}
        </Field>
        <FileChoice
          onText={(chosen) => {
            if (area.current) area.current.value = chosen ?? "";
            setSource(chosen ?? "");
            setUnreadable(chosen === null);
            forgetPlan();
          }}
        />
        <Found unreadable={unreadable} errors={parsed.errors} count={parsed.entries.length} />
        <div className="form-row">
          <ScopeField
            value={scope}
            list={list}
            onChange={(chosen) => {
              setScope(chosen);
              forgetPlan();
            }}
          />
          <Field label="Where a variable exists already">
            {(ids) => (
              <Choice
                {...ids}
                value={conflict}
                options={CONFLICTS}
                onChange={(event) => {
                  setConflict(event.currentTarget.value as OnConflict);
                  forgetPlan();
                }}
              />
            )}
          </Field>
        </div>
        {plan && <PlanTable plan={plan} entries={parsed.entries} />}
        {blocked && (
          <Notice tone="warn">
            Nothing can be saved while a line is in conflict, reserved or not valid.
          </Notice>
        )}
        {error && <Problem error={error} />}
        <div className="sheet-foot">
          <Button onClick={onClose}>Cancel</Button>
          {plan ? (
            <Button look="primary" busy={busy} disabled={busy || blocked || writes === 0} onClick={commit}>
              {saveLabel(blocked ? 0 : writes)}
            </Button>
          ) : (
            <Button look="primary" busy={busy} disabled={busy || !good} onClick={preview}>
              Preview
            </Button>
          )}
        </div>
      </div>
    </Sheet>
  );
}

const saveLabel = (count: number): string =>
  count === 0 ? "Save" : count === 1 ? "Save 1 secret" : `Save ${count} secrets`;

interface FoundProps {
  unreadable: boolean;
  errors: readonly { line: number; message: string }[];
  count: number;
}

/** What was read: how many variables, or the lines that are none. */
function Found({ unreadable, errors, count }: FoundProps): JSX.Element {
  return (
    <div role="status" className="notices">
      {unreadable && <Notice tone="danger">{NOT_TEXT}</Notice>}
      {count > MOST && (
        <Notice tone="danger">
          {count} variables; at most {MOST} can be imported at once.
        </Notice>
      )}
      {errors.length > 0 && (
        <Notice tone="danger">
          <ul className="plain">
            {errors.slice(0, 8).map(({ line, message }) => (
              <li key={`${line} ${message}`}>
                Line {line} {message}.
              </li>
            ))}
          </ul>
          {errors.length > 8 && <p>… and {errors.length - 8} more.</p>}
        </Notice>
      )}
      {errors.length === 0 && count > 0 && count <= MOST && (
        <p className="hint">
          {count} {count === 1 ? "variable" : "variables"} found.
        </p>
      )}
    </div>
  );
}

function FileChoice({ onText }: { onText: (text: string | null) => void }): JSX.Element {
  return (
    <label className="button secondary file-button">
      <input
        type="file"
        className="sr-only"
        accept=".env,.txt,.json,text/plain,application/json"
        onChange={(event) => {
          const file = event.currentTarget.files?.[0];
          event.currentTarget.value = "";
          if (file) void textOf(file).then(onText);
        }}
      />
      <span>Choose a file…</span>
    </label>
  );
}
