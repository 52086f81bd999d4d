import type { Json } from "../../model";

/**
 * What must be known of a field. Order, goType and pointer carry the template hashes and the decode errors;
 * strategic-merge keys and list-map keys are different facts.
 */
export interface FieldFacts {
  readonly name: string;
  /** "string", "int32", "bool", "int64", "double", "bytes", "any", "MicroTime", "IntOrString", "Quantity", "Time"; for structs the model's name ("V1PodSpec"). */
  readonly goType: string;
  /** "lists" is a map of lists of strings, as the extra of a user. */
  readonly container: "" | "list" | "map" | "lists";
  /** Go's own name of the type, without container and pointer: "v1.PullPolicy", "v1.PodSpec", "string". A named map or list ("v1.ResourceList") stands for its container too. */
  readonly go: string;
  /** The Go field's name: "DNSPolicy". */
  readonly goField: string;
  readonly pointer: boolean;
  readonly omitempty: boolean;
  readonly required: boolean;
  readonly enum?: readonly string[];
  readonly patch?: { readonly strategy: readonly ("merge" | "replace" | "retainKeys")[]; readonly key?: string };
  readonly list?: { readonly type: "map" | "set" | "atomic"; readonly keys?: readonly string[] };
  readonly map?: "granular" | "atomic";
  readonly default?: Json;
}

/** A struct: its fields in Go's order where that is known (everything inside a PodTemplateSpec), else in alphabetical order. */
export interface StructFacts {
  /** "V1PodSpec" */
  readonly model: string;
  /** "PodSpec", as Go's decode errors name it. */
  readonly goName: string;
  readonly fields: readonly FieldFacts[];
  readonly byName: ReadonlyMap<string, FieldFacts>;
  /** Server-side apply owns the struct as a whole. */
  readonly atomic: boolean;
}
