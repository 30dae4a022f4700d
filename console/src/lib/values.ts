// Rules about values, and the hint the server would make of one. Values pass through as arguments and are never kept.

export const VALUE_MAX_BYTES = 65_536;

const HINT_MIN = 24;
const PRINTABLE_LINE = /^[\x20-\x7e]+$/;

export const byteLength = (value: string): number => new TextEncoder().encode(value).length;

/** First and last four characters, only of a long single printable line: enough to tell two keys apart. */
export function hintOf(value: string): string | null {
  if (value.length < HINT_MIN || !PRINTABLE_LINE.test(value)) return null;
  return `${value.slice(0, 4)}…${value.slice(-4)}`;
}

/** What is wrong with a value, in words, or null. */
export function valueProblem(value: string): string | null {
  if (value === "") return "Enter a value.";
  if (value.includes("\0"))
    return "The value holds a NUL character, which no environment variable can carry.";
  if (!value.isWellFormed()) return "The value holds half of a surrogate pair and is not valid text.";
  const bytes = byteLength(value);
  if (bytes > VALUE_MAX_BYTES)
    return `The value is ${bytes.toLocaleString("en")} bytes; the limit is 65,536.`;
  return null;
}
