// Sealing every entry of an import with one fetch of the scope's key, then one call.
import type { Entry } from "../../lib/dotenv";
import type { Caller } from "../../lib/http";
import { envName, reservedReason } from "../../lib/names";
import {
  type ImportEntry,
  importSecrets,
  type OnConflict,
  ownerOf,
  type Plan,
  publicKey,
} from "../../lib/secrets";
import { valueProblem, hintOf } from "../../lib/values";
import type { Me, PlanEntry } from "../../lib/types";

export async function runImport(
  call: Caller,
  me: Me,
  scope: string,
  entries: readonly Entry[],
  onConflict: OnConflict,
  dryRun: boolean,
): Promise<Plan> {
  const refused = entries.flatMap(refusal);
  // What is plainly wrong is shown without sending anything.
  if (refused.length > 0) return { items: entries.map((entry) => refusal(entry)[0] ?? skipped(entry)) };
  const sealed = await sealAll(call, me, scope, entries);
  return importSecrets(call, scope, sealed, onConflict, dryRun);
}

async function sealAll(
  call: Caller,
  me: Me,
  scope: string,
  entries: readonly Entry[],
): Promise<ImportEntry[]> {
  const first = entries[0];
  if (!first) return [];
  const [key, { sealValue }] = await Promise.all([
    publicKey(call, scope, first.name),
    import("../../lib/sealing"),
  ]);
  // The service names what the first is bound to; the others differ from it by their variable alone.
  return Promise.all(
    entries.map(async (entry, index) => {
      const variable = envName(entry.name) ?? entry.name;
      const sealed = await sealValue(key, ownerOf(me), scope, variable, entry.value, index === 0);
      const hint = hintOf(entry.value);
      return { name: entry.name, ...sealed, ...(hint === null ? {} : { hint }) };
    }),
  );
}

function refusal({ name, value }: Entry): PlanEntry[] {
  const env_name = envName(name);
  if (env_name === null)
    return [{ name, env_name, status: "invalid", message: "The name breaks the naming rule." }];
  const reserved = reservedReason(env_name);
  if (reserved) return [{ name, env_name, status: "reserved", message: `Reserved: ${reserved}.` }];
  const problem = valueProblem(value);
  return problem ? [{ name, env_name, status: "invalid", message: problem }] : [];
}

const skipped = ({ name }: Entry): PlanEntry => ({
  name,
  env_name: envName(name),
  status: "skipped",
  message: "Nothing is sent while another line cannot be saved.",
});
