import type { Json, KubeObject } from "../cluster/model";

/** The field at a path of an object, or undefined. Objects of the API are open JSON; this reads them without casts all over. */
export function field(object: unknown, ...path: readonly (string | number)[]): unknown {
  let at: unknown = object;
  for (const step of path) {
    if (at === null || typeof at !== "object") return undefined;
    at = (at as Record<string | number, unknown>)[step];
  }
  return at;
}

export const textAt = (object: unknown, ...path: readonly (string | number)[]): string | undefined => {
  const value = field(object, ...path);
  return typeof value === "string" ? value : undefined;
};

export const numberAt = (object: unknown, ...path: readonly (string | number)[]): number | undefined => {
  const value = field(object, ...path);
  return typeof value === "number" ? value : undefined;
};

export const listAt = (object: unknown, ...path: readonly (string | number)[]): readonly Json[] => {
  const value = field(object, ...path);
  return Array.isArray(value) ? (value as readonly Json[]) : [];
};

/** The controller that owns the object, if its kind is `kind`. */
export function ownerOf(object: KubeObject, kind: string): { readonly name: string; readonly uid: string } | undefined {
  return object.metadata.ownerReferences?.find((owner) => owner.kind === kind && owner.controller !== false);
}

/** The tag of an image reference: "reg:5000/a/b:v2" → "v2"; no tag: "latest". */
export function imageTag(image: string): string {
  const name = image.split("@")[0] ?? image;
  const colon = name.lastIndexOf(":");
  return colon > name.lastIndexOf("/") ? name.slice(colon + 1) : "latest";
}

/** The image reference without its tag. */
export function imageRepository(image: string): string {
  const name = image.split("@")[0] ?? image;
  const colon = name.lastIndexOf(":");
  return colon > name.lastIndexOf("/") ? name.slice(0, colon) : name;
}
