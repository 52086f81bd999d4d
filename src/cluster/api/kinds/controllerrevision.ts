import { ageColumn, column, nameColumn } from "./columns";
import { defineKind } from "./kind-definition";
import { nonNegative } from "./label-validation";
import { validateObjectMeta } from "./object-meta-validation";
import { equalJson } from "../equal";
import type { FieldError, Kind } from "../kind";
import type { KubeObject } from "../../model";

/** "daemonset.apps/web": whose revision it is. */
function controllerText(object: KubeObject): string {
  const owner = (object.metadata.ownerReferences ?? []).find((one) => one.controller === true);
  if (owner === undefined) return "<none>";
  const [group = "", version] = owner.apiVersion.split("/");
  return `${owner.kind.toLowerCase()}${version === undefined ? "" : `.${group}`}/${owner.name}`;
}

function validate(next: KubeObject, old: KubeObject | undefined): readonly FieldError[] {
  const errors: FieldError[] = [...validateObjectMeta(next.metadata, true), ...nonNegative("revision", next["revision"] as number | undefined)];
  if (old !== undefined && !equalJson(next["data"], old["data"])) errors.push({ field: "data", type: "Invalid", value: { go: "runtime.RawExtension{}" }, detail: "field is immutable" });
  return errors;
}

export const controllerrevision: Kind = defineKind({
  group: "apps", kind: "ControllerRevision", plural: "controllerrevisions", validate,
  columns: [nameColumn, column("Controller", "Whose revision it is.", controllerText), column("Revision", "Its number.", (object) => (object["revision"] as number | undefined) ?? 0, "integer"), ageColumn],
});
