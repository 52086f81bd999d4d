import { complain } from "./complain";
import { expander, sourceId } from "./expand";
import { testWords } from "./conditions";
import { assign, type Assigned } from "./assignments";
import { leave, pop, pushText } from "./interpreter";
import { absolute, contextOf, filesOf, ioOf, isTty, type Machine, resolve, shortOptions, signalNumbers, signalPid, write } from "./machine";
import { fileOf } from "./open-files";
import type { ShellProc, Var } from "./state";
import { syntaxOf } from "./syntax";
import type { Signal } from "../cluster/images/program";
import { everyday } from "./tools/everyday";
import { formatDate } from "./tools/dates";
import { formatText } from "./tools/printf";
import { getVar, isName, setVar, unsetVar } from "./variables";

/** A status, or "later" where frames were pushed that will set it. */
export type BuiltinResult = number | "later";
type Builtin = (m: Machine, sh: ShellProc, argv: readonly string[], declared: readonly Assigned[]) => BuiltinResult;

const borrowed = (name: string): Builtin => (m, sh, argv) => {
  const result = everyday[name].start(ioOf(m, sh, argv));
  return typeof result === "number" ? result : 0;
};

function unwindLoops(m: Machine, sh: ShellProc, argv: readonly string[], again: boolean): BuiltinResult {
  const count = Number(argv[1] ?? 1);
  if (!Number.isInteger(count) || count < 1) {
    complain(m, sh, `${argv[0]}: ${argv[1]}: ${/^-?\d+$/.test(argv[1] ?? "") ? "loop count out of range" : "numeric argument required"}`);
    return 1;
  }
  const loop = (f: string): boolean => f === "while" || f === "for" || f === "arithmetic-for";
  const limit = sh.frames.map((frame) => frame.f === "function").lastIndexOf(true);
  const loops = sh.frames.filter((frame, i) => i > limit && loop(frame.f)).length;
  if (loops === 0) {
    if (sh.flavour === "bash") complain(m, sh, `${argv[0]}: only meaningful in a \`for', \`while', or \`until' loop`);
    return 0;
  }
  let left = Math.min(count, loops);
  while (sh.frames.length) {
    const top = sh.frames.at(-1)!;
    if (loop(top.f)) {
      left--;
      if (left === 0) {
        if (again) {
          if (top.f === "while") top.clause = false;
        } else pop(m, sh);
        break;
      }
    }
    pop(m, sh);
  }
  return 0;
}

function returnFrom(m: Machine, sh: ShellProc, argv: readonly string[]): BuiltinResult {
  const at = sh.frames.map((frame) => frame.f === "function" || frame.f === "source").lastIndexOf(true);
  if (argv[1] !== undefined && !/^-?\d+$/.test(argv[1])) {
    complain(m, sh, `return: ${argv[1]}: numeric argument required`);
    return 2;
  }
  const status = argv[1] === undefined ? sh.exitStatus : Number(argv[1]) & 255;
  if (at < 0) {
    if (sh.flavour !== "bash") {
      leave(m, sh, status);
      return "later";
    }
    complain(m, sh, "return: can only `return' from a function or sourced script");
    return 2;
  }
  while (sh.frames.length > at) pop(m, sh);
  return status;
}

function exit(m: Machine, sh: ShellProc, argv: readonly string[]): BuiltinResult {
  let status = sh.exitStatus;
  if (argv[1] !== undefined) {
    if (!/^[-+]?\d+$/.test(argv[1])) {
      complain(m, sh, sh.flavour === "bash" ? `exit: ${argv[1]}: numeric argument required` : `exit: Illegal number: ${argv[1]}`);
      status = 2;
    } else status = Number(argv[1]) & 255;
  } else {
    const trap = sh.frames.find((frame) => frame.f === "trap");
    if (trap?.f === "trap" && trap.exiting) status = trap.status;
  }
  if (sh.prompts && sh.flavour === "bash" && isTty(m, sh, 0) && sh.vars["PS1"]?.v !== "") write(m, sh, 2, "exit\n");
  leave(m, sh, status);
  return "later";
}

function cd(m: Machine, sh: ShellProc, argv: readonly string[]): BuiltinResult {
  const args = argv.slice(1).filter((a) => a !== "-L" && a !== "-P" && a !== "--");
  if (args.length > 1 && sh.flavour === "bash") {
    complain(m, sh, "cd: too many arguments");
    return 1;
  }
  let target: string | undefined = args[0] ?? getVar(m, sh, "HOME");
  if (target === undefined) {
    if (sh.flavour === "bash") {
      complain(m, sh, "cd: HOME not set");
      return 1;
    }
    return 0;
  }
  if (target === "-") {
    target = getVar(m, sh, "OLDPWD");
    if (target === undefined) {
      complain(m, sh, "cd: OLDPWD not set");
      return 1;
    }
    write(m, sh, 1, `${target}\n`);
  }
  const path = absolute(sh.cwd, target);
  const files = filesOf(m, sh);
  if (target !== "" && !files.list(path)) {
    const why = files.read(path) !== undefined ? "Not a directory" : "No such file or directory";
    complain(m, sh, sh.flavour === "bash" ? `cd: ${target}: ${why}` : sh.flavour === "sh" ? `cd: can't cd to ${target}` : `cd: can't cd to ${target}: ${why}`);
    return sh.flavour === "sh" ? 2 : 1;
  }
  sh.vars["OLDPWD"] = { v: sh.cwd, exported: true };
  sh.cwd = target === "" ? sh.cwd : path;
  sh.vars["PWD"] = { ...sh.vars["PWD"], v: sh.cwd };
  return 0;
}

const shown = (value: string): string => `"${value.replace(/["\\$`]/g, "\\$&")}"`;

function declareLine(name: string, held: Var): string {
  const flags = `${held.list ? (held.assoc ? "A" : "a") : ""}${held.integer ? "i" : ""}${held.readonly ? "r" : ""}${held.exported ? "x" : ""}` || "-";
  if (held.list) return `declare -${flags} ${name}=(${Object.entries(held.list).map(([k, v]) => `[${k}]=${shown(v)}`).join(" ")}${held.assoc && Object.keys(held.list).length ? " " : ""})\n`;
  return `declare -${flags} ${name}${held.v === undefined ? "" : `=${shown(held.v)}`}\n`;
}

/** export, readonly, local, declare: the flags, then names with or without values. */
const declaring =
  (kind: "export" | "readonly" | "local" | "declare"): Builtin =>
  (m, sh, argv, declared) => {
    let flags = "";
    let off = "";
    let i = 1;
    for (; i < argv.length && /^[-+][a-zA-Z]+$/.test(argv[i]); i++) {
      if (argv[i][0] === "-") flags += argv[i].slice(1);
      else off += argv[i].slice(1);
    }
    if (argv[i] === "--") i++;
    const scope = sh.frames.filter((frame) => frame.f === "function").at(-1);
    const isLocal = kind === "local" || (kind === "declare" && scope !== undefined && !flags.includes("g"));
    if (kind === "local" && !scope) {
      complain(m, sh, sh.flavour === "bash" ? "local: can only be used in a function" : "local: not in a function");
      return sh.flavour === "bash" ? 1 : 2;
    }
    const names = argv.slice(i);
    if (flags.includes("p") || names.length === 0) {
      if (flags.includes("f") || flags.includes("F")) {
        for (const name of names.length ? names : Object.keys(sh.functions).sort()) {
          const def = sh.functions[name];
          if (!def) return 1;
          const syntax = syntaxOf(m.k.sources[def.src]?.text ?? "");
          const body = syntax.nodes[def.n];
          write(m, sh, 1, flags.includes("F") ? `declare -f ${name}\n` : `${name} () \n${syntax.origin(body).slice(body.pos, body.end)}\n`);
        }
        return 0;
      }
      let status = 0;
      const list = names.length ? names : Object.keys(sh.vars).sort();
      for (const name of list) {
        const held = sh.vars[name];
        if (!held) {
          complain(m, sh, `${argv[0]}: ${name}: not found`);
          status = 1;
          continue;
        }
        if (!names.length && ((kind === "export" && !held.exported) || (kind === "readonly" && !held.readonly) || name === "_")) continue;
        if (kind === "local") continue;
        write(m, sh, 1, sh.flavour === "bash" ? declareLine(name, held) : `${kind} ${name}='${held.v ?? ""}'\n`);
      }
      return status;
    }
    if ((flags.includes("f") || flags.includes("F")) && kind !== "local") {
      if (kind === "declare") {
        let status = 0;
        for (const name of names) {
          const def = sh.functions[name];
          if (!def) {
            status = 1;
            continue;
          }
          const syntax = syntaxOf(m.k.sources[def.src]?.text ?? "");
          const body = syntax.nodes[def.n];
          write(m, sh, 1, flags.includes("F") ? `${name}\n` : `${name} () \n${syntax.origin(body).slice(body.pos, body.end)}\n`);
        }
        return status;
      }
      return 0;
    }
    let status = 0;
    for (const item of names) {
      const array = item.startsWith("\u0000") ? declared[Number(item.slice(1))] : undefined;
      const found = array ? null : /^([A-Za-z_]\w*)(?:\[(.*?)\])?(?:(\+?)=([\s\S]*))?$/.exec(item);
      const name = array?.name ?? found?.[1];
      if (name === undefined) {
        complain(m, sh, `${argv[0]}: \`${item}': not a valid identifier`);
        status = 1;
        continue;
      }
      const outer = sh.vars[name];
      if (outer?.readonly && (found?.[4] !== undefined || array)) {
        complain(m, sh, `${kind === "declare" || kind === "local" ? `${argv[0]}: ` : ""}${name}: readonly variable`);
        status = 1;
        continue;
      }
      if (isLocal && scope?.f === "function" && !(name in scope.locals)) {
        scope.locals[name] = outer ?? null;
        if (!(found?.[3] === "+")) sh.vars[name] = flags.includes("A") ? { assoc: true, list: {} } : outer?.exported ? { exported: true } : {};
      }
      let held: Var = sh.vars[name] ?? {};
      if (flags.includes("A") && !held.list) held = { ...held, assoc: true, list: {} };
      if (flags.includes("a") && !held.list) held = { ...held, list: held.v === undefined ? {} : { "0": held.v } };
      if (flags.includes("i")) held = { ...held, integer: true };
      sh.vars[name] = held;
      if (array) assign(m, sh, array);
      else if (found?.[4] !== undefined) {
        const x = expander(m, sh, sourceId(m, "", 1), {});
        assign(m, sh, { name, append: found[3] === "+", value: found[4], ...(found[2] === undefined ? {} : { index: found[2] }) }, x);
      }
      held = sh.vars[name] ?? {};
      if (kind === "export" || flags.includes("x")) held = { ...held, exported: true };
      if ((kind === "export" && flags.includes("n")) || off.includes("x")) {
        const { exported: _gone, ...rest } = held;
        held = rest;
      }
      if (kind === "readonly" || flags.includes("r")) held = { ...held, readonly: true };
      if (flags.includes("u") && held.v !== undefined) held = { ...held, v: held.v.toUpperCase() };
      if (flags.includes("l") && held.v !== undefined) held = { ...held, v: held.v.toLowerCase() };
      sh.vars[name] = held;
    }
    return status;
  };

const setNames = ["allexport", "braceexpand", "errexit", "errtrace", "functrace", "hashall", "monitor", "noclobber", "noexec", "noglob", "nounset", "pipefail", "posix", "verbose", "xtrace"];

const set: Builtin = (m, sh, argv) => {
  if (argv.length === 1) {
    for (const name of Object.keys(sh.vars).sort()) {
      const held = sh.vars[name];
      if (held.v !== undefined) write(m, sh, 1, `${name}=${/^[\w@%+:,./-]*$/.test(held.v) ? held.v : `'${held.v.replace(/'/g, "'\\''")}'`}\n`);
    }
    return 0;
  }
  for (let i = 1; i < argv.length; i++) {
    const arg = argv[i];
    if (arg === "--") {
      sh.args = argv.slice(i + 1);
      return 0;
    }
    if (arg === "-") {
      sh.args = argv.slice(i + 1);
      return 0;
    }
    if (!/^[-+]/.test(arg)) {
      sh.args = argv.slice(i);
      return 0;
    }
    const on = arg[0] === "-";
    for (const c of arg.slice(1)) {
      if (c === "o") {
        const option = argv[++i];
        if (option === undefined) {
          for (const name of setNames) write(m, sh, 1, on ? `${name.padEnd(15)}\t${sh.options[name] ? "on" : "off"}\n` : `set ${sh.options[name] ? "-" : "+"}o ${name}\n`);
          return 0;
        }
        if (!setNames.includes(option)) {
          complain(m, sh, sh.flavour === "bash" ? `set: ${option}: invalid option name` : `set: Illegal option -o ${option}`);
          return 2;
        }
        sh.options[option] = on;
      } else if (shortOptions[c]) sh.options[shortOptions[c]] = on;
      else {
        complain(m, sh, `set: ${arg}: invalid option`);
        write(m, sh, 2, "set: usage: set [-abefhkmnptuvxBCEHPT] [-o option-name] [--] [-] [arg ...]\n");
        return 2;
      }
    }
  }
  return 0;
};

const signalName = (text: string): string | undefined => {
  const plain = text.toUpperCase().replace(/^SIG/, "");
  if (plain === "0" || plain === "EXIT") return "EXIT";
  if (plain === "ERR" || plain === "DEBUG" || plain === "RETURN") return plain;
  const byNumber = Object.entries(signalNumbers).find(([, n]) => String(n) === plain);
  return byNumber ? byNumber[0] : plain in signalNumbers ? plain : undefined;
};

const trap: Builtin = (m, sh, argv) => {
  const args = argv.slice(1);
  if (args[0] === "--") args.shift();
  if (args.length === 0 || args[0] === "-p") {
    for (const [name, text] of Object.entries(sh.traps)) write(m, sh, 1, `trap -- '${text.replace(/'/g, "'\\''")}' ${name === "EXIT" ? name : sh.flavour === "bash" ? `SIG${name}` : name}\n`);
    return 0;
  }
  if (args[0] === "-l") return 0;
  const [action, ...names] = args.length === 1 ? ["-", args[0]] : (args as [string, ...string[]]);
  let status = 0;
  for (const text of names) {
    const name = signalName(text);
    if (name === undefined) {
      complain(m, sh, sh.flavour === "bash" ? `trap: ${text}: invalid signal specification` : `trap: ${text}: bad trap`);
      status = 1;
      continue;
    }
    if (action === "-") delete sh.traps[name];
    else sh.traps[name] = action;
  }
  return status;
};

function jobPids(sh: ShellProc, spec: string): number[] | undefined {
  if (!spec.startsWith("%")) return /^\d+$/.test(spec) ? [Number(spec)] : undefined;
  const rest = spec.slice(1);
  const job = rest === "" || rest === "+" || rest === "%" ? sh.jobs.at(-1) : rest === "-" ? sh.jobs.at(-2) : /^\d+$/.test(rest) ? sh.jobs.find((j) => j.id === Number(rest)) : sh.jobs.find((j) => j.text.startsWith(rest));
  return job?.pids;
}

const wait: Builtin = (m, sh, argv) => {
  const specs = argv.slice(1).filter((a) => a !== "-n" && a !== "-f");
  const any = argv.includes("-n");
  const pids: number[] = [];
  if (specs.length === 0) {
    pids.push(...sh.jobs.flatMap((job) => job.pids));
    if (!any) {
      if (!pids.length) return 0;
      const done = pids.every((pid) => !m.k.procs[pid] || m.k.procs[pid].status !== undefined);
      if (done) {
        for (const pid of pids) delete m.k.procs[pid];
        sh.jobs = [];
        return 0;
      }
      // `wait` alone is always 0: a pid that nothing has stands last.
      sh.frames.push({ f: "wait-jobs", pids, any: false, quiet: true });
      return "later";
    }
  }
  let status = 0;
  for (const spec of specs) {
    const found = jobPids(sh, spec);
    if (!found) {
      complain(m, sh, `wait: ${spec}: ${spec.startsWith("%") ? "no such job" : "not a pid or valid job spec"}`);
      status = spec.startsWith("%") ? 127 : 1;
      continue;
    }
    const known = found.filter((pid) => m.k.procs[pid]?.parent === sh.pid);
    if (!known.length) {
      complain(m, sh, `wait: pid ${spec} is not a child of this shell`);
      status = 127;
    }
    pids.push(...known);
  }
  if (!pids.length) return any && !specs.length ? 127 : status;
  sh.frames.push({ f: "wait-jobs", pids, any });
  return "later";
};

const jobs: Builtin = (m, sh, argv) => {
  sh.jobs.forEach((job, i) => {
    const proc = m.k.procs[job.pids.at(-1)!];
    const state = !proc ? "Done" : proc.status === undefined ? "Running" : proc.signal === "TERM" ? "Terminated" : proc.status === 0 ? "Done" : `Exit ${proc.status}`;
    if (argv.includes("-p")) return write(m, sh, 1, `${job.pids[0]}\n`);
    const mark = i === sh.jobs.length - 1 ? "+" : i === sh.jobs.length - 2 ? "-" : " ";
    return write(m, sh, 1, `[${job.id}]${mark}  ${state.padEnd(24)}${job.text}${state === "Running" ? " &" : ""}\n`);
  });
  sh.jobs = sh.jobs.filter((job) => job.pids.some((pid) => m.k.procs[pid] && m.k.procs[pid].status === undefined));
  return 0;
};

const killJobs: Builtin = (m, sh, argv) => {
  let signal: Signal = "TERM";
  let args = argv.slice(1);
  if (args[0] === "-l" || args[0] === "-L") {
    write(m, sh, 1, `${Object.keys(signalNumbers).join(" ")}\n`);
    return 0;
  }
  let zero = false;
  if (args[0]?.startsWith("-") && args[0] !== "--") {
    const text = args[0] === "-s" || args[0] === "-n" ? (args.splice(0, 1), args[0] ?? "") : args[0].slice(1);
    args = args.slice(1);
    if (text === "0") zero = true;
    else {
      const name = signalName(text);
      if (name === undefined || name === "EXIT") {
        complain(m, sh, `kill: ${text}: invalid signal specification`);
        return 1;
      }
      signal = name as Signal;
    }
  }
  if (args[0] === "--") args = args.slice(1);
  if (args.length === 0) {
    write(m, sh, 2, "kill: usage: kill [-s sigspec | -n signum | -sigspec] pid | jobspec ... or kill -l [sigspec]\n");
    return 2;
  }
  let status = 0;
  for (const spec of args) {
    const pids = jobPids(sh, spec);
    if (!pids) {
      complain(m, sh, `kill: ${spec}: ${spec.startsWith("%") ? "no such job" : "arguments must be process or job IDs"}`);
      status = 1;
      continue;
    }
    for (const pid of pids) {
      const inner = m.k.procs[pid];
      if (zero) {
        if (!(inner && inner.status === undefined) && !m.context.processes().some((p) => p.pid === pid)) {
          complain(m, sh, sh.flavour === "bash" ? `kill: (${spec}) - No such process` : sh.flavour === "busybox" ? `can't kill pid ${spec}: No such process` : "kill: No such process");
          status = 1;
        }
        continue;
      }
      if (inner && inner.status !== undefined && sh.jobs.some((j) => j.pids.includes(pid))) {
        complain(m, sh, `kill: (${spec}) - No such process`);
        status = 1;
        continue;
      }
      const why = signalPid(m, pid, signal);
      if (why !== undefined) {
        complain(m, sh, sh.flavour === "bash" ? `kill: (${spec}) - ${why}` : sh.flavour === "busybox" ? `can't kill pid ${spec}: ${why}` : `kill: ${why}`);
        status = 1;
      }
    }
  }
  return status;
};

const read: Builtin = (m, sh, argv) => {
  let raw = false;
  let array = false;
  let fd = 0;
  let count = -1;
  let delimiter = "\n";
  let timeout: number | undefined;
  const names: string[] = [];
  for (let i = 1; i < argv.length; i++) {
    const arg = argv[i];
    if (!arg.startsWith("-") || arg === "-") {
      names.push(arg);
      continue;
    }
    for (let j = 1; j < arg.length; j++) {
      const c = arg[j];
      if (c === "r") raw = true;
      else if (c === "s" || c === "e") continue;
      else if (c === "a") {
        array = true;
      } else {
        const value = j + 1 < arg.length ? arg.slice(j + 1) : argv[++i];
        if (value === undefined) {
          complain(m, sh, `read: -${c}: option requires an argument`);
          return 2;
        }
        if (c === "p") {
          if (isTty(m, sh, 0)) write(m, sh, 2, value);
        } else if (c === "t") timeout = Number(value);
        else if (c === "n" || c === "N") count = Number(value);
        else if (c === "d") delimiter = value.slice(0, 1);
        else if (c === "u") fd = Number(value);
        break;
      }
    }
  }
  for (const name of names)
    if (!isName(name)) {
      complain(m, sh, `read: \`${name}': not a valid identifier`);
      return 1;
    }
  if (!fileOf(m, sh.fds[fd])) {
    complain(m, sh, `read: ${fd}: invalid file descriptor: Bad file descriptor`);
    return 1;
  }
  let id = "";
  if (timeout !== undefined && timeout > 0) {
    id = "read";
    sh.waits[id] = "sleep";
    m.effects.push({ do: "sleep", id: `${sh.pid}:${id}`, ms: Math.round(timeout * 1000) });
  }
  sh.frames.push({ f: "read", fd, names, raw, array, count, delimiter, timeout: id, text: "" });
  return "later";
};

/** What a name is, in the order in which the shell looks. */
function kindOf(m: Machine, sh: ShellProc, name: string): { readonly is: "alias" | "keyword" | "function" | "builtin" | "file"; readonly text: string } | undefined {
  if (sh.aliases[name] !== undefined && (sh.mode === "interactive" || sh.options["expand_aliases"])) return { is: "alias", text: sh.aliases[name] };
  if (/^(if|then|else|elif|fi|case|esac|for|select|while|until|do|done|in|function|time|\{|\}|!|\[\[|\]\])$/.test(name)) return { is: "keyword", text: name };
  if (sh.functions[name]) return { is: "function", text: name };
  if (builtins[name]) return { is: "builtin", text: name };
  const probe = contextOf(m, sh);
  const found = resolve(m, name, sh.cwd, probe);
  if (!found) return undefined;
  if (name.includes("/")) return { is: "file", text: name };
  const dir = found.kind === "program" ? "/usr/local/bin" : found.kind === "shell" || ["cat", "ls", "cp", "mv", "rm", "mkdir", "rmdir", "touch", "grep", "sed", "sleep", "date", "hostname", "ps", "ping", "uname"].includes(name) ? (sh.flavour === "bash" ? "/usr/bin" : "/bin") : "/usr/bin";
  return { is: "file", text: `${dir}/${name}` };
}

const type: Builtin = (m, sh, argv) => {
  let status = 0;
  const short = argv.includes("-t");
  for (const name of argv.slice(1).filter((a) => !a.startsWith("-"))) {
    const kind = kindOf(m, sh, name);
    if (!kind) {
      status = 1;
      if (!short) {
        if (sh.flavour === "bash") complain(m, sh, `type: ${name}: not found`);
        else write(m, sh, 1, `${name}: not found\n`);
      }
      continue;
    }
    if (short) write(m, sh, 1, `${kind.is}\n`);
    else if (kind.is === "alias") write(m, sh, 1, `${name} is aliased to \`${kind.text}'\n`);
    else if (kind.is === "keyword") write(m, sh, 1, `${name} is a shell keyword\n`);
    else if (kind.is === "builtin") write(m, sh, 1, `${name} is a shell builtin\n`);
    else if (kind.is === "file") write(m, sh, 1, `${name} is ${kind.text}\n`);
    else write(m, sh, 1, `${name} is a function\n`);
  }
  return status;
};

const command: Builtin = (m, sh, argv) => {
  const flag = argv[1];
  if (flag === undefined) return 0;
  let status = 0;
  for (const name of argv.slice(2)) {
    const kind = kindOf(m, sh, name);
    if (!kind) {
      status = 1;
      if (flag === "-V") complain(m, sh, `command: ${name}: not found`);
    } else if (flag === "-v") write(m, sh, 1, kind.is === "alias" ? `alias ${name}='${kind.text}'\n` : `${kind.text}\n`);
    else return type(m, sh, ["type", ...argv.slice(2)], []);
  }
  return status || (argv.length < 3 ? 1 : 0);
};

const alias: Builtin = (m, sh, argv) => {
  let status = 0;
  const show = (name: string): void => {
    write(m, sh, 1, `${sh.flavour === "bash" ? "alias " : ""}${name}='${sh.aliases[name].replace(/'/g, "'\\''")}'\n`);
  };
  if (argv.length === 1) for (const name of Object.keys(sh.aliases).sort()) show(name);
  for (const item of argv.slice(1)) {
    const at = item.indexOf("=");
    if (at > 0) sh.aliases[item.slice(0, at)] = item.slice(at + 1);
    else if (sh.aliases[item] !== undefined) show(item);
    else if (item !== "-p") {
      complain(m, sh, `alias: ${item}: not found`);
      status = 1;
    }
  }
  return status;
};

const source: Builtin = (m, sh, argv) => {
  if (argv[1] === undefined) {
    complain(m, sh, `${argv[0]}: filename argument required`);
    write(m, sh, 2, `${argv[0]}: usage: ${argv[0]} filename [arguments]\n`);
    return 2;
  }
  const file = argv[1] === "/dev/stdin" ? undefined : filesOf(m, sh).read(argv[1]);
  if (file === undefined) {
    complain(m, sh, `${sh.flavour === "bash" ? "" : `${argv[0]}: `}${argv[1]}: No such file or directory`);
    return 1;
  }
  if (sh.frames.filter((f) => f.f === "source").length > 100) {
    complain(m, sh, `${argv[0]}: maximum source nesting level exceeded (100)`);
    return 1;
  }
  sh.frames.push({ f: "source", args: argv.length > 2 ? sh.args : null });
  if (argv.length > 2) sh.args = argv.slice(2);
  if (!pushText(m, sh, file, 1, argv[1])) {
    pop(m, sh);
    return 1;
  }
  return "later";
};

const getopts: Builtin = (m, sh, argv) => {
  const [, spec = "", name = "opt", ...given] = argv;
  const args = given.length ? given : sh.args;
  let index = Number(getVar(m, sh, "OPTIND") ?? 1);
  let at = sh.getopts;
  const put = (v: string): void => setVar(m, sh, name, v);
  const silent = spec.startsWith(":");
  const current = args[index - 1];
  if (at === 0) {
    if (current === undefined || !/^-./.test(current) || current === "--") {
      if (current === "--") sh.vars["OPTIND"] = { v: String(index + 1) };
      put("?");
      return 1;
    }
    at = 1;
  }
  const c = current[at];
  const place = spec.indexOf(c);
  at++;
  delete sh.vars["OPTARG"];
  if (place < 0 || c === ":") {
    if (silent) sh.vars["OPTARG"] = { v: c };
    else write(m, sh, 2, sh.flavour === "sh" ? `Illegal option -${c}\n` : `${sh.name}: illegal option -- ${c}\n`);
    put("?");
  } else if (spec[place + 1] === ":") {
    let value: string | undefined = current.slice(at);
    if (value === "") value = args[index++];
    at = current.length;
    if (value === undefined) {
      if (silent) {
        sh.vars["OPTARG"] = { v: c };
        put(":");
      } else {
        write(m, sh, 2, sh.flavour === "sh" ? `No arg for -${c} option\n` : `${sh.name}: option requires an argument -- ${c}\n`);
        put("?");
      }
    } else {
      sh.vars["OPTARG"] = { v: value };
      put(c);
    }
  } else put(c);
  if (at >= current.length) {
    index++;
    at = 0;
  }
  sh.vars["OPTIND"] = { v: String(index) };
  sh.getopts = at;
  return 0;
};

const mapfile: Builtin = (_m, sh, argv) => {
  const name = argv.slice(1).find((a) => !a.startsWith("-")) ?? "MAPFILE";
  sh.frames.push({ f: "lines", name, strip: argv.includes("-t"), text: "" });
  return "later";
};

/** What runs inside the shell's own process. */
export const builtins: Readonly<Record<string, Builtin>> = {
  ":": () => 0,
  true: () => 0,
  false: () => 1,
  echo: borrowed("echo"),
  printf: (m, sh, argv) => {
    if (argv[1] === "-v" && argv[2] !== undefined) {
      const formatted = formatText(argv[3] ?? "", argv.slice(4));
      const indexed = /^(\w+)\[(.*)\]$/.exec(argv[2]);
      setVar(m, sh, indexed?.[1] ?? argv[2], formatted.text, indexed?.[2]);
      return 0;
    }
    const given = argv[1] === "--" ? argv.slice(2) : argv.slice(1);
    if (given.length === 0) return borrowed("printf")(m, sh, argv, []);
    const now = m.context.epoch + m.context.now;
    const done = formatText(given[0], given.slice(1), (format, at) => formatDate(at === undefined || at === "-1" || at === "-2" ? now : Number(at) * 1000, format || "%X"));
    write(m, sh, 1, done.text);
    for (const warning of done.warnings) complain(m, sh, `printf: ${warning}`);
    return done.warnings.length ? 1 : 0;
  },
  test: (m, sh, argv) => testCommand(m, sh, argv[0], argv.slice(1)),
  "[": (m, sh, argv) => {
    if (argv.at(-1) !== "]") {
      complain(m, sh, "[: missing `]'");
      return 2;
    }
    return testCommand(m, sh, "[", argv.slice(1, -1));
  },
  pwd: (m, sh) => {
    write(m, sh, 1, `${sh.cwd}\n`);
    return 0;
  },
  cd,
  break: (m, sh, argv) => unwindLoops(m, sh, argv, false),
  continue: (m, sh, argv) => unwindLoops(m, sh, argv, true),
  return: returnFrom,
  exit,
  logout: exit,
  export: declaring("export"),
  readonly: declaring("readonly"),
  local: declaring("local"),
  declare: declaring("declare"),
  typeset: declaring("declare"),
  set,
  shift: (m, sh, argv) => {
    const n = Number(argv[1] ?? 1);
    if (!Number.isInteger(n) || n < 0 || n > sh.args.length) {
      if (sh.flavour === "sh" && n > sh.args.length) complain(m, sh, "shift: can't shift that many");
      return 1;
    }
    sh.args = sh.args.slice(n);
    return 0;
  },
  unset: (m, sh, argv) => {
    let status = 0;
    const functionsOnly = argv.includes("-f");
    for (const name of argv.slice(1).filter((a) => !a.startsWith("-"))) {
      if (functionsOnly || (!sh.vars[name.replace(/\[.*$/, "")] && sh.functions[name] && !argv.includes("-v"))) {
        delete sh.functions[name];
        continue;
      }
      const why = unsetVar(sh, name);
      if (why !== undefined) {
        complain(m, sh, `unset: ${why}`);
        status = 1;
      }
    }
    return status;
  },
  eval: (m, sh, argv) => {
    const text = argv.slice(1).join(" ");
    if (text.trim() === "") return 0;
    return pushText(m, sh, text, sh.line, "eval") ? "later" : 1;
  },
  source,
  ".": source,
  trap,
  wait,
  jobs,
  kill: killJobs,
  read,
  type,
  command,
  alias,
  unalias: (m, sh, argv) => {
    if (argv.includes("-a")) sh.aliases = {};
    let status = 0;
    for (const name of argv.slice(1).filter((a) => !a.startsWith("-"))) {
      if (sh.aliases[name] === undefined) {
        complain(m, sh, `unalias: ${name}: not found`);
        status = 1;
      }
      delete sh.aliases[name];
    }
    return status;
  },
  let: (m, sh, argv) => {
    const x = expander(m, sh, sourceId(m, "", 1), {});
    let value = 0n;
    for (const text of argv.slice(1)) value = x.arithmetic(text);
    return value !== 0n ? 0 : 1;
  },
  getopts,
  mapfile,
  readarray: mapfile,
  hash: () => 0,
  umask: (m, sh, argv) => {
    if (argv.length === 1) write(m, sh, 1, "0022\n");
    return 0;
  },
  ulimit: (m, sh) => {
    write(m, sh, 1, "unlimited\n");
    return 0;
  },
  times: (m, sh) => {
    write(m, sh, 1, "0m0.000s 0m0.000s\n0m0.000s 0m0.000s\n");
    return 0;
  },
  shopt: (_m, sh, argv) => {
    for (const name of argv.slice(1).filter((a) => !a.startsWith("-"))) sh.options[name] = argv.includes("-s");
    return 0;
  },
  disown: (_m, sh) => {
    sh.jobs = [];
    return 0;
  },
  fg: (m, sh, argv) => {
    const pids = jobPids(sh, argv[1] ?? "%+");
    if (!pids?.length) {
      complain(m, sh, `fg: ${argv[1] ?? "current"}: no such job`);
      return 1;
    }
    const job = sh.jobs.find((j) => j.pids === pids);
    if (job) write(m, sh, 1, `${job.text}\n`);
    for (const pid of pids) if (m.k.procs[pid]) m.k.procs[pid].background = false;
    sh.jobs = sh.jobs.filter((j) => j !== job);
    sh.frames.push({ f: "wait", pids: [...pids], kind: "command", statuses: {}, text: job?.text ?? "" });
    return "later";
  },
  bg: () => 0,
  history: () => 0,
};

function testCommand(m: Machine, sh: ShellProc, name: string, words: readonly string[]): number {
  const value = testWords(words, { files: filesOf(m, sh), tty: (fd) => isTty(m, sh, fd), variable: (v) => getVar(m, sh, v) });
  if (typeof value === "boolean") return value ? 0 : 1;
  const worded = sh.flavour === "bash" ? `${name}: ${value}` : sh.flavour === "sh" ? `${name}: ${value.replace(/^(.*): integer expression expected$/, "Illegal number: $1").replace(/^(.*): (unary|binary) operator expected$/, "$1: unexpected operator")}` : value.replace(/^(.*): integer expression expected$/, "$1: bad number").replace(/^(.*): (unary|binary) operator expected$/, "$1: unknown operand");
  complain(m, sh, worded);
  return 2;
}
