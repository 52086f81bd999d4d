import { best } from "../score";
import type { Score } from "../score";
import { usualRequests } from "../requests";

/** Prefers nodes with more cpu and memory left. */
export const leastAllocated: Score = {
  name: "NodeResourcesFit",
  weight: 1,
  rate: (pod, nodes) => {
    const own = usualRequests(pod);
    return nodes.map(({ info }) => {
      const free = (["cpu", "memory"] as const).map((name) => {
        const all = info.allocatable[name] ?? 0;
        const used = info.usual[name] + own[name];
        return all === 0 || used > all ? 0 : Math.floor(((all - used) * best) / all);
      });
      return Math.floor(((free[0] ?? 0) + (free[1] ?? 0)) / 2);
    });
  },
};
