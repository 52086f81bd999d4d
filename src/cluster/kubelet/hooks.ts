import type { Container } from "../api/types";
import type { Json } from "../model";
import type { ReplyTo } from "../network/port";
import { containerKey, stateOf, tell, type Round } from "./round";
import type { World } from "../world";
import { kubeletState } from "./kubelet-state";

interface Handler {
  readonly exec?: { readonly command?: readonly string[] };
  readonly httpGet?: { readonly path?: string; readonly port: unknown; readonly host?: string };
  readonly tcpSocket?: { readonly port: unknown };
  readonly sleep?: { readonly seconds: number };
}

/** A port given as a number or as the name of one of the container's ports. */
export function portNumber(container: Container, port: unknown): number {
  if (typeof port === "number") return port;
  const named = (container.ports ?? []).find((p) => p.name === port);
  return named ? named.containerPort : Number(port) || 0;
}

/** Runs a lifecycle hook; its end comes back as the timer "kubelet.hook". */
export function startHook(round: Round, container: Container, hook: "postStart" | "preStop", handler: Handler): void {
  const { world, processes, state } = round;
  const reply: ReplyTo = {
    kind: "kubelet.hook", args: { key: round.key, uid: state.uid, container: container.name, hook, run: stateOf(round, container.name).runs },
  };
  if (handler.exec) {
    const started = processes.exec(world, containerKey(round, container.name), handler.exec.command ?? [], { done: reply });
    if (typeof started !== "number") world.clock.after(0, reply.kind, { ...reply.args, code: started.code });
  } else if (handler.sleep) world.clock.after(handler.sleep.seconds * 1_000, reply.kind, { ...reply.args, code: 0 });
  else if (handler.httpGet) {
    const port = portNumber(container, handler.httpGet.port);
    const taken = processes.accept(world, round.key, port, {
      protocol: "http", to: handler.httpGet.host ?? state.address ?? "", port, method: "GET", path: handler.httpGet.path ?? "/", timeout: 10_000,
      headers: { "User-Agent": "kube-lifecycle/1.33" },
    }, reply);
    if (!taken) world.clock.after(0, reply.kind, { ...reply.args, response: null });
  } else world.clock.after(0, reply.kind, { ...reply.args, code: 0 });
}

/** The end of a hook: an exec counts by its exit code, a request by its status. Returns the pod's key where there is anything to do. */
export function hookOver(world: World, args: Json): string | undefined {
  const { key, uid, container, hook, run, code, response } = args as unknown as {
    key: string; uid: string; container: string; hook: string; run: number; code?: number; response?: { status: number } | null;
  };
  const pod = kubeletState(world).pods.get(key);
  const state = pod?.containers[container];
  if (!pod || !state || pod.uid !== uid || state.runs !== run) return undefined;
  const good = code === undefined ? response !== null && response !== undefined && response.status >= 200 && response.status < 400 : code === 0;
  if (hook === "postStart") {
    state.hook = { until: world.clock.now, over: true, ...(good ? {} : { failed: "PostStartHook failed" }) };
    if (pod.op?.is === "hook" && pod.op.container === container) pod.op = { ...pod.op, until: world.clock.now };
  } else if (state.stop) {
    state.stop.termAt = world.clock.now;
    // At least two seconds are left for TERM (kuberuntime: minimumGracePeriodInSeconds).
    state.stop.killAt = Math.max(state.stop.killAt, world.clock.now + 2_000);
    if (!good) state.hook = { until: world.clock.now, failed: "PreStopHook failed" };
  }
  return key;
}

/** Tells of a preStop hook that failed, once. */
export function tellPreStop(round: Round, container: string): void {
  const state = stateOf(round, container);
  if (state.hook?.failed !== "PreStopHook failed") return;
  tell(round, "Warning", "FailedPreStopHook", "PreStopHook failed", container);
  state.hook = undefined;
}
