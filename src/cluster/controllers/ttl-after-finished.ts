import type { Job } from "../api/kinds/job";
import type { Controller, ControllerContext } from "./controller";
import { isNotFound } from "./failures";
import { isFinished } from "./job-conditions";
import { keyOf, splitKey } from "./keys";

/** Deletes finished Jobs once their ttlSecondsAfterFinished is over. */
export const ttlAfterFinished: Controller = {
  name: "ttl-after-finished-controller",
  user: "system:serviceaccount:kube-system:ttl-after-finished-controller",
  watches: [{ resource: "jobs.batch", keys: (change) => (change.type !== "DELETED" && due(change.object as Job) !== undefined ? [keyOf(change.object)] : []) }],
  reconcile(key, context: ControllerContext) {
    const { namespace, name } = splitKey(key);
    const job = context.cache.get({ resource: "jobs.batch", namespace, name }) as Job | undefined;
    const at = job === undefined ? undefined : due(job);
    if (job === undefined || at === undefined) return;
    const left = at - context.epoch - context.now;
    if (left > 0) return { again: left };
    try {
      context.client.delete("jobs.batch", namespace, name, { propagationPolicy: "Foreground", preconditions: { uid: job.metadata.uid } });
    } catch (error) {
      if (!isNotFound(error)) throw error;
    }
  },
};

/** When the job is to go, Unix ms. */
function due(job: Job): number | undefined {
  const ttl = job.spec.ttlSecondsAfterFinished;
  if (ttl === undefined || job.metadata.deletionTimestamp !== undefined || !isFinished(job)) return undefined;
  const end = (job.status?.conditions ?? []).find((condition) => (condition.type === "Complete" || condition.type === "Failed") && condition.status === "True");
  return end?.lastTransitionTime === undefined ? undefined : Date.parse(String(end.lastTransitionTime)) + ttl * 1000;
}
