// Who did what to which secret when, from where, and how it ended.
import type { JSX } from "react";
import { useEffect, useMemo, useState } from "react";
import { usePaged } from "../lib/paged";
import { href, useRoute } from "../lib/router";
import { useSession } from "../lib/session";
import type { AuditEvent, Me } from "../lib/types";
import { Code, NotSet, Person, ScopeChip, Time } from "../ui/bits";
import { Button } from "../ui/controls";
import { type Filter, Filters } from "../ui/filters";
import { ReceiptTable } from "../ui/receipt";
import { Sheet } from "../ui/sheet";
import { Empty, Shown } from "../ui/states";
import { type Column, DataTable } from "../ui/table";

const ACTIONS = [
  "secret.create",
  "secret.update",
  "secret.delete",
  "secret.rollback",
  "secret.clone",
  "secret.cloned",
  "secret.import",
  "scope_key.create",
  "scope_key.rotate",
  "boot_token.issue",
  "boot.inject",
  "boot.token_reuse",
  "template.resolve",
  "environment.put",
  "environment.delete",
  "user.remove",
  "request.refused",
];

const FILTERS: readonly Filter[] = [
  { key: "since", label: "Since", type: "datetime-local" },
  { key: "until", label: "Until", type: "datetime-local" },
  {
    key: "action",
    label: "Action",
    options: [{ value: "", label: "Any" }, ...ACTIONS.map((value) => ({ value, label: value }))],
  },
  { key: "actor", label: "Actor", placeholder: "Anyone" },
  { key: "scope", label: "Scope", placeholder: "shared, project:web" },
  { key: "name", label: "Secret", placeholder: "Any" },
];

function timeOf(key: string, text: string | undefined): Record<string, string> {
  const time = Date.parse(text ?? "");
  return Number.isNaN(time) ? {} : { [key]: new Date(time).toISOString() };
}

/** The filters as the API takes them: times in UTC. */
function queryOf(params: URLSearchParams): Record<string, string> {
  const { since, until, ...others } = Object.fromEntries(params);
  return { ...others, ...timeOf("since", since), ...timeOf("until", until) };
}

export default function AuditScreen(): JSX.Element {
  const { call, me } = useSession();
  const { params } = useRoute();
  const [open, setOpen] = useState<AuditEvent | null>(null);
  useEffect(() => setOpen(null), [params]);
  const { load, more, reload } = usePaged<AuditEvent>(call, "/audit", { ...queryOf(params), limit: 100 });
  const columns = useMemo(() => columnsOf(me, setOpen), [me]);
  return (
    <div className="screen">
      <header className="screen-head">
        <div>
          <h1>Audit</h1>
          <p className="lead">Every change, boot, read and refusal. Append-only, and without values.</p>
        </div>
        <Button icon="refresh" onClick={reload}>
          Refresh
        </Button>
      </header>
      <Filters screen="audit" filters={FILTERS} params={params} />
      <Shown load={load} what="the audit trail" onRetry={reload}>
        {(events) => (
          <>
            {events.length === 0 ? (
              <Empty icon="scroll" title="Nothing on record">
                {params.size > 0
                  ? "No entry matches these filters."
                  : "The first change will be the first entry."}
              </Empty>
            ) : (
              <DataTable
                label="Audit trail"
                kind="audit"
                columns={columns}
                rows={events}
                rowKey={(row) => `${row.id} ${row.time}`}
              />
            )}
            {more && <Button onClick={more}>Show older entries</Button>}
          </>
        )}
      </Shown>
      {open && <EventSheet event={open} me={me} onClose={() => setOpen(null)} />}
    </div>
  );
}

const columnsOf = (me: Me, onOpen: (row: AuditEvent) => void): readonly Column<AuditEvent>[] => [
  {
    key: "action",
    header: "Action",
    render: (row) => (
      <button type="button" className="row-name mono" onClick={() => onOpen(row)}>
        {row.action}
      </button>
    ),
  },
  { key: "when", header: "When", render: (row) => <Time at={row.time} /> },
  { key: "actor", header: "Actor", render: (row) => <Person id={row.actor} me={me.user} /> },
  {
    key: "secret",
    header: "Secret",
    render: (row) => (row.name ? <span className="mono">{row.name}</span> : <NotSet>None</NotSet>),
  },
  {
    key: "scope",
    header: "Scope",
    render: (row) => (row.scope ? <ScopeChip scope={row.scope} /> : <NotSet>None</NotSet>),
  },
  {
    key: "from",
    header: "From",
    render: (row) =>
      row.source_ip ? <span className="mono">{row.source_ip}</span> : <NotSet>Not known</NotSet>,
  },
  { key: "outcome", header: "Outcome", render: (row) => <Outcome outcome={row.outcome} /> },
];

const Outcome = ({ outcome }: { outcome: string }): JSX.Element => (
  <span className={`chip tone-${outcome === "ok" ? "good" : "danger"}`}>
    <span className="dot" aria-hidden="true" />
    {outcome === "ok" ? "Done" : outcome}
  </span>
);

interface EventSheetProps {
  event: AuditEvent;
  me: Me;
  onClose: () => void;
}

function EventSheet({ event, me, onClose }: EventSheetProps): JSX.Element {
  const details = Object.entries(event.details ?? {});
  const facts: [string, JSX.Element | string][] = [
    ["When", <Time key="t" at={event.time} exact />],
    ["Actor", <Person key="p" id={event.actor} me={me.user} whole />],
    ["Outcome", <Outcome key="o" outcome={event.outcome} />],
    ...secretFacts(event),
    ["From", event.source_ip || "Not known"],
    ["User agent", event.user_agent || "Not known"],
    ...details.map(([key, value]): [string, string] => [key.replaceAll("_", " "), String(value)]),
  ];
  return (
    <Sheet title={event.action} wide={event.secrets !== undefined} onClose={onClose}>
      <dl className="facts">
        {facts.map(([label, content]) => (
          <div key={label}>
            <dt>{label}</dt>
            <dd>{content}</dd>
          </div>
        ))}
      </dl>
      <More event={event} />
      {event.secrets && <ReceiptTable secrets={event.secrets} label="Secrets of this boot" />}
    </Sheet>
  );
}

/** What an entry says about its secret; nothing where it is not about one. */
const secretFacts = ({ name, env_name, scope, version }: AuditEvent): [string, JSX.Element | string][] => [
  ...fact("Secret", name),
  ...fact("Exported as", env_name && <Code>${env_name}</Code>),
  ...fact("Scope", scope && <ScopeChip scope={scope} />),
  ...fact("Version", version && <Code>{version}</Code>),
];

const fact = <T,>(label: string, content: T | null | undefined | ""): [string, T][] =>
  content ? [[label, content]] : [];

/** From one entry to those beside it. */
function More({ event: { actor, scope, name } }: { event: AuditEvent }): JSX.Element {
  return (
    <ul className="more-links">
      {name && (
        <li>
          <a href={href("audit", { scope, name })}>Everything about this secret</a>
        </li>
      )}
      <li>
        <a href={href("audit", { actor })}>Everything by this actor</a>
      </li>
    </ul>
  );
}
