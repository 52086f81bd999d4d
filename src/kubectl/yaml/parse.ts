import { isAlias, isCollection, LineCounter, parseAllDocuments, visit, type Document } from "yaml";

/** Text that is no YAML; the message is go-yaml's: "yaml: line 4: did not find expected key". */
export class YamlError extends Error {}

/** What the YAML of version 1.1 resolves that go-yaml v2 leaves as text. */
const LEFT_AS_TEXT = new Set(["tag:yaml.org,2002:timestamp", "tag:yaml.org,2002:omap", "tag:yaml.org,2002:pairs", "tag:yaml.org,2002:set"]);

/** The documents of a YAML (or JSON) text as JSON values; an empty document is undefined. */
export function parseYaml(text: string): unknown[] {
  return splitDocuments(text).map(parseDocument);
}

/** Splits at lines that start with `---`, as kubectl's YAML reader does. */
export function splitDocuments(text: string): string[] {
  const documents: string[] = [];
  let lines: string[] = [];
  for (const line of text.replace(/^\ufeff/, "").split("\n")) {
    if (/^---(\s|$)/.test(line)) {
      documents.push(lines.join("\n"));
      lines = [];
      const rest = line.slice(3).trim();
      if (rest !== "" && !rest.startsWith("#")) lines.push(rest);
    } else lines.push(line);
  }
  documents.push(lines.join("\n"));
  return documents;
}

/** The value of a document's text; throws YamlError, also where the text would exhaust whoever reads it. */
export function parseDocument(text: string): unknown {
  try {
    return parsed(text);
  } catch (error) {
    if (error instanceof ReferenceError) throw new YamlError("yaml: document contains excessive aliasing");
    if (error instanceof RangeError) throw new YamlError("yaml: exceeded max depth of 10000");
    throw error;
  }
}

function parsed(text: string): unknown {
  if (text.split("\n").every((line) => /^\s*(#.*)?$/.test(line))) return undefined;
  const counter = new LineCounter();
  const documents = parseAllDocuments(text, {
    version: "1.1",
    schema: "yaml-1.1",
    merge: true,
    uniqueKeys: false,
    lineCounter: counter,
    logLevel: "silent",
    customTags: (tags) => tags.filter((tag) => typeof tag === "string" || !(LEFT_AS_TEXT.has(tag.tag) || ("format" in tag && tag.format === "TIME"))),
  });
  const document = (Array.isArray(documents) ? documents[0] : undefined) as Document | undefined;
  if (!document) return undefined;
  const error = document.errors[0];
  if (error) throw new YamlError(goYamlMessage(error.code, error.message, counter.linePos(error.pos[0]).line));
  const trouble = impossible(document);
  if (trouble !== undefined) throw new YamlError(`yaml: ${trouble}`);
  return json(document.toJS({ maxAliasCount: 100 }));
}

/** What go-yaml says of a value that is no tree with texts for keys: an anchor whose value has an alias of itself in it, a key that is a map or a list. */
function impossible(document: Document): string | undefined {
  let found: string | undefined;
  visit(document, {
    Alias: (_key, alias, path) => {
      const target = alias.resolve(document);
      if (target === undefined || !path.includes(target)) return undefined;
      found = `anchor '${alias.source}' value contains itself`;
      return visit.BREAK;
    },
    Pair: (_key, pair) => {
      const key = isAlias(pair.key) ? pair.key.resolve(document) : pair.key;
      if (!isCollection(key)) return undefined;
      found = `invalid map key: ${goSyntax(json(key.toJS(document, { mapAsMap: true, maxAliasCount: 100 })))}`;
      return visit.BREAK;
    },
  });
  return found;
}

/** A value as Go's `%#v` writes what go-yaml reads it as. */
function goSyntax(value: unknown): string {
  if (value === null) return "interface {}(nil)";
  if (Array.isArray(value)) return `[]interface {}{${value.map(goSyntax).join(", ")}}`;
  if (typeof value !== "object") return JSON.stringify(value);
  return `map[interface {}]interface {}{${Object.entries(value as Readonly<Record<string, unknown>>).sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, inner]) => `${JSON.stringify(key)}:${goSyntax(inner)}`).join(", ")}}`;
}

function goYamlMessage(code: string, message: string, line: number): string {
  const at = (n: number): string => (n > 0 ? `yaml: line ${n}: ` : "yaml: ");
  if (code === "TAB_AS_INDENT" || code === "BAD_SCALAR_START") return `${at(line)}found character that cannot start any token`;
  if (code === "MISSING_CHAR" && /quote/.test(message)) return `${at(line)}found unexpected end of stream`;
  if (code === "BAD_ALIAS") return `${at(line)}unknown anchor referenced`;
  if (/Nested mappings|implicit keys|compact mappings|block mapping/i.test(message) && code === "BLOCK_AS_IMPLICIT_KEY") return `${at(line)}mapping values are not allowed in this context`;
  if (/flow/i.test(message)) return `${at(line)}did not find expected ',' or ']'`;
  if (code === "MISSING_CHAR") return `${at(line)}could not find expected ':'`;
  return `${at(line - 1)}did not find expected key`;
}

/** Keys as strings and bytes as base64, as the way through JSON makes them. */
function json(value: unknown): unknown {
  if (value instanceof Uint8Array) return String.fromCharCode(...value);
  if (Array.isArray(value)) return value.map(json);
  if (typeof value === "bigint") return Number(value);
  if (value instanceof Map) return Object.fromEntries([...value].map(([k, v]) => [String(k), json(v)]));
  if (typeof value === "object" && value !== null) return Object.fromEntries(Object.entries(value).map(([k, v]) => [k, json(v)]));
  return value;
}
