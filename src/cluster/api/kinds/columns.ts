import { since } from "./human-duration";
import { formatLabelSelector } from "../selectors";
import type { Column } from "../kind";
import type { PodTemplate } from "../types";
import type { KubeObject, Ms } from "../../model";

type Cell = (object: KubeObject, now: Ms, epoch: number) => string | number;

/** A column that every `get` shows. */
export function column(name: string, description: string, cell: Cell, type: Column["type"] = "string"): Column {
  return { name, type, priority: 0, description, cell };
}

/** A column that only `-o wide` shows. */
export function wideColumn(name: string, description: string, cell: Cell, type: Column["type"] = "string"): Column {
  return { name, type, priority: 1, description, cell };
}

export const nameColumn: Column = {
  name: "Name", type: "string", format: "name", priority: 0, description: "The name of the object, unique among its kind in its namespace.",
  cell: (object) => object.metadata.name,
};

export const ageColumn = column("Age", "How long ago the object was created.", (object, now, epoch) => since(object.metadata.creationTimestamp, now, epoch));

export const createdAtColumn = column("Created At", "When the object was created.", (object) => object.metadata.creationTimestamp, "date");

/** The columns of kinds that nobody prints in a way of their own. */
export const plainColumns: readonly Column[] = [nameColumn, createdAtColumn];

export function templateContainers(template: PodTemplate | undefined): string {
  return (template?.spec?.containers ?? []).map((container) => container.name).join(",");
}

export function templateImages(template: PodTemplate | undefined): string {
  return (template?.spec?.containers ?? []).map((container) => container.image ?? "").join(",");
}

/** CONTAINERS and IMAGES of the template that a workload makes pods from. */
export function templateColumns(template: (object: KubeObject) => PodTemplate | undefined): readonly Column[] {
  return [
    wideColumn("Containers", "The names of the template's containers.", (object) => templateContainers(template(object))),
    wideColumn("Images", "The images of the template's containers.", (object) => templateImages(template(object))),
  ];
}

export function specOf<T>(object: KubeObject): T {
  return (object["spec"] ?? {}) as T;
}

export function statusOf<T>(object: KubeObject): T {
  return (object["status"] ?? {}) as T;
}

/** The template of a workload under `spec.template`. */
export function templateOf(object: KubeObject): PodTemplate | undefined {
  return specOf<{ template?: PodTemplate }>(object).template;
}

export const selectorColumn = wideColumn("Selector", "The labels that the object's pods carry.", (object) => formatLabelSelector(specOf<{ selector?: object }>(object).selector));
