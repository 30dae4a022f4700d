// Times as people say them, with the exact one always at hand.
const STEPS: readonly [Intl.RelativeTimeFormatUnit, number][] = [
  ["year", 31_536_000],
  ["month", 2_592_000],
  ["week", 604_800],
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
];

const relative = new Intl.RelativeTimeFormat("en", { numeric: "auto" });
const exact = new Intl.DateTimeFormat("en", { dateStyle: "medium", timeStyle: "medium" });

/** "3 hours ago", "yesterday"; under a minute "just now". */
export function relativeTime(iso: string, now: number = Date.now()): string {
  const seconds = (Date.parse(iso) - now) / 1000;
  const step = STEPS.find(([, size]) => Math.abs(seconds) >= size);
  return step ? relative.format(Math.trunc(seconds / step[1]), step[0]) : "just now";
}

/** The exact time in the zone of the person reading. */
export const localTime = (iso: string): string => exact.format(new Date(iso));

/** The exact local time, with the UTC one as the API gave it. */
export const exactTime = (iso: string): string => `${localTime(iso)} (${iso})`;
