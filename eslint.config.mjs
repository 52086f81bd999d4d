import { defineConfig, globalIgnores } from "eslint/config";
import obsidianmd from "eslint-plugin-obsidianmd";

export default defineConfig([
  globalIgnores([".cache/**", "main.js", "node_modules/", "test/", "scripts/", "src/cluster/api/schema/generated/", "*.mjs"]),
  ...obsidianmd.configs.recommended,
  {
    files: ["src/**/*.ts"],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    linterOptions: { reportUnusedDisableDirectives: "error" },
  },
  {
    // The served API is Node's, on the desktop alone; it is evaluated when the reader asks for it and not before.
    files: ["src/serve/**/*.ts"],
    languageOptions: { globals: { Buffer: "readonly", setTimeout: "readonly", clearTimeout: "readonly", performance: "readonly" } },
    rules: { "obsidianmd/no-nodejs-modules": "off", "obsidianmd/prefer-window-timers": "off" },
  },
]);
