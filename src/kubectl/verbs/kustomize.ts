import type { Verb } from "../command";
import { CommandError } from "../errors";
import { bool } from "../flags";
import { buildKustomization } from "../kustomize/reader";
import { goYaml } from "../print/yaml";

export const kustomize: Verb = {
  name: "kustomize",
  short: "Build a kustomization target from a directory or URL",
  flags: [bool("enable-helm", "Enable use of the Helm chart inflator generator.")],
  run(command) {
    if (command.args.length > 1) throw new CommandError("specify one path to kustomization.yaml");
    command.out(buildKustomization(command, command.args[0] ?? ".").map(goYaml).join("---\n"));
  },
};
