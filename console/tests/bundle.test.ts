// Of the build that is there; `npm run build` comes first, and itself refuses a build over the limit.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";

const dist = new URL("../dist/", import.meta.url);
const LIMIT_BYTES = 120_000;

interface FirstLoad {
  files: string[];
  gzip: number;
}

describe.skipIf(!existsSync(new URL("index.html", dist)))("the build", () => {
  const page = readFileSync(new URL("index.html", dist), "utf8");

  test("sends under 120 kB of compressed scripts at first", () => {
    const first = JSON.parse(readFileSync(new URL(".vite/first-load.json", dist), "utf8")) as FirstLoad;
    expect(first.files.length).toBeGreaterThan(0);
    expect(first.gzip).toBeGreaterThan(10_000);
    expect(first.gzip).toBeLessThan(LIMIT_BYTES);
  });

  test("has no inline script, style or handler, and no address of another host", () => {
    expect(page).not.toMatch(/<style|style=|\son\w+=|<script(?![^>]*\bsrc=)/);
    expect(page).not.toMatch(/(?:src|href)="(?:https?:)?\/\//);
  });

  test("links only relatively, so that it works under any stage path", () => {
    const links = [...page.matchAll(/(?:src|href)="([^"]*)"/g)].map((match) => match[1]);
    expect(links.length).toBeGreaterThan(1);
    for (const link of links) expect(link).toMatch(/^\.\//);
  });

  test("turns no text into code", () => {
    const scripts = readdirSync(new URL("assets/", dist)).filter((name) => name.endsWith(".js"));
    for (const name of scripts) {
      const code = readFileSync(new URL(`assets/${name}`, dist), "utf8");
      expect(code, name).not.toMatch(/\beval\(|new Function\(|document\.write\(/);
    }
  });
});
