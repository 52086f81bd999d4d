import type { Container, Pod, Probe } from "../api/types";
import type { Json, Ms } from "../model";
import type { NetResponse } from "../network/trace";
import type { ReplyTo } from "../network/port";
import type { World } from "../world";
import { portNumber } from "./hooks";
import { kubeletState, type ContainerState, type PodState } from "./kubelet-state";
import type { Processes } from "./processes";
import { containerKey, jitter, type Round } from "./round";

export type ProbeKind = "liveness" | "readiness" | "startup";

interface ProbeArgs {
  readonly key: string;
  readonly uid: string;
  readonly container: string;
  readonly kind: ProbeKind;
  readonly run: number;
}

/** What the probes need of the kubelet beyond the round that launched them. */
export interface ProbeParts {
  readonly processes: Processes;
  pod(world: World, key: string): Pod | undefined;
  stopped(world: World, node: string): boolean;
  /** Asks for a round of the pod. */
  wake(key: string): void;
  event(pod: Pod, type: "Normal" | "Warning", reason: string, message: string, container: string): void;
}

export function probeOf(container: Container, kind: ProbeKind): Probe | undefined {
  return kind === "liveness" ? container.livenessProbe : kind === "readiness" ? container.readinessProbe : container.startupProbe;
}

/** Starts the probes of a container that has just begun to run. Each is a timer of its own: a steady success writes nothing and wakes nobody. */
export function launchProbes(round: Round, container: Container, state: ContainerState): void {
  state.probes = {};
  state.probesBroken = undefined;
  for (const kind of ["startup", "liveness", "readiness"] as const) {
    const probe = probeOf(container, kind);
    if (!probe) continue;
    state.probes[kind] = { good: 0, bad: 0 };
    const args: ProbeArgs = { key: round.key, uid: round.state.uid, container: container.name, kind, run: state.runs };
    const foreground = kind !== "liveness";
    round.world.clock.after((probe.initialDelaySeconds ?? 0) * 1_000 + jitter(round, 150, 850), "kubelet.probe", args as unknown as Json, !foreground);
  }
}

interface Found { readonly pod: PodState; readonly state: ContainerState; readonly object: Pod; readonly container: Container; readonly probe: Probe }

function find(parts: ProbeParts, world: World, args: ProbeArgs): Found | undefined {
  const pod = kubeletState(world).pods.get(args.key);
  const state = pod?.containers[args.container];
  if (!pod || !state || pod.uid !== args.uid || state.runs !== args.run || !state.running || pod.ending) return undefined;
  const object = parts.pod(world, args.key);
  const container = object && [...object.spec.containers, ...(object.spec.initContainers ?? [])].find((c) => c.name === args.container);
  const probe = container && probeOf(container, args.kind);
  return object && container && probe ? { pod, state, object, container, probe } : undefined;
}

/** Handlers of the probes' timers. */
export function probeTimers(parts: ProbeParts): Record<string, (world: World, args: Json) => void> {
  const again = (world: World, args: ProbeArgs, probe: Probe, state: ContainerState): void => {
    // A probe that has not decided yet is work under way; one that keeps its result is background.
    const settled = state.probes[args.kind]?.result !== undefined || args.kind === "liveness" || (state.probes[args.kind]?.bad ?? 0) > 0;
    world.clock.after((probe.periodSeconds ?? 10) * 1_000, "kubelet.probe", args as unknown as Json, settled);
  };
  return {
    "kubelet.probe": (world, raw) => {
      const args = raw as unknown as ProbeArgs;
      const found = find(parts, world, args);
      if (!found) return;
      const { pod, state, container, probe, object } = found;
      again(world, args, probe, state);
      if (parts.stopped(world, pod.node)) return;
      if (args.kind === "startup" ? state.started : !state.started) return;
      send(parts, world, args, pod, state, container, probe, object);
    },
    "kubelet.probe-result": (world, raw) => {
      const args = raw as unknown as ProbeArgs & { sent: Ms; response?: NetResponse | null; code?: number; output?: string };
      const found = find(parts, world, args);
      if (!found || found.state.probes[args.kind] === undefined) return;
      const late = world.clock.now - args.sent > (found.probe.timeoutSeconds ?? 1) * 1_000;
      if (late) return;
      if (args.code !== undefined) {
        judge(parts, world, args, found, args.code === 0, (args.output ?? "").replace(/\n$/, "") );
        return;
      }
      const status = args.response?.status ?? 0;
      if (args.response === null) judge(parts, world, args, found, false, `Get "${url(found, found.container)}": EOF`);
      else if (found.probe.grpc) judge(parts, world, args, found, status < 400, "service unhealthy (responded with \"NOT_SERVING\")");
      else judge(parts, world, args, found, status >= 200 && status < 400, `HTTP probe failed with statuscode: ${status}`);
    },
    "kubelet.probe-timeout": (world, raw) => {
      const args = raw as unknown as ProbeArgs & { count: number };
      const found = find(parts, world, args);
      const tally = found?.state.probes[args.kind];
      if (!found || !tally || tally.good + tally.bad !== args.count) return;
      const { probe } = found;
      const text = probe.exec ? `command timed out: ${JSON.stringify((probe.exec.command ?? []).join(" "))} timed out after ${probe.timeoutSeconds ?? 1}s`
        : `Get "${url(found, found.container)}": context deadline exceeded (Client.Timeout exceeded while awaiting headers)`;
      judge(parts, world, args, found, false, text);
    },
  };
}

function url(found: Found, container: Container): string {
  const get = found.probe.httpGet;
  return `${(get?.scheme ?? "HTTP").toLowerCase()}://${get?.host ?? found.pod.address ?? ""}:${portNumber(container, get?.port)}${get?.path ?? "/"}`;
}

function send(parts: ProbeParts, world: World, args: ProbeArgs, pod: PodState, state: ContainerState, container: Container, probe: Probe, object: Pod): void {
  const found: Found = { pod, state, container, probe, object };
  if (state.probesBroken?.[args.kind]) return judge(parts, world, args, found, false, probe.exec ? "" : "HTTP probe failed with statuscode: 500");
  const reply: ReplyTo = { kind: "kubelet.probe-result", args: { ...args, sent: world.clock.now, background: true } };
  const tally = state.probes[args.kind];
  const before = tally ? tally.good + tally.bad : 0;
  const timeout = (probe.timeoutSeconds ?? 1) * 1_000;
  const address = pod.address ?? "";
  if (probe.exec) {
    const started = parts.processes.exec(world, containerKey({ state: pod }, container.name), probe.exec.command ?? [], { done: reply });
    if (typeof started !== "number") {
      return judge(parts, world, args, found, false, `OCI runtime exec failed: exec failed: unable to start container process: ${started.message}: unknown`);
    }
    if (parts.processes.running(world, started)) world.clock.after(timeout, "kubelet.probe-timeout", { ...args, count: before }, true);
    return;
  }
  const port = portNumber(container, probe.httpGet?.port ?? probe.tcpSocket?.port ?? probe.grpc?.port);
  const refused = `dial tcp ${address}:${port}: connect: connection refused`;
  if (probe.tcpSocket) return judge(parts, world, args, found, parts.processes.listens(world, args.key, port), refused);
  if (probe.grpc && !parts.processes.listens(world, args.key, port)) {
    return judge(parts, world, args, found, false, `timeout: failed to connect service "${address}:${port}" within ${probe.timeoutSeconds ?? 1}s: context deadline exceeded`);
  }
  const headers: Record<string, string> = { "User-Agent": "kube-probe/1.33", Accept: "*/*" };
  for (const header of probe.httpGet?.httpHeaders ?? []) headers[header.name] = header.value;
  const taken = parts.processes.accept(world, args.key, port, {
    protocol: probe.grpc ? "grpc" : "http", to: headers["Host"] ?? address, port, method: "GET", path: probe.grpc ? "/grpc.health.v1.Health/Check" : probe.httpGet?.path ?? "/",
    headers, timeout,
  }, reply);
  if (!taken) return judge(parts, world, args, found, false, `Get "${url(found, container)}": ${refused}`);
  world.clock.after(timeout + 1, "kubelet.probe-timeout", { ...args, count: before }, true);
}

/** Counts a result against the thresholds (prober/worker.go) and wakes the pod only where something turns over. */
function judge(parts: ProbeParts, world: World, args: ProbeArgs, found: Found, good: boolean, text: string): void {
  const { state, probe, object } = found;
  const tally = state.probes[args.kind];
  if (!tally) return;
  if (good) {
    tally.good++;
    tally.bad = 0;
  } else {
    tally.bad++;
    tally.good = 0;
    const name = args.kind === "liveness" ? "Liveness" : args.kind === "readiness" ? "Readiness" : "Startup";
    parts.event(object, "Warning", "Unhealthy", `${name} probe failed: ${text}`, args.container);
  }
  if (good && tally.good < (probe.successThreshold ?? 1)) return;
  if (!good && tally.bad < (probe.failureThreshold ?? 3)) return;
  // Counters stay small, so that a probe that runs for days does not grow.
  if (good) tally.good = Math.min(tally.good, 1_000_000);
  const before = tally.result;
  tally.result = good;
  if (args.kind === "readiness") {
    if (state.ready === good) return;
    state.ready = good;
    parts.wake(args.key);
  } else if (args.kind === "startup" && good) {
    if (state.started) return;
    state.started = true;
    const readiness = found.container.readinessProbe;
    state.ready = readiness === undefined;
    if (readiness && before === undefined) world.clock.after(0, "kubelet.probe", { ...args, kind: "readiness" });
    parts.wake(args.key);
  } else if (!good && state.condemned === undefined) {
    state.condemned = `Container ${args.container} failed ${args.kind} probe, will be restarted`;
    parts.wake(args.key);
  }
}
