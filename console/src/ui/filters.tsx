// A row of filters that live in the address: they can be linked to and survive going back.
import { type SyntheticEvent, type JSX, useId, useState } from "react";
import { href, navigate, type ScreenName } from "../lib/router";
import { Button, Choice, type Option, UNREMEMBERED } from "./controls";

export interface Filter {
  key: string;
  label: string;
  placeholder?: string;
  options?: readonly Option[];
  type?: "text" | "datetime-local";
}

interface FiltersProps {
  screen: ScreenName;
  filters: readonly Filter[];
  params: URLSearchParams;
}

type Values = Record<string, string>;

const valuesOf = (filters: readonly Filter[], params: URLSearchParams): Values =>
  Object.fromEntries(filters.map(({ key }) => [key, params.get(key) ?? ""]));

export function Filters(props: FiltersProps): JSX.Element {
  // A new address is a new form, so that the boxes always say what is applied.
  return <FilterForm key={props.params.toString()} {...props} />;
}

function FilterForm({ screen, filters, params }: FiltersProps): JSX.Element {
  const [values, setValues] = useState(() => valuesOf(filters, params));
  const apply = (event: SyntheticEvent): void => {
    event.preventDefault();
    navigate(href(screen, trimmed(values)));
  };
  const active = filters.some(({ key }) => params.get(key));
  const [shown, setShown] = useState(active);
  const id = useId();
  return (
    <>
      <Button
        className="button secondary filters-toggle"
        aria-expanded={shown}
        aria-controls={id}
        onClick={() => setShown(!shown)}
      >
        {shown ? "Hide filters" : "Filters"}
      </Button>
      <form
        id={id}
        className={`filters ${shown ? "" : "folded"}`}
        onSubmit={apply}
        role="search"
        aria-label="Filters"
        autoComplete="off"
      >
        {filters.map((filter) => (
          <label key={filter.key} className={`filter f-${filter.key}`}>
            <span>{filter.label}</span>
            <FilterInput
              filter={filter}
              value={values[filter.key] ?? ""}
              onChange={(value) => setValues((old) => ({ ...old, [filter.key]: value }))}
            />
          </label>
        ))}
        <div className="filter-actions">
          <Button type="submit" icon="search">
            Apply
          </Button>
          {active && (
            <Button look="ghost" onClick={() => navigate(href(screen))}>
              Clear
            </Button>
          )}
        </div>
      </form>
    </>
  );
}

const trimmed = (values: Values): Values =>
  Object.fromEntries(Object.entries(values).map(([key, value]) => [key, value.trim()]));

interface InputProps {
  filter: Filter;
  value: string;
  onChange: (value: string) => void;
}

function FilterInput({ filter, value, onChange }: InputProps): JSX.Element {
  if (filter.options)
    return (
      <Choice
        value={value}
        options={filter.options}
        onChange={(event) => onChange(event.currentTarget.value)}
      />
    );
  return (
    <input
      {...UNREMEMBERED}
      className="input"
      type={filter.type ?? "text"}
      placeholder={filter.placeholder}
      value={value}
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  );
}
