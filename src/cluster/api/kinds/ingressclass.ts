import { ageColumn, column, nameColumn } from "./columns";
import { defineKind } from "./kind-definition";
import { required } from "./label-validation";
import { validateObjectMeta } from "./object-meta-validation";
import type { FieldError, Kind } from "../kind";
import type { IngressClass } from "../types";
import type { KubeObject } from "../../model";

function parametersText(object: KubeObject): string {
  const parameters = (object as IngressClass).spec.parameters;
  if (parameters === undefined) return "<none>";
  return `${parameters.kind}${parameters.apiGroup === undefined ? "" : `.${parameters.apiGroup}`}/${parameters.name}`;
}

function validate(next: KubeObject, old: KubeObject | undefined): readonly FieldError[] {
  const controller = (next as IngressClass).spec?.controller ?? "";
  const errors: FieldError[] = validateObjectMeta(next.metadata, false);
  if (controller === "") errors.push(required("spec.controller"));
  const before = (old as IngressClass | undefined)?.spec?.controller;
  if (before !== undefined && before !== controller) errors.push({ field: "spec.controller", type: "Invalid", value: controller, detail: "field is immutable" });
  return errors;
}

export const ingressclass: Kind = defineKind({
  group: "networking.k8s.io", kind: "IngressClass", plural: "ingressclasses", namespaced: false, generation: true, validate,
  columns: [
    nameColumn, column("Controller", "The controller that serves Ingresses of the class.", (object) => (object as IngressClass).spec.controller ?? ""),
    column("Parameters", "An object with more settings.", parametersText), ageColumn,
  ],
});
