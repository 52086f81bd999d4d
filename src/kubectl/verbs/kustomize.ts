import type { Verb } from "../command";
import { CommandError } from "../errors";
import { bool } from "../flags";
import { goYaml } from "../print/yaml";
import { kustomize as build } from "../kustomize/build";
import { readFile } from "../files";

export const kustomize: Verb = {
  name: "kustomize",
  short: "Build a kustomization target from a directory or URL",
  flags: [bool("enable-helm", "Enable use of the Helm chart inflator generator.")],
  run(command) {
    if (command.args.length > 1) throw new CommandError("specify one path to kustomization.yaml");
    const { documents, warnings } = build((command.args[0] ?? ".").replace(/\/+$/, ""), (path) => readFile(command.context, path));
    for (const warning of warnings) command.err(`# Warning: ${warning}\n`);
    command.out(documents.map(goYaml).join("---\n"));
  },
};
