import type { Verb } from "../command";
import { groupVersion, type Mapping } from "../discovery";
import { CommandError, usageError } from "../errors";
import { bool, slice, text } from "../flags";
import { plainTable } from "../print/table";

/** kubectl api-resources */
export const apiResources: Verb = {
  name: "api-resources",
  short: "Print the supported API resources on the server",
  flags: [text("api-group", "Limit to resources in the specified API group."), text("namespaced", "If false, non-namespaced resources will be returned, otherwise returning namespaced resources by default.", { noOpt: "true" }), slice("verbs", "Limit to resources that support the specified verbs."), slice("categories", "Limit to resources that belong to the specified categories."), text("output", "Output format. One of: (wide, name).", { short: "o" }), text("sort-by", "If non-empty, sort list of resources using specified field. The field can be either 'name' or 'kind'."), bool("no-headers", "When using the default or custom-column output format, don't print headers."), bool("cached", "Use the cached list of resources if available.")],
  run(command) {
    const { flags } = command;
    if (!["", "wide", "name"].includes(flags.text("output"))) throw new CommandError(`--output ${flags.text("output")} is not available`);
    if (command.args.length > 0) throw usageError("kubectl api-resources", `unexpected arguments: [${command.args.join(" ")}]`);
    const preferred = new Set<string>();
    const rows = command.mapper.mappings.filter((m) => {
      const id = `${m.plural}.${m.group}`;
      if (preferred.has(id)) return false;
      preferred.add(id);
      if (flags.changed("api-group") && m.group !== flags.text("api-group")) return false;
      if (flags.changed("namespaced") && m.namespaced !== flags.on("namespaced")) return false;
      return flags.list("verbs").every((v) => m.verbs.includes(v)) && flags.list("categories").every((c) => m.categories.includes(c));
    });
    const by = flags.text("sort-by");
    if (!["", "name", "kind"].includes(by)) throw new CommandError("--sort-by accepts only name or kind");
    const key = (m: Mapping): string => (by === "kind" ? m.kind : by === "name" ? m.plural : `${m.group}\0${m.plural}`);
    const sorted = [...rows].sort((a, b) => (key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0));
    const output = flags.text("output");
    if (output === "name") {
      command.out(sorted.map((m) => `${m.plural}${m.group === "" ? "" : `.${m.group}`}\n`).join(""));
      return;
    }
    const wide = output === "wide";
    command.out(plainTable(
      flags.on("no-headers") ? undefined : ["NAME", "SHORTNAMES", "APIVERSION", "NAMESPACED", "KIND", ...(wide ? ["VERBS", "CATEGORIES"] : [])],
      sorted.map((m) => [m.plural, m.shortNames.join(","), groupVersion(m), String(m.namespaced), m.kind, ...(wide ? [[...m.verbs].sort().join(","), m.categories.join(",")] : [])]),
    ));
  },
};

/** kubectl api-versions */
export const apiVersions: Verb = {
  name: "api-versions",
  short: 'Print the supported API versions on the server, in the form of "group/version"',
  run(command) {
    if (command.args.length > 0) throw usageError("kubectl api-versions", `unexpected arguments: [${command.args.join(" ")}]`);
    command.out([...command.mapper.groupVersions].sort().map((v) => `${v}\n`).join(""));
  },
};
