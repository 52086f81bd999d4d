import type { Verb } from "./command";

/** Short help: what the verb does, how it is written, its flags. */
export function helpOf(path: string, verb: Verb): string {
  const lines = [`${verb.short}.`, ""];
  if (verb.verbs) lines.push("Available Commands:", ...verb.verbs.map((v) => `  ${v.name.padEnd(Math.max(11, ...(verb.verbs ?? []).map((one) => one.name.length)) + 3)}${v.short}`), "");
  const flags = (verb.flags ?? []).filter((f) => f.usage !== "");
  if (flags.length > 0) {
    lines.push("Options:");
    for (const flag of flags) {
      const fallback = flag.type === "bool" ? (flag.default ?? "false") : flag.type === "int" || flag.type === "duration" ? (flag.default ?? "0") : flag.type.startsWith("string") && flag.type !== "string" ? "[]" : `'${flag.default ?? ""}'`;
      lines.push(`    ${flag.short ? `-${flag.short}, ` : ""}--${flag.name}=${fallback}:`, `\t${flag.usage}`, "");
    }
  }
  lines.push("Usage:", `  ${verb.usage ?? (verb.verbs ? `${path} SUBCOMMAND [options]` : `${path} [options]`)}`, "");
  if (verb.verbs) lines.push(`Use "${path} <command> --help" for more information about a given command.`);
  lines.push('Use "kubectl options" for a list of global command-line options (applies to all commands).');
  return `${lines.join("\n")}\n`;
}

export function rootHelp(verbs: readonly Verb[]): string {
  const lines = ["kubectl controls the Kubernetes cluster manager.", "", " Find more information at: https://kubernetes.io/docs/reference/kubectl/", "", "Available Commands:"];
  for (const verb of verbs) lines.push(`  ${verb.name.padEnd(15)} ${verb.short}`);
  lines.push("", "Usage:", "  kubectl [flags] [options]", "", 'Use "kubectl <command> --help" for more information about a given command.', 'Use "kubectl options" for a list of global command-line options (applies to all commands).');
  return `${lines.join("\n")}\n`;
}
