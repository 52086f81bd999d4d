import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    exclude: ["test/browser/**", "test/harness/**", "test/serve/**", "node_modules/**"],
    environment: "node",
    // Two shared cores: one worker a core, and no test is decided by wall time.
    maxWorkers: 2,
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
