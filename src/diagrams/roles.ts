/**
 * What a role of a box means to the layout. Styles hang on the same names (`.k8s-sim-part.is-pod`).
 *
 * - *frames* hold others and keep their title in a band on top: cluster, node, namespace, deployment, replicaset,
 *   statefulset, daemonset, pod, container, job. A frame role without children is laid out as a leaf.
 * - *group* is no box at all: only an arrangement.
 * - *lane* is one row of a `flow: "lanes"` box; with an `aside` it speaks in the gutter. *now* is the lane of the present, on top, outside the axis.
 * - *mini* is a pod as one chip of a lane: its version, its mark, its state.
 * - *chip* is a pod among many: its mark and the end of its name.
 * - *shelf* is where what is leaving stands.
 * - *device* is a network interface (eth0, lo, veth), *bridge* a wide one that many cables plug into, *port* a number.
 * - *rule* is a card with lines; it lies dashed inside whatever applies it.
 * - *place* is a reserved place that nothing takes, *more* says how much was folded away.
 * - *dot* is a pod too small for text, *strip* a line of time with ticks and spans, *gauge* a capacity bar,
 *   *words* a text without a box.
 */
export interface RoleLook {
  /** Padding inside, px. */
  readonly pad: number;
  readonly minW: number;
  readonly maxW: number;
  readonly minH: number;
  readonly title: "title" | "name" | "mono" | "small";
  readonly align: "start" | "middle";
  /** A width of its own, whatever its texts: a pod that becomes ImagePullBackOff moves nothing. */
  readonly cell?: number;
}

const leaf: RoleLook = { pad: 8, minW: 44, maxW: 220, minH: 34, title: "name", align: "middle" };
const frame: RoleLook = { pad: 10, minW: 90, maxW: 4000, minH: 40, title: "title", align: "middle" };

const looks: Readonly<Record<string, RoleLook>> = {
  group: { pad: 0, minW: 0, maxW: 4000, minH: 0, title: "title", align: "start" },
  cluster: frame,
  node: frame,
  namespace: frame,
  frame,
  deployment: frame,
  replicaset: frame,
  statefulset: frame,
  daemonset: frame,
  job: frame,
  shelf: { ...frame, pad: 0, minW: 84, minH: 26, title: "small" },
  lane: { pad: 0, minW: 0, maxW: 4000, minH: 26, title: "small", align: "start" },
  pod: { ...leaf, pad: 7, minW: 62, cell: 126 },
  mini: { ...leaf, pad: 6, minW: 34, maxW: 118, minH: 26, title: "small", cell: 92 },
  chip: { ...leaf, pad: 4, minW: 60, minH: 22, title: "small", cell: 66 },
  now: { pad: 0, minW: 0, maxW: 4000, minH: 44, title: "small", align: "start" },
  place: { ...leaf, minW: 34, minH: 26, title: "small" },
  more: { ...leaf, minH: 22, pad: 6, title: "small", maxW: 400 },
  device: { ...leaf, pad: 7, minH: 26, title: "mono" },
  bridge: { ...leaf, pad: 7, minW: 190, minH: 30, title: "mono" },
  pause: { ...leaf, pad: 6, minH: 24, title: "mono" },
  port: { ...leaf, pad: 6, minH: 22, title: "mono" },
  service: { ...leaf, maxW: 380 },
  client: { ...leaf, maxW: 320 },
  balancer: { ...leaf, minW: 120, maxW: 320 },
  ingress: { ...leaf, minW: 120, maxW: 420 },
  rule: { ...leaf, pad: 10, minW: 120, maxW: 340, align: "start" },
  set: { ...leaf, minW: 120, maxW: 330 },
  strip: { pad: 0, minW: 80, maxW: 4000, minH: 30, title: "small", align: "start" },
  gauge: { ...leaf, minH: 22, pad: 6, title: "small", align: "start" },
  words: { pad: 2, minW: 0, maxW: 4000, minH: 18, title: "small", align: "middle" },
  dot: { pad: 0, minW: 10, maxW: 10, minH: 10, title: "small", align: "middle" },
};

export const lookOf = (role: string): RoleLook => looks[role] ?? leaf;
