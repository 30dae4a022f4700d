// What a user's VM would get if it booted now. Nothing is opened for it.
import type { JSX } from "react";
import { useLoad } from "../lib/load";
import { useRoute } from "../lib/router";
import { may, useSession } from "../lib/session";
import type { Environment, Page, Receipt } from "../lib/types";
import { type Filter, Filters } from "../ui/filters";
import { Defaults, ReceiptTable, statusCounts } from "../ui/receipt";
import { Notice, Shown } from "../ui/states";

export default function PreviewScreen(): JSX.Element {
  const { call, me } = useSession();
  const { params } = useRoute();
  const forOthers = may(me, "boot:issue");
  const user = params.get("user") ?? me.user;
  const query = {
    user,
    project: params.get("project"),
    environment: params.get("environment"),
    require: declared(params),
  };
  const { load, reload } = useLoad(JSON.stringify(query), (signal) =>
    call<Receipt>({ path: "/boot-preview", query, signal }),
  );
  const environments = useEnvironments();
  return (
    <div className="screen">
      <header className="screen-head">
        <div>
          <h1>Preview</h1>
          <p className="lead">
            What would {user === me.user ? "your" : "this user’s"} VM get if it booted now?
          </p>
        </div>
      </header>
      <Filters screen="preview" filters={filtersOf(forOthers, environments)} params={params} />
      {!forOthers && (
        <p className="hint">For your own VMs. Seeing other users’ needs the permission boot:issue.</p>
      )}
      <Shown load={load} what="the preview" onRetry={reload}>
        {(receipt) => <Outcome receipt={receipt} />}
      </Shown>
    </div>
  );
}

/** The names a manifest would declare, as people write lists. */
const declared = (params: URLSearchParams): string[] =>
  (params.get("require") ?? "").split(/[\s,]+/).filter((name) => name !== "");

function filtersOf(forOthers: boolean, environments: readonly string[]): Filter[] {
  const none = { value: "", label: "None" };
  return [
    ...(forOthers ? [{ key: "user", label: "User", placeholder: "You" }] : []),
    { key: "project", label: "Project", placeholder: "None" },
    { key: "require", label: "Declared secrets", placeholder: "All, or OPENAI_API_KEY, …" },
    {
      key: "environment",
      label: "Environment",
      ...(environments.length
        ? { options: [none, ...environments.map((name) => ({ value: name, label: name }))] }
        : { placeholder: "None" }),
    },
  ];
}

function useEnvironments(): readonly string[] {
  const { call, me } = useSession();
  const { load } = useLoad("environments", async (signal) => {
    if (!may(me, "secrets:read")) return null;
    return call<Page<Environment>>({ path: "/environments", signal });
  });
  return load.state === "ready" && load.data ? load.data.items.map(({ name }) => name) : [];
}

function Outcome({ receipt }: { receipt: Receipt }): JSX.Element {
  const missing = receipt.missing_required ?? [];
  const rejected = receipt.secrets.filter(({ status }) => status === "rejected");
  return (
    <>
      <p className="count" role="status">
        {statusCounts(receipt.secrets)}
      </p>
      {missing.length > 0 && (
        <Notice tone="warn">
          Missing: <code className="mono">{missing.join(", ")}</code>. The boot would be refused: add them, or
          mark them optional in the manifest.
        </Notice>
      )}
      {rejected.length > 0 && (
        <Notice tone="danger">
          Rejected at boot:{" "}
          <code className="mono">{rejected.map(({ env_name }) => env_name).join(", ")}</code>. Save them again
          under an allowed name with a valid value.
        </Notice>
      )}
      <ReceiptTable secrets={receipt.secrets} label="Secrets this boot would get" />
      <Defaults names={receipt.defaults} />
    </>
  );
}
