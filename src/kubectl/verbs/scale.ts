import type { KubeObject } from "../../cluster/model";
import type { Verb } from "../command";
import { CommandError, throwAll } from "../errors";
import { bool, DRY_RUN, duration, FILENAME_FLAGS, int, PRINT_FLAGS, SELECTOR, text } from "../flags";
import { at, num } from "../objects";
import { reporter } from "../print/printer";
import { fetchAll } from "../resource/arguments";

/** kubectl scale: writes the scale subresource. */
export const scale: Verb = {
  name: "scale",
  short: "Set a new size for a deployment, replica set, or replication controller",
  usage: "kubectl scale [--resource-version=version] [--current-replicas=count] --replicas=COUNT (-f FILENAME | TYPE NAME) [options]",
  flags: [
    ...FILENAME_FLAGS, ...PRINT_FLAGS, SELECTOR, DRY_RUN,
    int("replicas", "The new desired number of replicas. Required."),
    int("current-replicas", "Precondition for current size.", { default: "-1" }),
    text("resource-version", "Precondition for resource version."),
    duration("timeout", "The length of time to wait before giving up on a scale operation, zero means don't wait.", { default: "0s" }),
    bool("all", "Select all resources in the namespace of the specified resource types"),
  ],
  run(command) {
    const { flags } = command;
    if (!flags.changed("replicas")) throw new CommandError('required flag(s) "replicas" not set');
    const replicas = flags.number("replicas");
    if (replicas < 0) throw new CommandError("The --replicas=COUNT flag is required, and COUNT must be greater than or equal to 0");
    const report = reporter(command);
    const { infos, errors: unread } = fetchAll(command);
    const errors = [...unread];
    if (infos.length === 0) throw new CommandError(`no objects passed to scale${errors.length === 0 ? "" : ` ${errors.map((error) => error.message).join(", ")}`}`);
    const current = flags.number("current-replicas");
    for (const info of infos) {
      try {
        const { mapping, namespace, name, object } = info;
        if (command.dryRun === "client") {
          report(mapping, object, "scaled");
          continue;
        }
        const query = { ...(command.dryRun === "server" ? { dryRun: "All" } : {}) };
        const version = flags.text("resource-version");
        if (current >= 0 || version !== "") {
          const live = command.ask<KubeObject>("get", mapping, { namespace, name, subresource: "scale" });
          const have = num(at(live, "spec", "replicas"));
          if (current >= 0 && have !== current) throw new CommandError(`Expected replicas to be ${current}, was ${have}`);
          if (version !== "" && live.metadata.resourceVersion !== version) throw new CommandError(`Expected resource version to be ${version}, was ${live.metadata.resourceVersion}`);
          command.ask("update", mapping, { namespace, name, subresource: "scale", body: { ...live, spec: { replicas } }, query });
        } else {
          command.ask("patch", mapping, { namespace, name, subresource: "scale", contentType: "application/merge-patch+json", body: { spec: { replicas } }, query });
        }
        report(mapping, flags.text("output") === "" || flags.text("output") === "name" ? object : command.ask<KubeObject>("get", mapping, { namespace, name }), "scaled");
      } catch (error) {
        errors.push(error as Error);
      }
    }
    throwAll(errors);
  },
};
