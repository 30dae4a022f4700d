// The calls about environments.
import type { Caller } from "./http";
import type { Environment, Page } from "./types";

export const environmentPath = (name: string): string => `/environments/${encodeURIComponent(name)}`;

export const getEnvironment = (call: Caller, name: string, signal?: AbortSignal): Promise<Environment> =>
  call({ path: environmentPath(name), signal });

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
