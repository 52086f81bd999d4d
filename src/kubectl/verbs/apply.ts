import { t } from "../../i18n/index";
import type { KubeObject } from "../../cluster/model";
import { threeWayPatch } from "../three-way";
import type { Command, Verb } from "../command";
import { CommandError, gathered, isNotFound, StatusError, throwAll, usageError, whileDoing } from "../errors";
import { bool, DRY_RUN, duration, fieldManager, FILENAME_FLAGS, int, PRINT_FLAGS, SELECTOR, array, text } from "../flags";
import { configurationOf, lastApplied, withLastApplied } from "../last-applied";
import { obj, type Obj } from "../objects";
import { goJson } from "../print/go-json";
import { goYaml } from "../print/yaml";
import { reporter } from "../print/printer";
import { fetchAll, fromFiles } from "../resource/arguments";
import { infoText, type Info } from "../resource/info";
import { readManifests, type Read } from "../resource/manifests";
import { fieldValidation, VALIDATE } from "./create";
import { prune } from "./apply-prune";

const APPLY_FLAGS = [
  ...FILENAME_FLAGS, ...PRINT_FLAGS, SELECTOR, DRY_RUN, VALIDATE, fieldManager("kubectl-client-side-apply"),
  bool("server-side", "If true, apply runs in the server instead of the client."),
  bool("force-conflicts", "If true, server-side apply will force the changes against conflicts."),
  bool("prune", "Automatically delete resource objects, that do not appear in the configs and are created by either apply or create --save-config."),
  array("prune-allowlist", "Overwrite the default allowlist with <group/version/kind> for --prune"),
  bool("all", "Select all resources in the namespace of the specified resource types."),
  bool("force", "If true, immediately remove resources from API and bypass graceful deletion."),
  bool("overwrite", "Automatically resolve conflicts between the modified and live configuration by using values from the modified configuration", { default: "true" }),
  bool("openapi-patch", "If true, use openapi to calculate diff when the openapi presents and the resource can be found in the openapi spec.", { default: "true" }),
  bool("wait", "If true, wait for resources to be gone before returning."),
  duration("timeout", "The length of time to wait before giving up on a delete, zero means determine a timeout from the size of the object", { default: "0s" }),
  int("grace-period", "Period of time in seconds given to the resource to terminate gracefully.", { default: "-1" }),
  text("cascade", 'Must be "background", "orphan", or "foreground".', { default: "background", noOpt: "background" }),
];

/** kubectl apply: creates what is missing, patches what differs from the file, in three ways. */
export const apply: Verb = {
  name: "apply",
  short: "Apply a configuration to a resource by file name or stdin",
  usage: "kubectl apply (-f FILENAME | -k DIRECTORY) [options]",
  flags: APPLY_FLAGS,
  verbs: [
    {
      name: "view-last-applied",
      short: "View the latest last-applied-configuration annotations of a resource/object",
      flags: [...FILENAME_FLAGS, SELECTOR, text("output", "Output format. Must be one of (yaml, json)", { short: "o", default: "yaml" }), bool("all", "Select all resources in the namespace of the specified resource types")],
      run: viewLastApplied,
    },
    {
      name: "set-last-applied",
      short: "Set the last-applied-configuration annotation on a live object to match the contents of a file",
      flags: [...FILENAME_FLAGS, ...PRINT_FLAGS, DRY_RUN, bool("create-annotation", "Will create 'last-applied-configuration' annotations if current objects doesn't have one")],
      run: setLastApplied,
    },
    {
      name: "edit-last-applied",
      short: "Edit latest last-applied-configuration annotations of a resource/object",
      flags: [...FILENAME_FLAGS, ...PRINT_FLAGS],
      run() {
        throw new CommandError(t("kubectl.noEditorApply"));
      },
    },
  ],
  run(command) {
    if (command.args.length > 0) throw usageError("kubectl apply", `Unexpected args: [${command.args.join(" ")}]`);
    if (command.flags.on("force") && command.flags.on("server-side")) throw new CommandError("--force cannot be used with --server-side");
    if (command.flags.on("prune") && !command.flags.on("all") && command.flags.text("selector") === "") throw new CommandError("all resources selected for prune without explicitly passing --all. To prune all resources, pass the --all flag. If you did not mean to prune all resources, specify a label selector");
    const reads = manifestsOf(command);
    if (command.flags.on("server-side") && command.dryRun === "client") throw new CommandError("--dry-run=client doesn't work with --server-side (did you mean --dry-run=server instead?)");
    if (command.flags.on("force-conflicts") && !command.flags.on("server-side")) throw new CommandError("--force-conflicts only works with --server-side");
    const report = reporter(command);
    const errors: Error[] = [];
    const applied: Info[] = [];
    for (const read of reads) {
      if (read instanceof Error) {
        errors.push(read);
        continue;
      }
      try {
        applied.push(read);
        if (command.flags.on("server-side")) applyOnServer(command, read, report);
        else applyOne(command, read, report);
      } catch (error) {
        errors.push(error as Error);
      }
    }
    // What could not be read is one error among those of the objects; alone, it is as many as it is.
    const ofObjects = errors.filter((error) => !reads.includes(error));
    if (ofObjects.length > 0) throwAll([...gathered(reads), ...ofObjects]);
    if (errors.length === 0 && applied.length === 0) throw new CommandError("no objects passed to apply");
    if (errors.length === 0 && command.flags.on("prune")) prune(command, applied);
    throwAll(errors);
  },
};

/** The objects of -f or -k. */
export function manifestsOf(command: Command, validate = fieldValidation(command) !== "Ignore"): readonly Read[] {
  if (!fromFiles(command)) throw new CommandError("must specify one of -f and -k");
  return readManifests(command, { validate });
}

type Report = ReturnType<typeof reporter>;

function applyOnServer(command: Command, info: Info, report: Report): void {
  const manager = command.flags.changed("field-manager") ? command.flags.text("field-manager") : "kubectl";
  try {
    const object = command.ask<KubeObject>("patch", info.mapping, {
      namespace: info.namespace, name: info.name, contentType: "application/apply-patch+yaml", body: info.object,
      query: { fieldManager: manager, force: command.flags.on("force-conflicts") ? "true" : "false", fieldValidation: fieldValidation(command), ...(command.dryRun === "server" ? { dryRun: "All" } : {}) },
    });
    report(info.mapping, object, "serverside-applied");
  } catch (error) {
    if (error instanceof StatusError && error.reason === "Conflict" && (error.status.details?.causes ?? []).some((c) => c.reason === "FieldManagerConflict")) throw new CommandError(`${error.message}\n${CONFLICT_ADVICE}`);
    throw error;
  }
}

const CONFLICT_ADVICE = `Please review the fields above--they currently have other managers. Here
are the ways you can resolve this warning:
* If you intend to manage all of these fields, please re-run the apply
  command with the \`--force-conflicts\` flag.
* If you do not intend to manage all of the fields, please edit your
  manifest to remove references to the fields that should keep their
  current managers.
* You may co-own fields by updating your manifest to match the existing
  value; in this case, you'll become the manager if the other manager(s)
  stop managing the field (remove it from their configuration).
See https://kubernetes.io/docs/reference/using-api/server-side-apply/#conflicts`;

function applyOne(command: Command, info: Info, report: Report): void {
  const { mapping, namespace, name } = info;
  const manifest = info.object ?? { apiVersion: "", kind: "", metadata: {} };
  const query = { fieldManager: command.flags.text("field-manager"), fieldValidation: fieldValidation(command), ...(command.dryRun === "server" ? { dryRun: "All" } : {}) };
  let live: KubeObject;
  try {
    if (name === "" && manifest.metadata.generateName !== undefined) throw new CommandError(`from ${manifest.metadata.generateName}: cannot use generate name with apply`);
    live = command.ask<KubeObject>("get", mapping, { namespace, name });
  } catch (error) {
    if (!isNotFound(error)) throw wrapped(`error when retrieving current configuration of:\n${infoText(info)}\nfrom server for: ${JSON.stringify(info.source)}: `, error);
    const object = withLastApplied(manifest);
    if (command.dryRun === "client") {
      report(mapping, object, "created");
      return;
    }
    try {
      report(mapping, command.ask<KubeObject>("create", mapping, { namespace, body: object, query }), "created");
    } catch (failure) {
      throw whileDoing("creating", info.source, failure);
    }
    return;
  }
  if (live.metadata.deletionTimestamp !== undefined) {
    command.warn(`Detected changes to resource ${name} which is currently being deleted.`);
  }
  const original = lastApplied(live);
  if (original === undefined) {
    command.warn(`resource ${mapping.plural}/${name} is missing the kubectl.kubernetes.io/last-applied-configuration annotation which is required by kubectl apply. kubectl apply should only be used on resources created declaratively by either kubectl create --save-config or kubectl apply. The missing annotation will be patched automatically.`);
  }
  const modified = withLastApplied(manifest);
  const originalObject = original === undefined ? {} : (JSON.parse(original) as Obj);
  const patch = threeWayPatch(mapping, originalObject, modified, live);
  const unchanged = Object.keys(patch.body).length === 0;
  if (unchanged) {
    report(mapping, live, "unchanged");
    return;
  }
  if (command.dryRun === "client") {
    report(mapping, live, "configured");
    return;
  }
  try {
    const object = command.ask<KubeObject>("patch", mapping, { namespace, name, contentType: patch.contentType, body: patch.body, query });
    report(mapping, object, "configured");
  } catch (error) {
    if (command.flags.on("force") && error instanceof StatusError && (error.reason === "Conflict" || error.reason === "Invalid")) {
      command.ask("delete", mapping, { namespace, name });
      report(mapping, command.ask<KubeObject>("create", mapping, { namespace, body: modified, query }), "configured");
      return;
    }
    throw wrapped(`error when applying patch:\n${goJson(patch.body)}\nto:\n${infoText(info)}\nfor: ${JSON.stringify(info.source)}: `, whileDoing("patching", info.source, error));
  }
}

function wrapped(before: string, error: unknown): Error {
  const message = `${before}${(error as Error).message}`;
  return error instanceof StatusError ? new StatusError({ ...error.status, message }) : new CommandError(message);
}

function viewLastApplied(command: Command): void {
  const { infos, errors } = fetchAll(command);
  const output = command.flags.text("output");
  if (output !== "yaml" && output !== "json") throw new CommandError(`Unexpected -o output mode: ${output}, the flag 'output' must be one of yaml|json\nSee 'kubectl apply view-last-applied -h' for help and examples`);
  throwAll(errors);
  for (const info of infos) {
    const text = lastApplied(info.object);
    if (text === undefined) throw new CommandError(`no last-applied-configuration annotation found on resource: ${info.name}`);
    const value = JSON.parse(text) as Obj;
    command.out(output === "yaml" ? goYaml(value) : `${goJson(value, { indent: 2 })}\n`);
  }
}

function setLastApplied(command: Command): void {
  const report = reporter(command);
  for (const read of readManifests(command, { validate: true })) {
    if (read instanceof Error) throw read;
    const live = command.ask<KubeObject>("get", read.mapping, { namespace: read.namespace, name: read.name });
    if (lastApplied(live) === undefined && !command.flags.on("create-annotation")) {
      throw new CommandError(`no last-applied-configuration annotation found on resource: ${read.name}, to create the annotation, run the command with --create-annotation`);
    }
    const annotations = obj(obj(withLastApplied({ ...read.object })["metadata"])["annotations"]);
    const configuration = configurationOf({ ...read.object });
    if (lastApplied(live) === configuration) {
      report(read.mapping, live, "configured");
      continue;
    }
    const key = Object.keys(annotations).find((k) => k.endsWith("last-applied-configuration")) ?? "";
    const body = { metadata: { annotations: { [key]: configuration } } };
    const object = command.dryRun === "client" ? live : command.ask<KubeObject>("patch", read.mapping, { namespace: read.namespace, name: read.name, contentType: "application/merge-patch+json", body, query: command.dryRun === "server" ? { dryRun: "All" } : {} });
    report(read.mapping, object, "configured");
  }
}
