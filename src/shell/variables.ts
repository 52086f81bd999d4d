import type { Machine } from "./machine";
import type { ShellProc, Var } from "./state";

/** Raised where bash gives up on a command: an unset variable under set -u, a bad substitution, wrong arithmetic. */
export class ExpansionError extends Error {
  constructor(
    message: string,
    /** True where a shell that is not interactive ends. */
    readonly fatal: boolean,
  ) {
    super(message);
  }
}

export const isName = (text: string): boolean => /^[A-Za-z_]\w*$/.test(text);

/** A variable's whole value as text; undefined where unset. An array gives its first element. */
export function getVar(m: Machine, sh: ShellProc, name: string): string | undefined {
  const special = specialVar(m, sh, name);
  if (special !== undefined) return special;
  const held = sh.vars[name];
  if (!held) return undefined;
  return held.list ? held.list["0"] : held.v;
}

function specialVar(m: Machine, sh: ShellProc, name: string): string | undefined {
  switch (name) {
    case "?": return String(sh.exitStatus);
    case "$": return String(sh.self);
    case "!": return sh.last ? String(sh.last) : undefined;
    case "#": return String(sh.args.length);
    case "0": return sh.name;
    case "-": return `${sh.options["errexit"] ? "e" : ""}hB${sh.prompts ? "i" : ""}${sh.options["nounset"] ? "u" : ""}${sh.options["xtrace"] ? "x" : ""}${sh.mode === "command" ? "c" : ""}`;
    case "@": return sh.args.join(" ");
    case "*": return sh.args.join((getVar(m, sh, "IFS") ?? " ").slice(0, 1));
    case "LINENO": return String(sh.line);
    case "PPID": return sh.vars["PPID"]?.v ?? String(m.context.pid === 1 ? 0 : 1);
  }
  if (/^\d+$/.test(name)) return sh.args[Number(name) - 1];
  if (sh.flavour === "sh") return undefined;
  if (sh.vars[name]?.v !== undefined && name !== "RANDOM" && name !== "SECONDS") return undefined;
  switch (name) {
    case "RANDOM": return String(m.context.random.int(32768));
    case "SECONDS": return String(Number(sh.vars["SECONDS"]?.v ?? 0) + Math.floor((m.context.now - sh.began) / 1000));
    case "EPOCHSECONDS": return String(Math.floor((m.context.epoch + m.context.now) / 1000));
    case "EPOCHREALTIME": return ((m.context.epoch + m.context.now) / 1000).toFixed(6);
    case "BASHPID": return String(sh.pid);
    case "UID":
    case "EUID": return String(m.context.user);
    case "HOSTNAME": return m.context.hostname;
    case "BASH_VERSION": return sh.flavour === "bash" ? "5.2.15(1)-release" : undefined;
    case "FUNCNAME": return functionNames(sh)[0];
    case "PIPESTATUS": return sh.pipeStatus.length ? String(sh.pipeStatus[0]) : undefined;
    default: return undefined;
  }
}

export function functionNames(sh: ShellProc): string[] {
  return sh.frames.flatMap((frame) => (frame.f === "function" ? [frame.name] : [])).reverse();
}

/** The elements of an array (of a plain variable: its value), by key and in order. */
export function elements(m: Machine, sh: ShellProc, name: string): readonly (readonly [string, string])[] {
  if (name === "PIPESTATUS") return sh.pipeStatus.map((s, i) => [String(i), String(s)] as const);
  if (name === "FUNCNAME") return functionNames(sh).map((s, i) => [String(i), s] as const);
  if (name === "BASH_REMATCH" && !sh.vars[name]) return [];
  const held = sh.vars[name];
  if (held?.list) return Object.entries(held.list);
  const value = getVar(m, sh, name);
  return value === undefined ? [] : [["0", value]];
}

/** Sets a variable, or an element of it; throws where it is read-only. */
export function setVar(m: Machine, sh: ShellProc, name: string, value: string, index?: string): void {
  const held: Var = sh.vars[name] ?? {};
  if (held.readonly) throw new ExpansionError(`${name}: readonly variable`, sh.flavour !== "bash");
  if (index !== undefined || held.list) {
    const key = index ?? "0";
    const base: Record<string, string> = { ...(held.list ?? (held.v === undefined ? {} : { "0": held.v })) };
    base[key] = value;
    const { v: _old, ...rest } = held;
    sh.vars[name] = { ...rest, list: held.assoc ? base : ordered(base) };
    return;
  }
  sh.vars[name] = { ...held, v: value };
  if (name === "SECONDS") sh.began = m.context.now;
  if (name === "OPTIND") sh.getopts = 0;
}

/** Indexed arrays keep their elements in the order of their numbers, as JavaScript does for such keys. */
function ordered(list: Record<string, string>): Record<string, string> {
  return list;
}

export function unsetVar(sh: ShellProc, name: string): string | undefined {
  const indexed = /^(\w+)\[(.*)\]$/.exec(name);
  const key = indexed?.[1] ?? name;
  const held = sh.vars[key];
  if (held?.readonly) return `${key}: cannot unset: readonly variable`;
  if (indexed && held?.list) {
    const list = { ...held.list };
    delete list[indexed[2]];
    sh.vars[key] = { ...held, list };
  } else delete sh.vars[key];
  return undefined;
}

/** The environment that a command started now would see. */
export function environment(sh: ShellProc): Record<string, string> {
  const env: Record<string, string> = {};
  for (const [name, held] of Object.entries(sh.vars)) if (held.exported && held.v !== undefined) env[name] = held.v;
  return env;
}
