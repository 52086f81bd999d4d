import type { Dict, KubeObject } from "../model";

/** A compiled label selector. */
export type LabelMatcher = (labels: Dict) => boolean;

interface Requirement { readonly key: string; readonly operator: string; readonly values: readonly string[] }
/** metav1.LabelSelector */
export interface LabelSelector {
  readonly matchLabels?: Dict;
  readonly matchExpressions?: readonly { readonly key: string; readonly operator: string; readonly values?: readonly string[] }[];
}

const parsed = new Map<string, LabelMatcher>();

/** Compiles a label selector in kubectl's words: `app=nginx,tier in (a,b),!x,n>1`. Throws Error with the server's text. */
export function compileLabelSelector(text: string): LabelMatcher {
  let matcher = parsed.get(text);
  if (matcher === undefined) {
    const requirements = parseRequirements(text);
    matcher = (labels) => requirements.every((requirement) => holds(requirement, labels));
    if (parsed.size > 2000) parsed.clear();
    parsed.set(text, matcher);
  }
  return matcher;
}

const tokens = /\s*(!=|==|=|!|,|\(|\)|<|>|[^\s!=,()<>]+)/y;

function parseRequirements(text: string): readonly Requirement[] {
  const list: string[] = [];
  tokens.lastIndex = 0;
  for (let match = tokens.exec(text); match !== null; match = tokens.exec(text)) list.push(match[1] ?? "");
  let at = 0;
  const requirements: Requirement[] = [];
  const expected = (found: string | undefined, what: string): Error => new Error(found === undefined ? `found '', expected: ${what}` : `found '${found}', expected: ${what}`);
  const word = (token: string | undefined, what = "identifier"): string => {
    if (token === undefined || /^(!=|==|=|!|,|\(|\)|<|>)$/.test(token)) throw expected(token, what);
    return token;
  };
  const set = (): string[] => {
    if (list[at] !== "(") throw expected(list[at], "'('");
    at++;
    const values: string[] = [];
    for (;;) {
      const token = list[at++];
      if (token === ")") return values;
      if (token === ",") continue;
      values.push(word(token, "',', ')' or identifier"));
    }
  };
  while (at < list.length) {
    if (list[at] === "!") {
      requirements.push({ key: word(list[at + 1], "identifier"), operator: "!", values: [] });
      at += 2;
    } else {
      const key = word(list[at++], "!, identifier, or 'end of string'");
      const operator = list[at];
      if (operator === undefined || operator === ",") requirements.push({ key, operator: "exists", values: [] });
      else if (operator === "in" || operator === "notin") {
        at++;
        requirements.push({ key, operator, values: set() });
      } else if (["=", "==", "!=", "<", ">"].includes(operator)) {
        at++;
        const value = list[at];
        if (value === undefined || value === ",") requirements.push({ key, operator: operator === "==" ? "=" : operator, values: [""] });
        else {
          requirements.push({ key, operator: operator === "==" ? "=" : operator, values: [word(value)] });
          at++;
        }
      } else throw expected(operator, "in, notin, =, ==, !=, gt, lt");
    }
    if (at >= list.length) break;
    if (list[at] !== ",") throw expected(list[at], "',' or 'end of string'");
    at++;
    if (at >= list.length) throw expected("", "identifier after ','");
  }
  return requirements;
}

function holds({ key, operator, values }: Requirement, labels: Dict): boolean {
  const value = labels[key];
  switch (operator) {
    case "=": return value === values[0];
    case "!=": return value !== values[0];
    case "in": case "In": return value !== undefined && values.includes(value);
    case "notin": case "NotIn": return value === undefined || !values.includes(value);
    case "exists": case "Exists": return value !== undefined;
    case "!": case "DoesNotExist": return value === undefined;
    case ">": case "Gt": return value !== undefined && Number(value) > Number(values[0]);
    case "<": case "Lt": return value !== undefined && Number(value) < Number(values[0]);
    default: return false;
  }
}

const compiled = new WeakMap<object, LabelMatcher>();

/** Compiles a metav1.LabelSelector; an empty one selects everything. Cached by the object's identity. */
export function compileSelectorObject(selector: object): LabelMatcher {
  let matcher = compiled.get(selector);
  if (matcher === undefined) {
    const { matchLabels, matchExpressions } = selector as LabelSelector;
    const equal = Object.entries(matchLabels ?? {});
    const expressions: readonly Requirement[] = (matchExpressions ?? []).map(({ key, operator, values }) => ({ key, operator, values: values ?? [] }));
    matcher = (labels) => equal.every(([key, value]) => labels[key] === value) && expressions.every((requirement) => holds(requirement, labels));
    compiled.set(selector, matcher);
  }
  return matcher;
}

/** Whether a metav1.LabelSelector matches; none matches nothing. */
export function matchesSelector(selector: LabelSelector | undefined, labels: Dict | undefined): boolean {
  return selector !== undefined && compileSelectorObject(selector)(labels ?? {});
}

/** Compiles a field selector: `status.phase=Running,spec.nodeName!=node1`. Throws Error with the server's text. */
export function compileFieldSelector(text: string, selectable: Readonly<Record<string, (object: KubeObject) => string>>): (object: KubeObject) => boolean {
  const tests = text.split(",").filter((part) => part.trim() !== "").map((part) => {
    const match = /^\s*([^=!]+?)\s*(!=|==|=)\s*(.*?)\s*$/.exec(part);
    if (match === null) throw new Error(`invalid selector: '${text}'; can't understand '${part}'`);
    const [, field = "", operator, value = ""] = match;
    const read = field === "metadata.name" ? (object: KubeObject) => object.metadata.name
      : field === "metadata.namespace" ? (object: KubeObject) => object.metadata.namespace ?? ""
        : Object.hasOwn(selectable, field) ? selectable[field] : undefined;
    if (read === undefined) throw new Error(`field label not supported: ${field}`);
    return (object: KubeObject): boolean => (read(object) === value) === (operator !== "!=");
  });
  return (object) => tests.every((test) => test(object));
}
