import { best } from "../score";
import type { Score } from "../score";
import { usualRequests } from "../requests";

/** Prefers nodes with more cpu and memory left. */
export const leastAllocated: Score = {
  name: "NodeResourcesFit",
  weight: 1,
  rate: (pod, nodes) => {
    const own = usualRequests(pod);
    return nodes.map(({ info: { allocatable, usual } }) => Math.floor((free(allocatable.cpu ?? 0, usual.cpu + own.cpu) + free(allocatable.memory ?? 0, usual.memory + own.memory)) / 2));
  },
};

function free(all: number, used: number): number {
  return all === 0 || used > all ? 0 : Math.floor(((all - used) * best) / all);
}
