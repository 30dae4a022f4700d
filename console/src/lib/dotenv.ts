// Reading a pasted or chosen .env (or flat JSON) file in the browser. Errors name lines, never their text.
// Quoting follows what python-dotenv and the command line read: '…' keeps all but \' and \\, "…" knows escapes,
// bare values end at ` #`.

export interface Entry {
  name: string;
  value: string;
  line: number;
}

export interface LineError {
  line: number;
  message: string;
}

export interface Parsed {
  entries: Entry[];
  errors: LineError[];
}

const KEY = /^[ \t]*(?:export[ \t]+)?([A-Za-z_][A-Za-z0-9_.-]*)[ \t]*=[ \t]*/;
const BLANK = /^[ \t]*(?:#.*)?$/;
const ESCAPES: Record<string, string> = {
  n: "\n",
  r: "\r",
  t: "\t",
  a: "\x07",
  b: "\b",
  f: "\f",
  v: "\v",
  "\\": "\\",
  "'": "'",
  '"': '"',
};

/** Entries of a file, by its look: one JSON object, or lines of NAME=value. */
export function parseFile(text: string): Parsed {
  return text.trimStart().startsWith("{") ? parseJson(text) : parseDotenv(text);
}

export function parseDotenv(text: string): Parsed {
  const source = text.replace(/^\uFEFF/, "").replace(/\r\n?/g, "\n");
  const found: Parsed = { entries: [], errors: [] };
  let at = 0;
  let line = 1;
  while (at < source.length) {
    const end = step(source, at, line, found);
    line += countLines(source, at, end);
    at = end;
  }
  markDoubles(found);
  return found;
}

/** Read one line, or the several of a quoted value; the place after it. */
function step(source: string, at: number, line: number, found: Parsed): number {
  const lineEnd = endOfLine(source, at);
  const text = source.slice(at, lineEnd);
  if (BLANK.test(text)) return lineEnd + 1;
  const key = KEY.exec(text);
  const name = key?.[1];
  if (!key || name === undefined) {
    found.errors.push({ line, message: "is not NAME=value, a comment or blank" });
    return lineEnd + 1;
  }
  return readValue(source, at + key[0].length, { name, line }, found);
}

function readValue(source: string, at: number, entry: { name: string; line: number }, found: Parsed): number {
  const quote = source[at];
  if (quote !== '"' && quote !== "'") {
    const end = endOfLine(source, at);
    found.entries.push({ ...entry, value: bare(source.slice(at, end)) });
    return end + 1;
  }
  return readQuoted(source, at, quote, entry, found);
}

function readQuoted(
  source: string,
  at: number,
  quote: string,
  entry: { name: string; line: number },
  found: Parsed,
): number {
  const close = closingQuote(source, at + 1, quote);
  if (close < 0) {
    found.errors.push({ line: entry.line, message: "opens a quote that is never closed" });
    return endOfLine(source, at) + 1;
  }
  const end = endOfLine(source, close);
  if (BLANK.test(source.slice(close + 1, end)))
    found.entries.push({ ...entry, value: unescape(source.slice(at + 1, close), quote) });
  else found.errors.push({ line: entry.line, message: "has text after its closing quote" });
  return end + 1;
}

function endOfLine(source: string, at: number): number {
  const end = source.indexOf("\n", at);
  return end < 0 ? source.length : end;
}

function closingQuote(source: string, from: number, quote: string): number {
  for (let at = from; at < source.length; at += 1) {
    if (source[at] === "\\") at += 1;
    else if (source[at] === quote) return at;
  }
  return -1;
}

const bare = (text: string): string => text.replace(/[ \t]+#.*$|^#.*$/, "").trimEnd();

function unescape(text: string, quote: string): string {
  const known = quote === '"' ? /\\([nrtabfv\\'"])/g : /\\([\\'])/g;
  return text.replace(known, (_, char: string) => ESCAPES[char] ?? char);
}

const countLines = (source: string, from: number, to: number): number =>
  source.slice(from, to).split("\n").length - 1;

/** Two lines of one variable would silently lose one of them: say which. */
function markDoubles(found: Parsed): void {
  const seen = new Map<string, number>();
  for (const { name, line } of found.entries) {
    const variable = name.toUpperCase().replace(/[.-]/g, "_");
    const first = seen.get(variable);
    if (first === undefined) seen.set(variable, line);
    else found.errors.push({ line, message: `sets the same variable as line ${first}` });
  }
}

function parseJson(text: string): Parsed {
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch {
    return { entries: [], errors: [{ line: 1, message: "starts like JSON and is not valid JSON" }] };
  }
  const found: Parsed = { entries: [], errors: [] };
  Object.entries(data as Record<string, unknown>).forEach(([name, value], index) => {
    if (typeof value === "string") found.entries.push({ name, value, line: index + 1 });
    else found.errors.push({ line: index + 1, message: "is not a string (counted by entry)" });
  });
  markDoubles(found);
  return found;
}

/** Whether pasted text is plainly several assignments rather than one value with line breaks. */
export function looksLikeDotenv(text: string): boolean {
  if (!text.includes("\n") || text.trimStart().startsWith("{")) return false;
  const { entries, errors } = parseDotenv(text);
  // A last line of base64 also ends in "=": an assignment of nothing does not count.
  return errors.length === 0 && entries.filter(({ value }) => value !== "").length >= 2;
}
