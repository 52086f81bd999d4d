import { testWords } from "../conditions";
import { formatText, unescape } from "./printf";
import { instant, type Io, type Tools } from "./tool";

/** echo as each shell has it: dash always interprets backslashes. */
function echo(io: Io, args: readonly string[]): number {
  let newline = true;
  let escapes = io.flavour === "sh";
  let i = 0;
  for (; i < args.length; i++) {
    const arg = args[i];
    if (io.flavour === "sh" ? arg !== "-n" : !/^-[neE]+$/.test(arg)) break;
    for (const c of arg.slice(1)) {
      if (c === "n") newline = false;
      else escapes = c === "e";
    }
    if (io.flavour === "sh") {
      i++;
      break;
    }
  }
  let text = args.slice(i).join(" ");
  if (escapes) {
    const done = unescape(text, "echo");
    text = done.text;
    if (done.stop) newline = false;
  }
  io.out(text + (newline ? "\n" : ""));
  return 0;
}

function test(io: Io, words: readonly string[]): number {
  const value = testWords(words, { files: io.files, tty: (fd) => io.tty(fd as 0), variable: (name) => io.env[name] });
  if (typeof value === "boolean") return value ? 0 : 1;
  io.err(`${io.argv[0]}: ${value}\n`);
  return 2;
}

/** The commands that shells also have as builtins. */
export const everyday: Tools = {
  echo: instant(echo),
  printf: instant((io, args) => {
    const rest = args[0] === "--" ? args.slice(1) : args;
    if (rest.length === 0) {
      io.err(io.flavour === "bash" ? "printf: usage: printf [-v var] format [arguments]\n" : "printf: usage: printf format [arg ...]\n");
      return 2;
    }
    const done = formatText(rest[0], rest.slice(1));
    io.out(done.text);
    for (const warning of done.warnings) io.err(`${io.flavour === "bash" ? "bash: " : ""}printf: ${warning}\n`);
    return done.warnings.length ? 1 : 0;
  }),
  test: instant((io, args) => test(io, args)),
  "[": instant((io, args) => (args.at(-1) === "]" ? test(io, args.slice(0, -1)) : 2)),
  true: instant(() => 0),
  false: instant(() => 1),
  pwd: instant((io) => {
    io.out(`${io.cwd}\n`);
    return 0;
  }),
};
