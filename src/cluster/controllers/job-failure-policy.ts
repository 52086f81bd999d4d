import type { Job } from "../api/kinds/job";
import type { Pod } from "../api/types";

export interface PolicyMatch {
  readonly action: "FailJob" | "FailIndex" | "Ignore" | "Count";
  /** What a failed job says of it. */
  readonly message: string;
}

/** The first rule of the job's podFailurePolicy that a failed pod matches. */
export function matchFailurePolicy(job: Job, pod: Pod): PolicyMatch | undefined {
  const rules = job.spec.podFailurePolicy?.rules ?? [];
  for (const [index, rule] of rules.entries()) {
    const action = rule.action as PolicyMatch["action"];
    const place = `${pod.metadata.namespace ?? ""}/${pod.metadata.name}`;
    if (rule.onExitCodes !== undefined) {
      const { containerName, operator, values } = rule.onExitCodes;
      const statuses = [...(pod.status?.containerStatuses ?? []), ...(pod.status?.initContainerStatuses ?? [])];
      const failed = statuses.find((status) => {
        const code = status.state?.terminated?.exitCode;
        return code !== undefined && code !== 0 && (containerName === undefined || containerName === status.name) && values.includes(code) === (operator === "In");
      });
      if (failed !== undefined) return { action, message: `Container ${failed.name} for pod ${place} failed with exit code ${failed.state?.terminated?.exitCode ?? 0} matching ${action} rule at index ${index}` };
    } else {
      const found = (rule.onPodConditions ?? []).find(({ type, status }) => (pod.status?.conditions ?? []).some((condition) => condition.type === type && condition.status === status));
      if (found !== undefined) return { action, message: `Pod ${place} has condition ${found.type} matching ${action} rule at index ${index}` };
    }
  }
  return undefined;
}
