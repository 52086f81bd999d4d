import type { Dict, Json, Ms, Ref } from "../model";
import type { World } from "../world";

/** What the kubelets of all nodes remember. Plain data: the world's slice "kubelet". */
export interface KubeletState {
  /** By "<namespace>/<name>". */
  readonly pods: Map<string, PodState>;
  readonly nodes: Record<string, NodeState>;
  /** How many names of nodes there are, those of removed ones included. */
  names: number;
  nextNode: number;
}

export interface NodeState {
  readonly name: string;
  /** Counts from 0: the address and the pod range follow from it. */
  readonly index: number;
  readonly address: string;
  readonly labels: Dict;
  readonly capacity: Dict;
  readonly taints?: Json;
  /** The machine is off: no kubelet, no network. */
  stopped: boolean;
  removed?: true;
  registered: boolean;
  heartbeat: Ms;
  statusAt: Ms;
  /** Full names of the images on the node's disk. */
  readonly images: Record<string, true>;
  /** Pulls are serial: the next one begins then. */
  pullsUntil: Ms;
  /** Downloads under way: full name → when it is there. */
  readonly pulling: Record<string, Ms>;
  /** The last pod address that was given out, as the number in the node's range. */
  lastAddress: number;
  readonly addresses: Set<string>;
}

export type Op =
  | { readonly is: "sandbox"; readonly until: Ms }
  | { readonly is: "pull"; readonly container: string; readonly image: string; readonly began: Ms; readonly spent: Ms; readonly until: Ms }
  | { readonly is: "create"; readonly container: string; readonly pulled: string; readonly until: Ms }
  | { readonly is: "hook"; readonly container: string; readonly until: Ms };

export interface PodState {
  readonly uid: string;
  /** Where the API has it. */
  readonly ref: Ref;
  readonly node: string;
  /** How many numbers were drawn from the pod's own stream. */
  draws: number;
  readonly admitAt: Ms;
  startedAt?: Ms;
  startTime?: string;
  /** What keeps it from being run at all: the status says so and nothing starts. */
  volumes: "waiting" | "ready";
  volumeRetry: Ms;
  volumeDelay: Ms;
  /** When the content of ConfigMap and Secret volumes is read again. */
  refreshAt?: Ms;
  /** When it was read, oldest first. */
  mounted?: Ms[];
  sandbox: "none" | "ready" | "gone";
  address?: string;
  op?: Op;
  readonly containers: Record<string, ContainerState>;
  ending?: Ending;
  /** The pod reached its end and its sandbox is gone: nothing is left but to delete it when asked. */
  over?: true;
  reason?: string;
  message?: string;
  /** The status as last written, to tell whether there is anything to write. */
  written?: object;
}

export interface Ending {
  readonly why: "deleted" | "finished" | "deadline" | "evicted";
  readonly since: Ms;
  readonly grace: Ms;
  /** All containers are down and the API knows: when the sandbox goes, and when the object does. */
  tearAt?: Ms;
  torn?: true;
  deleteAt?: Ms;
}

export interface Terminated {
  readonly exitCode: number;
  readonly reason: string;
  readonly message?: string;
  readonly signal?: number;
  readonly startedAt: string | null;
  readonly finishedAt: string | null;
  readonly containerID?: string;
  /** finishedAt as virtual time. */
  readonly at: Ms;
}

export interface BackOff {
  readonly delay: Ms;
  readonly updated: Ms;
}

export interface ProbeState {
  good: number;
  bad: number;
  /** Undefined before the first result that counts. */
  result?: boolean;
}

export interface ContainerState {
  /** "<pod uid>/<name>" */
  readonly key: string;
  waiting: { readonly reason: string; readonly message?: string };
  running?: { readonly since: Ms; readonly startedAt: string };
  terminated?: Terminated;
  last?: Terminated;
  /** The exit that the next start's back-off is measured from. */
  former?: Terminated;
  id?: string;
  image?: string;
  imageID?: string;
  restarts: number;
  /** How often it was started. */
  runs: number;
  /** When it is next tried. */
  tryAt?: Ms;
  crash?: BackOff;
  pull?: BackOff & { readonly message: string; readonly reason: string; shown: boolean };
  nextTell?: Ms;
  /** When the exit of its process is noticed. */
  noticeAt?: Ms;
  probes: Record<string, ProbeState>;
  started: boolean;
  ready: boolean;
  stop?: Stop;
  /** A probe or hook found that it must be restarted. */
  condemned?: string;
  /** The postStart hook: undefined once it is over. */
  hook?: { readonly until: Ms; failed?: string; over?: true };
  /** Kinds of probes that fail by a reader's wish; a restart mends them. */
  probesBroken?: Readonly<Record<string, true>>;
}

export interface Stop {
  readonly since: Ms;
  killAt: Ms;
  /** TERM goes out at this time at the latest, or when the preStop hook is over. */
  termAt: Ms;
  termed: boolean;
  killed?: true;
  readonly restart: boolean;
}

const initial = (): KubeletState => ({ pods: new Map(), nodes: {}, names: 0, nextNode: 0 });

/** The kubelets' slice of the world's state. */
export function kubeletState(world: World): KubeletState {
  return world.slice("kubelet", initial);
}
