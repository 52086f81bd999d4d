import { type Env, Machine, preludeEnv } from "./jq-evaluate";
import { JqSyntax, parse } from "./jq-parse";
import { type Style, print, readAll } from "./jq-print";
import { type J, JqBreak, JqError, show, truth } from "./jq-value";
import { type Io, wholeFilter } from "./tool";

interface JqState {
  filter: string;
  raw: boolean;
  compact: boolean;
  tab: boolean;
  indent: number;
  slurp: boolean;
  rawInput: boolean;
  nothing: boolean;
  exit: boolean;
  join: boolean;
  sort: boolean;
  ascii: boolean;
  color: boolean;
  vars: Record<string, J>;
}

/** jq over its whole input. */
export const jq = wholeFilter<JqState>({
  start(io) {
    const s: JqState = { filter: "", raw: false, compact: false, tab: false, indent: 2, slurp: false, rawInput: false, nothing: false, exit: false, join: false, sort: false, ascii: false, color: false, vars: {} };
    const operands: string[] = [];
    const named: Record<string, J> = {};
    const positional: J[] = [];
    let filter: string | undefined;
    const args = io.argv.slice(1);
    let mode: "files" | "args" | "jsonargs" = "files";
    for (let i = 0; i < args.length; i++) {
      const arg = args[i];
      const long: Record<string, () => void> = {
        "--raw-output": () => (s.raw = true),
        "--compact-output": () => (s.compact = true),
        "--slurp": () => (s.slurp = true),
        "--raw-input": () => (s.rawInput = true),
        "--null-input": () => (s.nothing = true),
        "--exit-status": () => (s.exit = true),
        "--join-output": () => (s.raw = s.join = true),
        "--sort-keys": () => (s.sort = true),
        "--ascii-output": () => (s.ascii = true),
        "--color-output": () => (s.color = true),
        "--monochrome-output": () => (s.color = false),
        "--tab": () => (s.tab = true),
        "--indent": () => (s.indent = Math.min(7, Number(args[++i] ?? 2))),
        "--unbuffered": () => undefined,
        "--args": () => (mode = "args"),
        "--jsonargs": () => (mode = "jsonargs"),
        "--arg": () => {
          named[args[i + 1] ?? ""] = args[i + 2] ?? "";
          i += 2;
        },
        "--argjson": () => {
          try {
            named[args[i + 1] ?? ""] = JSON.parse(args[i + 2] ?? "") as J;
          } catch {
            named["\u0000"] = args[i + 1] ?? "";
          }
          i += 2;
        },
        "--slurpfile": () => {
          const values = readAll(io.files.read(args[i + 2] ?? "") ?? "");
          named[args[i + 1] ?? ""] = Array.isArray(values) ? values : values.values;
          i += 2;
        },
        "--rawfile": () => {
          named[args[i + 1] ?? ""] = io.files.read(args[i + 2] ?? "") ?? "";
          i += 2;
        },
        "--from-file": () => (filter = io.files.read(args[++i] ?? "") ?? "."),
      };
      const shorts: Record<string, string> = { r: "--raw-output", c: "--compact-output", s: "--slurp", R: "--raw-input", n: "--null-input", e: "--exit-status", j: "--join-output", S: "--sort-keys", a: "--ascii-output", C: "--color-output", M: "--monochrome-output", f: "--from-file" };
      if (arg.startsWith("--") && arg.length > 2) {
        if (!long[arg]) {
          io.err(`jq: Unknown arguments\nUse jq --help for help with command-line options,\nor see the jq manpage, or online docs  at https://jqlang.github.io/jq\n`);
          return 2;
        }
        long[arg]();
      } else if (/^-[a-zA-Z]+$/.test(arg)) {
        for (const c of arg.slice(1)) {
          if (!shorts[c]) {
            io.err(`jq: Unknown arguments\nUse jq --help for help with command-line options,\nor see the jq manpage, or online docs  at https://jqlang.github.io/jq\n`);
            return 2;
          }
          long[shorts[c]]();
        }
      } else if (filter === undefined) filter = arg;
      else if (mode === "files") operands.push(arg);
      else positional.push(mode === "args" ? arg : (JSON.parse(arg) as J));
    }
    if (named["\u0000"] !== undefined) {
      io.err(`jq: Invalid JSON text passed to --argjson\nUse jq --help for help with command-line options,\nor see the jq manpage, or online docs  at https://jqlang.github.io/jq\n`);
      return 2;
    }
    s.filter = filter ?? ".";
    s.vars = { ...named, ENV: { ...io.env }, ARGS: { named, positional } };
    try {
      parse(s.filter);
    } catch (problem) {
      return compileError(io, problem, s.filter);
    }
    return { operands: s.nothing && !operands.length ? ["/dev/null"] : operands, state: s };
  },
  complain: (io, file, why) => io.err(`jq: error: Could not open ${file}: ${why}\n`),
  end(io, s, inputs, failed) {
    const style: Style = { raw: s.raw, join: s.join, indent: s.compact ? 0 : s.indent, tab: s.tab && !s.compact, sort: s.sort, ascii: s.ascii, color: s.color };
    const text = inputs.map((i) => i.text).join("");
    let status = failed ? 2 : 0;
    let values: J[];
    let trouble: string | undefined;
    if (s.rawInput) values = s.slurp ? [text] : text.replace(/\n$/, "").split("\n").filter(() => text !== "");
    else {
      const found = readAll(text);
      if (Array.isArray(found)) values = found;
      else {
        values = found.values;
        trouble = found.error;
      }
      if (s.slurp && trouble === undefined) values = [values];
    }
    let last: J | undefined;
    const queue = [...values];
    const firsts = s.nothing ? [null] : undefined;
    const env: Env = { vars: s.vars, functions: {}, labels: {} };
    const base = preludeEnv(env);
    const machine = new Machine(queue, io);
    while (firsts ? firsts.length : queue.length) {
      const input = firsts ? firsts.shift()! : queue.shift()!;
      machine.budget = 600_000;
      try {
        for (const v of machine.run(parse(s.filter), input, base)) {
          last = v;
          io.out(print(v, style) + (s.join ? "" : "\n"));
        }
      } catch (problem) {
        if (problem instanceof JqSyntax) return compileError(io, problem, s.filter);
        if (problem instanceof JqError) {
          if (problem.value !== null && typeof problem.value === "object" && !Array.isArray(problem.value) && problem.value["halt"] === 0) return status;
          io.err(`jq: error (at ${inputs[0]?.name === "-" || !inputs.length ? "<stdin>" : s.nothing ? "<unknown>" : inputs[0].name}:${s.nothing ? "" : Math.max(0, (text.match(/\n/g) ?? []).length)})${typeof problem.value === "string" ? `: ${problem.value}` : ` (not a string): ${show(problem.value)}`}\n`.replace("<unknown>:", "<unknown>"));
          status = 5;
        } else if (problem instanceof JqBreak) {
          io.err("jq: error (at <unknown>): break\n");
          status = 5;
        } else if (problem instanceof RangeError) {
          io.err("jq: error: stack overflow\n");
          status = 5;
        } else throw problem;
      }
    }
    if (trouble !== undefined) {
      io.err(`jq: parse error: ${trouble}\n`);
      return 2;
    }
    if (s.exit && status === 0) return last === undefined ? 4 : truth(last) ? 0 : 1;
    return status;
  },
});

function compileError(io: Io, problem: unknown, filter: string): number {
  if (!(problem instanceof JqSyntax)) throw problem;
  const undefinedName = problem.message.endsWith("is not defined");
  io.err(`jq: error: ${problem.message}${undefinedName ? " at <top-level>, line 1:" : " (Unix shell quoting issues?) at <top-level>, line 1:"}\n${filter}\njq: 1 compile error\n`);
  return 3;
}
