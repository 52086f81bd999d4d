import type { Container, ContainerStatus, Pod } from "../api/types";
import type { Round } from "./round";
import { containersOf, isSidecar, stateOf } from "./round";
import type { ContainerState, Terminated } from "./kubelet-state";
import { equalJson } from "../api/equal";
import { isEmpty } from "../empty";
import { remembered } from "../remembered";
import type { World } from "../world";
import { qosClass } from "../api/kinds/qos-class";

interface Condition {
  readonly lastProbeTime: null;
  readonly lastTransitionTime: string;
  readonly message?: string;
  readonly reason?: string;
  readonly status: string;
  readonly type: string;
}

function terminatedStatus(terminated: Terminated): object {
  const { at: _at, ...shown } = terminated;
  return shown;
}

function containerState(state: ContainerState, stamps: Stamps): object {
  if (state.running) return stamps.running(state.running.startedAt);
  if (state.terminated) return { terminated: terminatedStatus(state.terminated) };
  return { waiting: state.waiting };
}

const nothing = {};
const mountsOf = new WeakMap<object, readonly object[]>();

/** A container's mounts as its status tells them; they stay the same as long as the container does. */
function volumeMounts(mounts: NonNullable<Container["volumeMounts"]>): readonly object[] {
  let told = mountsOf.get(mounts);
  if (told === undefined) {
    told = mounts.map((mount) => ({ mountPath: mount.mountPath, name: mount.name, ...(mount.readOnly === true ? { readOnly: true, recursiveReadOnly: "Disabled" } : {}) }));
    mountsOf.set(mounts, told);
  }
  return told;
}

/** One entry of containerStatuses as kubelet 1.33 writes it; the one `before` where nothing has changed. */
function containerStatus(container: Container, state: ContainerState, before: ContainerStatus | undefined, stamps: Stamps): ContainerStatus {
  const created = state.id !== undefined;
  const { resources } = container;
  const some = resources !== undefined && (!isEmpty(resources.limits) || !isEmpty(resources.requests));
  const requests = some ? { ...resources.limits, ...resources.requests } : nothing;
  const status: Record<string, unknown> = {};
  if (created && some) status["allocatedResources"] = requests;
  if (created) status["containerID"] = before?.containerID?.endsWith(state.id as string) === true ? before.containerID : `containerd://${state.id}`;
  status["image"] = state.image ?? container.image ?? "";
  status["imageID"] = state.imageID ?? "";
  status["lastState"] = state.last ? { terminated: terminatedStatus(state.last) } : nothing;
  status["name"] = container.name;
  status["ready"] = state.ready;
  if (created) status["resources"] = some ? { ...(resources.limits ? { limits: resources.limits } : {}), requests } : nothing;
  status["restartCount"] = state.restarts;
  status["started"] = state.started;
  status["state"] = containerState(state, stamps);
  const { volumeMounts: mounts } = container;
  if (mounts !== undefined && mounts.length > 0) status["volumeMounts"] = volumeMounts(mounts);
  return before !== undefined && equalJson(status, before) ? before : status as unknown as ContainerStatus;
}

/** kubelet_pods.go getPhase. */
export function phaseOf(round: Pick<Round, "pod" | "state">): "Pending" | "Running" | "Succeeded" | "Failed" {
  const { pod, state } = round;
  const policy = pod.spec.restartPolicy ?? "Always";
  if (state.reason !== undefined && state.ending) return allDown(round) ? "Failed" : "Running";
  let pending = 0;
  for (const container of pod.spec.initContainers ?? none) {
    const s = stateOf(round, container.name);
    if (isSidecar(container, pod)) {
      if (!s.started && !s.running && !s.last && !s.terminated) pending++;
      continue;
    }
    if (s.running) pending++;
    else if (s.terminated) {
      if (s.terminated.exitCode !== 0) {
        if (policy === "Never" || state.ending) return "Failed";
        pending++;
      }
    } else pending++;
  }
  let running = 0;
  let waiting = 0;
  let stopped = 0;
  let succeeded = 0;
  for (const container of pod.spec.containers) {
    const s = stateOf(round, container.name);
    if (s.running) running++;
    else if (s.terminated) {
      stopped++;
      if (s.terminated.exitCode === 0) succeeded++;
    } else if (s.last) stopped++;
    else waiting++;
  }
  if (state.ending && allDown(round)) return stopped > 0 && stopped === succeeded ? "Succeeded" : "Failed";
  if (pending > 0 || waiting > 0) return "Pending";
  if (running > 0) return "Running";
  if (stopped > 0) {
    if (policy === "Always") return "Running";
    if (stopped === succeeded) return sidecarsRun(round) ? "Running" : "Succeeded";
    return policy === "Never" && !sidecarsRun(round) ? "Failed" : "Running";
  }
  return "Pending";
}

function sidecarsRun(round: Pick<Round, "pod" | "state">): boolean {
  return (round.pod.spec.initContainers ?? none).some((container) => isSidecar(container, round.pod) && stateOf(round, container.name).running !== undefined);
}

export function allDown(round: Pick<Round, "pod" | "state">): boolean {
  return containersOf(round.pod).every((container) => stateOf(round, container.name).running === undefined);
}

const own: ReadonlySet<string> = new Set(["PodReadyToStartContainers", "Initialized", "Ready", "ContainersReady", "PodScheduled"]);

/**
 * Parts of a status that hold nothing but a time: the pods of one second share theirs, as a cluster of many thousands needs.
 * What is older than the present second is forgotten.
 */
interface Stamps {
  running(startedAt: string): object;
  condition(type: string, status: string, reason: string | undefined, message: string | undefined): Condition;
}

function stampsOf(world: World): Stamps {
  let known = stamps.get(world);
  if (known === undefined) {
    let second = "";
    let running: object = nothing;
    const conditions = new Map<string, Condition>();
    const turn = (): string => {
      const now = world.timestamp();
      if (now !== second) {
        second = now;
        running = { running: { startedAt: now } };
        conditions.clear();
      }
      return now;
    };
    known = {
      running: (startedAt) => (startedAt === turn() ? running : { running: { startedAt } }),
      condition: (type, status, reason, message) => {
        const lastTransitionTime = turn();
        const key = status === "True" && reason === undefined ? type : `${type}=${status} ${reason ?? ""} ${message ?? ""}`;
        let condition = conditions.get(key);
        if (condition === undefined) conditions.set(key, condition = conditionAt(lastTransitionTime, type, status, reason, message));
        return condition;
      },
    };
    stamps.set(world, known);
  }
  return known;
}

const stamps = new WeakMap<World, Stamps>();

/** A condition as it now is: the one `before` where nothing has changed. */
function condition(before: readonly Condition[], stamps: Stamps, type: string, status: boolean, reason?: string, message?: string): Condition {
  const known = conditionOf(before, type);
  const value = status ? "True" : "False";
  if (known?.status === value && known.message === message && known.reason === reason) return known;
  return known?.status === value ? conditionAt(known.lastTransitionTime, type, value, reason, message) : stamps.condition(type, value, reason, message);
}

function conditionAt(lastTransitionTime: string, type: string, status: string, reason: string | undefined, message: string | undefined): Condition {
  return { lastProbeTime: null, lastTransitionTime, ...(message === undefined ? {} : { message }), ...(reason === undefined ? {} : { reason }), status, type };
}

/** The names of the containers that are not what a condition asks for, in the order of the spec. */
function unfit(round: Round, fits: (container: Container, state: ContainerState, init: boolean) => boolean): string {
  let names = "";
  const { initContainers, containers } = round.pod.spec;
  if (initContainers !== undefined) for (const container of initContainers) if (!fits(container, stateOf(round, container.name), true)) names += names === "" ? container.name : ` ${container.name}`;
  for (const container of containers) if (!fits(container, stateOf(round, container.name), false)) names += names === "" ? container.name : ` ${container.name}`;
  return names;
}

function conditionsOf(round: Round, phase: string, live: Pod, stamps: Stamps): readonly Condition[] {
  const { pod, state } = round;
  const before = (live.status?.conditions ?? none) as unknown as readonly Condition[];
  const over = phase === "Succeeded" ? "PodCompleted" : phase === "Failed" ? "PodFailed" : undefined;
  const uninitialised = pod.spec.initContainers === undefined ? "" : unfit(round, (container, s, init) => !init || (isSidecar(container, pod) ? s.started : s.terminated?.exitCode === 0));
  const initialised = phase === "Succeeded" ? condition(before, stamps, "Initialized", true, "PodCompleted")
    : uninitialised === "" || (over !== undefined && pod.spec.containers.some((c) => stateOf(round, c.name).runs > 0)) ? condition(before, stamps, "Initialized", true)
      : condition(before, stamps, "Initialized", false, "ContainersNotInitialized", `containers with incomplete status: [${uninitialised}]`);
  const unready = over === undefined ? unfit(round, (container, s, init) => s.ready || (init && !isSidecar(container, pod))) : "";
  const ready = over === undefined && unready === "";
  const reason = over ?? (unready === "" ? undefined : "ContainersNotReady");
  const message = unready === "" ? undefined : `containers with unready status: [${unready}]`;
  let podReady = condition(before, stamps, "Ready", ready, reason, message);
  if (ready && pod.spec.readinessGates !== undefined) {
    const gates = pod.spec.readinessGates.map((gate) => gate.conditionType);
    const missing = gates.filter((gate) => !before.some((each) => each.type === gate));
    const no = gates.filter((gate) => before.some((each) => each.type === gate && each.status !== "True"));
    const texts = [
      ...no.map((gate) => `the status of pod readiness gate "${gate}" is not "True", but False`),
      ...missing.map((gate) => `corresponding condition of pod readiness gate "${gate}" does not exist.`),
    ];
    if (texts.length > 0) podReady = condition(before, stamps, "Ready", false, "ReadinessGatesNotReady", texts.join(", "));
  }
  const ours = [
    condition(before, stamps, "PodReadyToStartContainers", state.sandbox === "ready"), initialised, podReady, condition(before, stamps, "ContainersReady", ready, reason, message),
    conditionOf(before, "PodScheduled") ?? condition(before, stamps, "PodScheduled", true),
  ];
  const conditions = before.every((each) => own.has(each.type)) ? ours : [...before.filter((each) => !own.has(each.type)), ...ours];
  return same(conditions, before) ? before : conditions;
}

const none: readonly never[] = [];

function conditionOf(conditions: readonly Condition[], type: string): Condition | undefined {
  for (const condition of conditions) if (condition.type === type) return condition;
  return undefined;
}

function same<T>(a: readonly T[], b: readonly T[]): boolean {
  if (a.length !== b.length) return false;
  for (let at = 0; at < a.length; at++) if (a[at] !== b[at]) return false;
  return true;
}

function containerStatuses(round: Round, containers: readonly Container[], before: readonly ContainerStatus[] | undefined, stamps: Stamps): readonly ContainerStatus[] {
  // Made as long as it is: a list that grows keeps room for sixteen more, and statuses are kept by the thousand.
  const statuses = containers.map((container, at) => containerStatus(container, stateOf(round, container.name), before?.[at], stamps));
  return before !== undefined && same(statuses, before) ? before : statuses;
}

const hostIPs = remembered((ip) => [{ ip }], 10_000);

/** What of a pod's status the kubelet writes; the rest is others' and stays. */
const written: ReadonlySet<string> = new Set(["conditions", "containerStatuses", "hostIP", "hostIPs", "initContainerStatuses", "message", "phase", "podIP", "podIPs", "qosClass", "reason", "startTime"]);

const podIPsOf = (was: Pod["status"], address: string): readonly object[] => (was?.podIP === address && was.podIPs !== undefined ? was.podIPs : [{ ip: address }]);

function buildStatus(round: Round, live: Pod): object {
  const { pod, state, node } = round;
  const inits = pod.spec.initContainers ?? none;
  const was = live.status as (NonNullable<Pod["status"]> & Record<string, unknown>) | undefined;
  const stamps = stampsOf(round.world);
  const address = state.address ?? was?.podIP;
  const phase = phaseOf(round);
  const status: Record<string, unknown> = {};
  status["conditions"] = conditionsOf(round, phase, live, stamps);
  status["containerStatuses"] = containerStatuses(round, pod.spec.containers, was?.containerStatuses, stamps);
  status["hostIP"] = node.address;
  status["hostIPs"] = hostIPs(node.address);
  if (inits.length > 0) status["initContainerStatuses"] = containerStatuses(round, inits, was?.initContainerStatuses, stamps);
  if (state.message !== undefined) status["message"] = state.message;
  status["phase"] = phase;
  if (address !== undefined) {
    status["podIP"] = address;
    status["podIPs"] = podIPsOf(was, address);
  }
  status["qosClass"] = was?.qosClass ?? qosClass(pod.spec);
  if (state.reason !== undefined) status["reason"] = state.reason;
  if (state.startTime !== undefined) status["startTime"] = state.startTime;
  else if (was?.startTime !== undefined) status["startTime"] = was.startTime;
  if (was !== undefined) for (const key in was) if (!written.has(key)) status[key] = was[key];
  return status;
}

/**
 * Writes the pod's status where it differs from what was written last. The object is read from the API server, so that
 * conditions which others own are kept. Returns false where the pod is gone or is another one by now.
 */
export function writeStatus(round: Round): boolean {
  const { context, state } = round;
  const live = context.client.find("pods", state.ref.namespace, state.ref.name) as unknown as Pod | undefined;
  if (live?.metadata.uid !== state.uid) return false;
  const status = buildStatus(round, live);
  if (state.written !== undefined && equalJson(status, state.written)) return true;
  if (!equalJson(status, live.status)) context.client.update("pods", state.ref.namespace, { ...live, status }, "status");
  state.written = status;
  return true;
}
