// Methods of the libraries in the bundle that no call can come to, so that a build may leave them out: a bundler keeps a class whole.
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";

/** What the engine calls without being asked by name. */
const always = new Set(["constructor", "toString", "toJSON", "valueOf", "next", "return", "throw"]);

/**
 * Methods whose names other things have, too, but which nothing here calls; `Class.method`.
 * unbash: syntax is walked, not written down. re2js: what is replaced, split and matched whole, in bytes, or written down. yaml: documents are read here, not made or changed; `.name` is what a tag
 * of a schema has for that.
 */
const uncalled = {
  re2js: ["RE2JS.quoteReplacement", "RE2JS.translateRegExp", "RE2JS.matches", "RE2JS.test", "RE2JS.exec", "RE2JS.split", "RE2JS.toString", "RE2JS.equals", "RE2JS.flags", "RE2JS.reset", "RE2JS.pattern", "Matcher.quoteReplacement", "Matcher.pattern", "Matcher.matches", "Matcher.appendReplacement", "Matcher.appendTail", "Matcher.replaceAll", "Matcher.replace", "RE2.dfa", "RE2.replaceAll", "RE2.toString", "MachineInput.fromUTF8", "MatcherInput.utf8", "Inst.toString", "Prog.toString", "Queue.toString", "Regexp.toString", "RE2JS.matchAll", "RE2JS.groupCount", "RE2JS.namedGroups", "RE2.findAll", "Utils.utf8ByteArrayToString"],
  unbash: ["ScriptExpansionImpl", "ProcessSubstitutionImpl", "ArithmeticExpansionImpl", "WordImpl", "ArrayValueImpl", "AssignmentImpl", "CommandImpl", "HereDocBodyImpl", "ArithmeticCommandImpl", "ArithmeticForImpl"].map((name) => `${name}.toJSON`),
  yaml: ["Document.clone", "Document.add", "Document.addIn", "Document.createNode", "Document.createPair", "Document.delete", "Document.deleteIn", "Document.getIn", "Document.has", "Document.hasIn", "Document.set", "Document.setIn", "Document.toJSON", "Document.toString", "Collection.addIn", "Collection.clone", "Collection.deleteIn", "Collection.getIn", "Collection.hasIn", "Collection.setIn", "NodeBase.clone", "Pair.clone", "Pair.toString", "Schema.clone", "Directives.toString", "Directives.clone", "YAMLMap.from", "YAMLSeq.from", "YAMLSeq.add", "YAMLSeq.delete", "YAMLSeq.has", "YAMLSeq.set", "YAMLOMap.from", "YAMLSet.from", "YAMLSet.set", ".createNode", ".stringify"],
};

const nameOf = (node) => (node.name !== undefined && ts.isIdentifier(node.name) ? node.name.text : undefined);
const isMethod = (node) => ts.isMethodDeclaration(node) || ts.isGetAccessor(node) || ts.isSetAccessor(node);
const ownerOf = ({ parent }) => (ts.isClassLike(parent) ? nameOf(parent) ?? nameOf(parent.parent) : "");

/** Every name and every word in quotes in a piece of code, which may call what it names; not in what `apart` takes. */
function namesIn(node, names, apart) {
  const visit = (each) => {
    if (ts.isIdentifier(each)) names.add(each.text);
    else if (ts.isStringLiteralLike(each) || ts.isTemplateHead(each) || ts.isTemplateMiddleOrTemplateTail(each)) for (const word of each.text.match(/[\w$]+/g) ?? []) names.add(word);
    if (!ts.isImportDeclaration(each) && !ts.isExportDeclaration(each)) ts.forEachChild(each, (child) => void (apart(child) || visit(child)));
  };
  visit(node);
}

/**
 * The texts of files of a library without methods that are not reached: neither from this source, nor from what of the
 * library is, where everything that a name may mean counts as called.
 * @param {string} root @param {keyof typeof uncalled} library @param {readonly { path: string, text: string }[]} files @param {string} library
 * @returns {Map<string, string>}
 */
export function withoutUnreached(root, library, files) {
  const reached = new Set(always);
  const source = join(root, "src");
  for (const entry of readdirSync(source, { recursive: true })) {
    if (String(entry).endsWith(".ts")) for (const word of readFileSync(join(source, String(entry)), "utf8").match(/[\w$]+/g) ?? []) reached.add(word);
  }
  const unwanted = new Set(uncalled[library]);
  const missing = new Set(unwanted);
  const waiting = [];
  const dropped = [];
  for (const { path, text } of files) {
    const file = ts.createSourceFile(path, text, ts.ScriptTarget.ES2022, true);
    const ofTag = (node) => /\/schema\//.test(path) && ts.isObjectLiteralExpression(node.parent) && (ts.isPropertyAssignment(node) || isMethod(node));
    namesIn(file, reached, (node) => {
      const inClass = isMethod(node) && ts.isClassLike(node.parent);
      const name = inClass || ofTag(node) || (ts.isFunctionDeclaration(node) && node.parent === file) ? nameOf(node) : undefined;
      if (name === undefined) return false;
      const full = `${ownerOf(node)}.${name}`;
      if (unwanted.has(full) && !ts.isFunctionDeclaration(node)) {
        missing.delete(full);
        dropped.push({ path, node });
        return true;
      }
      if (ofTag(node)) return false;
      const names = new Set();
      for (const part of [...node.parameters, node.body]) namesIn(part, names, () => false);
      waiting.push({ path, node, name, names, inClass });
      return true;
    });
  }
  if (missing.size > 0) throw new Error(`${library} is not what it was: it has no ${[...missing].join(", ")}`);
  for (let more = true; more;) {
    more = false;
    for (const entry of waiting) {
      if (entry.reached || !reached.has(entry.name)) continue;
      entry.reached = more = true;
      for (const name of entry.names) reached.add(name);
    }
  }
  dropped.push(...waiting.filter((entry) => entry.inClass && !entry.reached));
  return new Map(files.map(({ path, text }) => {
    let out = "";
    let at = 0;
    for (const { node } of dropped.filter((entry) => entry.path === path).sort((a, b) => a.node.pos - b.node.pos)) {
      out += text.slice(at, node.pos);
      at = text[node.end] === "," ? node.end + 1 : node.end;
    }
    return [path, out + text.slice(at)];
  }));
}
