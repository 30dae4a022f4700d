// Loading something for a screen: three states, never two at once.
import { useCallback, useEffect, useState } from "react";
import { type ApiError, asProblem } from "./problem";

export type Load<T> =
  { state: "loading" } | { state: "error"; error: ApiError } | { state: "ready"; data: T };

export interface Loaded<T> {
  load: Load<T>;
  reload: () => void;
}

/** Run `read` when `key` changes, and again when asked; an answer that comes too late is dropped. */
export function useLoad<T>(key: string, read: (signal: AbortSignal) => Promise<T>): Loaded<T> {
  const [load, setLoad] = useState<Load<T>>({ state: "loading" });
  const [turn, setTurn] = useState(0);
  useEffect(() => {
    const abort = new AbortController();
    setLoad({ state: "loading" });
    read(abort.signal).then(
      (data) => !abort.signal.aborted && setLoad({ state: "ready", data }),
      (error: unknown) => !abort.signal.aborted && setLoad({ state: "error", error: asProblem(error) }),
    );
    return () => abort.abort();
    // `key` stands for everything `read` closes over.
  }, [key, turn]); // eslint-disable-line react-hooks/exhaustive-deps
  const reload = useCallback(() => setTurn((count) => count + 1), []);
  return { load, reload };
}
