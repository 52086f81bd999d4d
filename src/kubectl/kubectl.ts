import type { Effect, ProcessContext, ProcessInput, Program, Step } from "../cluster/images/program";
import type { Json } from "../cluster/model";
import { Command, type KubectlOptions, type Verb } from "./command";
import { CommandError, describeError, Exit, usageError } from "./errors";
import { GLOBAL_FLAGS, HelpWanted, parseFlags, type FlagSpec, type Parsed } from "./flags";
import { helpOf, rootHelp } from "./help";
import { verbs } from "./verbs/index";

interface State {
  /** "stdin": the command starts when the input has ended. */
  readonly stage: "stdin" | "running";
  readonly stdin?: string;
  readonly verb?: Json;
}

/** kubectl as a program: argv is ["kubectl", …]. It talks to the API server through the context alone. */
export function kubectl(options: KubectlOptions = {}): Program<Json> {
  return {
    start(context) {
      return guard(context, options, undefined, (command, verb) => {
        if (readsStdin(command)) return { stage: "stdin", stdin: "" };
        return started(verb.run?.(command), undefined);
      });
    },
    on(raw, input, context) {
      // A signal may still come while the last words of a finished command are written.
      if (raw === null) return { state: null, do: [] };
      const state = raw as unknown as State;
      if (state.stage === "stdin") {
        if (input.is === "stdin") return { state: { ...state, stdin: (state.stdin ?? "") + input.data }, do: [] };
        if (input.is !== "eof") return interrupted(input, raw);
        return guard(context, options, state.stdin ?? "", (command, verb) => started(verb.run?.(command), state.stdin));
      }
      if (input.is === "signal") return interrupted(input, raw);
      return guard(context, options, state.stdin, (command, verb) => started(verb.on?.(state.verb ?? null, input, command), state.stdin));
    },
  };
}

function started(verb: Json | undefined | void, stdin: string | undefined): State | undefined {
  return verb === undefined ? undefined : { stage: "running", verb, ...(stdin === undefined ? {} : { stdin }) };
}

function interrupted(input: ProcessInput, state: Json): Step<Json> {
  if (input.is !== "signal" || !["INT", "TERM", "KILL", "HUP", "PIPE"].includes(input.name)) return { state, do: [] };
  return { state: null, do: [{ do: "exit", code: { INT: 130, TERM: 143, HUP: 129, PIPE: 141 }[input.name as string] ?? 137 }] };
}

function readsStdin(command: Command): boolean {
  return command.flags.list("filename").includes("-") || command.flags.list("from-file").some((f) => f.endsWith("/dev/stdin"));
}

function guard(context: ProcessContext, options: KubectlOptions, stdin: string | undefined, task: (command: Command, verb: Verb) => State | undefined): Step<Json> {
  let command: Command | undefined;
  const finish = (effects: readonly Effect[], code: number): Step<Json> => ({ state: null, do: [...effects, { do: "exit", code }] });
  try {
    const found = resolve(context.argv.slice(1));
    command = new Command(context, found.path, found.parsed, options, stdin);
    if (found.help !== undefined) return finish([{ do: "write", fd: 1, data: found.help }], found.code);
    const state = task(command, found.verb);
    if (state === undefined) return finish(command.effects, 0);
    return { state: state as unknown as Json, do: command.effects };
  } catch (error) {
    const { text, code: own } = describeError(error);
    // diff keeps 1 for "there is a difference".
    const code = own === 1 && command?.path === "kubectl diff" && !(error instanceof Exit) ? 2 : own;
    return finish([...(command?.effects ?? []), ...(text === "" ? [] : [{ do: "write" as const, fd: 2 as const, data: text }])], code);
  }
}

interface Resolved {
  readonly verb: Verb;
  readonly path: string;
  readonly parsed: Parsed;
  readonly help?: string;
  readonly code: number;
}

/** Finds the verb as cobra does: the first words that are no flags and no values of flags. */
function resolve(argv: readonly string[]): Resolved {
  let level: readonly Verb[] = verbs;
  let verb: Verb | undefined;
  let path = "kubectl";
  const rest = [...argv];
  for (;;) {
    const at = firstWord(rest, [...GLOBAL_FLAGS, ...(verb?.flags ?? [])]);
    const word = at < 0 ? undefined : rest[at];
    const next = word === undefined ? undefined : level.find((v) => v.name === word || v.aliases?.includes(word));
    if (!next) {
      if (verb === undefined && word !== undefined) throw new CommandError(unknown(word));
      if (verb === undefined) parseRoot(rest);
      break;
    }
    rest.splice(at, 1);
    verb = next;
    path = `${path} ${next.name}`;
    level = next.verbs ?? [];
    if (level.length === 0) break;
  }
  const empty = parseFlags([], GLOBAL_FLAGS);
  if (!verb) return { verb: { name: "kubectl", short: "" }, path, parsed: empty, help: rootHelp(verbs), code: 0 };
  let parsed: Parsed;
  try {
    parsed = parseFlags(rest, [...(verb.flags ?? []), ...GLOBAL_FLAGS]);
  } catch (error) {
    if (error instanceof HelpWanted) return { verb, path, parsed: empty, help: helpOf(path, verb), code: 0 };
    throw new CommandError(`${(error as Error).message}\nSee '${path} --help' for usage.`);
  }
  if (!verb.run) {
    if (parsed.args.length > 0) throw usageError(path, `unknown command ${JSON.stringify(parsed.args.join(" "))}`);
    return { verb, path, parsed, help: helpOf(path, verb), code: 1 };
  }
  return { verb, path, parsed, code: 0 };
}

/** Flags without a verb are the global ones. */
function parseRoot(argv: readonly string[]): void {
  try {
    parseFlags(argv, GLOBAL_FLAGS);
  } catch (error) {
    if (!(error instanceof HelpWanted)) throw new CommandError(`${(error as Error).message}\nSee 'kubectl --help' for usage.`);
  }
}

function firstWord(argv: readonly string[], specs: readonly FlagSpec[]): number {
  for (let i = 0; i < argv.length; i++) {
    const arg = argv[i] ?? "";
    if (arg === "--") return -1;
    if (!arg.startsWith("-") || arg === "-") return i;
    if (arg.includes("=")) continue;
    const spec = arg.startsWith("--") ? specs.find((s) => s.name === arg.slice(2)) : arg.length === 2 ? specs.find((s) => s.short === arg[1]) : undefined;
    if (spec && spec.type !== "bool" && spec.noOpt === undefined) i++;
  }
  return -1;
}

/** cobra suggests what is at most two edits away, or what starts with the word. */
function unknown(word: string): string {
  const near = verbs.map((v) => v.name).filter((name) => distance(word.toLowerCase(), name) <= 2 || name.startsWith(word.toLowerCase()));
  const hint = near.length === 0 ? "" : `\n\nDid you mean this?\n${near.map((n) => `\t${n}\n`).join("")}`;
  return `unknown command ${JSON.stringify(word)} for "kubectl"${hint}`;
}

function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_x, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) next.push(Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)));
    row = next;
  }
  return row[b.length] ?? 0;
}

