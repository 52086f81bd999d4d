import { t } from "../../i18n/index";
import type { Command } from "../command";
import { CommandError } from "../errors";
import { baseName, listDirectory, readFile } from "../files";
import { buildKustomization } from "../kustomize/reader";
import type { Mapping } from "../discovery";
import { parseDocument, splitDocuments, YamlError } from "../yaml/parse";
import type { Info, Manifest } from "./info";

/** What a document of a file is, or what is wrong with it. */
export type Read = Info | Error;

/** The objects of -f or -k: files, directories, "-", a kustomization. Errors stay in their place, so that a caller can go on as kubectl does. */
export function readManifests(command: Command, options: { readonly validate: boolean; readonly keepNamespace?: boolean }): readonly Read[] {
  const out: Read[] = [];
  const kustomization = command.flags.text("kustomize");
  if (kustomization !== "") {
    if (command.flags.list("filename").length > 0) throw new CommandError("only one of -f or -k can be specified");
    const text = buildKustomization(command, kustomization).map((d) => `---\n${JSON.stringify(d)}`).join("\n");
    return readText(command, kustomization.replace(/\/+$/, ""), text, options);
  }
  for (const path of command.flags.list("filename")) {
    for (const { source, text } of sources(command, path)) out.push(...readText(command, source, text, options));
  }
  return out;
}

function sources(command: Command, path: string): { source: string; text: string }[] {
  if (path === "-") return [{ source: "STDIN", text: command.stdin ?? "" }];
  if (/^https?:\/\//.test(path)) {
    throw new CommandError(`unable to read URL "${path}": ${t("kubectl.noInternet")}`);
  }
  const names = listDirectory(command.context, path);
  if (names !== undefined) {
    const files = manifestFiles(command, path.replace(/\/+$/, ""), names, command.flags.on("recursive"));
    if (files.length === 0) throw new CommandError(`error reading [${path}]: recognized file extensions are [.json .yaml .yml]`);
    return files.map((file) => ({ source: file, text: readFile(command.context, file) ?? "" }));
  }
  const text = readFile(command.context, path);
  if (text === undefined) throw new CommandError(`the path "${path}" does not exist`);
  return [{ source: path, text }];
}

function manifestFiles(command: Command, path: string, names: readonly string[], recursive: boolean): string[] {
  return [...names].sort().flatMap((name) => {
    // As Go joins paths: without a leading "./".
    const full = `${path}/${name}`.replace(/^(?:\.\/)+/, "");
    const below = listDirectory(command.context, full);
    if (below !== undefined) return recursive ? manifestFiles(command, full, below, true) : [];
    return /\.(json|ya?ml)$/.test(baseName(name)) ? [full] : [];
  });
}

export function readText(command: Command, source: string, text: string, options: { readonly validate: boolean; readonly keepNamespace?: boolean }): Read[] {
  const out: Read[] = [];
  const isJson = /^\s*\{/.test(text);
  for (const document of isJson ? [text] : splitDocuments(text)) {
    let value: unknown;
    try {
      value = parseDocument(document);
    } catch (error) {
      if (!(error instanceof YamlError)) throw error;
      out.push(new CommandError(isJson ? `error parsing ${source}: ${error.message}` : `error parsing ${source}: error converting YAML to JSON: ${error.message}`));
      break;
    }
    if (value === undefined || value === null) continue;
    try {
      out.push(...infos(command, source, value, options));
    } catch (error) {
      out.push(error as Error);
    }
  }
  return out;
}

function infos(command: Command, source: string, value: unknown, options: { readonly validate: boolean; readonly keepNamespace?: boolean }): Info[] {
  const invalid = (what: string): CommandError =>
    options.validate
      ? new CommandError(`error validating "${source}": error validating data: ${what}; if you choose to ignore these errors, turn validation off with --validate=false`)
      : new CommandError(`unable to decode "${source}": ${what === "invalid object to validate" ? `json: cannot unmarshal ${typeof value} into Go value of type unstructured.detector` : `Object '${/^kind/.test(what) ? "Kind" : "apiVersion"}' is missing in '${JSON.stringify(value)}'`}`);
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw invalid("invalid object to validate");
  const object = value as Manifest;
  const missing = [
    ...(typeof object.apiVersion === "string" && object.apiVersion !== "" ? [] : ["apiVersion not set"]),
    ...(typeof object.kind === "string" && object.kind !== "" ? [] : ["kind not set"]),
  ];
  if (missing.length === 2) throw invalid(`[${missing.join(", ")}]`);
  if (missing[0] !== undefined) throw invalid(missing[0]);
  if (object.kind.endsWith("List") && Array.isArray(object["items"])) return object["items"].flatMap((item) => infos(command, source, item, options));
  const mapping = command.mapper.kind(object.apiVersion, object.kind);
  const metadata = (typeof object.metadata === "object" && object.metadata !== null ? object.metadata : {});
  if (!mapping) {
    throw new CommandError(`resource mapping not found for name: "${metadata.name ?? ""}" namespace: "${metadata.namespace ?? ""}" from "${source}": no matches for kind "${object.kind}" in version "${object.apiVersion}"\nensure CRDs are installed first`);
  }
  return [placed(command, mapping, { ...object, metadata }, source, options.keepNamespace ?? false)];
}

/** Gives the object its namespace; refuses one that contradicts -n. */
function placed(command: Command, mapping: Mapping, object: Manifest, source: string, keepNamespace: boolean): Info {
  const own = object.metadata.namespace ?? "";
  if (!mapping.namespaced) return { mapping, namespace: "", name: object.metadata.name ?? "", object, source };
  const namespace = own || command.namespace;
  if (!keepNamespace && command.namespaceGiven && own !== "" && own !== command.namespace) {
    throw new CommandError(`the namespace from the provided object "${own}" does not match the namespace "${command.namespace}". You must pass '--namespace=${own}' to perform this operation.`);
  }
  return { mapping, namespace, name: object.metadata.name ?? "", object: own === "" && command.flags.on("local") ? object : { ...object, metadata: { ...object.metadata, namespace } }, source };
}

