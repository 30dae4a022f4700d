// The calls about environments.
import type { Caller } from "./http";
import { ApiError } from "./problem";
import type { Environment, Page } from "./types";

export const environmentPath = (name: string): string => `/environments/${encodeURIComponent(name)}`;

export const getEnvironment = (call: Caller, name: string, signal?: AbortSignal): Promise<Environment> =>
  call({ path: environmentPath(name), signal });

function taken(): ApiError {
  const message = "There is an environment of this name already. Edit that one or choose another name.";
  return new ApiError(409, "name_conflict", "The name is taken", message, [{ field: "name", message }]);
}

interface PutOptions {
  description?: string | undefined;
  allowSensitive?: boolean;
  ifMatch?: string | undefined;
  /** Refuse a name that is taken: a PUT would quietly replace what is there. */
  onlyNew?: boolean;
}

export async function putEnvironment(
  call: Caller,
  name: string,
  variables: Record<string, string>,
  { description, allowSensitive = false, ifMatch, onlyNew = false }: PutOptions = {},
): Promise<Environment> {
  try {
    return await call({
      method: "PUT",
      path: environmentPath(name),
      body: { variables, description, ...(allowSensitive ? { allow_sensitive: true } : {}) },
      ifMatch,
      onlyNew,
    });
  } catch (error) {
    throw onlyNew && error instanceof ApiError && error.status === 412 ? taken() : error;
  }
}

export async function environmentVersions(
  call: Caller,
  name: string,
  signal: AbortSignal,
): Promise<readonly Environment[]> {
  const page: Page<Environment> = await call({ path: `${environmentPath(name)}/versions`, signal });
  return page.items;
}
