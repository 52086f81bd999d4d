/**
 * A set of fields in the form of FieldsV1: a key is a step of a path (`f:name`, `k:{"name":"x"}`, `v:"x"`, `i:0`), `{}` a member,
 * and `.` makes a member of a node that has more below it. Immutable and shared; `undefined` is the empty set.
 */
export interface Fields { readonly [step: string]: Fields }

type Building = Record<string, Fields>;

/** The one node without anything below it: a member. */
export const leaf: Fields = Object.freeze({});

export function isMember(node: Fields): boolean {
  return node === leaf || node["."] !== undefined;
}

/** A node of what lies below it; `undefined` when there is nothing and it is no member. */
export function nodeOf(member: boolean, below: Building | undefined): Fields | undefined {
  if (below === undefined) return member ? leaf : undefined;
  if (member) below["."] = leaf;
  return below;
}

export function union(a: Fields | undefined, b: Fields | undefined): Fields | undefined {
  if (a === undefined || a === b) return b;
  if (b === undefined) return a;
  if (a === leaf || b === leaf) {
    const other = a === leaf ? b : a;
    return isMember(other) ? other : { ".": leaf, ...other };
  }
  const out: Building = { ...a };
  for (const step in b) out[step] = union(a[step], b[step]) ?? leaf;
  return out;
}

/** The members of `a` that are not members of `b`; or, with `keep`, those that are. */
function sift(a: Fields | undefined, b: Fields | undefined, keep: boolean): Fields | undefined {
  if (a === undefined) return undefined;
  if (b === undefined) return keep ? undefined : a;
  if (a === b && keep) return a;
  const member = isMember(a) && isMember(b) === keep;
  let below: Building | undefined;
  for (const step in a) {
    if (step === ".") continue;
    const inner = sift(a[step], b[step], keep);
    if (inner !== undefined) (below ??= {})[step] = inner;
  }
  return nodeOf(member, below);
}

export function difference(a: Fields | undefined, b: Fields | undefined): Fields | undefined {
  return sift(a, b, false);
}

export function intersection(a: Fields | undefined, b: Fields | undefined): Fields | undefined {
  return sift(a, b, true);
}

/** The set without everything at and below a path. */
export function without(node: Fields | undefined, path: readonly string[]): Fields | undefined {
  const [step, ...rest] = path;
  const inner = step === undefined ? undefined : node?.[step];
  if (node === undefined || step === undefined || inner === undefined) return node;
  const below: Building = { ...node };
  const kept = rest.length === 0 ? undefined : without(inner, rest);
  if (kept === undefined) delete below[step];
  else below[step] = kept;
  return Object.keys(below).length === 0 ? undefined : below;
}

/** Only what lies at and below a path. */
export function only(node: Fields | undefined, path: readonly string[]): Fields | undefined {
  const [step, ...rest] = path;
  if (node === undefined || step === undefined) return node;
  const inner = only(node[step], rest);
  return inner === undefined ? undefined : { [step]: inner };
}

/** Reads FieldsV1 from a body. Throws where it has a step of no known form. */
export function readFields(value: unknown): Fields | undefined {
  const read = (node: unknown): Fields => {
    const out: Building = {};
    for (const [step, inner] of Object.entries((node ?? {}))) {
      if (step !== "." && !/^[fkvi]:/.test(step)) throw new Error(`invalid path element: ${step}`);
      out[step] = step === "." ? leaf : read(inner);
    }
    const steps = Object.keys(out);
    return steps.length === 0 || (steps.length === 1 && steps[0] === ".") ? leaf : out;
  };
  const root = read(value);
  return root === leaf ? undefined : root;
}

/** The set as FieldsV1 prints: steps in order. */
export function printFields(node: Fields): Fields {
  if (node === leaf) return leaf;
  const out: Building = {};
  for (const step of Object.keys(node).sort()) out[step] = printFields(node[step] ?? leaf);
  return out;
}

/** `["k:{\"name\":\"x\"}", …]` → `[name="x"]`: a step as messages print it. */
export function stepText(step: string): string {
  const rest = step.slice(2);
  switch (step.charAt(0)) {
    case "f": return `.${rest}`;
    case "k": return `[${Object.entries(JSON.parse(rest) as Record<string, unknown>).map(([key, value]) => `${key}=${JSON.stringify(value)}`).join(",")}]`;
    case "v": return `[=${rest}]`;
    default: return `[${rest}]`;
  }
}

/** The members as paths (`.spec.replicas`): at every level its own members first, then what lies deeper. */
export function paths(node: Fields | undefined, prefix = ""): string[] {
  if (node === undefined) return [];
  const steps = Object.keys(node).filter((step) => step !== ".").sort();
  return [
    ...steps.filter((step) => isMember(node[step] ?? leaf)).map((step) => prefix + stepText(step)),
    ...steps.flatMap((step) => paths(node[step], prefix + stepText(step))),
  ];
}
