import type { Filter } from "../filter";
import { keyOf } from "../../controllers/keys";
import { podRequests } from "../requests";

/** The node must have left what the pod asks for; pods that were nominated to it and matter as much count as there. Names all that lacks. */
export const nodeResourcesFit: Filter = {
  name: "NodeResourcesFit",
  helps: ["node", "pod-gone"],
  begin: (pod, { state }) => {
    const key = keyOf(pod);
    const priority = pod.spec.priority ?? 0;
    const wanted = Object.entries(podRequests(pod)).filter(([, amount]) => amount > 0);
    const nobody = state.nominated.size === 0;
    const guests = nobody ? [] : [...state.nominated].filter(([other, one]) => other !== key && one.priority >= priority && state.placed.get(other) === undefined);
    return ({ info }) => {
      // Most pods fit, and nobody waits for room: then there is nothing to list.
      if (nobody && info.count < (info.allocatable.pods ?? 0) && wanted.every(([name, amount]) => amount <= (info.allocatable[name] ?? 0) - (info.requested[name] ?? 0))) return undefined;
      const lacking: string[] = [];
      const here = guests.filter(([, one]) => one.node === info.name);
      if (info.count + here.length + 1 > (info.allocatable.pods ?? 0)) lacking.push("Too many pods");
      for (const [name, amount] of wanted) {
        const reserved = here.reduce((sum, [, one]) => sum + (one.requests[name] ?? 0), 0);
        if (amount > (info.allocatable[name] ?? 0) - (info.requested[name] ?? 0) - reserved) lacking.push(`Insufficient ${name}`);
      }
      return lacking.length === 0 ? undefined : { reasons: lacking, resolvable: true };
    };
  },
};
