import type { Container, Pod } from "../api/types";
import type { Image } from "../images/program";
import { goDuration, heldUntil, next } from "./backoff";
import { containerId } from "./draw";
import { environment, expand } from "./env";
import { startHook } from "./hooks";
import { imageId, parseImage } from "./image-reference";
import type { ContainerState, Terminated } from "./kubelet-state";
import { launchProbes } from "./probes";
import { defaultPolicy, pullError } from "./pull";
import { containerKey, isSidecar, jitter, lag, stateOf, tell, type Round } from "./round";
import { Bag, runtime, type ContainerRecord } from "./runtime-state";
import { mountPoints } from "./volumes";
import { missingImage } from "../images/missing";
import { remembered } from "../remembered";

/** Ten seconds after an unlucky round the kubelet looks again, up to half as long more (kubelet.go: backOffPeriod, jittered). */
export function nextSync(round: Round): number {
  return round.now + jitter(round, 10_000, 13_500);
}

/** Whether a container that ended is to be started again. */
function restarts(round: Round, container: Container, exit: Terminated): boolean {
  if (isSidecar(container, round.pod)) return true;
  const policy = round.pod.spec.restartPolicy ?? "Always";
  const init = (round.pod.spec.initContainers ?? []).includes(container);
  if (init) return exit.exitCode !== 0 && policy !== "Never";
  return policy === "Always" || (policy === "OnFailure" && exit.exitCode !== 0);
}

const none: readonly never[] = [];

function down(state: ContainerState): boolean {
  return state.running === undefined;
}

/** The containers that should be running and are not, in the order in which they are started. */
export function toStart(round: Round): readonly Container[] {
  const list: Container[] = [];
  for (const container of round.pod.spec.initContainers ?? none) {
    const state = stateOf(round, container.name);
    if (isSidecar(container, round.pod)) {
      if (down(state)) list.push(container);
      if (!state.started) return list;
      continue;
    }
    if (state.terminated?.exitCode === 0) continue;
    if (down(state) && (!state.terminated || restarts(round, container, state.terminated))) list.push(container);
    return list;
  }
  for (const container of round.pod.spec.containers) {
    const state = stateOf(round, container.name);
    if (down(state) && (!state.terminated || restarts(round, container, state.terminated))) list.push(container);
  }
  return list;
}

/** Whether the pod has reached its end by itself: an init container that may not fail did, or nothing is left to run. */
export function isFinished(round: Round): boolean {
  for (const container of round.pod.spec.initContainers ?? none) {
    if (isSidecar(container, round.pod)) continue;
    const { terminated } = stateOf(round, container.name);
    if (terminated?.exitCode === 0) continue;
    return terminated !== undefined && !restarts(round, container, terminated);
  }
  for (const container of round.pod.spec.containers) {
    const { terminated } = stateOf(round, container.name);
    if (terminated === undefined || restarts(round, container, terminated)) return false;
  }
  return true;
}

function podText(round: Round): string {
  return `${round.pod.metadata.name}_${round.pod.metadata.namespace}(${round.state.uid})`;
}

/** Tries to start a container: back-off, image, then creation as an operation that takes time. True where an operation began. */
export function attempt(round: Round, container: Container): boolean {
  const { now, node, state: pod } = round;
  const state = stateOf(round, container.name);
  if (state.tryAt !== undefined && state.tryAt > now) return false;
  state.tryAt = undefined;
  const former = state.former;
  const held = former && heldUntil(state.crash, former.at, now);
  if (held !== undefined && former) {
    if (state.terminated) {
      state.last = state.former = state.terminated;
      state.terminated = undefined;
    }
    const text = `back-off ${goDuration(state.crash?.delay ?? 0)} restarting failed container=${container.name} pod=${podText(round)}`;
    state.waiting = { reason: "CrashLoopBackOff", message: text };
    tell(round, "Warning", "BackOff", `Back-off restarting failed container ${container.name} in pod ${podText(round)}`, container.name);
    const until = heldUntil(state.crash, (state.former as Terminated).at, now) ?? now;
    const ready = until + lag(round, 350, 900);
    const again = nextSync(round);
    state.tryAt = Math.min(ready, again);
    // Between two looks only the event is repeated.
    if (ready - again < 3_000) state.tryAt = ready;
    return false;
  }
  if (former) state.crash = next(state.crash, former.at, now);
  if (state.terminated) state.former = state.terminated;
  return image(round, container, state, node.images, pod);
}

function image(round: Round, container: Container, state: ContainerState, images: Record<string, true>, pod: Round["state"]): boolean {
  const { now, node } = round;
  const name = container.image ?? "";
  const wait = (reason: string, message: string): false => {
    if (state.terminated) {
      state.last = state.terminated;
      state.terminated = undefined;
    }
    state.waiting = { reason, message };
    state.tryAt = nextSync(round);
    return false;
  };
  const reference = parseImage(name);
  if (!reference) {
    const text = `Failed to apply default image tag "${name}": couldn't parse image name "${name}": invalid reference format${/[A-Z]/.test(name.split(":")[0] ?? "") ? `: repository name (${name.includes("/") ? "" : "library/"}${name.split(":")[0]}) must be lowercase` : ""}`;
    tell(round, "Warning", "InspectFailed", text, container.name);
    tell(round, "Warning", "Failed", "Error: InvalidImageName", container.name);
    return wait("InvalidImageName", text);
  }
  const policy = container.imagePullPolicy ?? defaultPolicy(name);
  const has = images[reference.full] === true;
  if (policy === "Never" && !has) {
    const text = `Container image "${name}" is not present with pull policy of Never`;
    tell(round, "Warning", "ErrImageNeverPull", text, container.name);
    tell(round, "Warning", "Failed", "Error: ErrImageNeverPull", container.name);
    return wait("ErrImageNeverPull", text);
  }
  if (policy === "Always" || !has) {
    const failed = state.pull;
    if (failed && (!failed.shown || now < failed.updated + failed.delay)) {
      failed.shown = true;
      tell(round, "Normal", "BackOff", `Back-off pulling image "${name}"`, container.name);
      tell(round, "Warning", "Failed", "Error: ImagePullBackOff", container.name);
      return wait("ImagePullBackOff", `Back-off pulling image "${name}": ErrImagePull: ${failed.message}`);
    }
    tell(round, "Normal", "Pulling", `Pulling image "${name}"`, container.name);
    const missing = missingImage(reference);
    const under = node.pulling[reference.full] ?? 0;
    // Downloads come one after the other; asking the registry whether an image is still the same takes no turn.
    const download = !missing && !has && under <= now;
    const work = missing ? lag(round, 300, 700) : download ? lag(round, 700, 1_050) : lag(round, 260, 450);
    const from = download ? Math.max(now, node.pullsUntil) : Math.max(now, under);
    if (download) node.pullsUntil = node.pulling[reference.full] = from + work;
    pod.op = { is: "pull", container: container.name, image: reference.full, began: now, spent: work, until: from + work };
    return true;
  }
  tell(round, "Normal", "Pulled", present(name), container.name);
  pod.op = { is: "create", container: container.name, pulled: reference.full, until: now + lag(round, 120, 260) };
  return true;
}

/** The end of a pull: the image is there, or the pod waits. */
export function finishPull(round: Round, container: Container, began: number, spent: number): void {
  const { now, node, state: pod } = round;
  const state = stateOf(round, container.name);
  const name = container.image ?? "";
  const reference = parseImage(name);
  if (!reference) return;
  const missing = missingImage(reference);
  if (missing) {
    const text = pullError(reference, missing);
    tell(round, "Warning", "Failed", `Failed to pull image "${name}": ${text}`, container.name);
    tell(round, "Warning", "Failed", "Error: ErrImagePull", container.name);
    if (state.terminated) {
      state.last = state.terminated;
      state.terminated = undefined;
    }
    state.waiting = { reason: "ErrImagePull", message: text };
    state.pull = { ...next(state.pull, now, now), message: text, reason: "ErrImagePull", shown: false };
    state.tryAt = nextSync(round);
    return;
  }
  state.pull = undefined;
  node.images[reference.full] = true;
  delete node.pulling[reference.full];
  const size = round.image(name).size;
  tell(round, "Normal", "Pulled", ["Successfully pulled image \"", name, "\" in ", goDuration(spent), " (", goDuration(now - began), " including waiting). Image size: ", size, " bytes."].join(""), container.name);
  pod.op = { is: "create", container: container.name, pulled: reference.full, until: now + lag(round, 120, 260) };
}

export function hostnameOf(round: Pick<Round, "pod" | "state">): string {
  if (round.pod.spec.hostNetwork === true) return round.state.node;
  const name = round.pod.spec.hostname ?? round.pod.metadata.name;
  return name.slice(0, 63).replace(/[-.]+$/, "");
}

/** Texts that the pods of a namespace or of a template have in common are kept once. */
const shared = remembered((text) => text);
const present = remembered((image) => `Container image "${image}" already present on machine`);
const created = remembered((name) => `Created container: ${name}`);
const started = remembered((name) => `Started container ${name}`);

/** The files that a container is given, in place of its image's. */
function given(pod: Pod, address: string, hostname: string): Record<string, string> {
  const domain = pod.spec.subdomain ? `${hostname}.${pod.spec.subdomain}.${pod.metadata.namespace}.svc.cluster.local\t` : "";
  const aliases = (pod.spec.hostAliases ?? none as NonNullable<Pod["spec"]["hostAliases"]>).map((alias) => `${alias.ip}\t${(alias.hostnames ?? []).join("\t")}\n`).join("");
  const policy = pod.spec.dnsPolicy ?? "ClusterFirst";
  const cluster = policy === "ClusterFirstWithHostNet" || (policy === "ClusterFirst" && pod.spec.hostNetwork !== true);
  const config = pod.spec.dnsConfig;
  const searches = [...(cluster ? [`${pod.metadata.namespace}.svc.cluster.local`, "svc.cluster.local", "cluster.local"] : []), ...(config?.searches ?? [])];
  const options = [...(cluster ? ["ndots:5"] : []), ...(config?.options ?? []).map((option) => (option.value === undefined ? option.name ?? "" : `${option.name}:${option.value}`))];
  const servers = [...(policy === "None" ? [] : [cluster ? "10.96.0.10" : "192.168.59.1"]), ...(config?.nameservers ?? [])];
  return {
    "/etc/hostname": `${hostname}\n`,
    "/etc/hosts": `# Kubernetes-managed hosts file.\n127.0.0.1\tlocalhost\n::1\tlocalhost ip6-localhost ip6-loopback\nfe00::0\tip6-localnet\nfe00::0\tip6-mcastprefix\nfe00::1\tip6-allnodes\nfe00::2\tip6-allrouters\n${address}\t${domain}${hostname}\n${aliases === "" ? "" : `\n# Entries added by HostAliases.\n${aliases}`}`,
    "/etc/resolv.conf": shared(`${searches.length > 0 ? `search ${searches.join(" ")}\n` : ""}${servers.map((server) => `nameserver ${server}\n`).join("")}${options.length > 0 ? `options ${options.join(" ")}\n` : ""}`),
    "/dev/termination-log": "",
  };
}

/** The files that a container is given are written down when one is first read: most never are. */
class Given {
  private made: Record<string, string> | undefined;
  constructor(private readonly pod: Pod, private readonly address: string, private readonly hostname: string) {}
  get files(): Record<string, string> {
    return this.made ??= given(this.pod, this.address, this.hostname);
  }
}

/** The end of a container's creation: it runs, or a message tells why it does not. */
export function finishCreate(round: Round, container: Container): void {
  const { now, world, context, pod, state: podState, node } = round;
  const state = stateOf(round, container.name);
  const image: Image = round.image(container.image ?? "");
  const hostname = hostnameOf(round);
  const found = environment(context.cache, pod, container, podState, node, image.env, hostname);
  const nonRoot = container.securityContext?.runAsNonRoot ?? pod.spec.securityContext?.runAsNonRoot;
  const user = container.securityContext?.runAsUser ?? pod.spec.securityContext?.runAsUser ?? image.user;
  const refused = "error" in found ? found.error
    : nonRoot === true && user === 0 ? `container has runAsNonRoot and image will run as root (pod: "${podText(round)}", container: ${container.name})` : undefined;
  if ("error" in found || refused !== undefined) {
    if (state.terminated) {
      state.last = state.terminated;
      state.terminated = undefined;
    }
    state.waiting = { reason: "CreateContainerConfigError", message: refused ?? "" };
    tell(round, "Warning", "Failed", `Error: ${refused}`, container.name);
    state.tryAt = nextSync(round);
    return;
  }
  const { env } = found;
  const reference = parseImage(container.image ?? "");
  const words = (list: readonly string[]): string[] => list.map((word) => expand(word, env));
  const command = container.command?.length ? words(container.command) : [...image.entrypoint];
  const args = container.args?.length ? words(container.args) : container.command?.length ? [] : [...image.cmd];
  if (state.terminated) state.last = state.terminated;
  state.terminated = undefined;
  state.id = containerId(state.key, state.runs);
  state.runs++;
  state.restarts = state.runs - 1;
  state.image = reference?.full ?? container.image ?? "";
  state.imageID = reference ? imageId(reference) : "";
  const init = (pod.spec.initContainers ?? []).includes(container) && !isSidecar(container, pod);
  const record: ContainerRecord = {
    key: state.key, uid: podState.uid, pod: podState.ref,
    node: podState.node, name: container.name, id: state.id, image: container.image ?? "", argv: [...command, ...args], env,
    cwd: container.workingDir ?? "/", user, hostname, address: podState.address ?? "", tty: container.tty === true, stdin: container.stdin === true,
    ports: (container.ports ?? []).map((port) => port.containerPort), readOnlyRoot: container.securityContext?.readOnlyRootFilesystem === true,
    mounts: mountPoints(world, context.cache, pod, container, podState, env), given: new Given(pod, podState.address ?? "", hostname),
    background: !init && (pod.spec.restartPolicy ?? "Always") === "Always", layer: new Bag<string | null>(), directories: new Bag<true>(), pids: new Bag<number>(), nextPid: 1, startedAt: undefined, exit: undefined,
  };
  round.processes.create(world, record);
  tell(round, "Normal", "Created", created(container.name), container.name);
  const failure = round.processes.start(world, record.key);
  state.noticeAt = undefined;
  state.stop = undefined;
  state.condemned = undefined;
  if (failure) {
    const message = `failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: error during container init: ${failure.message}: unknown`;
    tell(round, "Warning", "Failed", `Error: ${message}`, container.name);
    state.terminated = {
      containerID: `containerd://${state.id}`, exitCode: 128, finishedAt: context.timestamp(), message, reason: "StartError", startedAt: "1970-01-01T00:00:00Z", at: now,
    };
    state.former = state.terminated;
    state.tryAt = now + (state.runs === 1 ? lag(round, 150, 450) : lag(round, 1_000, 1_200));
    return;
  }
  tell(round, "Normal", "Started", started(container.name), container.name);
  state.running = { since: now, startedAt: context.timestamp() };
  state.started = container.startupProbe === undefined;
  // A regular init container is ready when it is done, not while it runs.
  state.ready = !init && state.started && container.readinessProbe === undefined;
  launchProbes(round, container, state);
  if (container.lifecycle?.postStart && runtime(world).containers.get(record.key)?.exit === undefined) {
    podState.op = { is: "hook", container: container.name, until: now + 3_600_000 };
    startHook(round, container, "postStart", container.lifecycle.postStart);
  }
}

/** A container's exit as its status tells it. */
export function terminatedFrom(round: Round, container: Container, state: ContainerState): Terminated {
  const record = runtime(round.world).containers.get(containerKey(round, container.name));
  const exit = record?.exit;
  if (!exit) {
    return { exitCode: 137, reason: "ContainerStatusUnknown", message: "The container could not be located when the pod was terminated", startedAt: null, finishedAt: null, at: round.now };
  }
  let message = exit.message;
  if (message === undefined && container.terminationMessagePolicy === "FallbackToLogsOnError" && exit.code !== 0) {
    const lines = runtime(round.world).logs.get(containerKey(round, container.name))?.lines ?? [];
    message = lines.slice(-80).map((line) => `${line.text}\n`).join("").slice(-2048) || undefined;
  }
  return {
    containerID: `containerd://${state.id}`, exitCode: exit.code, finishedAt: round.context.timestamp(exit.at), ...(message === undefined ? {} : { message: message.slice(0, 4096) }),
    reason: exit.reason ?? (exit.code === 0 ? "Completed" : "Error"), startedAt: state.running?.startedAt ?? null, at: exit.at,
  };
}
