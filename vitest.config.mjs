import { defineConfig } from "vitest/config";

const page = ["test/ui/**/*.test.ts", "test/diagrams/mermaid.test.ts"];
const elsewhere = ["test/browser/**", "test/harness/**", "test/serve/**", "node_modules/**"];

export default defineConfig({
  test: {
    environment: "node",
    // Two shared cores: one worker a core, and no test is decided by wall time.
    maxWorkers: 2,
    testTimeout: 120_000,
    hookTimeout: 120_000,
    projects: [
      // What is pure keeps nothing from one file to the next: a worker loads it once, and runs it as compiled code from there on.
      { extends: true, test: { name: "pure", include: ["test/**/*.test.ts"], exclude: [...elsewhere, ...page], isolate: false } },
      // What has a page, or stands in for one, gets a fresh one with each file.
      { extends: true, test: { name: "page", include: page, exclude: elsewhere } },
    ],
  },
});
