// The text box for a value: covered while typed, keeps line breaks, never filled in by anything.
import { type JSX, useState } from "react";
import { Button, Field, UNREMEMBERED } from "../../ui/controls";
import { Notice } from "../../ui/states";
import type { ValueBox } from "./value-box";

interface ValueFieldProps {
  box: ValueBox;
  /** On edit the box is empty and may stay so. */
  editing: boolean;
  error: string | undefined;
  onImport: (text: string) => void;
}

export function ValueField({ box, editing, error, onImport }: ValueFieldProps): JSX.Element {
  const [shown, setShown] = useState(false);
  const { facts } = box;
  return (
    <>
      <Field label="Value" hint={hintText(editing)} error={error ?? facts.problem}>
        {(ids) => (
          <div className="value-box">
            <textarea
              {...ids}
              {...UNREMEMBERED}
              ref={box.area}
              data-autofocus={editing || undefined}
              className={`input mono ${shown ? "" : "covered"}`}
              rows={4}
              readOnly={facts.fileName !== null}
              placeholder={placeholder(editing, facts.fileName)}
              onInput={box.typed}
            />
            <div className="value-tools">
              <Button
                look="ghost"
                icon={shown ? "eyeOff" : "eye"}
                aria-pressed={shown}
                onClick={() => setShown(!shown)}
              >
                {shown ? "Cover" : "Show while typing"}
              </Button>
              <FileButton box={box} />
              <span className="bytes">{facts.empty ? "" : `${facts.bytes.toLocaleString("en")} bytes`}</span>
            </div>
          </div>
        )}
      </Field>
      <div role="status" className="notices">
        {facts.manyVariables && (
          <Notice>
            <p>This looks like several variables.</p>
            <Button onClick={() => onImport(box.read())}>Import them with a preview</Button>
          </Notice>
        )}
        {facts.trailingNewline && !facts.manyVariables && (
          <Notice>
            <p>Ends with a line break, which will be part of the value.</p>
            <Button onClick={box.dropNewline}>Remove it</Button>
          </Notice>
        )}
      </div>
    </>
  );
}

function hintText(editing: boolean): string {
  const once = "Values cannot be read back once saved.";
  return editing ? `Leave blank to keep the current one. ${once}` : once;
}

function placeholder(editing: boolean, fileName: string | null): string {
  if (fileName !== null) return `From the file ${fileName}`;
  return editing ? "••••••••••••" : "Type or paste the value";
}

function FileButton({ box }: { box: ValueBox }): JSX.Element {
  if (box.facts.fileName !== null)
    return (
      <Button look="ghost" icon="close" onClick={box.clear}>
        Remove file
      </Button>
    );
  return (
    <label className="button ghost file-button">
      <input
        type="file"
        className="sr-only"
        onChange={(event) => {
          const file = event.currentTarget.files?.[0];
          event.currentTarget.value = "";
          if (file) void box.takeFile(file);
        }}
      />
      <span>From a file…</span>
    </label>
  );
}
