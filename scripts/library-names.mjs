// Names of properties that only the libraries in the bundle use among themselves, so that a build may shorten them.
import { build } from "esbuild";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";

const word = /[A-Za-z_$][\w$]*/g;

/** @param {(path: string) => boolean} wanted */
function files(folder, wanted) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name)).filter(wanted);
}

/** Every text that a program has in quotes, in words: a name among them may be looked up by it. */
function quoted(text) {
  const found = [];
  const visit = (node) => {
    if (ts.isStringLiteralLike(node) || ts.isTemplateHead(node) || ts.isTemplateMiddleOrTemplateTail(node)) found.push(...(node.text.match(word) ?? []));
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile("library.js", text, ts.ScriptTarget.ES2022, true));
  return found;
}

/**
 * The names that no line of ours has, nor the language, the browser or Node, nor a text of the libraries.
 * @param {string} root @param {readonly string[]} libraries entry points
 */
export async function libraryNames(root, libraries) {
  const modules = join(root, "node_modules");
  const { mangleCache, metafile } = await build({ absWorkingDir: root, entryPoints: [...libraries], outdir: "/", bundle: true, format: "esm", write: false, metafile: true, mangleProps: /./, mangleCache: {} });
  const taken = new Set([
    ...files(join(root, "src"), (path) => path.endsWith(".ts")),
    ...files(join(modules, "typescript/lib"), (path) => /\blib\.[\w.]+\.d\.ts$/.test(path)),
    ...files(join(modules, "@types/node"), (path) => path.endsWith(".d.ts")),
  ].flatMap((path) => readFileSync(path, "utf8").match(word) ?? []));
  for (const path of Object.keys(metafile.inputs)) for (const name of quoted(readFileSync(join(root, path), "utf8"))) taken.add(name);
  return Object.keys(mangleCache).filter((name) => name.length > 2 && !taken.has(name)).sort();
}
