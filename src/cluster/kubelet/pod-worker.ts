import type { Pod } from "../api/types";
import type { Ms, Ref } from "../model";
import { attempt, finishCreate, finishPull, isFinished, toStart } from "./containers";
import { parseImage } from "./image-reference";
import { Bag } from "./runtime-state";
import type { ContainerState, PodState, ProbeState } from "./kubelet-state";
import { containersOf, lag, stateOf, tell, type Round } from "./round";
import { giveAddress } from "./sandbox";
import { writeStatus } from "./status";
import { advanceEnding, advanceStops, beginEnding, beginStop, noticeExits } from "./termination";
import { mountVolumes, tellsAddress } from "./volumes";

const firstVolumeDelay: Ms = 500;
const longestVolumeDelay: Ms = 122_000;

/** When the next round of a pod is due; undefined where nothing is. */
export interface Due {
  readonly at: Ms;
  /** Only repeats are left: the wait of a back-off, a deadline, a refresh. */
  readonly background: boolean;
}

/**
 * The state of a pod that a kubelet has just been given. Every field is there from the start: a field that comes later changes the
 * object's shape, and what reads the states of all pods would meet dozens of shapes.
 */
export function newPod({ ref, pod, now, pace }: { readonly ref: Ref; readonly pod: Pod; readonly now: Ms; readonly pace: 0 | 1 }, node: string): PodState {
  const reason = (pod.spec.initContainers ?? []).length > 0 ? "PodInitializing" : "ContainerCreating";
  const { uid } = pod.metadata;
  const containers: Record<string, ContainerState> = {};
  for (const { name } of containersOf(pod)) {
    containers[name] = {
      key: `${uid}/${name}`, waiting: reason === "ContainerCreating" ? creating : initializing, running: undefined, terminated: undefined, last: undefined, former: undefined,
      id: undefined, image: undefined, imageID: undefined, restarts: 0, runs: 0, tryAt: undefined, crash: undefined, pull: undefined, nextTell: undefined, noticeAt: undefined,
      probes: new Bag<ProbeState>(), started: false, ready: false, stop: undefined, condemned: undefined, hook: undefined, probesBroken: undefined,
    };
  }
  return {
    uid, ref, node, draws: 0, admitAt: now + lag({ state: { uid, draws: 0 }, pace }, 8, 30), startedAt: undefined, startTime: undefined, volumes: "waiting", volumeRetry: 0, volumeDelay: 0,
    refreshAt: undefined, mounted: undefined, sandbox: "none", address: undefined, op: undefined, containers, ending: undefined, over: undefined, reason: undefined, message: undefined, written: undefined,
  };
}

const creating = { reason: "ContainerCreating" };
const initializing = { reason: "PodInitializing" };

/** One round of a pod: does what is due, writes the status where it changed, and tells when the next thing is due. "gone" where the pod is no more. */
export function work(round: Round): Due | undefined | "gone" {
  const { pod, state, now, context } = round;
  if (state.over && pod.metadata.deletionTimestamp === undefined) return undefined;
  if (state.startedAt === undefined) {
    if (now < state.admitAt) return { at: state.admitAt, background: false };
    state.startedAt = now;
    state.startTime = context.timestamp();
    if (pod.metadata.deletionTimestamp === undefined && !writeStatus(round)) return "gone";
  }
  if (!state.ending) {
    const deadline = deadlineOf(round);
    if (pod.metadata.deletionTimestamp !== undefined) beginEnding(round, "deleted", (pod.metadata.deletionGracePeriodSeconds ?? 30) * 1_000);
    else if (deadline !== undefined && now >= deadline) {
      state.reason = "DeadlineExceeded";
      state.message = "Pod was active on the node longer than the specified deadline";
      tell(round, "Normal", "DeadlineExceeded", state.message);
      beginEnding(round, "deadline", (pod.spec.terminationGracePeriodSeconds ?? 30) * 1_000);
    }
  }
  if (!state.ending) run(round);
  // The end may have been found by the work itself: nothing is left to run.
  if (state.ending && !advanceEnding(round)) return "gone";
  return nextDue(round);
}

/** The last virtual moment at which the pod may be active. */
function deadlineOf(round: Round): Ms | undefined {
  const seconds = round.pod.spec.activeDeadlineSeconds;
  return seconds === undefined || round.state.startedAt === undefined ? undefined : round.state.startedAt + seconds * 1_000;
}

/** Brings the containers of a living pod to where they should be. */
function run(round: Round): void {
  const { pod, state, now } = round;
  const noticed = noticeExits(round);
  // A sync tells what it found before it goes on; a container that it killed itself it starts again without a word in between.
  if (noticed && !containersOf(pod).some((container) => stateOf(round, container.name).condemned !== undefined)) writeStatus(round);
  condemn(round);
  advanceStops(round);
  if (state.refreshAt !== undefined && now >= state.refreshAt) {
    state.refreshAt = undefined;
    mountVolumes(round.world, round.context.cache, pod, state, round.node);
  }
  for (let progress = true; progress;) progress = step(round);
  if (isFinished(round)) {
    beginEnding(round, "finished", (pod.spec.terminationGracePeriodSeconds ?? 30) * 1_000);
    return;
  }
  // While a container is being created nothing is told: the kubelet reports at the end of that step.
  if (state.op?.is !== "create") writeStatus(round);
}

/** Stops the containers that a probe or a hook has given up. */
function condemn(round: Round): void {
  for (const container of containersOf(round.pod)) {
    const state = stateOf(round, container.name);
    if (state.running && state.image !== undefined && state.image !== (parseImage(container.image ?? "")?.full ?? container.image)) {
      state.condemned ??= `Container ${container.name} definition changed, will be restarted`;
    }
    if (state.condemned === undefined || !state.running || state.stop) continue;
    const probe = state.condemned.includes("liveness") ? container.livenessProbe : container.startupProbe;
    const grace = probe?.terminationGracePeriodSeconds ?? round.pod.spec.terminationGracePeriodSeconds ?? 30;
    beginStop(round, container, grace * 1_000, true, state.condemned);
  }
}

/** One step towards running: volumes, sandbox, the operation under way, the next container. True where there may be another at once. */
function step(round: Round): boolean {
  const { pod, state, now, world } = round;
  if (state.volumes === "waiting") return mount(round);
  const { op } = state;
  if (op) {
    if (op.until > now) return false;
    state.op = undefined;
    if (op.is === "sandbox") {
      state.sandbox = "ready";
      state.address = giveAddress(round);
      // Files that tell of the pod itself now know its address.
      if (pod.spec.volumes?.some(tellsAddress) === true) mountVolumes(world, round.context.cache, pod, state, round.node);
      return true;
    }
    const container = containersOf(pod).find((c) => c.name === op.container);
    if (!container) return true;
    if (op.is === "pull") finishPull(round, container, op.began, op.spent);
    else if (op.is === "create") finishCreate(round, container);
    else hookDone(round, container.name);
    return true;
  }
  if (state.sandbox === "none") {
    state.op = { is: "sandbox", until: now + lag(round, 300, 480) };
    return true;
  }
  for (const container of toStart(round)) if (attempt(round, container)) return true;
  return false;
}

/** The postStart hook is over: where it failed the container goes the way of a failed probe. */
function hookDone(round: Round, name: string): void {
  const state = stateOf(round, name);
  const failed = state.hook?.failed;
  state.hook = undefined;
  if (failed === undefined || !state.running) return;
  tell(round, "Warning", "FailedPostStartHook", failed, name);
  const container = containersOf(round.pod).find((c) => c.name === name);
  if (container) beginStop(round, container, (round.pod.spec.terminationGracePeriodSeconds ?? 30) * 1_000, true, "FailedPostStartHook");
  advanceStops(round);
}

function mount(round: Round): boolean {
  const { pod, state, node, now } = round;
  if (now < state.volumeRetry) return false;
  const failures = mountVolumes(round.world, round.context.cache, pod, state, node);
  if (failures.length === 0) {
    state.volumes = "ready";
    return true;
  }
  for (const { volume, error } of failures) tell(round, "Warning", "FailedMount", `MountVolume.SetUp failed for volume "${volume}" : ${error}`);
  state.volumeDelay = state.volumeDelay === 0 ? firstVolumeDelay : Math.min(state.volumeDelay * 2, longestVolumeDelay);
  state.volumeRetry = now + state.volumeDelay;
  return false;
}

function nextDue(round: Round): Due | undefined {
  const { pod, state, now } = round;
  let near: Ms = Infinity;
  let far: Ms = Infinity;
  const { ending, op } = state;
  if (state.over) return undefined;
  if (ending) {
    if (ending.tearAt !== undefined && !ending.torn) near = Math.min(near, ending.tearAt);
    if (ending.torn && ending.deleteAt !== undefined) near = Math.min(near, ending.deleteAt);
  } else {
    if (state.volumes === "waiting") {
      if (state.volumeDelay > 4_000) far = Math.min(far, state.volumeRetry);
      else near = Math.min(near, state.volumeRetry);
    }
    if (op !== undefined && op.until - now < 3_000_000) near = Math.min(near, op.until);
    if (state.refreshAt !== undefined) far = Math.min(far, state.refreshAt);
    const deadline = deadlineOf(round);
    if (deadline !== undefined) near = Math.min(near, deadline);
    if (op === undefined && state.sandbox === "ready") {
      for (const container of toStart(round)) {
        const { tryAt, waiting, terminated } = stateOf(round, container.name);
        if (tryAt === undefined) continue;
        if (terminated === undefined && /BackOff|Err|Invalid/.test(waiting.reason)) far = Math.min(far, tryAt);
        else near = Math.min(near, tryAt);
      }
    }
  }
  for (const container of containersOf(pod)) {
    const each = stateOf(round, container.name);
    if (each.running === undefined) continue;
    if (each.noticeAt !== undefined) near = Math.min(near, each.noticeAt);
    const running = round.processes.main(round.world, each.key) !== undefined;
    if (each.stop !== undefined && running) {
      if (!each.stop.termed) near = Math.min(near, each.stop.termAt);
      if (each.stop.killed === undefined) near = Math.min(near, each.stop.killAt);
    } else if (!running && each.noticeAt === undefined) near = Math.min(near, now);
  }
  const at = Math.min(near, far);
  return at === Infinity ? undefined : { at, background: near === Infinity };
}
