// After the build: say what a first visit loads, refuse a build over its limit, and put the files where the function
// that serves them is packed from.
import { cpSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { brotliCompressSync, gzipSync } from "node:zlib";
import { fileURLToPath } from "node:url";

export const LIMIT_KB = 120;

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const dist = here("../dist/");

/** Scripts loaded before the first screen shows: the entry and what it imports statically. */
function firstLoad(manifest) {
  const seen = new Set();
  const visit = (key) => {
    const chunk = manifest[key];
    if (!chunk || seen.has(chunk.file)) return;
    seen.add(chunk.file);
    (chunk.imports ?? []).forEach(visit);
  };
  Object.keys(manifest)
    .filter((key) => manifest[key].isEntry)
    .forEach(visit);
  return [...seen];
}

const manifest = JSON.parse(readFileSync(`${dist}.vite/manifest.json`, "utf8"));
const files = firstLoad(manifest);
const sizes = { raw: 0, gzip: 0, brotli: 0 };
for (const file of files) {
  const bytes = readFileSync(dist + file);
  sizes.raw += bytes.length;
  sizes.gzip += gzipSync(bytes, { level: 9 }).length;
  sizes.brotli += brotliCompressSync(bytes).length;
}
writeFileSync(`${dist}.vite/first-load.json`, JSON.stringify({ files, ...sizes }, null, 2));
const kb = (bytes) => (bytes / 1000).toFixed(1);
console.log(
  `First load: ${files.length} scripts, ${kb(sizes.raw)} kB, gzip ${kb(sizes.gzip)} kB, brotli ${kb(sizes.brotli)} kB (limit ${LIMIT_KB} kB gzip)`,
);
if (sizes.gzip > LIMIT_KB * 1000) {
  console.error("error: over the limit; load something later or take a smaller part");
  process.exit(1);
}
const served = here("../../functions/serve_console/dist/");
rmSync(served, { recursive: true, force: true });
cpSync(dist, served, { recursive: true });
