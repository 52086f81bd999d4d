import type { Command } from "../command";
import { CommandError } from "../errors";
import { readFile } from "../files";
import { readText, type Read } from "../resource/manifests";
import { kustomize } from "./build";

/** The objects of -k DIRECTORY. */
export function kustomizeManifests(command: Command, directory: string): readonly Read[] {
  const path = directory.replace(/\/+$/, "");
  const file = ["kustomization.yaml", "kustomization.yml", "Kustomization"].map((name) => `${path}/${name}`).find((name) => readFile(command.context, name) !== undefined);
  if (file === undefined) throw new CommandError(`unable to find one of 'kustomization.yaml', 'kustomization.yml' or 'Kustomization' in directory '${directory}'`);
  const { documents, warnings } = kustomize(path, (name) => readFile(command.context, name));
  for (const warning of warnings) command.err(`# Warning: ${warning}\n`);
  return readText(command, path, documents.map((d) => JSON.stringify(d)).join("\n---\n") === "" ? "" : documents.map((d) => `---\n${JSON.stringify(d)}`).join("\n"), { validate: true });
}
