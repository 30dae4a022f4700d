// A list read page by page, with "more" at its end.
import { useCallback, useEffect, useState } from "react";
import type { Caller, Query } from "./http";
import type { Load } from "./load";
import { asProblem } from "./problem";
import type { Page } from "./types";

export interface Paged<T> {
  load: Load<readonly T[]>;
  /** Read the next page; null at the end. */
  more: (() => Promise<void>) | null;
  reload: () => void;
}

export function usePaged<T>(call: Caller, path: string, query: Query): Paged<T> {
  const [load, setLoad] = useState<Load<readonly T[]>>({ state: "loading" });
  const [cursor, setCursor] = useState<string | null>(null);
  const [turn, setTurn] = useState(0);
  const key = JSON.stringify([path, query]);
  useEffect(() => {
    const abort = new AbortController();
    setLoad({ state: "loading" });
    call<Page<T>>({ path, query, signal: abort.signal }).then(
      (page) => {
        if (abort.signal.aborted) return;
        setLoad({ state: "ready", data: page.items });
        setCursor(page.next_cursor);
      },
      (error: unknown) => !abort.signal.aborted && setLoad({ state: "error", error: asProblem(error) }),
    );
    return () => abort.abort();
    // `key` stands for the path and the query.
  }, [call, key, turn]); // eslint-disable-line react-hooks/exhaustive-deps
  const more = async (): Promise<void> => {
    try {
      const page = await call<Page<T>>({ path, query: { ...query, cursor } });
      setLoad((old) => ({
        state: "ready",
        data: [...(old.state === "ready" ? old.data : []), ...page.items],
      }));
      setCursor(page.next_cursor);
    } catch (error) {
      setLoad({ state: "error", error: asProblem(error) });
    }
  };
  const reload = useCallback(() => setTurn((count) => count + 1), []);
  return { load, more: cursor ? more : null, reload };
}
