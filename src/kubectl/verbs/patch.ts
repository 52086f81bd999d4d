import { jsonPatch } from "../../cluster/api/patch/json";
import { mergePatch } from "../../cluster/api/patch/merge";
import { strategicMerge } from "../../cluster/api/patch/strategic";
import type { Json, KubeObject } from "../../cluster/model";
import type { Verb } from "../command";
import { groupVersion } from "../discovery";
import { CommandError, StatusError, throwAll } from "../errors";
import { DRY_RUN, fieldManager, FILENAME_FLAGS, PRINT_FLAGS, text, bool } from "../flags";
import { readFile } from "../files";
import { reporter } from "../print/printer";
import { modelOf } from "../model";
import { goJson } from "../print/go-json";
import { fetchAll } from "../resource/arguments";
import type { Info } from "../resource/info";
import { parseDocument, YamlError } from "../yaml/parse";

const TYPES: Readonly<Record<string, string>> = { json: "application/json-patch+json", merge: "application/merge-patch+json", strategic: "application/strategic-merge-patch+json" };

/** kubectl patch */
export const patch: Verb = {
  name: "patch",
  short: "Update fields of a resource",
  usage: "kubectl patch (-f FILENAME | TYPE NAME) [-p PATCH|--patch-file FILE] [options]",
  flags: [
    ...FILENAME_FLAGS, ...PRINT_FLAGS, DRY_RUN, fieldManager("kubectl-patch"),
    text("patch", "The patch to be applied to the resource JSON file.", { short: "p" }),
    text("patch-file", "A file containing a patch to be applied to the resource."),
    text("type", "The type of patch being provided; one of [json merge strategic]", { default: "strategic" }),
    text("subresource", "If specified, patch will operate on the subresource of the requested object."),
    bool("local", "If true, patch will operate on the content of the file, not the server-side resource."),
  ],
  run(command) {
    const { flags } = command;
    const type = flags.text("type").toLowerCase();
    const contentType = TYPES[type];
    if (contentType === undefined) throw new CommandError(`--type must be one of [json merge strategic], not ${JSON.stringify(flags.text("type"))}`);
    const file = flags.text("patch-file");
    if (flags.text("patch") === "" && file === "") throw new CommandError("must specify --patch or --patch-file containing the contents of the patch");
    if (flags.text("patch") !== "" && file !== "") throw new CommandError("cannot specify --patch and --patch-file together");
    const source = file === "" ? flags.text("patch") : readFile(command.context, file);
    if (source === undefined) throw new CommandError(`unable to read patch file: open ${file}: no such file or directory`);
    const subresource = flags.text("subresource");
    const report = reporter(command);
    const { infos, errors: unread } = fetchAll(command);
    const errors = [...unread];
    if (infos.length === 0 && errors.length === 0) throw new CommandError("no objects passed to patch");
    for (const info of infos) {
      try {
        const body = bodyOf(source);
        const object = command.flags.on("local") || command.dryRun === "client" ? patched(info, type, body) : command.ask<KubeObject>("patch", info.mapping, {
          namespace: info.namespace, name: info.name, contentType, body, ...(subresource === "" ? {} : { subresource }),
          query: { fieldManager: flags.text("field-manager"), fieldValidation: "Warn", ...(command.dryRun === "server" ? { dryRun: "All" } : {}) },
        });
        const changed = flags.on("local") || command.dryRun === "client" ? goJson(object) !== goJson(info.object) : subresource === "scale" || object.metadata.resourceVersion !== info.object.metadata.resourceVersion || command.dryRun === "server";
        report(subresource === "scale" ? { group: "autoscaling", kind: "Scale" } : info.mapping, object, changed ? "patched" : "patched (no change)");
      } catch (error) {
        errors.push(error instanceof StatusError && error.reason === "UnsupportedMediaType" ? new CommandError(`${contentType} is not supported by ${groupVersion(info.mapping)}, Kind=${info.mapping.kind}: ${error.message}`) : (error as Error));
      }
    }
    throwAll(errors);
  },
};

/** The patch applied here, for --local and a client's dry run. */
function patched(info: Info & { readonly object: KubeObject }, type: string, body: unknown): KubeObject {
  const live: unknown = info.object;
  const [object, patch] = [live as Json, body as Json];
  if (type === "json") {
    try {
      return jsonPatch(object, patch) as unknown as KubeObject;
    } catch (error) {
      throw new CommandError((error as Error).message);
    }
  }
  if (type === "merge") return mergePatch(object, patch) as unknown as KubeObject;
  const model = modelOf(info.mapping);
  if (model === undefined) throw new CommandError("strategic merge patch is not supported for this object type");
  return strategicMerge(model, object, patch) as unknown as KubeObject;
}

function bodyOf(source: string): unknown {
  if (source.trimStart().startsWith("{")) {
    try {
      return JSON.parse(source);
    } catch {
      throw new StatusError({ reason: "BadRequest", message: goJsonError(source), code: 400 });
    }
  }
  try {
    return parseDocument(source);
  } catch (error) {
    if (error instanceof YamlError) throw new CommandError(`unable to parse ${JSON.stringify(source)}: ${error.message}`);
    throw error;
  }
}

/** What encoding/json says of the first wrong character. */
function goJsonError(text: string): string {
  let at = 0;
  for (let end = text.length; end > 0; end--) {
    const probe = text.slice(0, end).trimEnd();
    if (/^\{\s*$/.test(probe)) {
      at = probe.length;
      break;
    }
  }
  const wrong = text.slice(at).trimStart()[0];
  if (wrong === undefined) return "unexpected end of JSON input";
  if (wrong !== '"') return `invalid character '${wrong}' looking for beginning of object key string`;
  try {
    JSON.parse(text);
  } catch (error) {
    const position = /position (\d+)/.exec((error as Error).message)?.[1];
    const c = position === undefined ? undefined : text[Number(position)];
    if (c !== undefined) return `invalid character '${c}' looking for beginning of value`;
  }
  return "unexpected end of JSON input";
}
