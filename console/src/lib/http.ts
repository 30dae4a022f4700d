// Calls to the API, same origin, with the bearer token that lives only in memory.
import { ApiError, offline, problemOf } from "./problem";

/** Relative to `/console/`, whatever stage path stands before it. */
export const API_BASE = "../v1";

const READ_TRIES = 4;
const LONGEST_PAUSE_S = 4;

export interface Tokens {
  /** The current access token, refreshed where it is about to end; null when signed out. */
  token: () => Promise<string | null>;
  /** Forget the token the service has just refused; true where another could be had. */
  renew: () => Promise<boolean>;
  /** The session is over. */
  ended: () => void;
}

/** Empty values are left out; a list is the same name several times. */
export type Query = Record<string, string | number | readonly string[] | null | undefined>;

export interface Call {
  method?: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  path: string;
  query?: Query;
  body?: unknown;
  ifMatch?: string | undefined;
  /** Only where there is nothing yet. */
  onlyNew?: boolean | undefined;
  signal?: AbortSignal | undefined;
}

export type Caller = <T>(call: Call) => Promise<T>;

/** A caller that reads patiently (429, 502, 503 and 504 are tried again) and writes exactly once. */
export function makeCaller(tokens: Tokens): Caller {
  return async function call<T>(request: Call): Promise<T> {
    const tries = (request.method ?? "GET") === "GET" ? READ_TRIES : 1;
    for (let left = tries; ; left -= 1) {
      try {
        return await once<T>(tokens, request);
      } catch (error) {
        if (left <= 1 || !isPassing(error)) throw error;
        await pause(error, tries - left, request.signal);
      }
    }
  };
}

/** Too many requests, or a gateway that had nobody to ask just then. */
const PASSING: readonly number[] = [429, 502, 503, 504];

const isPassing = (error: unknown): error is ApiError =>
  error instanceof ApiError && PASSING.includes(error.status);

async function pause(error: ApiError, tried: number, signal?: AbortSignal): Promise<void> {
  const seconds = Math.min(error.retryAfter ?? 0.4 * 2 ** tried, LONGEST_PAUSE_S);
  await new Promise((resolve) => setTimeout(resolve, seconds * (800 + Math.random() * 400)));
  signal?.throwIfAborted();
}

async function once<T>(tokens: Tokens, request: Call): Promise<T> {
  let response = await send(await tokens.token(), request);
  if (response.status === 401 && (await tokens.renew())) {
    // An answer left unread holds its place in the browser's queue for the same address.
    await response.body?.cancel();
    response = await send(await tokens.token(), request);
  }
  if (response.status === 401) tokens.ended();
  if (!response.ok) throw await problemOf(response);
  return (response.status === 204 ? undefined : await response.json()) as T;
}

async function send(token: string | null, request: Call): Promise<Response> {
  const headers: Record<string, string> = { Accept: "application/json" };
  if (token !== null) headers.Authorization = `Bearer ${token}`;
  if (request.body !== undefined) headers["Content-Type"] = "application/json";
  if (request.ifMatch !== undefined) headers["If-Match"] = `"${request.ifMatch}"`;
  if (request.onlyNew === true) headers["If-None-Match"] = "*";
  try {
    return await fetch(urlOf(request), {
      method: request.method ?? "GET",
      headers,
      cache: "no-store",
      credentials: "omit",
      redirect: "error",
      referrerPolicy: "no-referrer",
      ...(request.body === undefined ? {} : { body: JSON.stringify(request.body) }),
      ...(request.signal ? { signal: request.signal } : {}),
    });
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") throw error;
    throw offline();
  }
}

function urlOf({ path, query = {} }: Call): string {
  const params = new URLSearchParams();
  for (const [key, value] of Object.entries(query))
    for (const each of Array.isArray(value) ? (value as readonly string[]) : [value])
      if (each !== null && each !== undefined && each !== "") params.append(key, String(each));
  const text = params.toString();
  return `${API_BASE}${path}${text ? `?${text}` : ""}`;
}
