import { describe, expect, test } from "vitest";
import { problemOf } from "../src/lib/problem";
import { href, parseRoute } from "../src/lib/router";
import { secretPath } from "../src/lib/secrets";
import { filterRows, knownScopes } from "../src/lib/store";
import { relativeTime } from "../src/lib/time";
import type { Secret } from "../src/lib/types";

const secret = (name: string, scope: string, description = ""): Secret => ({
  name,
  scope,
  description,
  env_name: name.toUpperCase().replaceAll("-", "_"),
  auto_install: true,
  instructions_safe: false,
  hint: null,
  version: "1",
  created_at: "2026-01-01T00:00:00.000Z",
  created_by: "u",
  updated_at: "2026-01-01T00:00:00.000Z",
  updated_by: "u",
  last_injected_at: null,
});

describe("addresses", () => {
  test("an unknown one leads to the secrets", () => {
    for (const hash of ["", "#", "#/", "#/nowhere", "#/<img src=x>"])
      expect(parseRoute(hash).screen).toBe("secrets");
  });
  test("filters go there and back", () => {
    const { screen, params } = parseRoute(href("boots", { scope: "project:web", name: "a.b&c=d", user: "" }));
    expect([screen, params.get("scope"), params.get("name"), params.has("user")]).toEqual([
      "boots",
      "project:web",
      "a.b&c=d",
      false,
    ]);
  });
  test("a secret's path cannot leave its place", () => {
    expect(secretPath("project:web", "../../x?y#z")).toBe("/secrets/project:web/..%2F..%2Fx%3Fy%23z");
  });
});

describe("searching", () => {
  const rows = [secret("openai-key", "private", "for chat"), secret("db", "shared", "the Database")];
  test.each([
    ["OPENAI_KEY", 1],
    ["database", 1],
    ["  ", 2],
    ["zzz", 0],
  ])("%j finds %i", (query, count) => {
    expect(filterRows(rows, query, null)).toHaveLength(count);
  });
  test("a scope narrows it", () => {
    expect(filterRows(rows, "", "shared").map(({ name }) => name)).toEqual(["db"]);
  });
});

test("scopes to choose from are the caller's own, projects seen or claimed, and shared", () => {
  const rows = [secret("a", "project:web"), secret("b", "private")];
  expect(knownScopes(rows, ["data", "web"])).toEqual(["private", "project:data", "project:web", "shared"]);
  expect(knownScopes(rows, "*")).toEqual(["private", "project:web", "shared"]);
});

describe("times", () => {
  const now = Date.parse("2026-11-21T12:00:00Z");
  test.each([
    ["2026-11-21T11:59:30Z", "just now"],
    ["2026-11-21T11:00:00Z", "1 hour ago"],
    ["2026-11-20T11:00:00Z", "yesterday"],
    ["2024-11-20T11:00:00Z", "2 years ago"],
  ])("%s is %s", (iso, said) => {
    expect(relativeTime(iso, now)).toBe(said);
  });
});

describe("errors", () => {
  test("of the API keep code, fields and the time to wait", async () => {
    const body = {
      title: "Too many",
      detail: "Slow down",
      code: "throttled",
      request_id: "r1",
      errors: [{ field: "name", message: "is taken" }, { field: 3 }],
    };
    const response = new Response(JSON.stringify(body), { status: 429, headers: { "Retry-After": "7" } });
    const problem = await problemOf(response);
    expect(problem).toMatchObject({ status: 429, code: "throttled", retryAfter: 7, requestId: "r1" });
    expect(problem.message).toBe("Slow down");
    expect(problem.field("name")).toBe("is taken");
  });
  test.each(["<html>502</html>", "", "null", "[]"])("of a gateway (%j) still say something", async (body) => {
    const problem = await problemOf(new Response(body, { status: 502 }));
    expect(problem.code).toBe("http_502");
    expect(problem.message).not.toBe("");
  });
});
