import type { Obj } from "./objects";
import { obj, strings } from "./objects";
import { goJson } from "./print/go-json";

export const LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration";

/** The object without the annotation that remembers it, as one line of JSON. */
export function configurationOf(object: Obj, keepOrder = false): string {
  const metadata = obj(object["metadata"]);
  const { [LAST_APPLIED]: _gone, ...annotations } = strings(metadata["annotations"]);
  return `${goJson({ ...object, metadata: { ...metadata, annotations } }, { keepOrder })}\n`;
}

/** The object with the annotation set to what it was written as. */
export function withLastApplied<T extends Obj>(object: T): T {
  const metadata = obj(object["metadata"]);
  return { ...object, metadata: { ...metadata, annotations: { ...strings(metadata["annotations"]), [LAST_APPLIED]: configurationOf(object) } } };
}

export function lastApplied(object: Obj): string | undefined {
  return strings(obj(object["metadata"])["annotations"])[LAST_APPLIED];
}
