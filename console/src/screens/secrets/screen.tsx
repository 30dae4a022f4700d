// The list of secrets: find one, see where it goes, act on it.
import { type JSX, useDeferredValue, useEffect, useMemo, useState } from "react";
import { looksLikeDotenv } from "../../lib/dotenv";
import { projectOf, scopeLabel } from "../../lib/names";
import { href, navigate, useRoute } from "../../lib/router";
import { useSession } from "../../lib/session";
import { filterRows, knownScopes, type SecretList, useSecrets } from "../../lib/store";
import type { Secret } from "../../lib/types";
import { secretKey } from "../../lib/secrets";
import { Button, Choice, IconButton } from "../../ui/controls";
import { SearchBox } from "../../ui/search";
import { Empty, Loading, Problem } from "../../ui/states";
import { DataTable, type Sort, SortChoice, sortRows } from "../../ui/table";
import { columnsFor } from "./columns";
import { Dialogs, type Open } from "./dialogs";

export function SecretsScreen(): JSX.Element {
  const { call } = useSession();
  const list = useSecrets(call);
  const [open, setOpen] = useState<Open | null>(null);
  usePastedFile(open === null, (text) => setOpen({ kind: "import", text }));
  return (
    <div className="screen">
      <header className="screen-head">
        <div>
          <h1>Secrets</h1>
          <p className="lead">Sealed in this browser, opened only inside a VM that boots.</p>
        </div>
        <div className="actions">
          <IconButton icon="refresh" label="Refresh" aria-busy={list.busy} onClick={list.reload} />
          <Button icon="upload" onClick={() => setOpen({ kind: "import", text: "" })}>
            Import .env
          </Button>
          <Button look="primary" icon="plus" onClick={() => setOpen({ kind: "add" })}>
            Add secret
          </Button>
        </div>
      </header>
      <Listing list={list} onOpen={setOpen} />
      <Dialogs open={open} list={list} onOpen={setOpen} />
    </div>
  );
}

/** Several variables pasted onto the page, and not into a box, are offered as an import. */
function usePastedFile(listening: boolean, onFile: (text: string) => void): void {
  useEffect(() => {
    if (!listening) return;
    const onPaste = (event: ClipboardEvent): void => {
      const text = event.clipboardData?.getData("text/plain") ?? "";
      if (event.target instanceof Element && event.target.closest("input, textarea")) return;
      if (looksLikeDotenv(text)) onFile(text);
    };
    addEventListener("paste", onPaste);
    return () => removeEventListener("paste", onPaste);
  });
}

interface ListingProps {
  list: SecretList & { started: boolean };
  onOpen: (open: Open) => void;
}

function Listing({ list, onOpen }: ListingProps): JSX.Element {
  if (list.error && list.rows.length === 0) return <Problem error={list.error} onRetry={list.reload} />;
  if (!list.started) return <Loading what="secrets" />;
  if (list.done && list.rows.length === 0) return <NoSecrets onOpen={onOpen} />;
  return <FoundSecrets list={list} onOpen={onOpen} />;
}

const NoSecrets = ({ onOpen }: { onOpen: (open: Open) => void }): JSX.Element => (
  <Empty
    icon="key"
    title="No secrets yet"
    actions={
      <>
        <Button look="primary" icon="plus" onClick={() => onOpen({ kind: "add" })}>
          Add secret
        </Button>
        <Button icon="upload" onClick={() => onOpen({ kind: "import", text: "" })}>
          Import .env
        </Button>
      </>
    }
  >
    What you add here becomes an environment variable in the VMs you launch.
  </Empty>
);

function FoundSecrets({ list, onOpen }: ListingProps): JSX.Element {
  const { me } = useSession();
  const scope = useRoute().params.get("scope");
  // The text stays out of the address: people paste values into search boxes.
  const [query, setQuery] = useState("");
  const [sort, setSort] = useState<Sort>({ key: "env_name", descending: false });
  const text = useDeferredValue(query);
  const columns = useMemo(() => columnsFor(me, onOpen), [me, onOpen]);
  const rows = useMemo(
    () => sortRows(filterRows(list.rows, text, scope), columns, sort),
    [list.rows, text, scope, columns, sort],
  );
  const scopes = useMemo(() => knownScopes(list.rows, me.projects), [list.rows, me.projects]);
  return (
    <>
      <div className="toolbar">
        <SearchBox label="Search secrets" value={query} onChange={setQuery} />
        <Choice
          aria-label="Scope"
          value={scope ?? ""}
          options={[{ value: "", label: "All scopes" }, ...scopes.map(scopeOption)]}
          onChange={(event) => navigate(href("secrets", { scope: event.currentTarget.value }))}
        />
        <SortChoice columns={columns} sort={sort} onSort={setSort} />
        <p className="count" role="status">
          {countText(rows.length, list)}
        </p>
      </div>
      {list.error && <Problem error={list.error} onRetry={list.reload} />}
      {rows.length === 0 ? (
        <NoMatch
          onClear={() => {
            setQuery("");
            navigate(href("secrets"));
          }}
        />
      ) : (
        <DataTable<Secret>
          label="Secrets"
          kind="secrets"
          columns={columns}
          rows={rows}
          rowKey={secretKey}
          sort={sort}
          onSort={setSort}
        />
      )}
    </>
  );
}

const scopeOption = (scope: string): { value: string; label: string } => ({
  value: scope,
  label: projectOf(scope) === null ? scopeLabel(scope) : `Project ${scopeLabel(scope)}`,
});

function countText(shown: number, list: SecretList): string {
  const total = list.rows.length.toLocaleString("en");
  if (!list.done && !list.error) return `${total} so far…`;
  if (shown === list.rows.length) return shown === 1 ? "1 secret" : `${total} secrets`;
  return `${shown.toLocaleString("en")} of ${total}`;
}

const NoMatch = ({ onClear }: { onClear: () => void }): JSX.Element => (
  <Empty icon="search" title="Nothing matches" actions={<Button onClick={onClear}>Clear filters</Button>}>
    Search looks at names, variables and descriptions. Values cannot be searched.
  </Empty>
);
