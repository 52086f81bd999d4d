import type { KubeObject } from "../model";
import type { PodTemplate } from "../api/types";
import type { ControllerContext } from "./controller";
import { equalJson } from "../api/equal";
import { isAlreadyExists, isNotFound } from "./failures";
import { controllerReference } from "./keys";

/** A ControllerRevision: a template that a StatefulSet or DaemonSet has or had. */
export type Revision = KubeObject & { readonly revision: number; readonly data: { readonly spec: { readonly template: PodTemplate & { readonly $patch: "replace" } } } };

export const revisions = "controllerrevisions.apps";

/** What is kept of a template: a patch that would put it back. */
export function revisionData(template: PodTemplate): Revision["data"] {
  return { spec: { template: { ...template, $patch: "replace" } } };
}

export function templateOf(revision: Revision): PodTemplate {
  const { $patch: _patch, ...template } = revision.data.spec.template;
  return template;
}

/** An owner's revisions, the oldest first. */
export function revisionsOf(context: ControllerContext, owner: KubeObject): readonly Revision[] {
  const all = context.cache.list(revisions, { index: ["owner", owner.metadata.uid] }) as readonly Revision[];
  return [...all].sort((a, b) => a.revision - b.revision || Date.parse(a.metadata.creationTimestamp ?? "") - Date.parse(b.metadata.creationTimestamp ?? "") || (a.metadata.name < b.metadata.name ? -1 : 1));
}

/** Which template the owner asks for now, as a revision: the same one, an old one under a new number, or a new one. */
export function updateRevision(context: ControllerContext, owner: KubeObject & { readonly spec: { readonly template: PodTemplate } }, known: readonly Revision[], hashOf: (collisions: number) => string, hashLabel: string, collisions: number): { readonly revision: Revision; readonly collisions: number } {
  const data = revisionData(owner.spec.template);
  const namespace = owner.metadata.namespace ?? "";
  const last = known[known.length - 1];
  const next = (last?.revision ?? 0) + 1;
  const same = known.filter((one) => equalJson(one.data, data)).pop();
  if (same !== undefined && same === last) return { revision: same, collisions };
  if (same !== undefined) return { revision: context.client.update(revisions, namespace, { ...same, revision: next }) as Revision, collisions };
  for (let count = collisions; ; count++) {
    const hash = hashOf(count);
    const name = `${owner.metadata.name.slice(0, 223)}-${hash}`;
    const { annotations } = owner.metadata;
    try {
      const revision = context.client.create(revisions, namespace, {
        apiVersion: "apps/v1", kind: "ControllerRevision",
        metadata: {
          name, namespace, labels: { ...owner.spec.template.metadata?.labels, [hashLabel]: hash },
          ...(annotations === undefined ? {} : { annotations }), ownerReferences: [controllerReference(owner)],
        },
        data, revision: next,
      }) as Revision;
      return { revision, collisions: count };
    } catch (error) {
      if (!isAlreadyExists(error)) throw error;
      const there = context.client.get(revisions, namespace, name) as Revision;
      if (equalJson(there.data, data)) return { revision: there, collisions: count };
    }
  }
}

/** Deletes the oldest revisions beyond the limit that nothing lives by. */
export function trimRevisions(context: ControllerContext, known: readonly Revision[], live: ReadonlySet<string>, limit: number): void {
  const dead = known.filter((one) => !live.has(one.metadata.name));
  for (const one of dead.slice(0, Math.max(0, dead.length - limit))) {
    try {
      context.client.delete(revisions, one.metadata.namespace ?? "", one.metadata.name);
    } catch (error) {
      if (!isNotFound(error)) throw error;
    }
  }
}
