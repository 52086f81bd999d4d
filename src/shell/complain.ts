import { type Machine, write } from "./machine";
import type { ShellProc } from "./state";
import { syntaxOf } from "./syntax";

/** Prints an error of the shell itself, as its flavour words the place. */
export function complain(m: Machine, sh: ShellProc, message: string): void {
  write(m, sh, 2, `${place(sh, sh.line)}${message}\n`);
}

function place(sh: ShellProc, line: number): string {
  if (sh.flavour === "busybox") return sh.mode === "file" ? `${sh.name}: line ${line}: ` : "sh: ";
  if (sh.flavour === "sh") return `${sh.mode === "file" ? sh.name : "sh"}: ${line}: `;
  if (sh.mode === "interactive") return "bash: ";
  return `${sh.mode === "file" || sh.mode === "command" ? sh.name : "bash"}: line ${line}: `;
}

/** Prints why a text does not parse. `where` names an eval or a trap. */
export function syntaxError(m: Machine, sh: ShellProc, text: string, line: number, where: string | undefined): void {
  const trouble = syntaxOf(text).trouble;
  if (!trouble) return;
  const at = line + Math.max(1, trouble.line) - 1;
  const message = trouble.message || "syntax error: unexpected end of file";
  if (sh.flavour !== "bash") {
    const token = /`(.*)'/.exec(message)?.[1];
    const words = message.includes("unexpected EOF") ? (sh.flavour === "sh" ? "Syntax error: Unterminated quoted string" : "syntax error: unterminated quoted string") : trouble.incomplete ? `${sh.flavour === "sh" ? "Syntax" : "syntax"} error: ${sh.flavour === "sh" ? "end of file unexpected" : "unexpected end of file"}` : sh.flavour === "sh" ? `Syntax error: ${token === "newline" ? "newline" : `"${token}"`} unexpected` : `syntax error: unexpected "${token}"`;
    write(m, sh, 2, `${sh.flavour === "sh" ? `${sh.mode === "file" ? sh.name : "sh"}: ${at}: ` : "sh: "}${words}\n`);
    return;
  }
  const prefix = sh.mode === "interactive" ? "bash: " : `${sh.name}: ${where ? `${where}: ` : sh.mode === "command" ? "-c: " : ""}line ${at}: `;
  write(m, sh, 2, `${prefix}${message}\n`);
  if (trouble.showsLine && sh.mode !== "interactive") write(m, sh, 2, `${prefix}\`${text.split("\n")[Math.max(0, trouble.line - 1)] ?? ""}'\n`);
}
