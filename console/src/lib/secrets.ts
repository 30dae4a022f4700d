// The calls about secrets, and the list of all the caller sees.
import type { Caller } from "./http";
import { envName } from "./names";
import type { Owner, PublicKey, SealedValue } from "./sealing";
import type { Me, Page, PlanEntry, Secret, Version } from "./types";
import { hintOf } from "./values";

/** As many as one page may have. */
const PAGE = 200;

export interface Details {
  description: string | null;
  auto_install: boolean;
  instructions_safe: boolean;
}

export const secretPath = (scope: string, name: string): string =>
  `/secrets/${encodeURIComponent(scope).replace("%3A", ":")}/${encodeURIComponent(name)}`;

export const secretKey = (secret: Pick<Secret, "scope" | "env_name">): string =>
  `${secret.scope}/${secret.env_name}`;

/** Read every page, handing over what has come after each, so that the first rows show at once. */
export async function readAll(
  call: Caller,
  signal: AbortSignal,
  onPage: (rows: Secret[], done: boolean) => void,
): Promise<void> {
  let cursor: string | null = null;
  let rows: Secret[] = [];
  do {
    const page: Page<Secret> = await call({ path: "/secrets", query: { limit: PAGE, cursor }, signal });
    rows = rows.concat(page.items);
    cursor = page.next_cursor;
    if (signal.aborted) return;
    onPage(rows, cursor === null);
  } while (cursor !== null);
}

export const ownerOf = (me: Me): Owner => ({ org: me.org, user: me.user });

export async function publicKey(call: Caller, scope: string, name: string): Promise<PublicKey> {
  return call({
    path: `/scopes/${encodeURIComponent(scope).replace("%3A", ":")}/public-key`,
    query: { name },
  });
}

/** Fetch the scope's key, seal, and give what goes into a body instead of a value. */
export async function sealed(
  call: Caller,
  me: Me,
  scope: string,
  name: string,
  value: string,
): Promise<SealedValue & { hint?: string }> {
  const [key, { sealValue }] = await Promise.all([publicKey(call, scope, name), import("./sealing")]);
  const variable = envName(name) ?? name;
  const hint = hintOf(value);
  return {
    ...(await sealValue(key, ownerOf(me), scope, variable, value)),
    ...(hint === null ? {} : { hint }),
  };
}

export async function createSecret(
  call: Caller,
  me: Me,
  id: { scope: string; name: string },
  value: string,
  details: Details,
): Promise<Secret> {
  const body = { ...id, ...(await sealed(call, me, id.scope, id.name, value)), ...details };
  return call({ method: "POST", path: "/secrets", body });
}

export async function updateSecret(
  call: Caller,
  me: Me,
  secret: Secret,
  value: string | null,
  changes: Partial<Details>,
  ifMatch: string | undefined,
): Promise<Secret> {
  const value_part = value === null ? {} : await sealed(call, me, secret.scope, secret.name, value);
  const path = secretPath(secret.scope, secret.name);
  return call({ method: "PATCH", path, body: { ...value_part, ...changes }, ifMatch });
}

export const getSecret = (call: Caller, scope: string, name: string): Promise<Secret> =>
  call({ path: secretPath(scope, name) });

export const deleteSecret = (call: Caller, secret: Secret): Promise<void> =>
  call({ method: "DELETE", path: secretPath(secret.scope, secret.name) });

export const cloneSecret = (call: Caller, secret: Secret, scope: string, name: string): Promise<Secret> =>
  call({ method: "POST", path: `${secretPath(secret.scope, secret.name)}/clone`, body: { scope, name } });

export const rollBack = (call: Caller, secret: Secret, version: string): Promise<Secret> =>
  call({ method: "POST", path: `${secretPath(secret.scope, secret.name)}/rollback`, body: { version } });

export async function versionsOf(call: Caller, secret: Secret, signal: AbortSignal): Promise<Version[]> {
  const page: Page<Version> = await call({
    path: `${secretPath(secret.scope, secret.name)}/versions`,
    signal,
  });
  return page.items;
}

export type OnConflict = "fail" | "skip" | "update";

export interface ImportEntry extends SealedValue {
  name: string;
  hint?: string;
}

export interface Plan {
  items: PlanEntry[];
}

export async function importSecrets(
  call: Caller,
  scope: string,
  entries: ImportEntry[],
  on_conflict: OnConflict,
  dry_run: boolean,
): Promise<Plan> {
  return call({ method: "POST", path: "/import", body: { scope, entries, on_conflict, dry_run } });
}
