// What an import would do, line by line.
import type { JSX } from "react";
import type { Entry } from "../../lib/dotenv";
import { envName } from "../../lib/names";
import type { Plan } from "../../lib/secrets";
import type { PlanStatus } from "../../lib/types";

const WORDS: Record<PlanStatus, [string, string]> = {
  created: ["New", "good"],
  updated: ["Replaces", "info"],
  skipped: ["Skipped", "quiet"],
  conflict: ["Exists already", "warn"],
  reserved: ["Reserved", "danger"],
  invalid: ["Not valid", "danger"],
};

/** "3 new, 1 skipped", in the order of the words above. */
export function planCounts(plan: Plan): string {
  const parts = (Object.keys(WORDS) as PlanStatus[]).flatMap((status) => {
    const count = plan.items.filter((item) => item.status === status).length;
    return count ? [`${count} ${WORDS[status][0].toLowerCase()}`] : [];
  });
  return parts.join(", ");
}

export function PlanTable({ plan, entries }: { plan: Plan; entries: readonly Entry[] }): JSX.Element {
  return (
    <div className="plan">
      <p role="status">{planCounts(plan)}</p>
      <div className="plan-scroll" role="region" aria-label="Preview of the import" tabIndex={0}>
        <table>
          <thead>
            <tr>
              <th scope="col">Line</th>
              <th scope="col">Name</th>
              <th scope="col">Exported as</th>
              <th scope="col">What happens</th>
            </tr>
          </thead>
          <tbody>
            {plan.items.map((item, index) => (
              <tr key={`${index} ${item.name}`}>
                <td data-label="Line">{entries[index]?.line ?? "—"}</td>
                <td data-label="Name" className="mono">
                  {item.name}
                </td>
                <td data-label="Exported as" className="mono">
                  {item.env_name ?? envName(item.name) ?? "Not a name"}
                </td>
                <td data-label="What happens">
                  <span className={`chip tone-${WORDS[item.status][1]}`}>
                    <span className="dot" aria-hidden="true" />
                    {WORDS[item.status][0]}
                  </span>
                  {item.message && <span className="fine reason">{item.message}</span>}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </div>
  );
}
