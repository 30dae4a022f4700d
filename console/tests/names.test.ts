import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { envName, isName, isScope, precedence, reservedReason, scopeLabel } from "../src/lib/names";
import { hintOf, valueProblem } from "../src/lib/values";

interface Vectors {
  names: { name: string; env_name: string | null; reserved: string | null }[];
  scopes: { scope: string; valid: boolean }[];
  values: { value: string; hint: string | null }[];
}

// Made by the Python package, and checked there against its rules.
const vectors = JSON.parse(readFileSync(new URL("vectors/rules.json", import.meta.url), "utf8")) as Vectors;

describe("the rules of the Python package hold here too", () => {
  test.each(vectors.names)("name $name becomes $env_name", ({ name, env_name, reserved }) => {
    expect(envName(name)).toBe(env_name);
    expect(isName(name)).toBe(env_name !== null);
    expect(env_name === null ? null : reservedReason(env_name)).toBe(reserved);
  });

  test.each(vectors.scopes)("scope $scope is valid: $valid", ({ scope, valid }) => {
    expect(isScope(scope)).toBe(valid);
  });

  test.each(vectors.values)("hint number %#", ({ value, hint }) => {
    expect(hintOf(value)).toBe(hint);
  });
});

test("private wins over project, project over shared", () => {
  expect(precedence("private")).toBeLessThan(precedence("project:web"));
  expect(precedence("project:web")).toBeLessThan(precedence("shared"));
});

test("a scope is called what people call it", () => {
  expect(["private", "project:web", "shared"].map(scopeLabel)).toEqual(["Private", "web", "Shared"]);
});

describe("a value", () => {
  test("may be anything that an environment variable can carry", () => {
    for (const value of ["x", " ", "\n", "😀", "a".repeat(65_536)]) expect(valueProblem(value)).toBeNull();
  });
  test.each([
    ["empty", ""],
    ["with NUL", "a\0b"],
    ["one byte too long", "a".repeat(65_537)],
    ["too long in bytes, not in characters", "é".repeat(32_769)],
    ["half a surrogate pair", "\ud800"],
  ])("%s is refused in words that do not quote it", (_, value) => {
    const problem = valueProblem(value);
    expect(problem).not.toBeNull();
    expect(value === "" || !problem?.includes(value)).toBe(true);
  });
});
