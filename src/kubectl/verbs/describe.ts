import type { KubeObject } from "../../cluster/model";
import type { Command, Verb } from "../command";
import { describerOf } from "../describe/index";
import { describingOf } from "../describe/text";
import { CommandError, isNotFound, throwAll } from "../errors";
import { ALL_NAMESPACES, bool, FILENAME_FLAGS, int, SELECTOR } from "../flags";
import { align, DESCRIBE_COLUMNS } from "../print/tabwriter";
import { fetchTarget, fetchAll, fromFiles, itemsOf, targets, type ListBody } from "../resource/arguments";
import { liveInfo, type Info } from "../resource/info";

type Live = Info & { readonly object: KubeObject };

/** kubectl describe: the object, what belongs to it and its events, to read. */
export const describe: Verb = {
  name: "describe",
  short: "Show details of a specific resource or group of resources",
  usage: "kubectl describe (-f FILENAME | TYPE [NAME_PREFIX | -l label] | TYPE/NAME) [options]",
  flags: [
    ...FILENAME_FLAGS, SELECTOR, ALL_NAMESPACES,
    bool("show-events", "If true, display events related to the described object.", { default: "true" }),
    int("chunk-size", "Return large lists in chunks rather than all at once.", { default: "500" }),
  ],
  run(command) {
    if (command.args.length === 0 && !fromFiles(command)) throw new CommandError("You must specify the type of resource to describe. Use \"kubectl api-resources\" for a complete list of supported resources.\n");
    const { infos, errors, prefix } = find(command);
    let count = 0;
    for (const info of infos) {
      const text = describerOf(info.mapping)(describingOf(command, info.object));
      const shown = command.flags.text("show-events") === "false" ? text.replace(/Events:(\t<none>\n|\n( {2}.*\n)*)$/, "") : text;
      const block = align(shown, DESCRIBE_COLUMNS);
      command.out(count++ === 0 ? block : `\n\n${block}`);
    }
    if (prefix) command.out("\n");
    throwAll(errors);
    if (infos.length === 0) command.err(command.flags.on("all-namespaces") ? "No resources found\n" : `No resources found in ${command.namespace} namespace.\n`);
  },
};

/** A name that does not exist may be the beginning of others. */
function find(command: Command): { infos: readonly Live[]; errors: readonly Error[]; prefix: boolean } {
  if (fromFiles(command)) return { ...fetchAll(command), prefix: false };
  const infos: Live[] = [];
  const errors: Error[] = [];
  let prefix = false;
  for (const target of targets(command, { typeAlone: true })) {
    try {
      infos.push(...fetchTarget(command, target));
    } catch (error) {
      if (!isNotFound(error) || target.is !== "object") {
        errors.push(error as Error);
        continue;
      }
      const all = itemsOf(command.ask<ListBody>("list", target.mapping, { namespace: target.namespace }), target.mapping);
      const near = all.filter((o) => o.metadata.name.startsWith(target.name));
      if (near.length === 0) errors.push(error as Error);
      else {
        prefix = true;
        infos.push(...near.map((object) => liveInfo({ mapping: target.mapping, namespace: target.namespace, name: "", source: "" }, object)));
      }
    }
  }
  return { infos, errors, prefix };
}
