import type { Signal } from "../../cluster/images/program";
import { formatDate } from "./dates";
import { readOptions } from "./options";
import { duration } from "./processes";
import { type Io, type Tool, linesOf, tool } from "./tool";

/** Runs its arguments as a command and ends with its exit code. */
export const runner = (args: (io: Io) => { readonly argv: readonly string[]; readonly env?: Readonly<Record<string, string>> } | number): Tool =>
  tool<{ pid: number }>({
    start(io) {
      const found = args(io);
      if (typeof found === "number") return found;
      const name = found.argv[0];
      if (!io.known(name)) {
        io.err(io.flavour === "busybox" ? `${io.argv[0]}: can't execute '${name}': No such file or directory\n` : `${io.argv[0]}: ${io.argv[0] === "env" ? `‘${name}’` : io.argv[0] === "timeout" ? `failed to run command ‘${name}’` : name}: No such file or directory\n`);
        return 127;
      }
      return { pid: io.spawn(found.argv, found.env ? { env: found.env } : {}) };
    },
    child: (io, _s, _pid, code) => io.exit(code),
    signal: () => false,
  });

export const env: Tool = {
  start(io) {
    const args = io.argv.slice(1);
    let vars: Record<string, string> = { ...io.env };
    let i = 0;
    for (; i < args.length; i++) {
      const arg = args[i];
      if (arg === "-i" || arg === "-") vars = {};
      else if (arg === "-u") delete vars[args[++i] ?? ""];
      else if (/^[A-Za-z_]\w*=/.test(arg)) vars[arg.slice(0, arg.indexOf("="))] = arg.slice(arg.indexOf("=") + 1);
      else break;
    }
    if (i < args.length) return runner(() => ({ argv: args.slice(i), env: vars })).start(io);
    io.out(Object.entries(vars).map(([k, v]) => `${k}=${v}\n`).join(""));
    return 0;
  },
  child: (io, _s, _pid, code) => io.exit(code),
};

export const timeout = tool<{ pid: number; signal: Signal; late: boolean; killAfter: number; preserve: boolean }>({
  start(io) {
    const options = readOptions(io, { short: "s:k:v", long: { "signal=": "s", "kill-after=": "k", "preserve-status": "p", foreground: "f" }, posix: true, code: 125 });
    if (typeof options === "number") return options;
    const [time, ...argv] = options.rest;
    const ms = time === undefined ? undefined : duration(time);
    if (ms === undefined) {
      io.err(`timeout: invalid time interval '${time ?? ""}'\nTry 'timeout --help' for more information.\n`);
      return 125;
    }
    if (argv.length === 0) {
      io.err("timeout: missing operand\nTry 'timeout --help' for more information.\n");
      return 125;
    }
    if (!io.known(argv[0])) {
      io.err(`timeout: failed to run command '${argv[0]}': No such file or directory\n`);
      return 127;
    }
    const name = (options.flags["s"] ?? "TERM").toUpperCase().replace(/^SIG/, "");
    if (ms > 0 && ms !== Infinity) io.sleep("timeout", ms);
    return { pid: io.spawn(argv), signal: (({ 9: "KILL", 15: "TERM", 2: "INT", 1: "HUP" })[name as "9"] ?? name) as Signal, late: false, killAfter: duration(options.flags["k"] ?? "0") ?? 0, preserve: "p" in options.flags };
  },
  wake(io, s, id) {
    s.late = true;
    io.kill(s.pid, id === "kill" ? "KILL" : s.signal);
    if (id === "timeout" && s.killAfter > 0) io.sleep("kill", s.killAfter);
  },
  child: (io, s, _pid, code) => io.exit(s.late && !s.preserve ? (s.signal === "KILL" ? 137 : io.flavour === "busybox" ? 143 : 124) : code),
});

export const watch = tool<{ argv: string[]; ms: number; title: boolean; pid: number }>({
  start(io) {
    const options = readOptions(io, { short: "n:dtegxcp", long: { "interval=": "n", differences: "d", "no-title": "t", exec: "x", color: "c" }, posix: true });
    if (typeof options === "number") return options;
    if (options.rest.length === 0) {
      io.err("Usage:\n watch [options] command\n");
      return 1;
    }
    const argv = "x" in options.flags ? [...options.rest] : ["sh", "-c", options.rest.join(" ")];
    const s = { argv, ms: Math.max(100, Number(options.flags["n"] ?? 2) * 1000), title: !("t" in options.flags), pid: 0 };
    s.pid = io.spawn(argv, { capture: true });
    return s;
  },
  child(io, s, _pid, _code, output) {
    const command = s.argv[0] === "sh" && s.argv[1] === "-c" ? s.argv[2] : s.argv.join(" ");
    const left = `Every ${(s.ms / 1000).toFixed(1)}s: ${command}`;
    const right = `${io.context.hostname}: ${formatDate(io.context.epoch + io.context.now, "%a %b %e %H:%M:%S %Y")}`;
    io.out(`${io.tty(1) ? "\u001b[H\u001b[2J" : ""}${s.title ? `${left}${" ".repeat(Math.max(2, 80 - left.length - right.length))}${right}\n\n` : ""}${output}`);
    io.sleep("watch", s.ms);
  },
  wake(io, s) {
    s.pid = io.spawn(s.argv, { capture: true });
  },
});

export const xargs = tool<{ base: string[]; replace: string; perRun: number; perLine: number; null: boolean; delimiter: string; empty: boolean; trace: boolean; text: string; queue: string[][]; status: number; parallel: number; running: number; asked: boolean }>({
  start(io) {
    const options = readOptions(io, { short: "n:I:L:P:0d:rtpi", long: { "max-args=": "n", "replace=": "I", "max-lines=": "L", "max-procs=": "P", null: "0", "delimiter=": "d", "no-run-if-empty": "r", verbose: "t" }, posix: true });
    if (typeof options === "number") return options;
    const { flags, rest } = options;
    io.read();
    return { base: rest.length ? [...rest] : ["echo"], replace: flags["I"] ?? ("i" in flags ? "{}" : ""), perRun: Number(flags["n"] ?? 0), perLine: Number(flags["L"] ?? 0), null: "0" in flags, delimiter: (flags["d"] ?? "").replace(/^\\n$/, "\n").replace(/^\\t$/, "\t").replace(/^\\0$/, "\0"), empty: !("r" in flags) && io.flavour !== "busybox" ? true : !("r" in flags), trace: "t" in flags, text: "", queue: [], status: 0, parallel: Math.max(1, Number(flags["P"] ?? 1) || 64), running: 0, asked: false };
  },
  data(_io, s, chunk) {
    s.text += chunk;
  },
  eof(io, s) {
    let items: string[];
    if (s.null || s.delimiter) items = s.text.replace(s.null ? /\0$/ : s.delimiter === "\n" ? /\n$/ : /(?!)/, "").split(s.null ? "\0" : s.delimiter);
    else if (s.replace || s.perLine) items = linesOf(s.text).map((l) => l.trimStart()).filter((l) => l.trim() !== "");
    else items = xargsWords(s.text);
    if (s.text === "") items = [];
    if (s.replace) s.queue = items.map((item) => s.base.map((a) => a.split(s.replace).join(item)));
    else {
      const size = s.perLine || s.perRun || 5000;
      if (items.length === 0 && s.empty) s.queue = [[...s.base]];
      for (let i = 0; i < items.length; i += size) s.queue.push([...s.base, ...items.slice(i, i + size).flatMap((item) => (s.perLine ? item.split(/\s+/) : [item]))]);
    }
    s.text = "";
    xargsNext(io, s);
  },
  child(io, s, _pid, code) {
    s.running--;
    if (code === 127 || code === 126) s.status = code;
    else if (code === 255) {
      io.err(`xargs: ${s.base[0]}: exited with status 255; aborting\n`);
      s.status = 124;
      s.queue = [];
    } else if (code > 128) s.status = 125;
    else if (code !== 0) s.status = 123;
    xargsNext(io, s);
  },
});

function xargsNext(io: Io, s: { queue: string[][]; status: number; parallel: number; running: number; trace: boolean }): void {
  while (s.running < s.parallel && s.queue.length) {
    const argv = s.queue.shift()!;
    if (s.trace) io.err(`${argv.join(" ")}\n`);
    if (!io.known(argv[0])) {
      io.err(`xargs: ${argv[0]}: No such file or directory\n`);
      s.status = 127;
      s.queue = [];
      break;
    }
    s.running++;
    io.spawn(argv, { stdin: "" });
  }
  if (s.running === 0 && !s.queue.length) io.exit(s.status);
}

function xargsWords(text: string): string[] {
  const out: string[] = [];
  let word: string | undefined;
  for (let i = 0; i < text.length; i++) {
    const c = text[i];
    if (c === "'" || c === '"') {
      const close = text.indexOf(c, i + 1);
      word = (word ?? "") + text.slice(i + 1, close < 0 ? undefined : close);
      i = close < 0 ? text.length : close;
    } else if (c === "\\" && i + 1 < text.length) word = (word ?? "") + text[++i];
    else if (/\s/.test(c)) {
      if (word !== undefined) out.push(word);
      word = undefined;
    } else word = (word ?? "") + c;
  }
  if (word !== undefined) out.push(word);
  return out;
}
