// The list of secrets this page holds: metadata only, kept in step with what the page itself does.
import { useCallback, useEffect, useRef, useState } from "react";
import type { Caller } from "./http";
import { type ApiError, asProblem } from "./problem";
import { readAll, secretKey } from "./secrets";
import type { Secret } from "./types";

export interface SecretList {
  rows: readonly Secret[];
  /** Whether every page has come. */
  done: boolean;
  /** Whether pages are on their way; after a first time the old rows stay until all new ones are there. */
  busy: boolean;
  error: ApiError | null;
  reload: () => void;
  put: (secret: Secret) => void;
  drop: (secret: Secret) => void;
}

interface State {
  rows: readonly Secret[];
  done: boolean;
  started: boolean;
  busy: boolean;
  error: ApiError | null;
}

const NOTHING: State = { rows: [], done: false, started: false, busy: true, error: null };

/** What this page did while the list was being read, by key; null for a secret that is gone. */
type Changes = Map<string, Secret | null>;

export function useSecrets(call: Caller): SecretList & { started: boolean } {
  const [state, setState] = useState(NOTHING);
  const [turn, setTurn] = useState(0);
  const changes = useRef<Changes>(new Map());
  useEffect(() => {
    const abort = new AbortController();
    const made: Changes = new Map();
    changes.current = made;
    setState((old) => ({ ...old, busy: true, error: null }));
    const onPage = (rows: Secret[], done: boolean): void =>
      setState((old) => (old.done && !done ? old : loaded(withChanges(rows, made), done)));
    readAll(call, abort.signal, onPage).catch(
      (error: unknown) =>
        !abort.signal.aborted && setState((old) => ({ ...old, busy: false, error: asProblem(error) })),
    );
    return () => abort.abort();
  }, [call, turn]);
  const reload = useCallback(() => setTurn((count) => count + 1), []);
  const change = useCallback((key: string, secret: Secret | null) => {
    changes.current.set(key, secret);
    setState((old) => ({ ...old, rows: withChanges(old.rows, new Map([[key, secret]])) }));
  }, []);
  const put = useCallback((secret: Secret) => change(secretKey(secret), secret), [change]);
  const drop = useCallback((secret: Secret) => change(secretKey(secret), null), [change]);
  return { ...state, reload, put, drop };
}

const loaded = (rows: readonly Secret[], done: boolean): State => ({
  rows,
  done,
  started: true,
  busy: !done,
  error: null,
});

/** Rows with some replaced, added or taken out, in the order of the API. */
export function withChanges(rows: readonly Secret[], changes: Changes): readonly Secret[] {
  if (changes.size === 0) return rows;
  const others = rows.filter((row) => !changes.has(secretKey(row)));
  const kept = [...changes.values()].filter((secret) => secret !== null);
  return [...others, ...kept].sort((a, b) => (sortKey(a) < sortKey(b) ? -1 : 1));
}

const sortKey = (secret: Secret): string => `${secret.env_name} ${secret.scope}`;

/** Rows whose name, variable or description has the text, in the scope; as the API's own `q`. */
export function filterRows(rows: readonly Secret[], query: string, scope: string | null): readonly Secret[] {
  const text = query.trim().toLowerCase();
  if (!text && !scope) return rows;
  return rows.filter((row) => (!scope || row.scope === scope) && (!text || haystack(row).includes(text)));
}

const haystack = (row: Secret): string =>
  `${row.name}\n${row.env_name}\n${row.description ?? ""}`.toLowerCase();

/** The scopes a caller can choose from: their own, the org's, and the projects seen anywhere. */
export function knownScopes(rows: readonly Secret[], projects: string[] | "*" | null): string[] {
  const named = Array.isArray(projects) ? projects.map((slug) => `project:${slug}`) : [];
  const seen = rows.map((row) => row.scope).filter((scope) => scope.startsWith("project:"));
  return ["private", ...[...new Set([...named, ...seen])].sort(), "shared"];
}
