import { t } from "../../i18n/index";
import type { KubeObject } from "../../cluster/model";
import type { Command, Verb } from "../command";
import { CommandError, gathered, throwAll, usageError, whileDoing } from "../errors";
import { bool, DRY_RUN, fieldManager, FILENAME_FLAGS, PRINT_FLAGS, SELECTOR, text } from "../flags";
import { withLastApplied } from "../last-applied";
import { reporter } from "../print/printer";
import { fromFiles } from "../resource/arguments";
import { readManifests } from "../resource/manifests";
import { generators } from "../generators/index";

export const VALIDATE = text("validate", "Must be one of: strict (or true), warn, ignore (or false).", { default: "strict", noOpt: "strict" });

/** The server's fieldValidation for --validate. */
export function fieldValidation(command: Command): "Strict" | "Warn" | "Ignore" {
  const value = command.flags.text("validate");
  if (value === "warn") return "Warn";
  return value === "false" || value === "ignore" ? "Ignore" : "Strict";
}

/** kubectl create: from files, or one of the generators. */
export const create: Verb = {
  name: "create",
  short: "Create a resource from a file or from stdin",
  usage: "kubectl create -f FILENAME [options]",
  flags: [
    ...FILENAME_FLAGS, ...PRINT_FLAGS, SELECTOR, DRY_RUN, VALIDATE, fieldManager("kubectl-create"),
    bool("save-config", "If true, the configuration of current object will be saved in its annotation."),
    bool("edit", "Edit the API resource before creating"),
    bool("windows-line-endings", "Only relevant if --edit=true. Defaults to the line ending native to your platform."),
    text("raw", "Raw URI to POST to the server."),
  ],
  verbs: generators,
  run(command) {
    if (command.args.length > 0) throw usageError("kubectl create", `Unexpected args: [${command.args.join(" ")}]`);
    if (!fromFiles(command)) {
      throw new CommandError("must specify one of -f and -k");
    }
    if (command.flags.text("raw") !== "") throw new CommandError(t("kubectl.noRaw"));
    const report = reporter(command);
    const errors: Error[] = [];
    let count = 0;
    const reads = readManifests(command, { validate: fieldValidation(command) !== "Ignore" });
    for (const read of reads) {
      if (read instanceof Error) continue;
      const object = command.flags.on("save-config") ? withLastApplied(read.object ?? {}) : read.object;
      try {
        const made = command.dryRun === "client" ? object : command.ask<KubeObject>("create", read.mapping, {
          namespace: read.namespace,
          body: object,
          query: { fieldManager: command.flags.text("field-manager"), fieldValidation: fieldValidation(command), ...(command.dryRun === "server" ? { dryRun: "All" } : {}) },
        });
        count++;
        report(read.mapping, made ?? {}, "created");
      } catch (error) {
        errors.push(whileDoing("creating", read.source, error));
      }
    }
    // What could not be read comes last, as one error where there are others.
    const unread = reads.filter((read) => read instanceof Error);
    throwAll(errors.length + count === 0 ? unread : [...errors, ...gathered(reads)]);
    if (count === 0) throw new CommandError("no objects passed to create");
  },
};
