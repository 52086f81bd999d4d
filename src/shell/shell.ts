import type { Image, ProcessContext, Program, Userland } from "../cluster/images/program";
import type { Json } from "../cluster/model";
import { activate, boot, receive } from "./activation";
import { type Commands, type Flavour, newShell } from "./machine";
import type { Kernel, ShellProc } from "./state";
import { tools, toolsOf } from "./tools/index";

export interface ShellOptions {
  /** Programs besides the shell's own tools: kubectl, k8s-sim, an image's programs. */
  readonly commands: (name: string, context: ProcessContext) => Program | undefined;
  /** The names `commands` knows, for completion. */
  readonly names?: readonly string[];
  /** Reads lines from standard input, and lives on after an error. */
  readonly interactive?: boolean;
  /** Runs this text and ends, as `-c` does. Without it the context's arguments say what runs. */
  readonly script?: string;
  readonly flavour: Flavour;
  /** Which of the tools there are; all of them where it says nothing. */
  readonly tools?: ReadonlySet<string>;
  /** Aliases known from the start. */
  readonly aliases?: Readonly<Record<string, string>>;
  /** False: no prompts are printed, since whoever sends the lines draws its own. */
  readonly prompt?: boolean;
  /** True for a command of `commands` that reads its standard input from the terminal; the lines typed while another one runs stay with the shell. */
  readonly readsStdin?: (argv: readonly string[]) => boolean;
}

function defaultReadsStdin(argv: readonly string[]): boolean {
  if (!/(^|\/)(kubectl|k)$/.test(argv[0] ?? "")) return true;
  const own = argv.includes("--") ? argv.slice(0, argv.indexOf("--")) : argv;
  return own.some((a, i) => a === "-" || a === "-f-" || a === "--stdin" || a === "--filename=-" || (/^-[a-z]*i[a-z]*$/.test(a) && i > 0) || a === "attach");
}

function commandsOf(options: Pick<ShellOptions, "commands" | "names" | "tools" | "readsStdin" | "flavour">, shells: Readonly<Record<string, Flavour>>): Commands {
  return {
    program: options.commands,
    tool: (name) => (Object.hasOwn(tools, name) && (!options.tools || options.tools.has(name)) ? tools[name] : undefined),
    shell: (name) => (Object.hasOwn(shells, name) ? shells[name] : undefined),
    names: () => [...new Set([...(options.names ?? []), ...Object.keys(tools).filter((n) => !options.tools || options.tools.has(n)), ...Object.keys(shells)])].sort(),
    readsStdin: options.readsStdin ?? defaultReadsStdin,
  };
}

const shellNames: Readonly<Record<Flavour, Readonly<Record<string, Flavour>>>> = {
  bash: { bash: "bash", sh: "sh" },
  sh: { sh: "sh", dash: "sh" },
  busybox: { sh: "busybox", ash: "busybox" },
};

/** A shell as a program: a script, `sh -c …` from its arguments, or a session that reads lines from standard input. */
export function shell(options: ShellOptions): Program<Json> {
  return shellWith(options, shellNames[options.flavour]);
}

function shellWith(options: ShellOptions, shells: Readonly<Record<string, Flavour>>): Program<Json> {
  const commands = commandsOf(options, shells);
  return {
    start: (context) =>
      activate(boot(context), context, commands, (m) => {
        const base = { pid: context.pid, parent: 0, fds: { 0: 1, 1: 2, 2: 3 }, cwd: context.cwd || "/", argv: [...context.argv], env: { ...context.env }, start: context.now, waits: {}, background: false };
        const argv = options.script !== undefined ? [context.argv[0] ?? options.flavour, ...context.argv.slice(1)] : options.interactive && context.argv.length === 0 ? [options.flavour] : context.argv;
        const sh = newShell(m, base, options.flavour, argv, { ...(options.script === undefined ? {} : { script: options.script }), ...(options.interactive === undefined ? {} : { interactive: options.interactive }) });
        sh.aliases = { ...options.aliases };
        if (options.prompt === false) sh.vars["PS1"] = { v: "" };
        if (options.prompt === false) sh.vars["PS2"] = { v: "" };
        m.k.procs[context.pid] = sh;
      }),
    on: (state, input, context) => receive(state, input, context, commands),
  };
}

/** One tool as a program of its own: `kubectl exec pod -- ls /`. */
function toolProgram(name: string, commands: Commands): Program<Json> {
  return {
    start: (context) =>
      activate(boot(context), context, commands, (m) => {
        m.k.procs[context.pid] = { is: "tool", tool: name, pid: context.pid, parent: 0, fds: { 0: 1, 1: 2, 2: 3 }, cwd: context.cwd || "/", argv: [...context.argv], env: { ...context.env }, start: context.now, waits: {}, background: false, state: null, begun: false, reading: false, running: false, children: [], captures: {} };
      }),
    on: (state, input, context) => receive(state, input, context, commands),
  };
}

/** The commands of a container by its image's userland: shells, everyday tools, network tools. */
export const userland: Userland = (argv, image) => {
  if (image.userland === "none") return undefined;
  const path = argv[0] ?? "";
  const name = path.slice(path.lastIndexOf("/") + 1);
  const shells = shellsOf(image);
  const available = toolsOf(image);
  const flavour: Flavour = image.userland === "debian" ? "sh" : "busybox";
  const own = (command: string, context: ProcessContext): Program | undefined => image.program(context.argv.length ? context.argv : [command], "");
  if (path.includes("/") && !/^(\/usr)?(\/local)?\/s?bin\/[^/]+$/.test(path)) {
    return image.files[path] === undefined ? undefined : shellWith({ commands: own, flavour, tools: available, script: image.files[path] }, shells);
  }
  const started = Object.hasOwn(shells, name) ? shells[name] : undefined;
  if (started) return shellWith({ commands: own, flavour: started, tools: available }, shells);
  return Object.hasOwn(tools, name) && available.has(name) ? toolProgram(name, commandsOf({ commands: own, flavour, tools: available }, shells)) : undefined;
};

function shellsOf(image: Image): Readonly<Record<string, Flavour>> {
  const bash: Record<string, Flavour> = image.userland === "debian" || image.tools?.includes("bash") ? { bash: "bash" } : {};
  return image.userland === "debian" ? { ...bash, sh: "sh", dash: "sh" } : { ...bash, sh: "busybox", ash: "busybox" };
}

/** The shell of a note's console: bash without prompts, `k` for kubectl, the programs of the floors above. */
export function noteShell(commands: ShellOptions["commands"], more: Partial<Omit<ShellOptions, "commands" | "flavour">> = {}): Program<Json> {
  return shell({ interactive: true, prompt: false, aliases: { k: "kubectl" }, ...more, commands, flavour: "bash" });
}

function rootShell(state: Json): ShellProc | undefined {
  const kernel = state as unknown as Kernel | null;
  const root = kernel?.procs?.[kernel.root];
  return root?.is === "shell" ? root : undefined;
}

/** Whether an interactive shell waits for a line: how the last command ended, and whether the line only continues. */
export function promptReady(state: Json): { readonly ready: boolean; readonly lastExit: number; readonly continuation: boolean } {
  const kernel = state as unknown as Kernel | null;
  const root = rootShell(state);
  if (!kernel || !root) return { ready: false, lastExit: 0, continuation: false };
  const input = kernel.files[root.fds[0] ?? -1];
  const waiting = input?.is === "host-in" && input.text.includes("\n");
  return { ready: !kernel.done && root.status === undefined && root.frames.length === 0 && root.pending.length === 0 && !waiting && !kernel.ticking, lastExit: root.exitStatus, continuation: root.partial !== "" };
}

/** What completion needs to know of a session: its directory, variables, functions and aliases. */
export function completionFacts(state: Json): { readonly cwd: string; readonly names: readonly string[]; readonly variables: readonly string[]; readonly aliases: Readonly<Record<string, string>> } {
  const root = rootShell(state);
  if (!root) return { cwd: "/", names: [], variables: [], aliases: {} };
  return { cwd: root.cwd, names: [...Object.keys(root.functions), ...Object.keys(root.aliases), ...Object.keys(tools)].sort(), variables: Object.keys(root.vars).sort(), aliases: root.aliases };
}
