import type { KubeObject } from "../../cluster/model";
import type { Command } from "../command";
import type { Mapping } from "../discovery";
import { resourceText } from "../discovery";
import { CommandError, StatusError } from "../errors";
import { liveInfo, type Info } from "./info";
import { readManifests } from "./manifests";

/** What the arguments name: objects by name, or lists by selector. */
export type Target =
  | { readonly is: "object"; readonly mapping: Mapping; readonly namespace: string; readonly name: string }
  | { readonly is: "list"; readonly mapping: Mapping; readonly namespace: string };

const EXAMPLES = "You must provide one or more resources by argument or filename.\nExample resource specifications include:\n   '-f rsrc.yaml'\n   '--filename=rsrc.json'\n   '<resource> <name>'\n   '<resource>'";

/** What --local says where nothing comes from a file. */
const LOCAL: Readonly<Record<string, string>> = {
  "kubectl label": "can only use local files by -f pod.yaml or --filename=pod.json when --local=true is set",
  "kubectl annotate": "can only use local files by -f pod.yaml or --filename=pod.json when --local=true is set",
  "kubectl patch": "cannot specify --local and server resources",
};

export interface BuildOptions {
  /** Words that are no resources: "a=b" of label, set env, taint. */
  readonly args?: readonly string[];
  readonly all?: boolean;
  /** A type alone means all of them (get, describe). */
  readonly typeAlone?: boolean;
  readonly allNamespaces?: boolean;
  readonly validate?: boolean;
  /** Instead of --selector, where that flag means something else (expose). */
  readonly selector?: string;
}

/** Whether the objects come from -f or -k. */
export function fromFiles(command: Command): boolean {
  return command.flags.list("filename").length > 0 || command.flags.text("kustomize") !== "";
}

/** Whether more than one type was asked for on the line, so that names need their kind before them. */
export function multipleTypes(args: readonly string[]): boolean {
  return args.some((arg) => arg === "all" || (arg.includes(",") && !arg.includes("/")));
}

/** Turns TYPE NAME, TYPE/NAME, comma lists and `-l` into targets. Throws what kubectl says. */
export function targets(command: Command, options: BuildOptions = {}): readonly Target[] {
  const { flags } = command;
  const args = (options.args ?? command.args).filter((a) => a !== "");
  const selector = options.selector ?? flags.text("selector");
  const selected = selector !== "" || flags.text("field-selector") !== "";
  const all = options.all ?? flags.on("all");
  const everywhere = options.allNamespaces ?? flags.on("all-namespaces");
  const inNamespace = (mapping: Mapping): string => (mapping.namespaced && !everywhere ? command.namespace : "");
  if (args.length === 0) throw new CommandError(EXAMPLES);

  if (flags.on("local")) throw new CommandError(LOCAL[command.path] ?? "you must specify resources by --filename when --local is set.\nExample resource specifications include:\n   '-f rsrc.yaml'\n   '--filename=rsrc.json'");
  const slashes = args.filter((a) => a.includes("/"));
  if (slashes.length > 0) {
    if (args.some((a) => a.split("/").length > 2)) throw new CommandError("arguments in resource/name form may not have more than one slash");
    if (slashes.length < args.length || args.some((a) => a.includes("/") && a.split("/").length === 1)) {
      throw new CommandError("there is no need to specify a resource type as a separate argument when passing arguments in resource/name form (e.g. 'kubectl get resource/<resource_name>' instead of 'kubectl get resource resource/<resource_name>'");
    }
    if (selected) throw new CommandError("selectors and the all flag cannot be used when passing resource/name arguments");
    return args.map((arg) => {
      const [type = "", name = ""] = arg.split("/");
      if (type === "" || name === "" || type.includes(",") || name.includes(",")) throw new CommandError("arguments in resource/name form must have a single resource and name");
      const mapping = command.mapper.resource(type);
      if (everywhere && mapping.namespaced) throw new CommandError("a resource cannot be retrieved by name across all namespaces");
      return { is: "object", mapping, namespace: inNamespace(mapping), name };
    });
  }
  const [types = "", ...names] = args;
  const mappings = expand(command, types);
  if (names.length > 0) {
    if (selected) throw new CommandError("name cannot be provided when a selector is specified");
    if (all) throw new CommandError("name cannot be provided when a selector is specified");
    if (everywhere && mappings.some((m) => m.namespaced)) throw new CommandError("a resource cannot be retrieved by name across all namespaces");
    return mappings.flatMap((mapping) => names.map((name) => ({ is: "object" as const, mapping, namespace: inNamespace(mapping), name })));
  }
  if (all && selector !== "") throw new CommandError("setting 'all' parameter but found a non empty selector. ");
  if (!selected && !all && !options.typeAlone) throw new CommandError("resource(s) were provided, but no name was specified");
  return mappings.map((mapping) => ({ is: "list", mapping, namespace: inNamespace(mapping) }));
}

function expand(command: Command, types: string): readonly Mapping[] {
  const words = types.split(",").filter((w) => w !== "");
  const seen = new Set<string>();
  return words.flatMap((word) => {
    const category = command.mapper.category(word);
    return category.length > 0 && !command.mapper.find(word) ? category : [command.mapper.resource(word)];
  }).filter((m) => {
    const id = `${m.plural}.${m.group}`;
    if (seen.has(id)) return false;
    seen.add(id);
    return true;
  });
}

/** The list of a target, with kubectl's words around a selector that the server refuses. */
export function list<T>(command: Command, target: Target, more: { readonly accept?: "object" | "table"; readonly query?: Record<string, string> } = {}): T {
  const labelSelector = command.flags.text("selector");
  const fieldSelector = command.flags.text("field-selector");
  try {
    return command.ask<T>("list", target.mapping, { namespace: target.namespace, accept: more.accept ?? "object", query: { labelSelector, fieldSelector, ...more.query } });
  } catch (error) {
    if (error instanceof StatusError && (error.reason === "BadRequest" || error.reason === "NotFound") && (labelSelector !== "" || fieldSelector !== "")) {
      throw new StatusError({ ...error.status, message: `Unable to find ${JSON.stringify(resourceText(target.mapping))} that match label selector ${JSON.stringify(labelSelector)}, field selector ${JSON.stringify(fieldSelector)}: ${error.message}` });
    }
    throw error;
  }
}

export interface ListBody {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly resourceVersion?: string };
  readonly items: readonly KubeObject[];
}

/** The items of a list with their apiVersion and kind, which lists leave out. */
export function itemsOf(body: ListBody, mapping: Mapping): readonly KubeObject[] {
  const apiVersion = mapping.group === "" ? mapping.version : `${mapping.group}/${mapping.version}`;
  return body.items.map((item) => ({ ...item, apiVersion: item.apiVersion ?? apiVersion, kind: item.kind ?? mapping.kind }));
}

export function fetchTarget(command: Command, target: Target): readonly (Info & { readonly object: KubeObject })[] {
  const info = { mapping: target.mapping, namespace: target.namespace, name: "", source: "" };
  if (target.is === "list") return itemsOf(list<ListBody>(command, target), target.mapping).map((object) => liveInfo(info, object));
  return [liveInfo(info, command.ask("get", target.mapping, { namespace: target.namespace, name: target.name }))];
}

/**
 * Every object that the line names, as the server has it, in order; what cannot be read is in `errors`.
 * Objects of -f are fetched by their names.
 */
export function fetchAll(command: Command, options: BuildOptions = {}): { readonly infos: readonly (Info & { readonly object: KubeObject })[]; readonly errors: readonly Error[] } {
  const infos: (Info & { readonly object: KubeObject })[] = [];
  const errors: Error[] = [];
  const attempt = (task: () => readonly (Info & { readonly object: KubeObject })[]): void => {
    try {
      infos.push(...task());
    } catch (error) {
      errors.push(error as Error);
    }
  };
  if (fromFiles(command)) {
    if ((options.args ?? command.args).length > 0) throw new CommandError("when paths, URLs, or stdin is provided as input, you may not specify resource arguments as well");
    for (const read of readManifests(command, { validate: options.validate ?? false })) {
      if (read instanceof Error) errors.push(read);
      else if (command.flags.on("local")) infos.push(liveInfo(read, read.object as unknown as KubeObject));
      else attempt(() => [{ ...liveInfo(read, command.ask("get", read.mapping, { namespace: read.namespace, name: read.name })), source: read.source }]);
    }
  } else for (const target of targets(command, options)) attempt(() => fetchTarget(command, target));
  return { infos, errors };
}

