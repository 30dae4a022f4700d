// The rows of an environment: name, value, and a way to take one out or back.
import { type JSX, useId } from "react";
import type { ApiError } from "../../lib/problem";
import { Button, IconButton, UNREMEMBERED } from "../../ui/controls";
import { useToast } from "../../ui/toast";

export interface Row {
  id: number;
  key: string;
  value: string;
}

interface RowsProps {
  rows: readonly Row[];
  problems: readonly (string | null)[];
  error: ApiError | null;
  onChange: (rows: Row[]) => void;
}

export function VariableRows({ rows, problems, error, onChange }: RowsProps): JSX.Element {
  const say = useToast();
  const set = (id: number, part: Partial<Row>): void =>
    onChange(rows.map((row) => (row.id === id ? { ...row, ...part } : row)));
  const remove = (row: Row): void => {
    onChange(rows.filter(({ id }) => id !== row.id));
    if (row.key) say(<>Took out {row.key}</>);
  };
  const add = (): void =>
    onChange([...rows, { id: Math.max(-1, ...rows.map(({ id }) => id)) + 1, key: "", value: "" }]);
  return (
    <fieldset className="rows">
      <legend>Variables</legend>
      <p className="hint">Paste a .env into any box to fill in all of it.</p>
      {rows.map((row, index) => (
        <VariableRow
          key={row.id}
          row={row}
          number={index + 1}
          problem={problems[index] ?? error?.field(`variables.${row.key}`) ?? null}
          onChange={(part) => set(row.id, part)}
          onRemove={() => remove(row)}
        />
      ))}
      <Button icon="plus" onClick={add}>
        Add variable
      </Button>
    </fieldset>
  );
}

interface RowProps {
  row: Row;
  number: number;
  problem: string | null;
  onChange: (part: Partial<Row>) => void;
  onRemove: () => void;
}

function VariableRow({ row, number, problem, onChange, onRemove }: RowProps): JSX.Element {
  const id = useId();
  return (
    <div className="variable-row">
      <input
        {...UNREMEMBERED}
        className="input mono"
        aria-label={`Name of variable ${number}`}
        aria-invalid={problem ? true : undefined}
        aria-describedby={problem ? id : undefined}
        placeholder="LOG_LEVEL"
        value={row.key}
        onChange={(event) => onChange({ key: event.currentTarget.value.trim() })}
      />
      <input
        {...UNREMEMBERED}
        className="input mono"
        aria-label={row.key ? `Value of ${row.key}` : `Value of variable ${number}`}
        placeholder="info"
        value={row.value}
        onChange={(event) => onChange({ value: event.currentTarget.value })}
      />
      <IconButton icon="minus" label={`Remove ${row.key || `variable ${number}`}`} onClick={onRemove} />
      {problem && (
        <p className="field-error" id={id}>
          {problem}
        </p>
      )}
    </div>
  );
}
