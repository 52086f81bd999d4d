import type { KubeObject } from "../../cluster/model";
import type { Verb } from "../command";
import { CommandError, isNotFound, throwAll, whileDoing } from "../errors";
import { bool, DRY_RUN, duration, fieldManager, FILENAME_FLAGS, int, PRINT_FLAGS, text } from "../flags";
import { lastApplied, withLastApplied } from "../last-applied";
import { kindWord } from "../discovery";
import { reporter } from "../print/printer";
import { fieldValidation, VALIDATE } from "./create";
import { manifestsOf } from "./apply";
import { remove } from "./delete";

/** kubectl replace */
export const replace: Verb = {
  name: "replace",
  short: "Replace a resource by file name or stdin",
  usage: "kubectl replace -f FILENAME [options]",
  flags: [
    ...FILENAME_FLAGS, ...PRINT_FLAGS, DRY_RUN, VALIDATE, fieldManager("kubectl-replace"),
    bool("save-config", "If true, the configuration of current object will be saved in its annotation."),
    bool("force", "If true, immediately remove resources from API and bypass graceful deletion."),
    bool("wait", "If true, wait for resources to be gone before returning."),
    int("grace-period", "Period of time in seconds given to the resource to terminate gracefully.", { default: "-1" }),
    duration("timeout", "The length of time to wait before giving up on a delete", { default: "0s" }),
    text("subresource", "If specified, replace will operate on the subresource of the requested object."),
    text("cascade", 'Must be "background", "orphan", or "foreground".', { default: "background", noOpt: "background" }),
  ],
  run(command) {
    const report = reporter(command);
    const errors: Error[] = [];
    let count = 0;
    const force = command.flags.on("force");
    for (const read of manifestsOf(command)) {
      if (read instanceof Error) {
        errors.push(read);
        continue;
      }
      const { mapping, namespace, name } = read;
      const query = { fieldManager: command.flags.text("field-manager"), fieldValidation: fieldValidation(command), ...(command.dryRun === "server" ? { dryRun: "All" } : {}) };
      try {
        if (force) {
          try {
            remove(command, read, command.flags.number("grace-period") < 0 ? 0 : command.flags.number("grace-period"));
            command.out(`${kindWord(mapping)} ${JSON.stringify(name)} deleted\n`);
          } catch (error) {
            if (!isNotFound(error)) throw error;
          }
          report(mapping, command.ask<KubeObject>("create", mapping, { namespace, body: read.object, query }), "replaced");
          count++;
          continue;
        }
        const manifest = read.object ?? { apiVersion: "", kind: "", metadata: {} };
        const body = command.flags.on("save-config") || lastApplied(manifest) !== undefined ? withLastApplied(manifest) : manifest;
        const subresource = command.flags.text("subresource");
        const object = command.dryRun === "client" ? manifest : command.ask<KubeObject>("update", mapping, { namespace, name, body, query, ...(subresource === "" ? {} : { subresource }) });
        count++;
        report(mapping, object, "replaced");
      } catch (error) {
        errors.push(whileDoing("replacing", read.source, error));
      }
    }
    throwAll(errors);
    if (count === 0) throw new CommandError("no objects passed to replace");
  },
};
