// The list of secrets this page holds: metadata only, kept in step with what the page itself does.
import { useCallback, useEffect, useState } from "react";
import type { Caller } from "./http";
import { type ApiError, asProblem } from "./problem";
import { readAll, secretKey } from "./secrets";
import type { Secret } from "./types";

export interface SecretList {
  rows: readonly Secret[];
  /** Whether every page has come. */
  done: boolean;
  error: ApiError | null;
  reload: () => void;
  put: (secret: Secret) => void;
  drop: (secret: Secret) => void;
}

interface State {
  rows: readonly Secret[];
  done: boolean;
  started: boolean;
  error: ApiError | null;
}

const NOTHING: State = { rows: [], done: false, started: false, error: null };

export function useSecrets(call: Caller): SecretList & { started: boolean } {
  const [state, setState] = useState(NOTHING);
  const [turn, setTurn] = useState(0);
  useEffect(() => {
    const abort = new AbortController();
    setState(NOTHING);
    readAll(call, abort.signal, (rows, done) => setState({ rows, done, started: true, error: null })).catch(
      (error: unknown) => !abort.signal.aborted && setState((old) => ({ ...old, error: asProblem(error) })),
    );
    return () => abort.abort();
  }, [call, turn]);
  const reload = useCallback(() => setTurn((count) => count + 1), []);
  const put = useCallback(
    (secret: Secret) => setState((old) => ({ ...old, rows: withRow(old.rows, secret) })),
    [],
  );
  const drop = useCallback(
    (secret: Secret) => setState((old) => ({ ...old, rows: without(old.rows, secret) })),
    [],
  );
  return { ...state, reload, put, drop };
}

const without = (rows: readonly Secret[], secret: Secret): Secret[] =>
  rows.filter((row) => secretKey(row) !== secretKey(secret));

function withRow(rows: readonly Secret[], secret: Secret): Secret[] {
  return [...without(rows, secret), secret].sort((a, b) => (secretKey2(a) < secretKey2(b) ? -1 : 1));
}

const secretKey2 = (secret: Secret): string => `${secret.env_name} ${secret.scope}`;

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
