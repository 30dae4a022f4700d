// The passing of time, so that "just now" does not stay true for ever on a page left open.
import { useSyncExternalStore } from "react";

const TICK_MS = 30_000;

const listeners = new Set<() => void>();
let timer: ReturnType<typeof setInterval> | undefined;

function subscribe(changed: () => void): () => void {
  if (listeners.size === 0) timer = setInterval(() => listeners.forEach((each) => each()), TICK_MS);
  listeners.add(changed);
  return () => {
    listeners.delete(changed);
    if (listeners.size === 0) clearInterval(timer);
  };
}

const tick = (): number => Math.floor(Date.now() / TICK_MS) * TICK_MS;

/** Render again every half minute. */
export const useClock = (): number => useSyncExternalStore(subscribe, tick);
