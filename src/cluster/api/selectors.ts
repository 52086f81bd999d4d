import type { Dict, KubeObject } from "../model";

/** One requirement of a label selector. */
export interface Requirement {
  readonly key: string;
  readonly operator: "=" | "!=" | "in" | "notin" | "exists" | "!" | "gt" | "lt";
  readonly values: readonly string[];
}

/** metav1.LabelSelector */
export interface LabelSelector {
  readonly matchLabels?: Dict | undefined;
  readonly matchExpressions?: readonly { readonly key: string; readonly operator: string; readonly values?: readonly string[] | undefined }[] | undefined;
}

export type LabelMatcher = (labels: Dict) => boolean;
export type FieldMatcher = (object: KubeObject) => boolean;

/** A selector that cannot be parsed; the message is the API machinery's. */
export class SelectorError extends Error {}

const labelCache = new Map<string, LabelMatcher>();
const cacheSize = 2000;
const objectCache = new WeakMap<object, LabelMatcher>();

/** Compiles a label selector in kubectl's words ("app=nginx,tier in (a,b),!x"). Throws SelectorError. */
export function compileLabelSelector(text: string): LabelMatcher {
  let matcher = labelCache.get(text);
  if (matcher === undefined) {
    matcher = matcherOf(parseLabelSelector(text));
    if (labelCache.size >= cacheSize) labelCache.clear();
    labelCache.set(text, matcher);
  }
  return matcher;
}

/** Compiles a metav1.LabelSelector: an empty one selects everything, a missing one nothing. */
export function compileSelectorObject(selector: LabelSelector | undefined | null): LabelMatcher {
  if (selector === undefined || selector === null) return () => false;
  let matcher = objectCache.get(selector);
  if (matcher === undefined) objectCache.set(selector, matcher = matcherOf(requirementsOf(selector)));
  return matcher;
}

/** Whether labels satisfy a metav1.LabelSelector, or the plain map of a Service or ReplicationController (which, empty, selects nothing). */
export function matchesSelector(selector: LabelSelector | Dict | undefined | null, labels: Dict | undefined): boolean {
  if (selector === undefined || selector === null) return false;
  if (isLabelSelector(selector)) return compileSelectorObject(selector)(labels ?? {});
  let some = false;
  for (const key in selector) {
    if (labels?.[key] !== (selector)[key]) return false;
    some = true;
  }
  return some;
}

function isLabelSelector(selector: LabelSelector | Dict): selector is LabelSelector {
  for (const key in selector) if ((key === "matchLabels" || key === "matchExpressions") && typeof (selector as Record<string, unknown>)[key] === "object") return true;
  for (const _ in selector) return false;
  return true;
}

/** The requirements of a metav1.LabelSelector, sorted by key as Kubernetes keeps them. */
export function requirementsOf(selector: LabelSelector): readonly Requirement[] {
  const list: Requirement[] = Object.entries(selector.matchLabels ?? {}).map(([key, value]) => ({ key, operator: "=", values: [value] }));
  for (const { key, operator, values } of selector.matchExpressions ?? []) {
    const word = operators[operator];
    if (word === undefined) throw new SelectorError(`${JSON.stringify(operator)} is not a valid label selector operator`);
    list.push({ key, operator: word, values: [...values ?? []].sort() });
  }
  return list.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
}

const operators: Readonly<Record<string, Requirement["operator"]>> = { In: "in", NotIn: "notin", Exists: "exists", DoesNotExist: "!" };

/** A selector as tables and describe print it: `app=nginx,tier in (a,b)`; "<none>" where there is nothing. */
export function formatLabelSelector(selector: LabelSelector | undefined | null): string {
  if (selector === undefined || selector === null) return "<none>";
  const text = formatRequirements(requirementsOf(selector));
  return text === "" ? "<none>" : text;
}

/** A plain map of labels as tables print it: `a=b,c=d`; "<none>" where it is empty. */
export function formatLabels(labels: Dict | undefined | null): string {
  const text = Object.keys(labels ?? {}).sort().map((key) => `${key}=${(labels as Dict)[key]}`).join(",");
  return text === "" ? "<none>" : text;
}

/** Requirements in the words that parse to them again. */
export function formatRequirements(requirements: readonly Requirement[]): string {
  return requirements.map(({ key, operator, values }) => {
    switch (operator) {
      case "exists": return key;
      case "!": return `!${key}`;
      case "=": return `${key}=${values[0] ?? ""}`;
      case "!=": return `${key}!=${values[0] ?? ""}`;
      case "gt": return `${key}>${values[0] ?? ""}`;
      case "lt": return `${key}<${values[0] ?? ""}`;
      default: return `${key} ${operator} (${[...values].sort().join(",")})`;
    }
  }).join(",");
}

function matcherOf(requirements: readonly Requirement[]): LabelMatcher {
  const tests = requirements.map(testOf);
  if (tests.length === 0) return () => true;
  if (tests.length === 1) return tests[0];
  return (labels) => {
    for (const test of tests) if (!test(labels)) return false;
    return true;
  };
}

function testOf({ key, operator, values }: Requirement): LabelMatcher {
  const value = values[0] ?? "";
  const set = new Set(values);
  switch (operator) {
    case "=": return (labels) => labels[key] === value;
    case "!=": return (labels) => labels[key] !== value;
    case "in": return (labels) => labels[key] !== undefined && set.has(labels[key]);
    case "notin": return (labels) => labels[key] === undefined || !set.has(labels[key]);
    case "exists": return (labels) => labels[key] !== undefined;
    case "!": return (labels) => labels[key] === undefined;
    case "gt": return (labels) => labels[key] !== undefined && Number(labels[key]) > Number(value);
    case "lt": return (labels) => labels[key] !== undefined && Number(labels[key]) < Number(value);
  }
}

interface Token {
  readonly kind: "word" | "," | "(" | ")" | "=" | "==" | "!=" | "!" | ">" | "<" | "in" | "notin" | "end";
  readonly text: string;
}

const special = "=!(),<>";

function tokens(text: string): Token[] {
  const list: Token[] = [];
  for (let i = 0; i < text.length;) {
    const c = text[i];
    if (/\s/.test(c)) { i++; continue; }
    if (special.includes(c)) {
      const two = text.slice(i, i + 2);
      const symbol = two === "==" || two === "!=" ? two : c;
      list.push({ kind: symbol as Token["kind"], text: symbol });
      i += symbol.length;
      continue;
    }
    let end = i;
    while (end < text.length && !special.includes(text[end]) && !/\s/.test(text[end])) end++;
    const word = text.slice(i, end);
    list.push({ kind: word === "in" || word === "notin" ? word : "word", text: word });
    i = end;
  }
  list.push({ kind: "end", text: "" });
  return list;
}

/** Parses a label selector. Throws SelectorError with the texts of apimachinery's labels parser. */
export function parseLabelSelector(text: string): readonly Requirement[] {
  const list = tokens(text);
  const requirements: Requirement[] = [];
  let at = 0;
  const peek = (): Token => list[at];
  /** Inside values, `in` and `notin` are plain words. */
  const isWord = (token: Token): boolean => token.kind === "word" || token.kind === "in" || token.kind === "notin";
  const fail = (expected: string): never => {
    throw new SelectorError(`found '${peek().text}', expected: ${expected}`);
  };
  const key = (): string => {
    const token = peek();
    if (!isWord(token)) return fail("identifier");
    const problem = labelKeyProblem(token.text);
    if (problem !== undefined) throw new SelectorError(`key: Invalid value: ${JSON.stringify(token.text)}: ${problem}`);
    at++;
    return token.text;
  };
  const checked = (values: readonly string[], of: string): readonly string[] => {
    values.forEach((value, i) => {
      const problem = labelValueProblem(value);
      if (problem !== undefined) throw new SelectorError(`values[${i}][${of}]: Invalid value: ${JSON.stringify(value)}: ${problem}`);
    });
    return values;
  };
  const exact = (): string => {
    const token = peek();
    if (token.kind === "," || token.kind === "end") return "";
    if (!isWord(token)) return fail("identifier");
    at++;
    return token.text;
  };
  const parenthesised = (): readonly string[] => {
    if (peek().kind !== "(") throw new SelectorError(`found '${peek().text}' expected: '('`);
    at++;
    const values = new Set<string>();
    if (peek().kind === ")") { at++; return [""]; }
    for (;;) {
      const token = peek();
      if (isWord(token)) {
        values.add(token.text);
        at++;
        if (peek().kind === ",") { at++; if (peek().kind === ")") values.add(""); continue; }
        if (peek().kind === ")") break;
        fail("',' or ')'");
      } else if (token.kind === ",") {
        values.add("");
        at++;
        if (peek().kind === ")") { values.add(""); break; }
      } else if (token.kind === ")") break;
      else fail("',', ')' or identifier");
    }
    at++;
    return [...values].sort();
  };
  const requirement = (): Requirement => {
    if (peek().kind === "!") {
      at++;
      return { key: key(), operator: "!", values: [] };
    }
    const name = key();
    const operator = peek();
    switch (operator.kind) {
      case "end":
      case ",": return { key: name, operator: "exists", values: [] };
      case "=":
      case "==": at++; return { key: name, operator: "=", values: checked([exact()], name) };
      case "!=": at++; return { key: name, operator: "!=", values: checked([exact()], name) };
      case ">":
      case "<": {
        at++;
        const value = exact();
        if (!/^[+-]?\d+$/.test(value)) throw new SelectorError(`values[0][${name}]: Invalid value: ${JSON.stringify(value)}: for 'Gt', 'Lt' operators, the value must be an integer`);
        return { key: name, operator: operator.kind === ">" ? "gt" : "lt", values: [value] };
      }
      case "in":
      case "notin": at++; return { key: name, operator: operator.kind, values: checked(parenthesised(), name) };
      default: return fail("in, notin, =, ==, !=, gt, lt");
    }
  };
  while (peek().kind !== "end") {
    if (!isWord(peek()) && peek().kind !== "!") fail("!, identifier, or 'end of string'");
    try {
      requirements.push(requirement());
    } catch (error) {
      throw error instanceof SelectorError ? new SelectorError(`unable to parse requirement: ${error.message}`) : error;
    }
    if (peek().kind === ",") {
      at++;
      if (!isWord(peek()) && peek().kind !== "!") fail("identifier after ','");
    } else if (peek().kind !== "end") fail("',' or 'end of string'");
  }
  return requirements.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
}

const namePart = /^([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]$/;
const valuePart = /^(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?$/;

function labelKeyProblem(key: string): string | undefined {
  const slash = key.indexOf("/");
  const name = slash < 0 ? key : key.slice(slash + 1);
  if (namePart.test(name) && name.length <= 63) return undefined;
  return "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";
}

function labelValueProblem(value: string): string | undefined {
  if (value.length > 63) return "must be no more than 63 characters";
  if (valuePart.test(value)) return undefined;
  return "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')";
}

/** One term of a field selector. */
export interface FieldTerm {
  readonly field: string;
  readonly equal: boolean;
  readonly value: string;
}

/** Parses "status.phase!=Running,spec.nodeName=a". Throws SelectorError. */
export function parseFieldSelector(text: string): readonly FieldTerm[] {
  const terms: FieldTerm[] = [];
  for (const part of splitTerms(text)) {
    if (part === "") continue;
    const match = /^((?:[^=!\\]|\\.|!(?!=))*?)(!=|==|=)(.*)$/s.exec(part);
    if (match === null) throw new SelectorError(`invalid selector: '${text}'; can't understand '${part}'`);
    terms.push({ field: match[1], equal: match[2] !== "!=", value: unescaped(match[3], text) });
  }
  return terms;
}

/** Splits at commas that no backslash escapes. */
function splitTerms(text: string): string[] {
  const parts: string[] = [];
  let part = "";
  for (let i = 0; i < text.length; i++) {
    if (text[i] === "\\" && i + 1 < text.length) part += text[i++] + (text[i]);
    else if (text[i] === ",") { parts.push(part); part = ""; } else part += text[i];
  }
  return [...parts, part];
}

function unescaped(value: string, text: string): string {
  if (/(^|[^\\])(\\\\)*=/.test(value)) throw new SelectorError(`invalid selector: '${text}'; can't understand '${value}'`);
  return value.replace(/\\([\\,=])/g, "$1");
}

/**
 * Compiles a field selector for a kind with those selectable fields; metadata.name and metadata.namespace always are.
 * Throws SelectorError: `field label not supported: foo`.
 */
export function compileFieldSelector(text: string, selectable: Readonly<Record<string, (object: KubeObject) => string>>): FieldMatcher {
  const tests = parseFieldSelector(text).map(({ field, equal, value }): FieldMatcher => {
    const read = field === "metadata.name" ? (object: KubeObject) => object.metadata.name
      : field === "metadata.namespace" ? (object: KubeObject) => object.metadata.namespace ?? ""
        : Object.hasOwn(selectable, field) ? selectable[field] : undefined;
    if (read === undefined) throw new SelectorError(Object.keys(selectable).length > 0 ? `field label not supported: ${field}` : `${JSON.stringify(field)} is not a known field selector: only "metadata.name", "metadata.namespace"`);
    return (object) => (read(object) === value) === equal;
  });
  if (tests.length === 1) return tests[0];
  return (object) => {
    for (const test of tests) if (!test(object)) return false;
    return true;
  };
}
