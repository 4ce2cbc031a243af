/** Unit tests run in Node; `server-only` is a build-time fence and means nothing here. */
import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig({
  resolve: {
    alias: {
      "@": here("."),
      "server-only": here("./node_modules/server-only/empty.js"),
    },
  },
  test: { include: ["tests/**/*.test.{ts,tsx}"] },
});
