import { ApiError, badRequest } from "../api/status";
import type { ApiRequest, StreamHandle, StreamSink } from "../api/request";
import type { Pod } from "../api/types";
import type { Json, KubeObject, Ms } from "../model";
import type { World } from "../world";
import { kubeletState, type ContainerState, type PodState } from "./kubelet-state";
import type { PortForwarding } from "./port-forward";
import type { Processes } from "./processes";
import { podKey, runtime, type LogLine } from "./runtime-state";

function value(request: ApiRequest, name: string): string {
  const found = request.query[name];
  return found === undefined ? "" : typeof found === "string" ? found : found[found.length - 1] ?? "";
}

function flag(request: ApiRequest, name: string): boolean {
  return value(request, name) === "true" || value(request, name) === "1";
}

interface Target { readonly pod: Pod; readonly state: PodState | undefined; readonly container: string; readonly key: string; readonly each: ContainerState | undefined }

/** The container that a request means, as the API server picks it. */
function target(world: World, object: KubeObject, request: ApiRequest): Target {
  const pod = object as unknown as Pod;
  const names = [...pod.spec.containers, ...(pod.spec.initContainers ?? []), ...(pod.spec.ephemeralContainers ?? [])].map((container) => container.name);
  let container = value(request, "container");
  if (container === "") {
    const wish = pod.metadata.annotations?.["kubectl.kubernetes.io/default-container"];
    if (wish !== undefined && names.includes(wish)) container = wish;
    else if (names.length === 1) container = names[0];
    else {
      const inits = (pod.spec.initContainers ?? []).map((each) => each.name);
      throw badRequest(`a container name must be specified for pod ${pod.metadata.name}, choose one of: [${pod.spec.containers.map((each) => each.name).join(" ")}]${inits.length > 0 ? ` or one of the init containers: [${inits.join(" ")}]` : ""}`);
    }
  }
  if (!names.includes(container)) throw badRequest(`container ${container} is not valid for pod ${pod.metadata.name}`);
  const state = kubeletState(world).pods.get(podKey({ namespace: pod.metadata.namespace ?? "", name: pod.metadata.name }));
  const known = state?.uid === pod.metadata.uid ? state : undefined;
  const node = known && kubeletState(world).nodes[known.node];
  if (pod.spec.nodeName === undefined || pod.spec.nodeName === "") throw badRequest(`pod ${pod.metadata.name} does not have a host assigned`);
  if (node?.stopped) throw new ApiError(500, "InternalError", `Get "https://${node.address}:10250/containerLogs/${pod.metadata.namespace}/${pod.metadata.name}/${container}": dial tcp ${node.address}:10250: connect: no route to host`);
  return { pod, state: known, container, key: `${pod.metadata.uid}/${container}`, each: known?.containers[container] };
}

/** The lines that a log request asks for. */
function pick(world: World, lines: readonly LogLine[], request: ApiRequest): readonly LogLine[] {
  let found = lines;
  const seconds = value(request, "sinceSeconds");
  const since = value(request, "sinceTime");
  const from: Ms | undefined = seconds !== "" ? world.clock.now - Number(seconds) * 1_000 : since !== "" ? Date.parse(since) - Date.parse(world.timestamp(0)) : undefined;
  if (from !== undefined) found = found.filter((line) => line.at >= from);
  const tail = value(request, "tailLines");
  if (tail !== "" && Number(tail) >= 0) found = Number(tail) === 0 ? [] : found.slice(-Number(tail));
  return found;
}

function printed(world: World, line: LogLine, stamps: boolean): string {
  const stamp = stamps ? `${world.timestamp(line.at, true).replace("Z", "000Z")} ` : "";
  return `${stamp}${line.text}${line.partial ? "" : "\n"}`;
}

/** What a waiting container's log is refused with. */
function refuseWaiting(found: Target): void {
  const { each, container, pod } = found;
  const reason = each?.waiting.reason ?? "ContainerCreating";
  const words = reason === "ErrImagePull" || reason === "ImagePullBackOff" ? "trying and failing to pull image" : reason === "ErrImageNeverPull" ? "image can't be pulled" : reason;
  throw badRequest(`container ${JSON.stringify(container)} in pod ${JSON.stringify(pod.metadata.name)} is waiting to start: ${words}`);
}

/** GET pods/NAME/log: the text. Throws ApiError in the kubelet's words. */
export function readLog(world: World, object: KubeObject, request: ApiRequest): string {
  const found = target(world, object, request);
  const log = runtime(world).logs.get(found.key);
  if (flag(request, "previous")) {
    if (!log?.previous) throw badRequest(`previous terminated container ${JSON.stringify(found.container)} in pod ${JSON.stringify(found.pod.metadata.name)} not found`);
    return text(world, log.previous, request);
  }
  if (!log) {
    refuseWaiting(found);
    return "";
  }
  return text(world, log.lines, request);
}

function text(world: World, lines: readonly LogLine[], request: ApiRequest): string {
  const whole = pick(world, lines, request).map((line) => printed(world, line, flag(request, "timestamps"))).join("");
  const limit = value(request, "limitBytes");
  return limit === "" ? whole : whole.slice(0, Number(limit));
}

/** log?follow: what there is, then each line as it comes, until the container ends. */
function followLog(world: World, processes: Processes, object: KubeObject, request: ApiRequest, sink: StreamSink): StreamHandle {
  const found = target(world, object, request);
  const before = readLog(world, object, request);
  if (before !== "") sink.data(1, before);
  const end = (): void => sink.end({ code: 200, body: null, warnings: [] });
  if (processes.main(world, found.key) === undefined) {
    end();
    return { write: () => undefined, close: () => undefined };
  }
  const stop = processes.follow(found.key, (line) => {
    if (line) sink.data(1, printed(world, line, flag(request, "timestamps")));
    else end();
  });
  return { write: () => undefined, close: stop };
}

const success = { kind: "Status", apiVersion: "v1", metadata: {}, status: "Success" } as const;

function failed(code: number): object {
  return {
    kind: "Status", apiVersion: "v1", metadata: {}, status: "Failure", message: `command terminated with non-zero exit code: command terminated with exit code ${code}`, reason: "NonZeroExitCode",
    details: { causes: [{ reason: "ExitCode", message: String(code) }] },
  };
}

/** exec: starts a process and ties its streams to the sink; the last thing on channel 3 is a Status with the exit code. */
function execIn(world: World, processes: Processes, object: KubeObject, request: ApiRequest, sink: StreamSink): StreamHandle {
  const found = running(world, processes, object, request);
  const raw = request.query["command"] ?? [];
  const argv = typeof raw === "string" ? [raw] : raw;
  const tty = flag(request, "tty");
  let over = false;
  const finish = (status: object): void => {
    if (over) return;
    over = true;
    sink.data(3, status as never);
    sink.end({ code: 200, body: null, warnings: [] });
  };
  const started = processes.exec(world, found.key, argv, { tty, sink: { write: (fd, data) => sink.data(fd, data), exit: (code) => finish(code === 0 ? success : failed(code)) } });
  if (typeof started !== "number") {
    // The runtime refuses before anything runs: its words come as the command's, and 126 as its exit code.
    over = true;
    sink.data(2, `OCI runtime exec failed: exec failed: unable to start container process: ${started.message}: unknown\n`);
    sink.data(3, failed(126) as Json);
    sink.end({ code: 200, body: null, warnings: [] });
    return { write: () => undefined, close: () => undefined };
  }
  const input = flag(request, "stdin");
  if (!input) processes.deliver(world, started, { is: "eof" });
  return {
    write: (channel, data) => {
      if (over || channel !== 0) return;
      // On a terminal the reader's Ctrl-C is a signal and Ctrl-D the end of the input.
      if (tty && data === "\u0003") processes.signal(world, started, "INT");
      else if (data === "" || (tty && data === "\u0004")) processes.deliver(world, started, { is: "eof" });
      else processes.deliver(world, started, { is: "stdin", data });
    },
    close: () => {
      if (!over) processes.deliver(world, started, { is: "eof" });
    },
  };
}

/** The container of an exec or attach, which must be running. */
function running(world: World, processes: Processes, object: KubeObject, request: ApiRequest): Target {
  const found = target(world, object, request);
  const phase = found.pod.status?.phase;
  if (phase === "Succeeded" || phase === "Failed") throw badRequest(`cannot exec into a container in a completed pod; current phase is ${phase}`);
  if (processes.main(world, found.key) === undefined) {
    throw new ApiError(500, "InternalError", `Internal error occurred: unable to upgrade connection: container not found (${JSON.stringify(found.container)})`);
  }
  return found;
}

function attachTo(world: World, processes: Processes, object: KubeObject, request: ApiRequest, sink: StreamSink): StreamHandle {
  const found = running(world, processes, object, request);
  const main = processes.main(world, found.key) as number;
  const detach = processes.attach(world, found.key, {
    write: (fd, data) => sink.data(fd, data),
    exit: (code) => {
      sink.data(3, (code === 0 ? success : failed(code)) as never);
      sink.end({ code: 200, body: null, warnings: [] });
    },
  });
  return {
    write: (channel, data) => {
      if (channel === 0) processes.deliver(world, main, data === "\u0004" ? { is: "eof" } : { is: "stdin", data });
    },
    close: detach,
  };
}

/** The ports that a client wants to reach, in a pod that runs. */
function forwardTo(forwarding: PortForwarding, world: World, object: KubeObject, request: ApiRequest, sink: StreamSink): StreamHandle {
  const phase = (object as unknown as Pod).status?.phase;
  if (phase !== "Running") throw badRequest(`unable to forward port because pod is not running. Current status=${phase ?? ""}`);
  const ports = [request.query["ports"] ?? []].flat().map(Number);
  if (ports.length === 0 || ports.some((port) => !Number.isInteger(port) || port < 1 || port > 65_535)) throw badRequest(`query parameter "port" is required`);
  return forwarding.open(world, { resource: "pods", namespace: object.metadata.namespace ?? "", name: object.metadata.name }, ports, sink);
}

/** What the node side gives to the API server: logs, sessions in containers and ways to their ports. */
export function nodeEndpoint(processes: Processes, forwarding: PortForwarding): {
  log(world: World, pod: KubeObject, request: ApiRequest): string;
  connect(world: World, pod: KubeObject, request: ApiRequest, sink: StreamSink): StreamHandle;
} {
  return {
    log: readLog,
    connect(world, pod, request, sink) {
      switch (request.subresource) {
        case "log": return followLog(world, processes, pod, request, sink);
        case "attach": return attachTo(world, processes, pod, request, sink);
        case "exec": return execIn(world, processes, pod, request, sink);
        case "portforward": return forwardTo(forwarding, world, pod, request, sink);
        default: throw badRequest(`no stream for ${request.subresource ?? "pods"}`);
      }
    },
  };
}
