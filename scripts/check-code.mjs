// The type check and the lint of `npm test`: what `tsc --noEmit` and `eslint . --max-warnings=0` report, from one program. Each by itself
// reads the same three thousand files and works out the same types; the rules find them ready where the compiler was there before.
import { ESLint } from "eslint";
import ts from "typescript";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const host = { getCanonicalFileName: (name) => name, getCurrentDirectory: () => root, getNewLine: () => "\n" };

function report(diagnostics) {
  if (diagnostics.length > 0) console.log(ts.formatDiagnostics(diagnostics, host).trimEnd());
  return diagnostics.length === 0;
}

const config = ts.getParsedCommandLineOfConfigFile(`${root}tsconfig.json`, {}, { ...ts.sys, onUnRecoverableConfigFileDiagnostic: (diagnostic) => { throw new Error(ts.formatDiagnostic(diagnostic, host)); } });
const program = ts.createProgram({ rootNames: config.fileNames, options: config.options, configFileParsingDiagnostics: ts.getConfigFileParsingDiagnostics(config) });
const typed = report(ts.getPreEmitDiagnostics(program));
console.log(`types: ${typed ? "ok" : "FAILED"}`);

const eslint = new ESLint({ cwd: root, overrideConfig: [{ files: ["src/**/*.ts"], languageOptions: { parserOptions: { projectService: false, programs: [program] } } }] });
const results = await eslint.lintFiles(["."]);
const linted = results.every(({ errorCount, warningCount }) => errorCount + warningCount === 0);
if (!linted) console.log((await (await eslint.loadFormatter("stylish")).format(results)).trim());
console.log(`lint: ${linted ? "ok" : "FAILED"} (${results.length} files)`);
process.exitCode = typed && linted ? 0 : 1;
