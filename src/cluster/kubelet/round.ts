import type { ControllerContext } from "../controllers/controller";
import type { Container, Node, Pod } from "../api/types";
import type { Image } from "../images/program";
import type { Ms } from "../model";
import type { World } from "../world";
import { remembered } from "../remembered";
import { draw } from "./draw";
import type { ContainerState, NodeState, PodState } from "./kubelet-state";
import type { Processes } from "./processes";

/** One round of work on a pod: everything that its steps need. */
export interface Round {
  readonly world: World;
  readonly context: ControllerContext;
  readonly processes: Processes;
  readonly image: (reference: string) => Image;
  /** 1 as in the recordings, 0 for as little delay as order allows. */
  readonly pace: 0 | 1;
  readonly key: string;
  readonly pod: Pod;
  readonly state: PodState;
  readonly node: NodeState;
  readonly now: Ms;
}

export type { Node };

/** Whose numbers are drawn: a pod by its uid, and how many it has drawn. */
type Drawing = { readonly state: Pick<PodState, "uid" | "draws"> };

/** A working time between two bounds from the pod's own stream; nothing at pace 0. */
export function lag(round: Drawing & Pick<Round, "pace">, from: Ms, to: Ms): Ms {
  const at = draw(round.state.uid, round.state.draws++);
  return round.pace === 0 ? 0 : Math.round(from + at * (to - from));
}

/** A number between two bounds that pace does not shorten: jitter of periods. */
export function jitter(round: Drawing, from: Ms, to: Ms): Ms {
  return Math.round(from + draw(round.state.uid, round.state.draws++) * (to - from));
}

export function containerKey(round: Pick<Round, "state">, name: string): string {
  return round.state.containers[name].key;
}

/** An init container that keeps running beside the others. */
export function isSidecar(container: Container, pod: Pod): boolean {
  return container.restartPolicy === "Always" && (pod.spec.initContainers ?? []).includes(container);
}

export function containersOf(pod: Pod): readonly Container[] {
  const { initContainers, containers } = pod.spec;
  return initContainers === undefined || initContainers.length === 0 ? containers : [...initContainers, ...containers];
}

export function stateOf(round: Pick<Round, "state">, name: string): ContainerState {
  return round.state.containers[name];
}

/** "spec.containers{nginx}", as events name a container. */
export function partOf(pod: Pod, name: string): string {
  return pod.spec.initContainers?.some((container) => container.name === name) === true ? `spec.initContainers{${name}}` : partOfContainer(name);
}

/** The pods of a template have containers of the same names: their events share the text. */
const partOfContainer = remembered((name) => `spec.containers{${name}}`);

export function tell(round: Round, type: "Normal" | "Warning", reason: string, message: string, container?: string): void {
  round.context.event(round.pod, type, reason, message, container === undefined ? undefined : partOf(round.pod, container));
}
