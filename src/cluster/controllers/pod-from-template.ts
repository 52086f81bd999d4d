import type { PodTemplate } from "../api/types";
import type { KubeObject } from "../model";
import { controllerReference } from "./keys";

/** The pod that a controller makes from its template; the server completes the name. */
export function podFromTemplate(template: PodTemplate, owner: KubeObject): object {
  const { labels, annotations, finalizers } = template.metadata ?? {};
  return {
    apiVersion: "v1", kind: "Pod",
    metadata: {
      generateName: namePrefix(owner.metadata.name),
      namespace: owner.metadata.namespace,
      ...(labels === undefined ? {} : { labels }),
      ...(annotations === undefined ? {} : { annotations }),
      ...(finalizers === undefined ? {} : { finalizers }),
      ownerReferences: [controllerReference(owner)],
    },
    spec: template.spec,
  };
}

/** "web-"; without the dash where that would be too long for a name. */
function namePrefix(name: string): string {
  return name.length < 253 ? `${name}-` : name;
}
