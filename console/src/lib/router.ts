// Screens live in the fragment: it needs no server, works under any stage path, and is never sent anywhere.
import { useSyncExternalStore } from "react";

export const SCREENS = ["secrets", "boots", "preview", "environments", "audit"] as const;
export type ScreenName = (typeof SCREENS)[number];

export interface Route {
  screen: ScreenName;
  params: URLSearchParams;
}

export function parseRoute(hash: string): Route {
  const [path = "", query = ""] = hash.replace(/^#\/?/, "").split("?", 2);
  const screen = SCREENS.find((name) => name === path) ?? "secrets";
  return { screen, params: new URLSearchParams(query) };
}

export function href(screen: ScreenName, params: Record<string, string | null | undefined> = {}): string {
  const kept = Object.entries(params).filter((pair): pair is [string, string] => Boolean(pair[1]));
  const query = new URLSearchParams(kept).toString();
  return `#/${screen}${query ? `?${query}` : ""}`;
}

export const navigate = (to: string): void => {
  location.hash = to;
};

function subscribe(changed: () => void): () => void {
  addEventListener("hashchange", changed);
  return () => removeEventListener("hashchange", changed);
}

let cached: { hash: string; route: Route } | null = null;

function current(): Route {
  if (cached?.hash !== location.hash) cached = { hash: location.hash, route: parseRoute(location.hash) };
  return cached.route;
}

export const useRoute = (): Route => useSyncExternalStore(subscribe, current);
