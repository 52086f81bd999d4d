import type { Command } from "../command";
import { listDirectory, readFile } from "../files";
import type { Obj } from "../objects";
import { kustomize } from "./build";

/** The documents of a kustomization on the shell's disk; its warnings go to stderr. */
export function buildKustomization(command: Command, directory: string): readonly Obj[] {
  const { documents, warnings } = kustomize(directory, command.context.cwd, { read: (path) => readFile(command.context, path), directory: (path) => listDirectory(command.context, path) !== undefined });
  for (const warning of warnings) command.err(`# Warning: ${warning}\n`);
  return documents;
}
