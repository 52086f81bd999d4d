import type { Io } from "./tool";

export interface Options {
  readonly flags: Readonly<Record<string, string>>;
  /** Every value of an option that may repeat. */
  readonly all: Readonly<Record<string, readonly string[]>>;
  readonly rest: readonly string[];
}

export interface OptionSpec {
  /** getopt's short form: "nE:" has -n alone and -E with a value. */
  readonly short: string;
  /** Long names and the short option they stand for; a name ending in "=" takes a value, in "?" an optional one after "=". */
  readonly long?: Readonly<Record<string, string>>;
  /** Options end at the first operand. */
  readonly posix?: boolean;
  /** The exit code of a wrong option. */
  readonly code?: number;
  /** "-5" stands for this option with the value 5. */
  readonly digits?: string;
}

/** Reads a command's options as getopt does; a number is the exit code after the message was printed. */
export function readOptions(io: Io, spec: OptionSpec): Options | number {
  const flags: Record<string, string> = {};
  const all: Record<string, string[]> = {};
  const rest: string[] = [];
  const name = io.argv[0] ?? "";
  const set = (key: string, value: string): void => {
    flags[key] = value;
    (all[key] ??= []).push(value);
  };
  const wrong = (message: string): number => {
    io.err(io.flavour === "busybox" ? `${name}: ${message.replace("invalid option", "unrecognized option").replace(/-- '(.)'/, ": $1").replace("option :", "option:")}\n` : `${name}: ${message}\nTry '${name} --help' for more information.\n`);
    return spec.code ?? 1;
  };
  const args = io.argv.slice(1);
  for (let i = 0; i < args.length; i++) {
    const arg = args[i];
    if (arg === "--") {
      rest.push(...args.slice(i + 1));
      break;
    }
    if (arg.startsWith("--")) {
      const [given, ...after] = arg.slice(2).split("=");
      const names = Object.keys(spec.long ?? {});
      const exact = names.find((n) => n.replace(/[=?]$/, "") === given);
      const matches = exact ? [exact] : names.filter((n) => n.startsWith(given));
      if (matches.length === 0) return wrong(`unrecognized option '${arg}'`);
      const long = matches[0];
      const key = spec.long![long];
      if (long.endsWith("=")) {
        const value = after.length ? after.join("=") : args[++i];
        if (value === undefined) return wrong(`option '--${long.slice(0, -1)}' requires an argument`);
        set(key, value);
      } else set(key, after.join("="));
      continue;
    }
    if (arg.startsWith("-") && arg.length > 1) {
      if (spec.digits && /^-\d+$/.test(arg)) {
        set(spec.digits, arg.slice(1));
        continue;
      }
      for (let j = 1; j < arg.length; j++) {
        const c = arg[j];
        const at = spec.short.indexOf(c);
        if (at < 0 || c === ":") return wrong(`invalid option -- '${c}'`);
        if (spec.short[at + 1] === ":") {
          const value = j + 1 < arg.length ? arg.slice(j + 1) : args[++i];
          if (value === undefined) return wrong(`option requires an argument -- '${c}'`);
          set(c, value);
          break;
        }
        set(c, "");
      }
      continue;
    }
    if (spec.posix) {
      rest.push(...args.slice(i));
      break;
    }
    rest.push(arg);
  }
  return { flags, all, rest };
}
