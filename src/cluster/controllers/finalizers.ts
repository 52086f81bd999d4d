import type { KubeObject } from "../model";
import type { ControllerContext } from "./controller";
import { isNotFound } from "./failures";

/** Takes one finalizer off an object, whose uid in the patch keeps it from a later one of the same name; an object that is gone needs nothing. Throws ApiError. */
export function releaseFinalizer(context: ControllerContext, resource: string, object: KubeObject, finalizer: string): void {
  const { namespace = "", name, uid } = object.metadata;
  const left = (object.metadata.finalizers ?? []).filter((one) => one !== finalizer);
  try {
    context.client.patch(resource, namespace, name, { metadata: { uid, finalizers: left.length === 0 ? null : left } });
  } catch (error) {
    if (!isNotFound(error)) throw error;
  }
}
