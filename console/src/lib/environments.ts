// The calls about environments.
import type { Caller } from "./http";
import { ApiError } from "./problem";
import type { Environment, Page } from "./types";

export const environmentPath = (name: string): string => `/environments/${encodeURIComponent(name)}`;

export const getEnvironment = (call: Caller, name: string, signal?: AbortSignal): Promise<Environment> =>
  call({ path: environmentPath(name), signal });

/** Refuse a name that is taken: a PUT would quietly replace what is there. */
export async function checkFree(call: Caller, name: string): Promise<void> {
  let cursor: string | null = null;
  do {
    // The list, because asking for the one would be a 404 in the browser's log when all is well.
    const page: Page<Environment> = await call({ path: "/environments", query: { cursor } });
    if (page.items.some((environment) => environment.name === name)) throw taken();
    cursor = page.next_cursor;
  } while (cursor !== null);
}

function taken(): ApiError {
  const message = "There is an environment of this name already. Edit that one or choose another name.";
  return new ApiError(409, "name_conflict", "The name is taken", message, [{ field: "name", message }]);
}

interface PutOptions {
  description?: string | undefined;
  allowSensitive?: boolean;
  ifMatch?: string | undefined;
}

export const putEnvironment = (
  call: Caller,
  name: string,
  variables: Record<string, string>,
  { description, allowSensitive = false, ifMatch }: PutOptions = {},
): Promise<Environment> =>
  call({
    method: "PUT",
    path: environmentPath(name),
    body: { variables, description, ...(allowSensitive ? { allow_sensitive: true } : {}) },
    ifMatch,
  });

export async function environmentVersions(
  call: Caller,
  name: string,
  signal: AbortSignal,
): Promise<readonly Environment[]> {
  const page: Page<Environment> = await call({ path: `${environmentPath(name)}/versions`, signal });
  return page.items;
}
