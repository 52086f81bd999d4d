import type { RegisteredKind } from "./registry";
import type { Column } from "./kind";
import type { KubeObject, Ms } from "../model";

/** metav1.Table */
export interface Table {
  readonly kind: "Table";
  readonly apiVersion: "meta.k8s.io/v1";
  readonly metadata: { readonly resourceVersion?: string; readonly continue?: string; readonly remainingItemCount?: number };
  readonly columnDefinitions: readonly { readonly name: string; readonly type: string; readonly format: string; readonly description: string; readonly priority: number }[] | null;
  readonly rows: readonly TableRow[];
}

export interface TableRow {
  readonly cells: readonly (string | number)[];
  readonly object: unknown;
}

const createdAt: Column = {
  name: "Created At", type: "date", priority: 0,
  description: "CreationTimestamp is a timestamp representing the server time when this object was created.",
  cell: (object) => object.metadata.creationTimestamp,
};
const nameColumn: Column = {
  name: "Name", type: "string", format: "name", priority: 0,
  description: "Name must be unique within a namespace.",
  cell: (object) => object.metadata.name,
};

/** Prints objects as the server does for `kubectl get`. `include` is the query's includeObject. */
export function tableOf(registered: RegisteredKind, objects: readonly KubeObject[], metadata: Table["metadata"], now: Ms, epoch: number, include: string, definitions = true): Table {
  const columns = registered.version.columns.length === 0 ? [nameColumn, createdAt] : registered.version.columns;
  return {
    kind: "Table", apiVersion: "meta.k8s.io/v1", metadata,
    columnDefinitions: definitions ? columns.map(({ name, type, format, description, priority }) => ({ name, type, format: format ?? (name === "Name" ? "name" : ""), description, priority })) : null,
    rows: objects.map((object) => ({
      cells: columns.map((column) => column.cell(object, now, epoch)),
      object: include === "None" ? null : include === "Object" ? object : partialMetadata(object),
    })),
  };
}

/** metav1.PartialObjectMetadata */
export function partialMetadata(object: KubeObject): KubeObject {
  return { kind: "PartialObjectMetadata", apiVersion: "meta.k8s.io/v1", metadata: object.metadata };
}
