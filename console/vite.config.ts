import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

// The code is written against React's interface and shipped on Preact, which is a third of the size.
const preact = (part: string): string =>
  fileURLToPath(new URL(`./node_modules/preact/${part}`, import.meta.url));

export default defineConfig({
  // Relative, because the console lives under a stage path that is not known when it is built.
  base: "./",
  resolve: {
    alias: [
      { find: /^react$/, replacement: fileURLToPath(new URL("./src/react.js", import.meta.url)) },
      { find: /^react-dom$/, replacement: preact("compat/dist/compat.mjs") },
      { find: /^react-dom\/client$/, replacement: preact("compat/client.mjs") },
      { find: /^react\/jsx-(dev-)?runtime$/, replacement: preact("jsx-runtime/dist/jsxRuntime.mjs") },
    ],
  },
  build: {
    target: "es2022",
    // A content-security-policy without data: scripts needs every script to be a file of its own.
    assetsInlineLimit: (path) => path.endsWith(".woff2"),
    modulePreload: { polyfill: false },
    manifest: true,
    sourcemap: false,
    rolldownOptions: {
      onLog(level, log, handle) {
        // "use client" is for servers that render React; there is none here.
        if (log.code !== "MODULE_LEVEL_DIRECTIVE") handle(level, log);
      },
    },
  },
  test: {
    environment: "node",
    include: ["tests/**/*.test.ts"],
  },
});
