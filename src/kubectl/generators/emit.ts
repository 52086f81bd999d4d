import type { KubeObject } from "../../cluster/model";
import type { Command } from "../command";
import { CommandError, StatusError } from "../errors";
import { bool, DRY_RUN, fieldManager, PRINT_FLAGS, text, type FlagSpec } from "../flags";
import { LAST_APPLIED } from "../last-applied";
import { setAt, type Obj } from "../objects";
import { goJson } from "../print/go-json";
import { reporter } from "../print/printer";

export const GENERATOR_FLAGS: readonly FlagSpec[] = [
  ...PRINT_FLAGS, DRY_RUN, fieldManager("kubectl-create"),
  bool("save-config", "If true, the configuration of current object will be saved in its annotation."),
  text("validate", "Must be one of: strict (or true), warn, ignore (or false).", { default: "strict", noOpt: "strict" }),
];

/**
 * Creates a generated object, or prints it for a dry run. `object` has its fields in the order of the Go structs.
 * `what` is the noun of "failed to create …"; without it a refusal is shown as it came.
 */
export function emit(command: Command, object: Obj, options: { readonly what?: string; readonly operation?: string; readonly manager?: string } = {}): void {
  const mapping = command.mapper.kind(String(object["apiVersion"]), String(object["kind"]));
  if (!mapping) throw new CommandError(`no matches for kind "${String(object["kind"])}" in version "${String(object["apiVersion"])}"`);
  const report = reporter(command);
  const namespaced = mapping.namespaced && (command.dryRun !== "client" || command.namespaceGiven);
  let shown = namespaced && (command.namespaceGiven || command.dryRun !== "client") ? withNamespace(object, command.namespace) : object;
  if (command.flags.on("save-config")) shown = setAt(shown, ["metadata", "annotations", LAST_APPLIED], `${goJson(object, { keepOrder: true })}\n`);
  if (command.dryRun === "client") {
    report(mapping, shown, options.operation ?? "created", true);
    return;
  }
  try {
    const made = command.ask<KubeObject>("create", mapping, {
      namespace: command.namespace, body: shown,
      query: { fieldManager: options.manager ?? command.flags.text("field-manager"), fieldValidation: "Strict", ...(command.dryRun === "server" ? { dryRun: "All" } : {}) },
    });
    report(mapping, made, options.operation ?? "created");
  } catch (error) {
    if (options.what !== undefined && error instanceof StatusError) throw new CommandError(`failed to create ${options.what}: ${error.message}`);
    throw error;
  }
}

function withNamespace(object: Obj, namespace: string): Obj {
  const { name, ...rest } = object["metadata"] as Obj;
  return { ...object, metadata: { name, namespace, ...rest } };
}

/** The one NAME of a generator. */
export function nameOf(command: Command): string {
  const before = command.dash >= 0 ? command.args.slice(0, command.dash) : command.args;
  if (before.length !== 1) throw new CommandError(`exactly one NAME is required, got ${before.length}\nSee '${command.path} -h' for help and examples`);
  return before[0] ?? "";
}

/** The words after `--`, or those after the name. */
export function commandWords(command: Command): readonly string[] {
  return command.dash >= 0 ? command.args.slice(command.dash) : command.args.slice(1);
}

export function required(command: Command, ...names: readonly string[]): void {
  const missing = names.filter((name) => !command.flags.changed(name));
  if (missing.length > 0) throw new CommandError(`required flag(s) ${missing.map((n) => `"${n}"`).join(", ")} not set`);
}

export function meta(name: string, more: Obj = {}): Obj {
  return { name, creationTimestamp: null, ...more };
}

/** "a=b,c=d" as a map. */
export function pairs(text: string): Record<string, string> {
  if (text === "") return {};
  return Object.fromEntries(text.split(",").map((pair) => {
    const cut = pair.indexOf("=");
    if (cut < 0) throw new CommandError(`unexpected label spec: ${pair}`);
    return [pair.slice(0, cut).trim(), pair.slice(cut + 1)];
  }));
}
