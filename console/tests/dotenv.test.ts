import { parse as nodeDotenv } from "dotenv";
import { describe, expect, test } from "vitest";
import { looksLikeDotenv, parseDotenv, parseFile } from "../src/lib/dotenv";

const values = (text: string): Record<string, string> =>
  Object.fromEntries(parseDotenv(text).entries.map(({ name, value }) => [name, value]));

// What every reader of such files agrees on.
const PLAIN = [
  "A=1",
  "export A=1",
  "A = spaced out  ",
  "A=with spaces inside",
  "# comment\n\nA=1 # said here\nB='kept # here'",
  'A="two\\nlines"',
  'A="really\ntwo"',
  "A='single $HOME `id`'",
  "A=",
  "A=''",
  "A=a=b=c",
  'A="{\\"json\\": true}"\nB=2',
  "A=1\r\nB=2\r\n",
  "A='-----BEGIN\nabc\n-----END'",
];

describe("files that every reader understands alike", () => {
  test.each(PLAIN.filter((text) => !text.includes("json")))("%j", (text) => {
    expect(values(text)).toEqual(nodeDotenv(text));
  });
  test("escaped double quotes are unescaped, as python-dotenv and the command line do", () => {
    expect(values('A="{\\"json\\": true}"')).toEqual({ A: '{"json": true}' });
  });
});

test("a # starts a comment only after a blank, so that addresses stay whole", () => {
  expect(values("A=https://host.test/x?y#z\nB=x #y")).toEqual({ A: "https://host.test/x?y#z", B: "x" });
});

describe("lines that cannot be read", () => {
  test.each([
    ["no equals sign", "A=1\nhunter2-not-a-line\nB=2", 2],
    ["a quote never closed", 'A=1\nB="open', 2],
    ["text after a closing quote", "A='x' y", 1],
    ["a name with a digit first", "1A=x", 1],
    ["the same variable twice", "A-B=1\n\na_b=2", 3],
  ])("%s: the line is named, its text is not", (_, text, line) => {
    const { errors } = parseDotenv(text);
    expect(errors.map((error) => error.line)).toEqual([line]);
    expect(JSON.stringify(errors)).not.toContain("hunter2");
  });
  test("lines after a value of several lines are counted right", () => {
    expect(parseDotenv('A="1\n2\n3"\nbad').errors).toMatchObject([{ line: 4 }]);
  });
});

describe("a flat JSON object", () => {
  test("is read by its names", () => {
    expect(parseFile(' {"A": "1", "b.c": "x\\ny"}').entries).toMatchObject([
      { name: "A", value: "1" },
      { name: "b.c", value: "x\ny" },
    ]);
  });
  test.each(['{"A": 1}', '{"A": {"B": "1"}}', "{", '{"A": null}'])("%s is refused", (text) => {
    expect(parseFile(text).errors).toHaveLength(1);
  });
});

describe("pasted text", () => {
  test("of several assignments is taken for a .env", () => {
    expect(looksLikeDotenv("A=1\nB=2")).toBe(true);
    expect(looksLikeDotenv("# mine\nexport A='1'\n\nB=2\n")).toBe(true);
  });
  test.each([
    ["one assignment", "A=1"],
    ["one assignment and a line break", "A=1\n"],
    ["a PEM", "-----BEGIN PRIVATE KEY-----\nMC4CAQ==\n-----END PRIVATE KEY-----"],
    ["JSON", '{\n"A": "1",\n"B": "2"\n}'],
    ["base64 over two lines", "aGVsbG8=\nd29ybGQ="],
    ["prose", "first line\nsecond = line"],
    ["nothing", ""],
  ])("that is %s is taken for a value", (_, text) => {
    expect(looksLikeDotenv(text)).toBe(false);
  });
});
