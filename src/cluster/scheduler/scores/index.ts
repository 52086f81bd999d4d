import type { Score } from "../score";
import { balancedAllocation } from "./balanced-allocation";
import { imageLocality } from "./image-locality";
import { interPodAffinityScore } from "./inter-pod-affinity";
import { leastAllocated } from "./least-allocated";
import { nodeAffinityScore } from "./node-affinity";
import { podTopologySpreadScore } from "./pod-topology-spread";
import { taintTolerationScore } from "./taint-toleration";

/** With upstream's weights. */
export const scores: readonly Score[] = [
  taintTolerationScore, nodeAffinityScore, leastAllocated, podTopologySpreadScore, interPodAffinityScore, balancedAllocation, imageLocality,
];
