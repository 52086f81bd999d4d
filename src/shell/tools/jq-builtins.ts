import { regular } from "../regular";
import { formatDate, parseDate } from "./dates";
import { utf8 } from "./hash";
import { type Ast, JqSyntax } from "./jq-parse";
import { type J, JqError, codepoints, order, plainText, short, show, truth, typeOf } from "./jq-value";
import type { Env, Item, Machine, Path } from "./jq-evaluate";

export function* call(machine: Machine, name: string, args: readonly Ast[], input: Item, env: Env): Generator<Item, void, void> {
  const found = env.functions[`${name}/${args.length}`];
  if (found) {
    if ("closure" in found) {
      yield* machine.paths(found.closure, input, found.env);
      return;
    }
    let callee: Env = found.env();
    callee = { ...callee, labels: { ...env.labels, ...callee.labels } };
    const valued: { name: string; arg: Ast }[] = [];
    const functions: Record<string, Env["functions"][string]> = { ...callee.functions };
    found.params.forEach((param, i) => {
      if (param.startsWith("$")) valued.push({ name: param.slice(1), arg: args[i] });
      functions[`${param.replace(/^\$/, "")}/0`] = { closure: args[i], env };
    });
    const enter = function* (self: Machine, i: number, vars: Record<string, J>): Generator<Item, void, void> {
      const next = valued[i];
      if (!next) {
        yield* self.paths(found.body, input, { ...callee, vars: { ...callee.vars, ...vars }, functions });
        return;
      }
      for (const v of self.run(next.arg, input.v, env)) yield* enter(self, i + 1, { ...vars, [next.name]: v });
    };
    yield* enter(machine, 0, {});
    return;
  }
  const plain = (v: J): Item => ({ v, p: undefined });
  const v = input.v;
  const isText = (x: J, what: string): string => (typeof x === "string" ? x : machine.error(`${typeOf(x)} (${short(x)}) ${what}`));
  const list = (): J[] => (Array.isArray(v) ? v : machine.error(`${typeOf(v)} (${short(v)}) cannot be sorted, as it is not an array`));
  const keyed = (list0: J[]): { key: J; v: J }[] => list0.map((x) => ({ key: [...machine.run(args[0], x, env)], v: x }));
  const key = `${name}/${args.length}`;
  switch (key) {
    case "empty/0": return;
    case "not/0": return yield plain(!truth(v));
    case "error/0": throw new JqError(v);
    case "error/1":
      for (const m of machine.run(args[0], v, env)) throw new JqError(m);
      return;
    case "length/0":
      if (typeof v === "boolean") machine.error(`boolean (${v}) has no length`);
      return yield plain(v === null ? 0 : typeof v === "string" ? [...v].length : typeof v === "number" ? Math.abs(v) : Object.keys(v).length);
    case "utf8bytelength/0": return yield plain(utf8(isText(v, "only strings have UTF-8 byte length")).length);
    case "keys/0":
    case "keys_unsorted/0":
      if (Array.isArray(v)) return yield plain(v.map((_x, i) => i));
      if (v === null || typeof v !== "object") return machine.error(`${typeOf(v)} (${short(v)}) has no keys`);
      return yield plain(name === "keys" ? Object.keys(v).sort(codepoints) : Object.keys(v));
    case "has/1":
      for (const k of machine.run(args[0], v, env)) {
        if (Array.isArray(v) && typeof k === "number") yield plain(k >= 0 && k < v.length);
        else if (v !== null && typeof v === "object" && typeof k === "string") yield plain(Object.hasOwn(v, k));
        else machine.error(`Cannot check whether ${typeOf(v)} has a ${typeof k === "string" ? "string" : typeOf(k)} key`);
      }
      return;
    case "contains/1":
      for (const x of machine.run(args[0], v, env)) yield plain(contains(machine, v, x));
      return;
    case "add/0": {
      let sum: J = null;
      for (const x of Array.isArray(v) ? v : v === null ? [] : typeof v === "object" ? Object.values(v) : machine.error(`Cannot iterate over ${typeOf(v)}`)) sum = machine.binary("+", sum, x);
      return yield plain(sum);
    }
    case "range/1":
    case "range/2":
    case "range/3":
      for (const a of args.length > 1 ? machine.run(args[0], v, env) : [0])
        for (const b of machine.run(args[args.length > 1 ? 1 : 0], v, env))
          for (const step of args.length > 2 ? machine.run(args[2], v, env) : [1]) {
            const [from, to, by] = [a as number, b as number, step as number];
            if (by > 0) for (let i = from; i < to; i += by) {
              if (machine.budget-- < 0) machine.error("too much work");
              yield plain(i);
            }
            else if (by < 0) for (let i = from; i > to; i += by) {
              if (machine.budget-- < 0) machine.error("too much work");
              yield plain(i);
            }
          }
      return;
    case "floor/0": return yield plain(Math.floor(number(machine, v)));
    case "ceil/0": return yield plain(Math.ceil(number(machine, v)));
    case "round/0": return yield plain(Math.sign(number(machine, v)) * Math.round(Math.abs(number(machine, v))));
    case "sqrt/0": return yield plain(Math.sqrt(number(machine, v)));
    case "fabs/0": return yield plain(Math.abs(number(machine, v)));
    case "log/0": return yield plain(Math.log(number(machine, v)));
    case "log10/0": return yield plain(Math.log10(number(machine, v)));
    case "log2/0": return yield plain(Math.log2(number(machine, v)));
    case "exp/0": return yield plain(Math.exp(number(machine, v)));
    case "pow/2":
      for (const b of machine.run(args[1], v, env)) for (const a of machine.run(args[0], v, env)) yield plain(number(machine, a) ** number(machine, b));
      return;
    case "infinite/0": return yield plain(Infinity);
    case "nan/0": return yield plain(NaN);
    case "isnan/0": return yield plain(Number.isNaN(v));
    case "isinfinite/0": return yield plain(v === Infinity || v === -Infinity);
    case "isnormal/0": return yield plain(typeof v === "number" && Number.isFinite(v) && v !== 0);
    case "type/0": return yield plain(typeOf(v));
    case "tostring/0": return yield plain(typeof v === "string" ? v : show(v));
    case "tojson/0": return yield plain(show(v));
    case "fromjson/0": {
      try {
        return yield plain(JSON.parse(isText(v, "only strings can be parsed")) as J);
      } catch (problem) {
        if (problem instanceof JqError) throw problem;
        return machine.error(`${plainText(v)} (while parsing '${plainText(v)}')`);
      }
    }
    case "tonumber/0":
      if (typeof v === "number") return yield plain(v);
      if (typeof v === "string" && /^\s*-?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?\s*$/.test(v)) return yield plain(Number(v));
      return machine.error(typeof v === "string" ? `Cannot parse '${v}' as JSON` : `${typeOf(v)} (${short(v)}) cannot be parsed as a number`);
    case "ascii_downcase/0": return yield plain(isText(v, "cannot be ascii_downcased").replace(/[A-Z]/g, (c) => c.toLowerCase()));
    case "ascii_upcase/0": return yield plain(isText(v, "cannot be ascii_upcased").replace(/[a-z]/g, (c) => c.toUpperCase()));
    case "explode/0": return yield plain([...isText(v, "cannot be exploded")].map((c) => c.codePointAt(0)!));
    case "implode/0": return yield plain(list().map((c) => String.fromCodePoint(c as number)).join(""));
    case "ltrimstr/1":
      for (const x of machine.run(args[0], v, env)) yield plain(typeof v === "string" && typeof x === "string" && v.startsWith(x) ? v.slice(x.length) : v);
      return;
    case "rtrimstr/1":
      for (const x of machine.run(args[0], v, env)) yield plain(typeof v === "string" && typeof x === "string" && x !== "" && v.endsWith(x) ? v.slice(0, -x.length) : v);
      return;
    case "trim/0": return yield plain(isText(v, "cannot be trimmed").trim());
    case "ltrim/0": return yield plain(isText(v, "cannot be trimmed").trimStart());
    case "rtrim/0": return yield plain(isText(v, "cannot be trimmed").trimEnd());
    case "startswith/1":
    case "endswith/1":
      for (const x of machine.run(args[0], v, env)) {
        if (typeof v !== "string" || typeof x !== "string") machine.error(`${name}() requires string inputs`);
        yield plain(name === "startswith" ? (v).startsWith(x) : (v).endsWith(x));
      }
      return;
    case "join/1":
      for (const sep of machine.run(args[0], v, env)) {
        let out = "";
        (v as J[]).forEach((x, i) => {
          if (x !== null && typeof x === "object") machine.error(`string (${short(out + plainText(sep))}) and ${typeOf(x)} (${short(x)}) cannot be added`);
          out += (i ? plainText(sep) : "") + (x === null ? "" : typeof x === "string" ? x : show(x));
        });
        yield plain(out);
      }
      return;
    case "split/1":
      for (const x of machine.run(args[0], v, env)) {
        if (typeof v !== "string" || typeof x !== "string") machine.error("split input and separator must be strings");
        yield plain(v === "" ? [] : (v).split(x));
      }
      return;
    case "sort/0": return yield plain([...list()].sort(order));
    case "sort_by/1": return yield plain(keyed(list()).sort((a, b) => order(a.key, b.key)).map((x) => x.v));
    case "group_by/1":
    case "unique_by/1": {
      const groups: { key: J; list: J[] }[] = [];
      for (const x of keyed(list()).sort((a, b) => order(a.key, b.key))) {
        const last = groups.at(-1);
        if (last && order(last.key, x.key) === 0) last.list.push(x.v);
        else groups.push({ key: x.key, list: [x.v] });
      }
      return yield plain(name === "group_by" ? groups.map((g) => g.list) : groups.map((g) => g.list[0]!));
    }
    case "unique/0": {
      const sorted = [...list()].sort(order);
      return yield plain(sorted.filter((x, i) => i === 0 || order(sorted[i - 1], x) !== 0));
    }
    case "min/0":
    case "max/0":
    case "min_by/1":
    case "max_by/1": {
      const items = args.length ? keyed(list()) : list().map((x) => ({ key: x, v: x }));
      let best = items[0];
      for (const x of items) if (best && (name.startsWith("min") ? order(x.key, best.key) < 0 : order(x.key, best.key) >= 0)) best = x;
      return yield plain(best?.v ?? null);
    }
    case "reverse/0": return yield plain(v === null ? [] : typeof v === "string" ? [...v].reverse().join("") : [...list()].reverse());
    case "flatten/0":
    case "flatten/1":
      for (const depth of args.length ? machine.run(args[0], v, env) : [1e9]) yield plain(flatten(machine, list(), depth as number));
      return;
    case "first/0": return yield machine.index(input, 0);
    case "last/0": return yield machine.index(input, -1);
    case "last/1": {
      let last: Item | undefined;
      for (const x of machine.paths(args[0], input, env)) last = x;
      if (last) yield last;
      return;
    }
    case "recurse/0":
      yield* machine.descend(input);
      return;
    case "path/1":
      for (const p of machine.pathsOf(args[0], v, env)) yield plain(p.map((s) => (typeof s === "object" ? { start: s.from, end: s.to } : s)));
      return;
    case "getpath/1":
      for (const p of machine.run(args[0], v, env)) {
        yield { v: machine.getPath(v, p as Path), p: input.p && [...input.p, ...(p as (string | number)[])] };
      }
      return;
    case "setpath/2":
      for (const value of machine.run(args[1], v, env)) for (const p of machine.run(args[0], v, env)) yield plain(machine.setPath(v, p as Path, () => value) ?? null);
      return;
    case "delpaths/1":
      for (const p of machine.run(args[0], v, env)) yield plain(machine.delPaths(v, p as unknown as Path[]));
      return;
    case "transpose/0": {
      const rows = list() as J[][];
      const width = Math.max(0, ...rows.map((r) => r.length));
      return yield plain(Array.from({ length: width }, (_x, i) => rows.map((r) => r[i] ?? null)));
    }
    case "indices/1":
      for (const x of machine.run(args[0], v, env)) yield plain(machine.indices(v, x));
      return;
    case "input/0": {
      const next = machine.inputs.shift();
      if (next === undefined) machine.error("No more inputs");
      return yield plain(next);
    }
    case "inputs/0":
      while (machine.inputs.length) yield plain(machine.inputs.shift()!);
      return;
    case "debug/0":
      machine.io.err(`["DEBUG:",${show(v)}]\n`);
      return yield input;
    case "stderr/0":
      machine.io.err(show(v));
      return yield input;
    case "now/0": return yield plain((machine.io.context.epoch + machine.io.context.now) / 1000);
    case "strftime/1":
      for (const f of machine.run(args[0], v, env)) yield plain(formatDate((Array.isArray(v) ? Date.UTC(v[0] as number, v[1] as number, v[2] as number, v[3] as number, v[4] as number, Math.floor(v[5] as number)) / 1000 : number(machine, v)) * 1000, plainText(f)));
      return;
    case "fromdateiso8601/0": {
      const at = parseDate(isText(v, "cannot be parsed as a date"), 0);
      return yield plain(at === undefined ? machine.error(`date "${plainText(v)}" does not match format "%Y-%m-%dT%H:%M:%SZ"`) : Math.floor(at / 1000));
    }
    case "todateiso8601/0": return yield plain(formatDate(number(machine, v) * 1000, "%Y-%m-%dT%H:%M:%SZ"));
    case "gmtime/0": {
      const d = new Date(number(machine, v) * 1000);
      return yield plain([d.getUTCFullYear(), d.getUTCMonth(), d.getUTCDate(), d.getUTCHours(), d.getUTCMinutes(), d.getUTCSeconds(), d.getUTCDay(), 0]);
    }
    case "mktime/0": {
      const t = v as number[];
      return yield plain(Date.UTC(t[0], t[1], t[2], t[3], t[4], Math.floor(t[5])) / 1000);
    }
    case "halt/0": throw new JqError({ halt: 0 });
    case "halt_error/0": throw new JqError(v);
    case "builtins/0": return yield plain([]);
    case "input_filename/0": return yield plain(null);
    case "ascii/0": return yield plain(String.fromCharCode(number(machine, v)));
    case "test/1":
    case "test/2":
    case "match/1":
    case "match/2":
    case "capture/1":
    case "capture/2":
    case "scan/1":
    case "scan/2":
    case "sub/2":
    case "sub/3":
    case "gsub/2":
    case "gsub/3":
    case "split/2":
      yield* regex(machine, name, args, v, env);
      return;
  }
  throw new JqSyntax(`${name}/${args.length} is not defined`);
}

function number(machine: Machine, v: J): number {
  return typeof v === "number" ? v : machine.error(`${typeOf(v)} (${short(v)}) number required`);
}

function contains(machine: Machine, a: J, b: J): boolean {
  if (typeof a === "string" && typeof b === "string") return a.includes(b);
  if (Array.isArray(a) && Array.isArray(b)) return b.every((y) => a.some((x) => typeOf(x) === typeOf(y) && contains(machine, x, y)));
  if (a !== null && b !== null && typeof a === "object" && typeof b === "object" && !Array.isArray(a) && !Array.isArray(b)) return Object.entries(b).every(([k, y]) => Object.hasOwn(a, k) && typeOf(a[k]) === typeOf(y) && contains(machine, a[k], y));
  if (typeOf(a) === typeOf(b)) return order(a, b) === 0;
  return machine.error(`${typeOf(a)} (${short(a)}) and ${typeOf(b)} (${short(b)}) cannot have their containment checked`);
}

function flatten(machine: Machine, list: J[], depth: number): J[] {
  return list.flatMap((x) => (Array.isArray(x) && depth > 0 ? flatten(machine, x, depth - 1) : [x]));
}

function* regex(machine: Machine, name: string, args: readonly Ast[], v: J, env: Env): Generator<Item, void, void> {
  if (typeof v !== "string") machine.error(`${typeOf(v)} (${short(v)}) cannot be matched, as it is not a string`);
  const subject = v;
  const flagsAt = name === "sub" || name === "gsub" ? 2 : 1;
  for (const given of machine.run(args[0], v, env)) {
    const [pattern, own] = Array.isArray(given) ? (given as [string, string?]) : [given as string, undefined];
    for (const flagValue of args[flagsAt] ? machine.run(args[flagsAt], v, env) : [own ?? null]) {
      const flags = typeof flagValue === "string" ? flagValue : "";
      const named = pattern.replace(/\(\?<([A-Za-z_]\w*)>/g, "(?P<$1>");
      const made = regular(flags.includes("x") ? named.replace(/\s+/g, "") : named, "perl", { ignoreCase: flags.includes("i"), dotAll: flags.includes("s") });
      if (typeof made === "string") return machine.error(`${pattern} (at offset 0) is not a valid regex: ${made}`);
      const names = [...pattern.replace(/\\./g, "  ").matchAll(/\((\?<([A-Za-z_]\w*)>|(?!\?))/g)].map((m) => m[2] ?? null);
      const all = flags.includes("g") || name === "scan" || name === "gsub" || name === "split";
      const found: { start: number; end: number; groups: readonly (string | undefined)[] }[] = [];
      for (let at = 0; at <= subject.length; ) {
        const hit = made.find(subject, at);
        if (!hit) break;
        found.push(hit);
        at = hit.end > hit.start ? hit.end : hit.end + 1;
        if (!all) break;
      }
      const captures = (hit: (typeof found)[number]): { [k: string]: J } => Object.fromEntries(names.flatMap((n, i) => (n === null ? [] : [[n, hit.groups[i + 1] ?? null]])));
      if (name === "test") yield { v: found.length > 0, p: undefined };
      else if (name === "match") for (const hit of found) yield { v: { offset: [...subject.slice(0, hit.start)].length, length: [...subject.slice(hit.start, hit.end)].length, string: subject.slice(hit.start, hit.end), captures: names.map((n, i) => ({ offset: hit.groups[i + 1] === undefined ? -1 : subject.indexOf(hit.groups[i + 1]!, hit.start), length: (hit.groups[i + 1] ?? "").length, string: hit.groups[i + 1] ?? null, name: n })) }, p: undefined };
      else if (name === "capture") for (const hit of found) yield { v: captures(hit), p: undefined };
      else if (name === "scan") for (const hit of found) yield { v: names.length ? hit.groups.slice(1).map((g) => g ?? null) : subject.slice(hit.start, hit.end), p: undefined };
      else if (name === "split") {
        const out: J[] = [];
        let at = 0;
        for (const hit of found) {
          out.push(subject.slice(at, hit.start));
          at = hit.end;
        }
        yield { v: [...out, subject.slice(at)], p: undefined };
      } else {
        let out = "";
        let at = 0;
        for (const hit of found) {
          const by = machine.run(args[1], captures(hit), env).next().value;
          if (typeof by !== "string") machine.error(`${typeOf(captures(hit))} (${short(captures(hit))}) cannot be added to a string`);
          out += subject.slice(at, hit.start) + plainText(by);
          at = hit.end;
        }
        yield { v: out + subject.slice(at), p: undefined };
      }
    }
  }
}
