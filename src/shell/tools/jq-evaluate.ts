import { fromBase64, toBase64 } from "./hash";
import { type Ast, JqSyntax, type Pattern, parse } from "./jq-parse";
import { type J, JqBreak, JqError, order, short, show, truth, typeOf } from "./jq-value";
import type { Io } from "./tool";
import { call } from "./jq-builtins";

export type Path = readonly (string | number | { readonly from: number | null; readonly to: number | null })[];
export interface Env {
  readonly vars: Readonly<Record<string, J>>;
  readonly functions: Readonly<Record<string, { readonly params: readonly string[]; readonly body: Ast; readonly env: () => Env } | { readonly closure: Ast; readonly env: Env }>>;
  readonly labels: Readonly<Record<string, object>>;
}

export interface Item {
  readonly v: J;
  /** Undefined where the value is no place of the input. */
  readonly p: Path | undefined;
}

/** Read on first use: few pages ever run jq. */
let prelude: Ast | undefined;
const readPrelude = (): Ast => parse(`def map(f): [.[] | f]; def select(f): if f then . else empty end; def recurse(f): def r: ., (f | r); r; def recurse(f; c): def r: ., (f | select(c) | r); r; def values: select(. != null); def nulls: select(. == null); def strings: select(type == "string"); def numbers: select(type == "number"); def booleans: select(type == "boolean"); def arrays: select(type == "array"); def objects: select(type == "object"); def iterables: select(type == "array" or type == "object"); def scalars: select(type != "array" and type != "object"); def to_entries: [keys_unsorted[] as $k | {key: $k, value: .[$k]}]; def from_entries: reduce .[] as $x ({}; . + {($x | if type == "object" then (if has("key") then .key elif has("k") then .k elif has("name") then .name elif has("Name") then .Name elif has("Key") then .Key elif has("K") then .K else null end) else . end | if type == "string" then . elif type == "null" then "null" else tojson end): ($x | if type == "object" then (if has("value") then .value elif has("v") then .v elif has("Value") then .Value elif has("V") then .V else null end) else null end)}); def with_entries(f): to_entries | map(f) | from_entries; def map_values(f): .[] |= f; def todate: strftime("%Y-%m-%dT%H:%M:%SZ"); def fromdate: fromdateiso8601; def dateadd(u; n): . + n; def while(c; u): def w: if c then ., (u | w) else empty end; w; def until(c; u): def w: if c then . else (u | w) end; w; def repeat(f): def r: ., (f | r); r; def in(o): . as $k | o | has($k); def inside(o): . as $k | o | contains($k); def combinations: if length == 0 then [] else .[0][] as $x | (.[1:] | combinations) as $w | [$x] + $w end; def walk(f): def w: if type == "object" then map_values(w) elif type == "array" then map(w) else . end | f; w; def first(f): label $out | (f | ., break $out); def isempty(g): label $go | (g | false, break $go), true; def any(g; c): isempty(first(g | c | select(.))) | not; def all(g; c): isempty(first(g | c | select(. | not))); def any(f): any(.[]; f); def any: any(.); def all(f): all(.[]; f); def all: all(.); def del(f): delpaths([path(f)]); def paths: path(..) | select(length > 0); def paths(f): path(.. | select(f)) | select(length > 0); def leaf_paths: paths(scalars); def add(f): reduce f as $x (null; . + $x); def env: $ENV; def ascii: [.] | implode; def splits($re): split($re; null)[]; def splits($re; $f): split($re; $f)[]; def finites: select(isinfinite or isnan | not); def input_line_number: 0; def index($s): (indices($s) | .[0]); def rindex($s): (indices($s) | .[-1]); def tostream: path(def r: (.[]?|r), .; r) as $p | getpath($p) | reduce path(.[]?) as $q ([$p, .]; [$p + $q]); def pick(f): . as $top | reduce path(f) as $p (null; setpath($p; $top | getpath($p))); def have_literal_numbers: true; def abs: if . < 0 then -. else . end; def toarray: if type == "array" then . else [.] end; def debug(m): .; def limit($n; f): if $n > 0 then label $out | foreach f as $item (0; . + 1; $item, if . >= $n then break $out else empty end) else empty end; def nth($n): .[$n]; def nth($n; f): last(limit($n + 1; f)); def skip($n; f): foreach f as $item (0; . + 1; if . > $n then $item else empty end); .`);

/** One run of a filter: `inputs` are what `input` takes. */
export class Machine {
  budget = 600_000;
  constructor(
    readonly inputs: J[],
    readonly io: Io,
  ) {}

  error(message: string): never {
    throw new JqError(message);
  }

  *run(ast: Ast, input: J, env: Env): Generator<J, void, void> {
    for (const item of this.paths(ast, { v: input, p: undefined }, env)) yield item.v;
  }

  *paths(ast: Ast, input: Item, env: Env): Generator<Item, void, void> {
    if (this.budget-- < 0) this.error("too much work");
    const plain = (v: J): Item => ({ v, p: undefined });
    switch (ast.k) {
      case "identity":
        yield input;
        return;
      case "recurse":
        yield* this.descend(input);
        return;
      case "literal":
        yield plain(ast.v);
        return;
      case "text":
        yield* this.text(ast.parts, 0, ast.format, input.v, env, "");
        return;
      case "format":
        yield plain(this.format(ast.name, input.v));
        return;
      case "index":
        for (const at of this.run(ast.at, input.v, env)) for (const of of this.paths(ast.of, input, env)) yield this.index(of, at);
        return;
      case "slice":
        for (const to of ast.to ? this.run(ast.to, input.v, env) : [null])
          for (const from of ast.from ? this.run(ast.from, input.v, env) : [null])
            for (const of of this.paths(ast.of, input, env)) {
              if (of.v !== null && typeof of.v !== "string" && !Array.isArray(of.v)) this.error(`Cannot index ${typeOf(of.v)} with object`);
              const [a, b] = [from as number | null, to as number | null];
              yield { v: of.v === null ? null : typeof of.v === "string" ? [...of.v].slice(a === null ? 0 : Math.floor(a), b === null ? undefined : Math.ceil(b)).join("") : of.v.slice(a === null ? 0 : Math.floor(a), b === null ? undefined : Math.ceil(b)), p: of.p && [...of.p, { from: a, to: b }] };
            }
        return;
      case "each":
        for (const of of this.paths(ast.of, input, env)) {
          if (Array.isArray(of.v)) for (let i = 0; i < of.v.length; i++) yield { v: of.v[i]!, p: of.p && [...of.p, i] };
          else if (of.v !== null && typeof of.v === "object") for (const k of Object.keys(of.v)) yield { v: of.v[k]!, p: of.p && [...of.p, k] };
          else this.error(`Cannot iterate over ${typeOf(of.v)}${of.v === null ? "" : ` (${short(of.v)})`}`);
        }
        return;
      case "pipe":
        for (const a of this.paths(ast.a, input, env)) yield* this.paths(ast.b, a, env);
        return;
      case "comma":
        yield* this.paths(ast.a, input, env);
        yield* this.paths(ast.b, input, env);
        return;
      case "and":
        for (const a of this.run(ast.a, input.v, env)) {
          if (!truth(a)) yield plain(false);
          else for (const b of this.run(ast.b, input.v, env)) yield plain(truth(b));
        }
        return;
      case "or":
        for (const a of this.run(ast.a, input.v, env)) {
          if (truth(a)) yield plain(true);
          else for (const b of this.run(ast.b, input.v, env)) yield plain(truth(b));
        }
        return;
      case "alternative": {
        let any = false;
        try {
          for (const a of this.paths(ast.a, input, env))
            if (truth(a.v)) {
              any = true;
              yield a;
            }
        } catch (problem) {
          if (!(problem instanceof JqError)) throw problem;
        }
        if (!any) yield* this.paths(ast.b, input, env);
        return;
      }
      case "binary":
        for (const b of this.run(ast.b, input.v, env)) for (const a of this.run(ast.a, input.v, env)) yield plain(this.binary(ast.op, a, b));
        return;
      case "update":
        yield* this.update(ast, input.v, env);
        return;
      case "negate":
        for (const a of this.run(ast.a, input.v, env)) {
          if (typeof a !== "number") this.error(`${typeOf(a)} (${short(a)}) cannot be negated`);
          yield plain(-(a));
        }
        return;
      case "try":
        try {
          yield* this.paths(ast.a, input, env);
        } catch (problem) {
          if (!(problem instanceof JqError)) throw problem;
          if (ast.b) yield* this.paths(ast.b, plain(problem.value), env);
        }
        return;
      case "if":
        for (const test of this.run(ast.test, input.v, env)) yield* truth(test) ? this.paths(ast.then, input, env) : ast.else ? this.paths(ast.else, input, env) : [input];
        return;
      case "array":
        yield plain(ast.a ? [...this.run(ast.a, input.v, env)] : []);
        return;
      case "object":
        yield* this.object(ast.entries, 0, {}, input.v, env);
        return;
      case "var":
        if (ast.name === "__loc__") {
          yield plain({ file: "<top-level>", line: 1 });
          return;
        }
        if (!Object.hasOwn(env.vars, ast.name)) throw new JqSyntax(`$${ast.name} is not defined`);
        yield plain(env.vars[ast.name]);
        return;
      case "as":
        for (const a of this.run(ast.a, input.v, env)) for (const vars of this.bind(ast.patterns[0], a, env)) yield* this.paths(ast.body, input, { ...env, vars: { ...env.vars, ...vars } });
        return;
      case "reduce": {
        for (const init of this.run(ast.init, input.v, env)) {
          let held: J | undefined = init;
          for (const a of this.run(ast.a, input.v, env))
            for (const vars of this.bind(ast.pattern, a, env)) {
              let last: J | undefined;
              if (held !== undefined) for (const v of this.run(ast.update, held, { ...env, vars: { ...env.vars, ...vars } })) last = v;
              held = last;
            }
          if (held !== undefined) yield plain(held);
        }
        return;
      }
      case "foreach": {
        for (const init of this.run(ast.init, input.v, env)) {
          let held = init;
          for (const a of this.run(ast.a, input.v, env))
            for (const vars of this.bind(ast.pattern, a, env)) {
              const inner = { ...env, vars: { ...env.vars, ...vars } };
              for (const v of this.run(ast.update, held, inner)) {
                held = v;
                if (ast.extract) yield* this.paths(ast.extract, plain(v), inner);
                else yield plain(v);
              }
            }
        }
        return;
      }
      case "def": {
        const next: Env = { ...env, functions: { ...env.functions, [`${ast.name}/${ast.params.length}`]: { params: ast.params, body: ast.body, env: () => next } } };
        yield* this.paths(ast.rest, input, next);
        return;
      }
      case "label": {
        const mark = {};
        try {
          yield* this.paths(ast.body, input, { ...env, labels: { ...env.labels, [ast.name]: mark } });
        } catch (problem) {
          if (!(problem instanceof JqBreak) || problem.label !== mark) throw problem;
        }
        return;
      }
      case "break":
        throw new JqBreak(env.labels[ast.name] ?? {});
      case "call":
        yield* call(this, ast.name, ast.args, input, env);
        return;
      default:
        return;
    }
  }

  *descend(item: Item): Generator<Item, void, void> {
    if (this.budget-- < 0) this.error("too much work");
    yield item;
    if (Array.isArray(item.v)) for (let i = 0; i < item.v.length; i++) yield* this.descend({ v: item.v[i]!, p: item.p && [...item.p, i] });
    else if (item.v !== null && typeof item.v === "object") for (const k of Object.keys(item.v)) yield* this.descend({ v: item.v[k]!, p: item.p && [...item.p, k] });
  }

  *text(parts: readonly (string | Ast)[], i: number, format: string, input: J, env: Env, done: string): Generator<Item, void, void> {
    if (i >= parts.length) {
      yield { v: done, p: undefined };
      return;
    }
    const part = parts[i];
    if (typeof part === "string") yield* this.text(parts, i + 1, format, input, env, done + part);
    else for (const v of this.run(part, input, env)) yield* this.text(parts, i + 1, format, input, env, done + (format ? (this.format(format, v) as string) : typeof v === "string" ? v : show(v)));
  }

  *object(entries: readonly { readonly key: Ast; readonly value: Ast }[], i: number, done: { [k: string]: J }, input: J, env: Env): Generator<Item, void, void> {
    const entry = entries[i];
    if (!entry) {
      yield { v: done, p: undefined };
      return;
    }
    for (const key of this.run(entry.key, input, env)) {
      if (typeof key !== "string") this.error(`Object keys must be strings`);
      for (const value of this.run(entry.value, input, env)) yield* this.object(entries, i + 1, { ...done, [key]: value }, input, env);
    }
  }

  *bind(pattern: Pattern, v: J, env: Env): Generator<Record<string, J>, void, void> {
    if (pattern.k === "name") {
      yield { [pattern.name]: v };
      return;
    }
    const step = function* (this: Machine, i: number, done: Record<string, J>): Generator<Record<string, J>, void, void> {
      if (i >= pattern.list.length) {
        yield done;
        return;
      }
      if (pattern.k === "array") {
        if (v !== null && !Array.isArray(v)) this.error(`Cannot index ${typeOf(v)} with number`);
        for (const more of this.bind(pattern.list[i], Array.isArray(v) ? (v[i] ?? null) : null, env)) yield* step.call(this, i + 1, { ...done, ...more });
        return;
      }
      const entry = pattern.list[i];
      for (const key of this.run(entry.key, v, env)) {
        const value = this.index({ v, p: undefined }, key).v;
        const own = entry.name === undefined ? {} : { [entry.name]: value };
        if (!entry.pattern) yield* step.call(this, i + 1, { ...done, ...own });
        else for (const more of this.bind(entry.pattern, value, env)) yield* step.call(this, i + 1, { ...done, ...own, ...more });
      }
    };
    yield* step.call(this, 0, {});
  }

  index(of: Item, at: J): Item {
    const { v } = of;
    if (typeof at === "string" && (v === null || (typeof v === "object" && !Array.isArray(v)))) return { v: v === null || !Object.hasOwn(v, at) ? null : v[at]!, p: of.p && [...of.p, at] };
    if (typeof at === "number" && (v === null || Array.isArray(v))) {
      const i = Math.floor(at);
      return { v: v === null ? null : (v[i < 0 ? v.length + i : i] ?? null), p: of.p && [...of.p, i] };
    }
    if (at !== null && typeof at === "object" && !Array.isArray(at) && (v === null || Array.isArray(v))) {
      const [from, to] = [at["start"] as number | null, at["end"] as number | null];
      return { v: v === null ? null : v.slice(from ?? 0, to ?? undefined), p: of.p && [...of.p, { from, to }] };
    }
    if (Array.isArray(at) && Array.isArray(v)) return { v: this.indices(v, at), p: undefined };
    return this.error(typeof at === "string" ? `Cannot index ${typeOf(v)} with "${at}"` : `Cannot index ${typeOf(v)} with ${typeOf(at)}`);
  }

  indices(v: J, at: J): J {
    const out: J[] = [];
    if (typeof v === "string" && typeof at === "string") {
      for (let i = v.indexOf(at); i >= 0 && at !== ""; i = v.indexOf(at, i + 1)) out.push(i);
      return at === "" ? null : out;
    }
    if (Array.isArray(v)) {
      const wanted = Array.isArray(at) ? at : [at];
      for (let i = 0; i + wanted.length <= v.length && wanted.length; i++) if (wanted.every((w, j) => order(v[i + j], w) === 0)) out.push(i);
      return out;
    }
    return null;
  }

  binary(op: string, a: J, b: J): J {
    switch (op) {
      case "==": return order(a, b) === 0;
      case "!=": return order(a, b) !== 0;
      case "<": return order(a, b) < 0;
      case "<=": return order(a, b) <= 0;
      case ">": return order(a, b) > 0;
      case ">=": return order(a, b) >= 0;
      case "+":
        if (a === null) return b;
        if (b === null) return a;
        if (typeof a === "number" && typeof b === "number") return a + b;
        if (typeof a === "string" && typeof b === "string") return a + b;
        if (Array.isArray(a) && Array.isArray(b)) return [...a, ...b];
        if (typeof a === "object" && typeof b === "object" && !Array.isArray(a) && !Array.isArray(b)) return { ...a, ...b };
        return this.error(`${typeOf(a)} (${short(a)}) and ${typeOf(b)} (${short(b)}) cannot be added`);
      case "-":
        if (typeof a === "number" && typeof b === "number") return a - b;
        if (Array.isArray(a) && Array.isArray(b)) return a.filter((x) => !b.some((y) => order(x, y) === 0));
        return this.error(`${typeOf(a)} (${short(a)}) and ${typeOf(b)} (${short(b)}) cannot be subtracted`);
      case "*":
        if (typeof a === "number" && typeof b === "number") return a * b;
        if (typeof a === "string" && typeof b === "number") return b <= 0 ? null : a.repeat(Math.min(100000, Math.max(1, Math.ceil(b))));
        if (typeof b === "string" && typeof a === "number") return this.binary("*", b, a);
        if (a !== null && b !== null && typeof a === "object" && typeof b === "object" && !Array.isArray(a) && !Array.isArray(b)) return this.merge(a, b);
        return this.error(`${typeOf(a)} (${short(a)}) and ${typeOf(b)} (${short(b)}) cannot be multiplied`);
      case "/":
        if (typeof a === "number" && typeof b === "number") return b === 0 ? this.error(`${typeOf(a)} (${short(a)}) and ${typeOf(b)} (${short(b)}) cannot be divided because the divisor is zero`) : a / b;
        if (typeof a === "string" && typeof b === "string") return a === "" ? [] : a.split(b);
        return this.error(`${typeOf(a)} (${short(a)}) and ${typeOf(b)} (${short(b)}) cannot be divided`);
      default: {
        if (typeof a !== "number" || typeof b !== "number") return this.error(`${typeOf(a)} (${short(a)}) and ${typeOf(b)} (${short(b)}) cannot be divided`);
        const by = Math.trunc(Math.abs(b));
        return by === 0 ? this.error(`${typeOf(a)} (${short(a)}) and ${typeOf(b)} (${short(b)}) cannot be divided because the divisor is zero`) : Math.trunc(a) % by;
      }
    }
  }

  merge(a: { [k: string]: J }, b: { [k: string]: J }): { [k: string]: J } {
    const out = { ...a };
    for (const [k, v] of Object.entries(b)) {
      const old = out[k];
      out[k] = old !== null && typeof old === "object" && !Array.isArray(old) && v !== null && typeof v === "object" && !Array.isArray(v) ? this.merge(old, v) : v;
    }
    return out;
  }

  getPath(v: J, path: Path): J {
    let at = v;
    for (const step of path) {
      if (at === null) return null;
      at = typeof step === "object" ? this.index({ v: at, p: undefined }, { start: step.from, end: step.to }).v : this.index({ v: at, p: undefined }, step).v;
    }
    return at;
  }

  setPath(v: J, path: Path, change: (old: J) => J | undefined): J | undefined {
    const [step, ...rest] = path;
    if (step === undefined) return change(v);
    if (typeof step === "string") {
      if (v !== null && (typeof v !== "object" || Array.isArray(v))) return this.error(`Cannot index ${typeOf(v)} with "${step}"`);
      const next = this.setPath(v === null || !Object.hasOwn(v, step) ? null : v[step]!, rest, change);
      const out = { ...(v ?? {}) };
      if (next === undefined) delete out[step];
      else out[step] = next;
      return out;
    }
    if (v !== null && !Array.isArray(v)) return this.error(`Cannot index ${typeOf(v)} with number`);
    const list = [...(v ?? [])];
    if (typeof step === "object") {
      const from = step.from === null ? 0 : step.from < 0 ? Math.max(0, list.length + step.from) : Math.min(step.from, list.length);
      const to = step.to === null ? list.length : step.to < 0 ? list.length + step.to : Math.min(step.to, list.length);
      const next = this.setPath(list.slice(from, to), rest, change);
      list.splice(from, Math.max(0, to - from), ...((next as J[] | undefined) ?? []));
      return list;
    }
    const i = step < 0 ? list.length + step : step;
    if (i < 0) return this.error("Out of bounds negative array index");
    if (i > 500000) return this.error("Array index too large");
    const next = this.setPath(list[i] ?? null, rest, change);
    if (next === undefined) list.splice(i, 1);
    else {
      while (list.length < i) list.push(null);
      list[i] = next;
    }
    return list;
  }

  delPaths(v: J, paths: readonly Path[]): J {
    let out = v;
    for (const path of [...paths].sort((a, b) => order(b as J, a as J))) {
      if (path.length === 0) return null;
      const parent = this.getPath(out, path.slice(0, -1));
      if (parent === null) continue;
      const last = path.at(-1)!;
      if (typeof last === "string" && (typeof parent !== "object" || Array.isArray(parent))) this.error(`Cannot delete field at object index of ${typeOf(parent)}`);
      if (typeof last === "number" && Array.isArray(parent) && (last >= parent.length || last < -parent.length)) continue;
      out = this.setPath(out, path, () => undefined) ?? null;
    }
    return out;
  }

  *pathsOf(ast: Ast, v: J, env: Env): Generator<Path, void, void> {
    for (const item of this.paths(ast, { v, p: [] }, env)) {
      if (item.p === undefined) this.error(`Invalid path expression with result ${short(item.v)}`);
      yield item.p;
    }
  }

  *update(ast: Extract<Ast, { k: "update" }>, input: J, env: Env): Generator<Item, void, void> {
    if (ast.op === "|=") {
      let out = input;
      const gone: Path[] = [];
      for (const path of [...this.pathsOf(ast.a, input, env)]) {
        out = this.setPath(out, path, (old) => {
          const next = this.run(ast.b, old, env).next();
          if (next.done) {
            gone.push(path);
            return old;
          }
          return next.value;
        }) ?? null;
      }
      yield { v: gone.length ? this.delPaths(out, gone) : out, p: undefined };
      return;
    }
    for (const value of this.run(ast.b, input, env)) {
      let out = input;
      for (const path of [...this.pathsOf(ast.a, input, env)])
        out = this.setPath(out, path, (old) => (ast.op === "=" ? value : ast.op === "//=" ? (truth(old) ? old : value) : this.binary(ast.op.slice(0, -1), old, value))) ?? null;
      yield { v: out, p: undefined };
    }
  }

  format(name: string, v: J): J {
    const text = typeof v === "string" ? v : show(v);
    const row = (): J[] => (Array.isArray(v) ? v : this.error(`${typeOf(v)} (${short(v)}) cannot be ${name.slice(1)}-formatted, only an array can be`));
    switch (name) {
      case "@text": return text;
      case "@json": return show(v);
      case "@csv": return row().map((c) => (typeof c === "string" ? `"${c.replace(/"/g, '""')}"` : c === null ? "" : typeof c === "object" ? this.error(`${typeOf(c)} (${short(c)}) is not valid in a csv row`) : show(c))).join(",");
      case "@tsv": return row().map((c) => (typeof c === "string" ? c.replace(/\\/g, "\\\\").replace(/\t/g, "\\t").replace(/\n/g, "\\n").replace(/\r/g, "\\r") : c === null ? "" : typeof c === "object" ? this.error(`${typeOf(c)} (${short(c)}) is not valid in a tsv row`) : show(c))).join("\t");
      case "@html": return text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;").replace(/'/g, "&#39;").replace(/"/g, "&quot;");
      case "@uri": return encodeURIComponent(text).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
      case "@sh": return (Array.isArray(v) ? v : [v]).map((c) => (typeof c === "string" ? `'${c.replace(/'/g, "'\\''")}'` : c !== null && typeof c === "object" ? this.error(`${typeOf(c)} (${short(c)}) can not be escaped for shell`) : show(c))).join(" ");
      case "@base64": return toBase64(text);
      case "@base64d": return fromBase64(text).text;
      default: return this.error(`${name.slice(1)} is not a valid format`);
    }
  }

}

/** The functions that jq defines in its own language. */
export function preludeEnv(env: Env): Env {
  let at: Ast = (prelude ??= readPrelude());
  let out = env;
  while (at.k === "def") {
    const def = at;
    const next: Env = { ...out, functions: { ...out.functions, [`${def.name}/${def.params.length}`]: { params: def.params, body: def.body, env: () => final() } } };
    out = next;
    at = def.rest;
  }
  const done = out;
  const final = (): Env => done;
  return done;
}
