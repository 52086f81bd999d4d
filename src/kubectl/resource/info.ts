import type { KubeObject } from "../../cluster/model";
import type { Mapping } from "../discovery";
import { kindText, resourceText } from "../discovery";

/** An object as a manifest has it: the server's fields may be missing. */
export interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name?: string; readonly generateName?: string; readonly namespace?: string; readonly labels?: Readonly<Record<string, string>>; readonly annotations?: Readonly<Record<string, string>>; readonly [field: string]: unknown };
  readonly [field: string]: unknown;
}

/** One object that a command works on. */
export interface Info {
  readonly mapping: Mapping;
  /** "" for cluster-scoped kinds. */
  readonly namespace: string;
  readonly name: string;
  /** From a file, or from the server once it was fetched. */
  readonly object?: Manifest;
  /** The file it came from: "" for arguments, "STDIN". */
  readonly source: string;
}

/** How kubectl names an info inside its own errors. */
export function infoText(info: Info): string {
  return `Resource: "${resourceText(info.mapping)}", GroupVersionKind: "${kindText(info.mapping)}"\nName: "${info.name}", Namespace: "${info.namespace}"`;
}

export function liveInfo(info: Info, object: KubeObject): Info & { readonly object: KubeObject } {
  return { ...info, name: object.metadata.name, namespace: object.metadata.namespace ?? "", object };
}
