import { type Regular, regular } from "../regular";
import { scriptOf } from "./awk";
import { AwkError, type Node, type Stmt } from "./awk-parse";
import { type Value, fromInput, num, numText } from "./awk-value";
import { formatDate } from "./dates";
import { formatText } from "./printf";
import { type Io, linesOf } from "./tool";

export interface AwkState {
  source: string;
  vars: Record<string, Value>;
  arrays: Record<string, Record<string, Value>>;
  queue: string[];
  rest: string;
  pending: string[];
  record: string;
  fields: string[];
  ranges: Record<string, boolean>;
  code: number;
  exiting: boolean;
  outputs: Record<string, string>;
  inputs: Record<string, string[]>;
  seed: number;
  hasLines: boolean;
  ended: boolean;
}

class Next extends Error {}
class Exit extends Error {}
class Break extends Error {}
class Continue extends Error {}
class Return extends Error {
  constructor(readonly value: Value) {
    super();
  }
}

/** awk over the records that are there; control flow inside a record is never interrupted. */
export function runner(io: Io, s: AwkState): { rule(kind: "begin" | "end"): void; record(text: string): void; flush(): void } {
  const script = scriptOf(s.source);
  let budget = 400_000;
  const text = (v: Value): string => (typeof v === "number" ? numText(v, typeof s.vars["CONVFMT"] === "string" ? s.vars["CONVFMT"] : "%.6g") : typeof v === "string" ? v : v.s);
  const truth = (v: Value): boolean => (typeof v === "number" ? v !== 0 : typeof v === "string" ? v !== "" : v.n !== 0);
  const varText = (name: string): string => text(s.vars[name] ?? "");
  const local: { vars: Record<string, Value>; arrays: Record<string, string> }[] = [];
  const arrayName = (name: string): string => local.at(-1)?.arrays[name] ?? name;
  const array = (name: string): Record<string, Value> => (s.arrays[arrayName(name)] ??= {});
  const regex = (source: string): Regular => {
    const made = regular(source, "extended", { dotAll: true });
    if (typeof made === "string") throw new AwkError(`illegal regular expression ${source}`);
    return made;
  };
  const regexOf = (n: Node): Regular => (n.k === "regex" ? regex(n.v) : regex(text(value(n))));
  const setRecord = (line: string): void => {
    s.record = line;
    s.fields = split(line, varText("FS"));
    s.vars["NF"] = s.fields.length;
  };
  const split = (line: string, fs: string): string[] => {
    if (line === "") return [];
    if (fs === " ") return line.trim() === "" ? [] : line.replace(/^[ \t\n]+|[ \t\n]+$/g, "").split(/[ \t\n]+/);
    if (fs === "") return [...line];
    if (fs.length === 1 && fs !== "\\") return line.split(fs === "\t" ? "\t" : fs);
    const made = regex(fs);
    const out: string[] = [];
    let at = 0;
    for (;;) {
      const found = made.find(line, at);
      if (!found || found.end === found.start) break;
      out.push(line.slice(at, found.start));
      at = found.end;
    }
    out.push(line.slice(at));
    return out;
  };
  const rebuild = (): void => {
    s.record = s.fields.join(varText("OFS"));
  };
  const field = (n: number): Value => {
    if (n < 0) throw new AwkError(`trying to access out of range field ${n}`);
    return n === 0 ? fromInput(s.record) : n > s.fields.length ? "" : fromInput(s.fields[n - 1]);
  };
  const key = (at: readonly Node[]): string => at.map((n) => text(value(n))).join(varText("SUBSEP"));
  const setVar = (name: string, v: Value): void => {
    const scope = local.at(-1);
    if (scope && name in scope.vars) {
      scope.vars[name] = v;
      return;
    }
    s.vars[name] = v;
    if (name === "NF") {
      const n = Math.max(0, Math.min(10000, num(v)));
      while (s.fields.length < n) s.fields.push("");
      s.fields = s.fields.slice(0, n);
      rebuild();
    }
  };
  const assign = (to: Node, v: Value): Value => {
    if (to.k === "var") setVar(to.name, v);
    else if (to.k === "index") array(to.name)[key(to.at)] = v;
    else if (to.k === "field") {
      const n = num(value(to.of));
      if (n === 0) setRecord(text(v));
      else if (n > 0 && n < 10000) {
        while (s.fields.length < n) s.fields.push("");
        s.fields[n - 1] = text(v);
        s.vars["NF"] = s.fields.length;
        rebuild();
      }
    } else if (to.k === "group" && to.list.length === 1) return assign(to.list[0], v);
    return v;
  };
  const compare = (a: Value, b: Value): number => {
    const numeric = typeof a !== "string" && typeof b !== "string";
    if (numeric) return num(a) - num(b);
    const [x, y] = [text(a), text(b)];
    return x < y ? -1 : x > y ? 1 : 0;
  };
  const arithmetic = (op: string, a: number, b: number): number => {
    switch (op) {
      case "+": return a + b;
      case "-": return a - b;
      case "*": return a * b;
      case "/":
        if (b === 0) throw new AwkError("division by zero");
        return a / b;
      case "%":
        if (b === 0) throw new AwkError("division by zero in %");
        return a % b;
      default: return a ** b;
    }
  };
  const value = (n: Node): Value => {
    if (budget-- < 0) throw new AwkError("too much work in one record");
    switch (n.k) {
      case "num": return n.v;
      case "str": return n.v;
      case "regex": return regex(n.v).test(s.record) ? 1 : 0;
      case "var": {
        const scope = local.at(-1);
        if (scope && n.name in scope.vars) return scope.vars[n.name];
        return s.vars[n.name] ?? { s: "", n: 0 };
      }
      case "field": return field(Math.trunc(num(value(n.of))));
      case "index": return (array(n.name)[key(n.at)] ??= { s: "", n: 0 });
      case "in": return Object.hasOwn(array(n.name), key(n.at)) ? 1 : 0;
      case "assign": {
        if (n.op === "=") {
          const v = value(n.value);
          return assign(n.to, v);
        }
        const right = num(value(n.value));
        return assign(n.to, arithmetic(n.op.slice(0, -1), num(value(n.to)), right));
      }
      case "cond": return truth(value(n.test)) ? value(n.a) : value(n.b);
      case "match": return regexOf(n.b).test(text(value(n.a))) !== n.not ? 1 : 0;
      case "unary": {
        const v = value(n.a);
        return n.op === "!" ? (truth(v) ? 0 : 1) : n.op === "-" ? -num(v) : num(v);
      }
      case "step": {
        const old = num(value(n.to));
        assign(n.to, old + n.by);
        return n.before ? old + n.by : old;
      }
      case "group": return n.list.length === 1 ? value(n.list[0]) : n.list.map((x) => text(value(x))).join(varText("SUBSEP"));
      case "binary": {
        if (n.op === "&&") return truth(value(n.a)) && truth(value(n.b)) ? 1 : 0;
        if (n.op === "||") return truth(value(n.a)) || truth(value(n.b)) ? 1 : 0;
        const a = value(n.a);
        const b = value(n.b);
        if (n.op === "concat") return text(a) + text(b);
        switch (n.op) {
          case "<": return compare(a, b) < 0 ? 1 : 0;
          case "<=": return compare(a, b) <= 0 ? 1 : 0;
          case ">": return compare(a, b) > 0 ? 1 : 0;
          case ">=": return compare(a, b) >= 0 ? 1 : 0;
          case "==": return compare(a, b) === 0 ? 1 : 0;
          case "!=": return compare(a, b) !== 0 ? 1 : 0;
          default: return arithmetic(n.op, num(a), num(b));
        }
      }
      case "getline": {
        let line: string | undefined;
        if (n.file) {
          const path = text(value(n.file));
          if (!s.inputs[path]) {
            const held = io.files.read(path);
            if (held === undefined) return -1;
            s.inputs[path] = linesOf(held);
          }
          line = s.inputs[path].shift();
        } else {
          line = s.pending.shift();
          if (line !== undefined) {
            s.vars["NR"] = num(s.vars["NR"] ?? 0) + 1;
            s.vars["FNR"] = num(s.vars["FNR"] ?? 0) + 1;
          }
        }
        if (line === undefined) return 0;
        if (n.to) assign(n.to, fromInput(line));
        else setRecord(line);
        return 1;
      }
      case "call": return call(n.name, n.args);
    }
  };
  const substitute = (args: readonly Node[], all: boolean): Value => {
    const made = regexOf(args[0]);
    const by = text(value(args[1]));
    const target: Node = args[2] ?? { k: "field", of: { k: "num", v: 0 } };
    const subject = text(value(target));
    let out = "";
    let at = 0;
    let count = 0;
    while (at <= subject.length) {
      const found = made.find(subject, at);
      if (!found) break;
      count++;
      let piece = "";
      for (let i = 0; i < by.length; i++) {
        if (by[i] === "\\" && (by[i + 1] === "&" || by[i + 1] === "\\")) piece += by[++i];
        else piece += by[i] === "&" ? subject.slice(found.start, found.end) : by[i];
      }
      out += subject.slice(at, found.start) + piece;
      if (found.end === found.start) {
        out += subject.slice(found.end, found.end + 1);
        at = found.end + 1;
      } else {
        at = found.end;
        if (at === subject.length) break;
      }
      if (!all) break;
    }
    if (count) assign(target, out + subject.slice(Math.min(at, subject.length)));
    return count;
  };
  const call = (name: string, args: readonly Node[]): Value => {
    const arg = (i: number): Value => (args[i] ? value(args[i]) : "");
    const str = (i: number): string => text(arg(i));
    switch (name) {
      case "length": {
        const first = args[0];
        if (!first) return [...s.record].length;
        if (first.k === "var" && s.arrays[arrayName(first.name)] && !(first.name in (local.at(-1)?.vars ?? {}) && !(first.name in (local.at(-1)?.arrays ?? {})))) return Object.keys(array(first.name)).length;
        return [...str(0)].length;
      }
      case "substr": {
        const chars = [...str(0)];
        const from = Math.round(num(arg(1)));
        const to = args[2] ? Math.round(num(arg(2))) + from : Infinity;
        return chars.slice(Math.max(0, from - 1), Math.max(0, to - 1)).join("");
      }
      case "index": return str(0).indexOf(str(1)) + 1;
      case "split": {
        const subject = str(0);
        const target = args[1];
        if (target?.k !== "var") throw new AwkError("split: second argument must be an array");
        const third = args[2];
        const fs = third ? (third.k === "regex" ? third.v : text(value(third))) : varText("FS");
        const parts = split(subject, third?.k === "regex" && fs.length === 1 ? `(${fs})` : fs);
        s.arrays[arrayName(target.name)] = Object.fromEntries(parts.map((p, i) => [String(i + 1), fromInput(p)]));
        return parts.length;
      }
      case "sub": return substitute(args, false);
      case "gsub": return substitute(args, true);
      case "gensub": {
        const made = regexOf(args[0]);
        const by = str(1);
        const how = str(2);
        const subject = args[3] ? str(3) : s.record;
        let out = "";
        let at = 0;
        for (let n = 1; at <= subject.length; n++) {
          const found = made.find(subject, at);
          if (!found) break;
          const yes = /^g/i.test(how) || Number(how) === n;
          out += subject.slice(at, found.start) + (yes ? by.replace(/\\(\d)|&/g, (_all, d: string | undefined) => found.groups[Number(d ?? 0)] ?? "") : subject.slice(found.start, found.end));
          if (found.end === found.start) {
            out += subject.slice(found.end, found.end + 1);
            at = found.end + 1;
          } else at = found.end;
        }
        return out + subject.slice(Math.min(at, subject.length));
      }
      case "match": {
        const found = regexOf(args[1]).find(str(0));
        s.vars["RSTART"] = found ? found.start + 1 : 0;
        s.vars["RLENGTH"] = found ? found.end - found.start : -1;
        const third = args[2];
        if (found && third?.k === "var") s.arrays[arrayName(third.name)] = Object.fromEntries(found.groups.map((g, i) => [String(i), g ?? ""]));
        return found ? found.start + 1 : 0;
      }
      case "sprintf": return format(args);
      case "tolower": return str(0).toLowerCase();
      case "toupper": return str(0).toUpperCase();
      case "int": return Math.trunc(num(arg(0)));
      case "sqrt": return Math.sqrt(num(arg(0)));
      case "exp": return Math.exp(num(arg(0)));
      case "log": return Math.log(num(arg(0)));
      case "sin": return Math.sin(num(arg(0)));
      case "cos": return Math.cos(num(arg(0)));
      case "atan2": return Math.atan2(num(arg(0)), num(arg(1)));
      case "rand":
        s.seed = (Math.imul(s.seed, 1664525) + 1013904223) >>> 0;
        return s.seed / 4294967296;
      case "srand": {
        const old = s.seed;
        s.seed = args[0] ? num(arg(0)) >>> 0 : Math.floor((io.context.epoch + io.context.now) / 1000) >>> 0;
        return old;
      }
      case "systime": return Math.floor((io.context.epoch + io.context.now) / 1000);
      case "strftime": return formatDate(args[1] ? num(arg(1)) * 1000 : io.context.epoch + io.context.now, args[0] ? str(0) : "%a %b %e %H:%M:%S %Z %Y");
      case "strtonum": return Number(str(0)) || 0;
      case "fflush":
      case "close": return 0;
      case "system": return -1;
    }
    const definition = script.functions[name];
    if (!definition) throw new AwkError(`calling undefined function ${name}`);
    if (local.length > 200) throw new AwkError("function call nesting too deep");
    const vars: Record<string, Value> = {};
    const arrays: Record<string, string> = {};
    const fresh: string[] = [];
    definition.params.forEach((param, i) => {
      const given = args[i];
      if (given?.k === "var" && (s.arrays[arrayName(given.name)] || (s.vars[given.name] === undefined && !(given.name in (local.at(-1)?.vars ?? {}))))) {
        arrays[param] = arrayName(given.name);
        vars[param] = { s: "", n: 0 };
      } else if (given) vars[param] = value(given);
      else {
        vars[param] = { s: "", n: 0 };
        arrays[param] = `\u0000${local.length}${param}`;
        fresh.push(arrays[param]);
      }
    });
    local.push({ vars, arrays });
    try {
      run(definition.body);
      return "";
    } catch (signal) {
      if (signal instanceof Return) return signal.value;
      throw signal;
    } finally {
      local.pop();
      for (const gone of fresh) delete s.arrays[gone];
    }
  };
  const format = (args: readonly Node[]): string => {
    const shape = args[0] ? text(value(args[0])) : "";
    const given = args.slice(1).map(value);
    const kinds = [...shape.matchAll(/%[-+ #0]*(\*|\d+)?(?:\.(\*|\d+)?)?([a-zA-Z%])/g)].filter((x) => x[3] !== "%").flatMap((x) => [...(x[1] === "*" ? ["d"] : []), ...(x[2] === "*" ? ["d"] : []), x[3]]);
    const texts = kinds.map((kind, i) => {
      const v = given[i] ?? "";
      if (kind === "s") return text(v);
      if (kind === "c") return typeof v === "number" ? String.fromCodePoint(Math.max(0, Math.min(0x10ffff, v))) : text(v).slice(0, 1);
      return "diouxX".includes(kind) ? String(Math.trunc(num(v))).replace(/e\+.*/, "") : String(num(v));
    });
    return formatText(shape.replace(/\\/g, "\\\\"), texts.length ? texts : []).text;
  };
  const run = (st: Stmt): void => {
    if (budget-- < 0) throw new AwkError("too much work in one record");
    const loop = (test: () => boolean, body: Stmt, update?: () => void): void => {
      while (test()) {
        try {
          run(body);
        } catch (signal) {
          if (signal instanceof Break) return;
          if (!(signal instanceof Continue)) throw signal;
        }
        update?.();
      }
    };
    switch (st.k) {
      case "block":
        for (const x of st.list) run(x);
        return;
      case "expr":
        value(st.e);
        return;
      case "print": {
        const shown = (v: Value): string => (typeof v === "number" ? numText(v, varText("OFMT")) : text(v));
        const out = st.format ? format(st.args) : (st.args.length ? st.args.map((a) => shown(value(a))).join(varText("OFS")) : s.record) + varText("ORS");
        if (!st.to) io.out(out);
        else {
          const path = text(value(st.to.file));
          if (st.to.how === "|") {
            if (/^cat\s*1>&2$|^cat\s*>\s*\/dev\/stderr$/.test(path)) io.err(out);
            else s.outputs[`|${path}`] = (s.outputs[`|${path}`] ?? "") + out;
          } else if (path === "/dev/stderr") io.err(out);
          else if (path === "/dev/stdout" || path === "-") io.out(out);
          else s.outputs[path] = (s.outputs[path] ?? (st.to.how === ">>" ? (io.files.read(path) ?? "") : "")) + out;
        }
        return;
      }
      case "if":
        if (truth(value(st.test))) run(st.then);
        else if (st.else) run(st.else);
        return;
      case "while": return loop(() => truth(value(st.test)), st.body);
      case "do": {
        let first = true;
        return loop(() => {
          if (first) {
            first = false;
            return true;
          }
          return truth(value(st.test));
        }, st.body);
      }
      case "for":
        if (st.init) run(st.init);
        return loop(() => !st.test || truth(value(st.test)), st.body, () => {
          if (st.update) run(st.update);
        });
      case "each": {
        const keys = Object.keys(array(st.of));
        let i = 0;
        return loop(() => {
          if (i >= keys.length) return false;
          setVar(st.name, fromInput(keys[i++]));
          return true;
        }, st.body);
      }
      case "delete":
        if (st.at) delete array(st.name)[key(st.at)];
        else s.arrays[arrayName(st.name)] = {};
        return;
      case "next":
      case "nextfile": throw new Next();
      case "break": throw new Break();
      case "continue": throw new Continue();
      case "return": throw new Return(st.e ? value(st.e) : "");
      case "exit":
        if (st.e) s.code = num(value(st.e)) & 255;
        s.exiting = true;
        throw new Exit();
      default:
        return;
    }
  };
  const guarded = (work: () => void): void => {
    try {
      work();
    } catch (signal) {
      if (signal instanceof AwkError) {
        io.err(`awk: ${signal.message}\n`);
        s.code = 2;
        s.exiting = true;
        s.ended = true;
      } else if (!(signal instanceof Next || signal instanceof Exit || signal instanceof Return || signal instanceof Break || signal instanceof Continue)) throw signal;
    }
  };
  return {
    rule(kind) {
      for (const rule of script.rules) if (rule.kind === kind && rule.body && !(s.exiting && kind === "begin")) guarded(() => run(rule.body!));
    },
    record(line) {
      budget = 400_000;
      s.vars["NR"] = num(s.vars["NR"] ?? 0) + 1;
      s.vars["FNR"] = num(s.vars["FNR"] ?? 0) + 1;
      setRecord(line);
      guarded(() => {
        script.rules.forEach((rule, i) => {
          if (rule.kind !== "line") return;
          if (rule.from) {
            if (rule.to) {
              if (!s.ranges[i]) {
                if (!truth(value(rule.from))) return;
                s.ranges[i] = true;
              }
              if (truth(value(rule.to))) s.ranges[i] = false;
            } else if (!truth(value(rule.from))) return;
          }
          if (rule.body) run(rule.body);
          else io.out(s.record + varText("ORS"));
        });
      });
    },
    flush() {
      for (const [path, held] of Object.entries(s.outputs)) {
        if (path.startsWith("|")) continue;
        const why = io.files.write(path, held);
        if (why !== undefined) io.err(`awk: can't redirect to ${path}: ${why}\n`);
      }
    },
  };
}
