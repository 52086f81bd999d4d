import type { Container } from "../api/types";
import { terminatedFrom } from "./containers";
import { startHook, tellPreStop } from "./hooks";
import type { Ending } from "./kubelet-state";
import { isNotFound } from "../controllers/failures";
import { containerKey, containersOf, isSidecar, lag, stateOf, tell, type Round } from "./round";
import { runtime } from "./runtime-state";
import { allDown, writeStatus } from "./status";

/** Begins to stop a container: preStop first, then TERM, and KILL at the end of the grace. */
export function beginStop(round: Round, container: Container, grace: number, restart: boolean, message: string): void {
  const state = stateOf(round, container.name);
  if (!state.running || state.stop) return;
  tell(round, "Normal", "Killing", message, container.name);
  const killAt = round.now + grace;
  const hook = container.lifecycle?.preStop;
  state.stop = { since: round.now, killAt, termAt: hook && grace > 0 ? killAt : round.now, termed: false, restart };
  if (hook && grace > 0) startHook(round, container, "preStop", hook);
}

/** Sends the signals that are due. */
export function advanceStops(round: Round): void {
  for (const container of containersOf(round.pod)) {
    const state = stateOf(round, container.name);
    const { stop } = state;
    if (!state.running || !stop) continue;
    tellPreStop(round, container.name);
    const process = round.processes.main(round.world, containerKey(round, container.name));
    if (process === undefined) continue;
    if (!stop.termed && round.now >= stop.termAt) {
      stop.termed = true;
      round.processes.signal(round.world, process, "TERM");
    }
    if (stop.killed === undefined && round.now >= stop.killAt && round.processes.running(round.world, process)) {
      stop.killed = true;
      round.processes.signal(round.world, process, "KILL");
    }
  }
}

/** Notices the ends of processes: the pod lifecycle event generator looks about once a second. */
export function noticeExits(round: Round): boolean {
  let noticed = false;
  for (const container of containersOf(round.pod)) {
    const state = stateOf(round, container.name);
    if (!state.running) continue;
    const record = runtime(round.world).containers.get(state.key);
    if (record && record.exit === undefined) continue;
    if (record?.exit && state.noticeAt === undefined) {
      const wait = round.state.ending ? lag(round, 950, 1_150) : state.stop?.restart ? lag(round, 800, 980) : lag(round, 150, 230);
      state.noticeAt = record.exit.at + wait;
    }
    if (state.noticeAt !== undefined && state.noticeAt > round.now) continue;
    const exit = terminatedFrom(round, container, state);
    const condemned = state.stop?.restart === true;
    state.running = undefined;
    state.noticeAt = undefined;
    state.stop = undefined;
    state.hook = undefined;
    const regularInit = (round.pod.spec.initContainers ?? []).includes(container) && !isSidecar(container, round.pod);
    state.ready = regularInit && exit.exitCode === 0;
    state.started = false;
    state.terminated = exit;
    if (round.state.op?.is === "hook" && round.state.op.container === container.name) round.state.op = undefined;
    // A container that the kubelet killed itself is started in the same sync, which still sees the exit before it: that is what its back-off is measured from.
    if (!condemned) {
      state.former = exit;
      const first = state.crash === undefined;
      state.tryAt = round.now + (exit.exitCode === 0 && regularInit ? 0 : first ? lag(round, 430, 800) : lag(round, 1_000, 1_200));
    }
    noticed = true;
  }
  return noticed;
}

/** Begins the end of a pod. */
export function beginEnding(round: Round, why: Ending["why"], grace: number): void {
  const { state } = round;
  state.op = undefined;
  state.ending = { why, since: round.now, grace };
  stopNext(round);
}

/** Stops what is to be stopped now: the containers at once, sidecars after them from the last to the first. */
function stopNext(round: Round): void {
  const { pod, state } = round;
  const grace = Math.max(0, (state.ending as Ending).since + (state.ending as Ending).grace - round.now);
  const sidecars: Container[] = [];
  let busy = false;
  for (const container of containersOf(pod)) {
    if (isSidecar(container, pod)) {
      sidecars.unshift(container);
      continue;
    }
    if (!stateOf(round, container.name).running) continue;
    busy = true;
    beginStop(round, container, grace, false, `Stopping container ${container.name}`);
  }
  if (busy) return;
  for (const container of sidecars) {
    if (!stateOf(round, container.name).running) continue;
    beginStop(round, container, Math.max(grace, 2_000), false, `Stopping container ${container.name}`);
    return;
  }
}

/** Works on a pod that is ending. Returns false where nothing is left of it. */
export function advanceEnding(round: Round): boolean {
  const { pod, state, now } = round;
  const ending = state.ending as Ending;
  // A second delete may shorten the grace.
  const wish = pod.metadata.deletionTimestamp === undefined ? undefined : (pod.metadata.deletionGracePeriodSeconds ?? 30) * 1_000;
  if (wish !== undefined && wish < ending.grace) {
    for (const container of containersOf(pod)) {
      const { stop } = stateOf(round, container.name);
      if (stop) stop.killAt = Math.min(stop.killAt, Math.max(now, stop.since + wish));
    }
    state.ending = { ...ending, grace: wish };
  }
  stopNext(round);
  advanceStops(round);
  const noticed = noticeExits(round);
  if (!allDown(round)) {
    stopNext(round);
    if (noticed) writeStatus(round);
    return true;
  }
  const current = state.ending as Ending;
  if (current.tearAt === undefined) {
    for (const container of containersOf(pod)) {
      const each = stateOf(round, container.name);
      if (each.terminated) continue;
      if (each.last && each.waiting.reason === "CrashLoopBackOff") {
        // It shows the exit that it waited after, and goes on to tell of it as its last state.
        each.terminated = each.last;
        continue;
      }
      // A pod that failed before a container's turn leaves it waiting; a deleted one leaves no container in doubt.
      if (current.why !== "finished") each.terminated = terminatedFrom(round, container, { ...each });
    }
    writeStatus(round);
    const teardown = state.sandbox === "none" ? 0 : lag(round, 450, 620);
    state.ending = { ...current, tearAt: now + teardown };
    if (teardown > 0) return true;
  }
  const torn = state.ending as Ending;
  if (torn.torn === undefined) {
    if (now < (torn.tearAt ?? 0)) return true;
    const had = state.sandbox === "ready";
    state.sandbox = "gone";
    releaseAddress(round);
    if (had) writeStatus(round);
    state.ending = { ...torn, torn: true, deleteAt: now + lag(round, 60, 150) };
  }
  if (pod.metadata.deletionTimestamp === undefined) {
    state.over = true;
    return true;
  }
  const last = state.ending as Ending;
  if (now < (last.deleteAt ?? 0)) return true;
  try {
    round.context.client.delete("pods", pod.metadata.namespace ?? "", pod.metadata.name, { gracePeriodSeconds: 0, preconditions: { uid: state.uid } });
  } catch (error) {
    if (!isNotFound(error)) throw error;
  }
  return false;
}

/** Gives a pod's address back to its node. */
export function releaseAddress(round: Pick<Round, "state" | "node">): void {
  if (round.state.address !== undefined) round.node.addresses.delete(round.state.address);
}
