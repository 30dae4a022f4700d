// Receipts: which boot got what, and which sessions hold a version of a secret.
import { type JSX, useMemo, useState } from "react";
import { usePaged } from "../lib/paged";
import { useRoute } from "../lib/router";
import { may, useSession } from "../lib/session";
import type { Me, Receipt } from "../lib/types";
import { NotSet, Person, Time } from "../ui/bits";
import { Button } from "../ui/controls";
import { type Filter, Filters } from "../ui/filters";
import { Defaults, ReceiptTable, statusCounts } from "../ui/receipt";
import { Sheet } from "../ui/sheet";
import { Empty, Shown } from "../ui/states";
import { type Column, DataTable } from "../ui/table";

const FILTERS: readonly Filter[] = [
  { key: "name", label: "Secret", placeholder: "openai-api-key" },
  { key: "scope", label: "Scope of the secret", placeholder: "project:web" },
  { key: "version", label: "Version", placeholder: "Any" },
  { key: "session_id", label: "Session", placeholder: "Any" },
];
const USER: Filter = { key: "user", label: "User", placeholder: "Any" };

export default function BootsScreen(): JSX.Element {
  const { call, me } = useSession();
  const { params } = useRoute();
  const [open, setOpen] = useState<Receipt | null>(null);
  const query = Object.fromEntries(params);
  const { load, more, reload } = usePaged<Receipt>(call, "/boots", query);
  const columns = useMemo(() => columnsOf(me, setOpen), [me]);
  const filters = may(me, "secrets:read") ? [...FILTERS, USER] : FILTERS;
  return (
    <div className="screen">
      <header className="screen-head">
        <div>
          <h1>Boots</h1>
          <p className="lead">Every VM that received secrets, and which versions it holds. Never a value.</p>
        </div>
        <Button icon="refresh" onClick={reload}>
          Refresh
        </Button>
      </header>
      <Filters screen="boots" filters={filters} params={params} />
      <Shown load={load} what="boots" onRetry={reload}>
        {(receipts) => (
          <>
            {receipts.length === 0 ? (
              <NoBoots filtered={params.size > 0} />
            ) : (
              <DataTable
                label="Boots"
                kind="boots"
                columns={columns}
                rows={receipts}
                rowKey={(row) => `${row.session_id ?? ""} ${row.created_at}`}
              />
            )}
            {more && <Button onClick={more}>Show older boots</Button>}
          </>
        )}
      </Shown>
      {open && <BootSheet receipt={open} onClose={() => setOpen(null)} />}
    </div>
  );
}

const NoBoots = ({ filtered }: { filtered: boolean }): JSX.Element =>
  filtered ? (
    <Empty icon="search" title="No boot matches">
      No session on record received what these filters ask for.
    </Empty>
  ) : (
    <Empty icon="play" title="No boots yet">
      When a VM trades its boot token for its environment, the receipt appears here.
    </Empty>
  );

const columnsOf = (me: Me, onOpen: (row: Receipt) => void): readonly Column<Receipt>[] => [
  {
    key: "session",
    header: "Session",
    render: (row) => (
      <button type="button" className="row-name mono" onClick={() => onOpen(row)}>
        {row.session_id}
      </button>
    ),
  },
  { key: "when", header: "Booted", render: (row) => <Time at={row.created_at} /> },
  { key: "user", header: "User", render: (row) => <Person id={row.user} me={me.user} /> },
  { key: "project", header: "Project", render: (row) => row.project || <NotSet /> },
  { key: "environment", header: "Environment", render: (row) => row.environment || <NotSet /> },
  {
    key: "vm",
    header: "VM",
    render: (row) => (row.vm_id ? <span className="mono">{row.vm_id}</span> : <NotSet />),
  },
  { key: "secrets", header: "Secrets", render: (row) => statusCounts(row.secrets) },
];

function BootSheet({ receipt, onClose }: { receipt: Receipt; onClose: () => void }): JSX.Element {
  return (
    <Sheet
      wide
      title={<>Session {receipt.session_id}</>}
      intro={
        <>
          Booted <Time at={receipt.created_at} exact />
        </>
      }
      onClose={onClose}
    >
      <ReceiptTable secrets={receipt.secrets} label="Secrets of this boot" />
      <Defaults names={receipt.defaults} />
    </Sheet>
  );
}
