import { jsonPatch } from "../../cluster/api/patch/json";
import { mergePatch } from "../../cluster/api/patch/merge";
import { strategicMerge } from "../../cluster/api/patch/strategic";
import { compileLabelSelector } from "../../cluster/api/selectors";
import type { Json } from "../../cluster/model";
import { CommandError } from "../errors";
import { modelOf } from "../model";
import { at, obj, str, strings, type Obj } from "../objects";
import { parseYaml } from "../yaml/parse";
import { kindOf, nameOf, type Resource } from "./references";

/** "Service.v1.[noGrp]/web.[noNs]" */
export function idOf(content: Obj): string {
  const [version = "", group = "[noGrp]"] = str(content["apiVersion"]).split("/").reverse();
  return `${str(content["kind"])}.${version}.${group}/${str(at(content, "metadata", "name"))}.${str(at(content, "metadata", "namespace")) || "[noNs]"}`;
}

/** Whether a target names a resource: its fields are regular expressions for the whole, selectors for labels and annotations. */
function targets(target: Obj, { content, names }: Resource): boolean {
  const [version = "", group = ""] = str(content["apiVersion"]).split("/").reverse();
  const fits = (key: string, values: readonly string[]): boolean => str(target[key]) === "" || values.some((value) => new RegExp(`^(?:${str(target[key])})$`).test(value));
  const selects = (key: string, map: unknown): boolean => str(target[key]) === "" || compileLabelSelector(str(target[key]))(strings(map));
  return fits("group", [group]) && fits("version", [version]) && fits("kind", [str(content["kind"])]) && fits("name", [...names, str(at(content, "metadata", "name"))])
    && fits("namespace", [str(at(content, "metadata", "namespace"))]) && selects("labelSelector", at(content, "metadata", "labels")) && selects("annotationSelector", at(content, "metadata", "annotations"));
}

/** Applies a JSON 6902 patch or a strategic merge patch; undefined where the patch deletes the resource. */
function patched(resource: Resource, patch: Json): Resource | undefined {
  const live: unknown = resource.content;
  if (Array.isArray(patch)) return { ...resource, content: obj(jsonPatch(live as Json, patch)) };
  const { metadata, ...rest } = obj(patch);
  if (rest["$patch"] === "delete") return undefined;
  // A patch names its object; it does not rename it.
  const { name: _name, namespace: _namespace, ...marks } = obj(metadata);
  const body: unknown = { ...rest, ...(Object.keys(marks).length === 0 ? {} : { metadata: marks }) };
  const [version = "", group = ""] = str(resource.content["apiVersion"]).split("/").reverse();
  const model = modelOf({ group, version, kind: kindOf(resource) });
  return { ...resource, content: obj(model === undefined ? mergePatch(live as Json, body as Json) : strategicMerge(model, live as Json, body as Json)) };
}

/** One patch of the kustomization on the resources that it is for. */
export function applyPatch(resources: readonly Resource[], text: string, target: Obj | undefined): readonly Resource[] {
  let out = resources;
  for (const document of /^\s*\[/.test(text) ? parseYaml(text).slice(0, 1) : parseYaml(text)) {
    if (document === undefined || document === null) continue;
    const patch = document as Json;
    const [kind, name] = [str(at(patch, "kind")), str(at(patch, "metadata", "name"))];
    const chosen = (one: Resource): boolean => (target === undefined ? kindOf(one) === kind && str(one.content["apiVersion"]) === str(at(patch, "apiVersion")) && (one.names.includes(name) || nameOf(one) === name) : targets(target, one));
    if (target === undefined && !out.some(chosen)) {
      const id = idOf(obj(patch));
      throw new CommandError(`no resource matches strategic merge patch "${id}": no matches for Id ${id}; failed to find unique target for patch ${id}`);
    }
    out = out.flatMap((one) => (chosen(one) ? (patched(one, patch) ?? []) : one));
  }
  return out;
}
