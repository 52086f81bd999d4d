import type { Container, ContainerStatus, Pod } from "../api/types";
import type { Round } from "./round";
import { containersOf, isSidecar, stateOf } from "./round";
import type { ContainerState, Terminated } from "./kubelet-state";
import { isNotFound } from "../controllers/failures";
import { qosClass } from "./qos";

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

function containerState(state: ContainerState): object {
  if (state.running) return { running: { startedAt: state.running.startedAt } };
  if (state.terminated) return { terminated: terminatedStatus(state.terminated) };
  return { waiting: state.waiting };
}

/** One entry of containerStatuses as kubelet 1.33 writes it. */
function containerStatus(container: Container, state: ContainerState): ContainerStatus {
  const created = state.id !== undefined;
  const resources = container.resources ?? {};
  const requests = { ...resources.limits, ...resources.requests };
  const some = Object.keys(requests).length > 0;
  const mounts = (container.volumeMounts ?? []).map((mount) => ({
    mountPath: mount.mountPath, name: mount.name, ...(mount.readOnly === true ? { readOnly: true, recursiveReadOnly: "Disabled" } : {}),
  }));
  return {
    ...(created && some ? { allocatedResources: requests } : {}),
    ...(created ? { containerID: `containerd://${state.id}` } : {}),
    image: state.image ?? container.image ?? "",
    imageID: state.imageID ?? "",
    lastState: state.last ? { terminated: terminatedStatus(state.last) } : {},
    name: container.name,
    ready: state.ready,
    ...(created ? { resources: some ? { ...(resources.limits ? { limits: resources.limits } : {}), requests } : {} } : {}),
    restartCount: state.restarts,
    started: state.started,
    state: containerState(state),
    ...(mounts.length > 0 ? { volumeMounts: mounts } : {}),
  } as unknown as ContainerStatus;
}

/** kubelet_pods.go getPhase. */
export function phaseOf(round: Pick<Round, "pod" | "state">): "Pending" | "Running" | "Succeeded" | "Failed" {
  const { pod, state } = round;
  const policy = pod.spec.restartPolicy ?? "Always";
  if (state.reason !== undefined && state.ending) return allDown(round) ? "Failed" : "Running";
  let pending = 0;
  for (const container of pod.spec.initContainers ?? []) {
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
  return (round.pod.spec.initContainers ?? []).some((container) => isSidecar(container, round.pod) && stateOf(round, container.name).running !== undefined);
}

export function allDown(round: Pick<Round, "pod" | "state">): boolean {
  return containersOf(round.pod).every((container) => stateOf(round, container.name).running === undefined);
}

function conditionsOf(round: Round, phase: string, live: Pod): readonly Condition[] {
  const { pod, state, context } = round;
  const before = (live.status?.conditions ?? []) as unknown as readonly Condition[];
  const own = new Set(["PodReadyToStartContainers", "Initialized", "Ready", "ContainersReady", "PodScheduled"]);
  const make = (type: string, status: boolean, reason?: string, message?: string): Condition => {
    const known = before.find((condition) => condition.type === type);
    const value = status ? "True" : "False";
    return {
      lastProbeTime: null,
      lastTransitionTime: known?.status === value ? known.lastTransitionTime : context.timestamp(),
      ...(message === undefined ? {} : { message }), ...(reason === undefined ? {} : { reason }), status: value, type,
    };
  };
  const over = phase === "Succeeded" ? "PodCompleted" : phase === "Failed" ? "PodFailed" : undefined;
  const uninitialised = (pod.spec.initContainers ?? []).filter((container) => {
    const s = stateOf(round, container.name);
    return isSidecar(container, pod) ? !s.started : s.terminated?.exitCode !== 0;
  }).map((container) => container.name);
  const initialised = phase === "Succeeded" ? make("Initialized", true, "PodCompleted")
    : uninitialised.length === 0 || (over !== undefined && pod.spec.containers.some((c) => stateOf(round, c.name).runs > 0)) ? make("Initialized", true)
      : make("Initialized", false, "ContainersNotInitialized", `containers with incomplete status: [${uninitialised.join(" ")}]`);
  const unready = containersOf(pod).filter((container) => {
    if ((pod.spec.initContainers ?? []).includes(container) && !isSidecar(container, pod)) return false;
    return !stateOf(round, container.name).ready;
  }).map((container) => container.name);
  const words = `containers with unready status: [${unready.join(" ")}]`;
  const ready = (type: string): Condition => over ? make(type, false, over)
    : unready.length === 0 ? make(type, true) : make(type, false, "ContainersNotReady", words);
  let podReady = ready("Ready");
  if (podReady.status === "True") {
    const gates = (pod.spec.readinessGates ?? []).map((gate) => gate.conditionType);
    const missing = gates.filter((gate) => !before.some((condition) => condition.type === gate));
    const no = gates.filter((gate) => before.some((condition) => condition.type === gate && condition.status !== "True"));
    const texts = [
      ...no.map((gate) => `the status of pod readiness gate "${gate}" is not "True", but False`),
      ...missing.map((gate) => `corresponding condition of pod readiness gate "${gate}" does not exist.`),
    ];
    if (texts.length > 0) podReady = make("Ready", false, "ReadinessGatesNotReady", texts.join(", "));
  }
  return [
    ...before.filter((condition) => !own.has(condition.type)),
    make("PodReadyToStartContainers", state.sandbox === "ready"),
    initialised,
    podReady,
    ready("ContainersReady"),
    before.find((condition) => condition.type === "PodScheduled") ?? make("PodScheduled", true),
  ];
}

function buildStatus(round: Round, live: Pod): object {
  const { pod, state, node } = round;
  const phase = phaseOf(round);
  const inits = pod.spec.initContainers ?? [];
  const { reason: _reason, message: _message, ...kept } = (live.status ?? {}) as unknown as Record<string, unknown>;
  return {
    ...kept,
    conditions: conditionsOf(round, phase, live),
    containerStatuses: pod.spec.containers.map((container) => containerStatus(container, stateOf(round, container.name))),
    hostIP: node.address,
    hostIPs: [{ ip: node.address }],
    ...(inits.length > 0 ? { initContainerStatuses: inits.map((container) => containerStatus(container, stateOf(round, container.name))) } : {}),
    ...(state.message === undefined ? {} : { message: state.message }),
    phase,
    ...(state.address === undefined ? {} : { podIP: state.address, podIPs: [{ ip: state.address }] }),
    qosClass: kept["qosClass"] ?? qosClass(pod.spec),
    ...(state.reason === undefined ? {} : { reason: state.reason }),
    ...(state.startTime === undefined ? {} : { startTime: state.startTime }),
  };
}

/**
 * Writes the pod's status where it differs from what was written last. The object is read from the API server, so that
 * conditions which others own are kept. Returns false where the pod is gone or is another one by now.
 */
export function writeStatus(round: Round): boolean {
  const { context, pod, state } = round;
  let live: Pod;
  try {
    live = context.client.get("pods", pod.metadata.namespace ?? "", pod.metadata.name) as unknown as Pod;
  } catch (error) {
    if (isNotFound(error)) return false;
    throw error;
  }
  if (live.metadata.uid !== state.uid) return false;
  const status = buildStatus(round, live);
  const text = JSON.stringify(status);
  if (text === state.written) return true;
  if (text !== JSON.stringify(live.status)) {
    context.client.update("pods", pod.metadata.namespace ?? "", { ...live, status }, "status");
  }
  state.written = text;
  return true;
}
