import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

/** Real clients against the served API. */
export default defineConfig({
  test: {
    root: fileURLToPath(new URL("../..", import.meta.url)),
    include: ["test/serve/**/*.test.ts"],
    globalSetup: ["test/serve/global-setup.ts"],
    environment: "node",
    maxWorkers: 2,
    testTimeout: 240_000,
    hookTimeout: 120_000,
  },
});
