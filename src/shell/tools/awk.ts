import { AwkError, type Script, parse } from "./awk-parse";
import { type AwkState, runner } from "./awk-run";
import { type Value, fromInput } from "./awk-value";
import { type Io, tool } from "./tool";

const parsed = new Map<string, Script>();

export function scriptOf(source: string): Script {
  const found = parsed.get(source) ?? parse(source);
  if (parsed.size > 100) parsed.clear();
  parsed.set(source, found);
  return found;
}

function unescapeVar(text: string): string {
  return text.replace(/\\(.)/g, (_all, c: string) => ({ n: "\n", t: "\t", "\\": "\\", r: "\r" }[c] ?? `\\${c}`));
}

/** awk: it streams record by record. */
export const awk = tool<AwkState>({
  start(io) {
    const args = io.argv.slice(1);
    const vars: Record<string, Value> = { FS: " ", OFS: " ", ORS: "\n", RS: "\n", NR: 0, FNR: 0, NF: 0, SUBSEP: "\x1c", CONVFMT: "%.6g", OFMT: "%.6g", RSTART: 0, RLENGTH: -1, FILENAME: "" };
    let source: string | undefined;
    const set = (text: string): void => {
      const at = text.indexOf("=");
      vars[text.slice(0, at)] = fromInput(unescapeVar(text.slice(at + 1)));
    };
    while (args.length && /^-./.test(args[0])) {
      const arg = args.shift()!;
      if (arg === "--") break;
      if (arg.startsWith("-F")) {
        const fs = arg.length > 2 ? arg.slice(2) : (args.shift() ?? " ");
        vars["FS"] = fs === "t" ? "\t" : unescapeVar(fs);
      } else if (arg.startsWith("-v")) set(arg.length > 2 ? arg.slice(2) : (args.shift() ?? ""));
      else if (arg.startsWith("-f")) {
        const file = arg.length > 2 ? arg.slice(2) : (args.shift() ?? "");
        const text = io.files.read(file);
        if (text === undefined) {
          io.err(`awk: can't open file ${file}\n`);
          return 2;
        }
        source = `${source === undefined ? "" : `${source}\n`}${text}`;
      } else if (arg !== "-e") {
        io.err(`awk: unknown option ${arg} ignored\n`);
      }
    }
    source ??= args.shift();
    if (source === undefined) {
      io.err("usage: awk [-F fs][-v var=value][prog | -f progfile][file ...]\n");
      return 2;
    }
    let script: Script;
    try {
      script = scriptOf(source);
    } catch (problem) {
      if (!(problem instanceof AwkError)) throw problem;
      io.err(`awk: line 1: ${problem.message}\n`);
      return 2;
    }
    vars["ARGC"] = args.length + 1;
    const s: AwkState = { source, vars, arrays: { ENVIRON: Object.fromEntries(Object.entries(io.env).map(([k, v]) => [k, fromInput(v)])), ARGV: Object.fromEntries(["awk", ...args].map((a, i) => [String(i), a])) }, queue: [...args], rest: "", pending: [], record: "", fields: [], ranges: {}, code: 0, exiting: false, outputs: {}, inputs: {}, seed: 1, hasLines: script.rules.some((r) => r.kind !== "begin"), ended: false };
    runner(io, s).rule("begin");
    if (s.exiting || !s.hasLines) finish(io, s);
    else {
      while (s.queue.length && /^[A-Za-z_]\w*=/.test(s.queue[0])) assignOperand(s, s.queue.shift()!);
      if (!s.queue.length) s.queue.push("-");
      next(io, s);
    }
    return s;
  },
  data(io, s, chunk) {
    take(io, s, chunk, false);
  },
  eof(io, s) {
    io.read(false);
    take(io, s, "", true);
    if (!s.ended) next(io, s);
  },
  child(io, s) {
    const piped = Object.entries(s.outputs)[0];
    if (!piped) return io.exit(s.code);
    delete s.outputs[piped[0]];
    io.spawn(["sh", "-c", piped[0].slice(1)], { stdin: piped[1] });
  },
});

function assignOperand(s: AwkState, text: string): void {
  s.vars[text.slice(0, text.indexOf("="))] = fromInput(unescapeVar(text.slice(text.indexOf("=") + 1)));
}

export function take(io: Io, s: AwkState, chunk: string, last: boolean): void {
  s.rest += chunk;
  const rs = typeof s.vars["RS"] === "string" ? s.vars["RS"] : "\n";
  let records: string[];
  if (rs === "") {
    if (!last) return;
    records = s.rest.replace(/^\n+|\n+$/g, "").split(/\n{2,}/);
    s.rest = "";
    if (records.length === 1 && records[0] === "") records = [];
  } else {
    records = s.rest.split(rs.length === 1 ? rs : rs);
    s.rest = records.pop()!;
    if (last) {
      if (rs !== "\n") s.rest = s.rest.replace(/\n$/, "");
      if (s.rest !== "") records.push(s.rest);
      s.rest = "";
    }
  }
  s.pending.push(...records);
  const run = runner(io, s);
  while (s.pending.length && !s.exiting) run.record(s.pending.shift()!);
  if (s.exiting && !s.ended) finish(io, s);
}

function next(io: Io, s: AwkState): void {
  for (;;) {
    const file = s.queue.shift();
    if (file === undefined) return finish(io, s);
    if (/^[A-Za-z_]\w*=/.test(file)) {
      assignOperand(s, file);
      continue;
    }
    s.vars["FNR"] = 0;
    if (file === "-" || file === "/dev/stdin") {
      s.vars["FILENAME"] = "";
      return io.read();
    }
    s.vars["FILENAME"] = file;
    const text = io.files.read(file);
    if (text === undefined) {
      io.err(`awk: cannot open "${file}" (No such file or directory)\n`);
      s.code = 2;
      continue;
    }
    take(io, s, text, true);
    if (s.ended) return;
  }
}

export function finish(io: Io, s: AwkState): void {
  if (s.ended && s.code === 2) return io.exit(2);
  s.ended = true;
  const was = s.exiting;
  s.exiting = false;
  const run = runner(io, s);
  if (s.hasLines || !was) run.rule("end");
  run.flush();
  const piped = Object.entries(s.outputs).filter(([path]) => path.startsWith("|"));
  if (!piped.length) return io.exit(s.code);
  // What was printed into a command runs through it at the end.
  const [command, text] = piped[0];
  s.outputs = Object.fromEntries(piped.slice(1));
  s.queue = [];
  io.spawn(["sh", "-c", command.slice(1)], { stdin: text });
}
