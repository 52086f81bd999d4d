import { best } from "../score";
import type { Score } from "../score";
import { podRequests } from "../requests";

/** Prefers nodes where cpu and memory would be used to the same degree. */
export const balancedAllocation: Score = {
  name: "NodeResourcesBalancedAllocation",
  weight: 1,
  rate: (pod, nodes) => {
    const own = podRequests(pod);
    if ((own.cpu ?? 0) === 0 && (own.memory ?? 0) === 0) return undefined;
    return nodes.map(({ info }) => {
      const [cpu, memory] = (["cpu", "memory"] as const).map((name) => {
        const all = info.allocatable[name] ?? 0;
        return all === 0 ? 0 : Math.min(1, ((info.requested[name] ?? 0) + (own[name] ?? 0)) / all);
      });
      return Math.floor((1 - Math.abs((cpu ?? 0) - (memory ?? 0)) / 2) * best);
    });
  },
};
