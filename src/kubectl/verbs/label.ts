import type { Command, Verb } from "../command";
import { sendChange } from "../change";
import { CommandError, throwAll } from "../errors";
import { ALL_NAMESPACES, bool, DRY_RUN, FIELD_SELECTOR, fieldManager, FILENAME_FLAGS, PRINT_FLAGS, SELECTOR, text } from "../flags";
import { setAt, strings, type Obj } from "../objects";
import { reporter } from "../print/printer";
import { fetchAll } from "../resource/arguments";

/** label and annotate: the same work on two maps of the metadata. */
function keyed(name: "label" | "annotate"): Verb {
  const field = name === "label" ? "labels" : "annotations";
  const noun = name === "label" ? "label" : "annotation";
  return {
    name,
    short: name === "label" ? "Update the labels on a resource" : "Update the annotations on a resource",
    usage: `kubectl ${name} [--overwrite] (-f FILENAME | TYPE NAME) KEY_1=VAL_1 ... KEY_N=VAL_N [--resource-version=version] [options]`,
    flags: [
      ...FILENAME_FLAGS, ...PRINT_FLAGS, SELECTOR, FIELD_SELECTOR, ALL_NAMESPACES, DRY_RUN, fieldManager(`kubectl-${name}`),
      bool("all", "Select all resources, in the namespace of the specified resource types"),
      bool("overwrite", `If true, allow ${field} to be overwritten, otherwise reject ${noun} updates that overwrite existing ${field}.`),
      bool("list", `If true, display the ${field} for a given resource.`),
      bool("local", `If true, ${name} will NOT contact api-server but run locally.`),
      text("resource-version", `If non-empty, the ${field} update will only succeed if this is the current resource-version for the object.`),
    ],
    run(command) {
      const start = command.args.findIndex((w) => w.includes("=") || (w.endsWith("-") && w.length > 1 && !w.includes("/-")));
      const resources = start < 0 ? command.args : command.args.slice(0, start);
      const words = start < 0 ? [] : command.args.slice(start);
      if (resources.length === 0 && command.flags.list("filename").length === 0) throw new CommandError("one or more resources must be specified as <resource> <name> or <resource>/<name>");
      if (words.length === 0 && !command.flags.on("list")) throw new CommandError(`at least one ${noun} update is required`);
      const { set, gone } = changesOf(words, name);
      const report = reporter(command);
      const { infos, errors: unread } = fetchAll(command, { args: resources });
      const errors = [...unread];
      for (const info of infos) {
        try {
          const old = strings(info.object.metadata[field]);
          if (command.flags.on("list")) {
            if (infos.length > 1) command.out(`Listing ${field} for ${info.object.kind}.${info.mapping.group || info.mapping.version}/${info.name}:\n`);
            for (const key of listOrder(Object.keys(old), name)) command.out(`${key}=${old[key] ?? ""}\n`);
            continue;
          }
          refuse(command, old, set, name);
          for (const key of gone) if (!(key in old)) command.out(`${noun} ${JSON.stringify(key)} not found.\n`);
          const next: Record<string, string> = { ...old, ...set };
          for (const key of gone) delete next[key];
          const { object, changed } = sendChange(command, info, info.object, setAt(info.object as unknown as Obj, ["metadata", field], next), command.flags.text("field-manager"));
          const operation = name === "annotate" ? "annotated" : !changed ? "not labeled" : Object.keys(set).length === 0 ? "unlabeled" : "labeled";
          report(info.mapping, object, operation);
        } catch (error) {
          errors.push(error as Error);
        }
      }
      if (infos.length === 0 && errors.length === 0) command.err("No resources found\n");
      throwAll(errors);
    },
  };
}

function listOrder(keys: readonly string[], name: string): readonly string[] {
  return name === "label" ? [...keys].sort() : [...keys].sort((a, b) => (a < b ? 1 : -1));
}

const VALUE = /^(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?$/;

function changesOf(words: readonly string[], name: string): { readonly set: Record<string, string>; readonly gone: readonly string[] } {
  const set: Record<string, string> = {};
  const gone: string[] = [];
  for (const word of words) {
    const cut = word.indexOf("=");
    if (cut >= 0) {
      const value = word.slice(cut + 1);
      if (name === "label" && value.includes("=")) throw new CommandError(`invalid label spec: ${word}`);
      if (name === "label" && (!VALUE.test(value) || value.length > 63)) {
        throw new CommandError(`invalid label value: ${JSON.stringify(word)}: ${value.length > 63 ? "must be no more than 63 characters" : "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')"}`);
      }
      set[word.slice(0, cut)] = value;
    } else if (word.endsWith("-")) gone.push(word.slice(0, -1));
    else throw new CommandError(name === "label" ? `unknown label spec: ${word}` : `all resources must be specified before annotation changes: ${word}`);
  }
  const both = gone.find((key) => key in set);
  if (both !== undefined) throw new CommandError(name === "label" ? `can not both modify and remove a label in the same command` : `can not both modify and remove the following annotation(s) in the same command: ${both}`);
  return { set, gone };
}

function refuse(command: Command, old: Readonly<Record<string, string>>, set: Readonly<Record<string, string>>, name: string): void {
  if (command.flags.on("overwrite")) return;
  // The reason of a rollout is written anew at each one: it may always be overwritten.
  const taken = Object.keys(set).filter((key) => !(name === "annotate" && key === "kubernetes.io/change-cause") && key in old && old[key] !== set[key]).map((key) => `'${key}' already has a value (${old[key] ?? ""})`);
  if (taken.length === 0) return;
  if (name === "label") throw new CommandError(`${taken[0] ?? ""}, and --overwrite is false`);
  throw new CommandError(`--overwrite is false but found the following declared annotation(s): ${taken.join("; ")}`);
}

export const label = keyed("label");
export const annotate = keyed("annotate");
