import { scalar } from "../../cluster/scalar";
import type { KubeObject, Ms, Ref } from "../../cluster/model";
import type { View } from "../../cluster/view";
import { t } from "../../i18n/index";
import { field, imageRepository, listAt, numberAt, textAt } from "../fields";
import type { Tone } from "../scene";

/** A container as the pictures tell it. */
export interface ContainerFacts {
  readonly name: string;
  /** Init containers run to their end, one after the other; sidecars start like them but stay. */
  readonly kind: "main" | "init" | "sidecar";
  readonly image: string;
  /** What runs in it, by its image: "nginx". */
  readonly app: string;
  readonly ports: readonly number[];
  readonly tone: Tone;
  readonly word: string;
  /** Kubernetes' reason where something is wrong. */
  readonly reason?: string;
  readonly restarts: number;
  readonly running: boolean;
  /** Virtual ms of the latest start and the latest end, to the second as the status tells them. */
  readonly startedAt?: Ms;
  readonly endedAt?: Ms;
  readonly probes: readonly ProbeFacts[];
  readonly mounts: readonly { readonly volume: string; readonly path: string }[];
}

export interface ProbeFacts {
  readonly kind: "startup" | "liveness" | "readiness";
  /** "GET :80/", "TCP :3306", "exec cat /tmp/healthy". */
  readonly how: string;
  readonly failed: number;
  readonly threshold: number;
  readonly tone: Tone;
  readonly failedAt?: Ms;
}

const troubles = /BackOff|^Err|^Invalid|^CreateContainer|^RunContainer|^OOMKilled$|^Error$/;

/** Init containers first, then the others, in the order of the spec. */
export function containersOf(view: View, pod: KubeObject): readonly ContainerFacts[] {
  const facts: ContainerFacts[] = [];
  for (const [list, statuses] of [["initContainers", "initContainerStatuses"], ["containers", "containerStatuses"]] as const)
    for (const container of listAt(pod, "spec", list)) {
      const name = textAt(container, "name") ?? "";
      const status = listAt(pod, "status", statuses).find((one) => textAt(one, "name") === name);
      const kind = list === "containers" ? "main" : textAt(container, "restartPolicy") === "Always" ? "sidecar" : "init";
      const image = textAt(container, "image") ?? "";
      const since = time(view, textAt(status, "state", "running", "startedAt"));
      const ended = time(view, textAt(status, "state", "terminated", "finishedAt") ?? textAt(status, "lastState", "terminated", "finishedAt"));
      facts.push({
        name, kind, image,
        app: imageRepository(image).split("/").pop() ?? image,
        ports: listAt(container, "ports").map((port) => numberAt(port, "containerPort") ?? 0),
        ...stateOf(pod, status, kind),
        restarts: numberAt(status, "restartCount") ?? 0,
        running: field(status, "state", "running") !== undefined,
        ...(since === undefined ? {} : { startedAt: since }),
        ...(ended === undefined ? {} : { endedAt: ended }),
        probes: probesOf(view, pod, container, name, since, field(status, "ready") === true, field(status, "started") === true),
        mounts: listAt(container, "volumeMounts").map((mount) => ({ volume: textAt(mount, "name") ?? "", path: textAt(mount, "mountPath") ?? "" })),
      });
    }
  return facts;
}

const time = (view: View, text: string | undefined): Ms | undefined => (text === undefined ? undefined : Date.parse(text) - view.epoch);

function stateOf(pod: KubeObject, status: unknown, kind: ContainerFacts["kind"]): { readonly tone: Tone; readonly word: string; readonly reason?: string } {
  const waiting = textAt(status, "state", "waiting", "reason");
  const ended = textAt(status, "state", "terminated", "reason");
  if (field(status, "state", "running") !== undefined) {
    if (pod.metadata.deletionTimestamp !== undefined) return { tone: "leaving", word: t("state.leaving") };
    if (kind === "init") return { tone: "pending", word: t("pod.running") };
    return field(status, "ready") === true ? { tone: "ready", word: t("state.ready") } : { tone: "pending", word: t("state.unready") };
  }
  if (ended === "Completed") return { tone: "off", word: "Completed" };
  if (ended !== undefined) return { tone: "failed", word: ended, reason: ended };
  if (waiting !== undefined && troubles.test(waiting)) return { tone: "failed", word: waiting, reason: waiting };
  return { tone: "pending", word: waiting === "PodInitializing" ? t("pod.waiting") : t("state.starting") };
}

function probesOf(view: View, pod: KubeObject, container: unknown, name: string, since: Ms | undefined, ready: boolean, started: boolean): readonly ProbeFacts[] {
  const found: ProbeFacts[] = [];
  for (const kind of ["startup", "liveness", "readiness"] as const) {
    const probe = field(container, `${kind}Probe`);
    if (probe === undefined) continue;
    const { failed, failedAt } = failures(view, pod, name, kind, since ?? view.time, numberAt(probe, "periodSeconds") ?? 10);
    const threshold = numberAt(probe, "failureThreshold") ?? 3;
    const passed = kind === "readiness" ? ready : kind === "startup" ? started : since !== undefined;
    found.push({ kind, how: howOf(probe), failed, threshold, tone: failed > 0 ? "failed" : passed ? "ready" : "pending", ...(failedAt === undefined ? {} : { failedAt }) });
  }
  return found;
}

/** How often a probe failed in a row since its container started, from the kubelet's events; a failure older than two periods has been mended. */
function failures(view: View, pod: KubeObject, container: string, kind: string, since: Ms, period: number): { readonly failed: number; readonly failedAt?: Ms } {
  let failed = 0;
  let failedAt: Ms | undefined;
  for (const event of view.list("events", { namespace: pod.metadata.namespace ?? "" })) {
    if (textAt(event, "reason") !== "Unhealthy" || textAt(event, "involvedObject", "uid") !== pod.metadata.uid) continue;
    if (textAt(event, "involvedObject", "fieldPath")?.includes(`{${container}}`) !== true) continue;
    if (textAt(event, "message")?.toLowerCase().startsWith(kind) !== true) continue;
    const last = time(view, textAt(event, "lastTimestamp")) ?? 0;
    const first = time(view, textAt(event, "firstTimestamp")) ?? last;
    if (last < since || view.time - last > period * 2000 + 1000) continue;
    failed += first < since ? Math.max(1, Math.round((last - since) / (period * 1000))) : (numberAt(event, "count") ?? 1);
    failedAt = Math.max(failedAt ?? 0, last);
  }
  return { failed, ...(failedAt === undefined ? {} : { failedAt }) };
}

function howOf(probe: unknown): string {
  const get = field(probe, "httpGet");
  if (get !== undefined) return `GET :${String(field(get, "port"))}${textAt(get, "path") ?? "/"}`;
  const socket = field(probe, "tcpSocket", "port");
  if (socket !== undefined) return `TCP :${scalar(socket)}`;
  const grpc = field(probe, "grpc", "port");
  if (grpc !== undefined) return `gRPC :${scalar(grpc)}`;
  return listAt(probe, "exec", "command").map(scalar).join(" ");
}

/** The container that a request comes from or goes to: by name where the trace says it, else by its port. */
export function containerAt(containers: readonly ContainerFacts[], port: number): ContainerFacts | undefined {
  return containers.find(({ ports }) => ports.includes(port)) ?? containers.find(({ kind, app }) => kind !== "init" && !clients.test(app)) ?? containers.find(({ kind }) => kind !== "init");
}

export const containerNamed = (containers: readonly ContainerFacts[], ref: Ref): ContainerFacts | undefined => containers.find(({ name }) => ref.part === `container/${name}`);

const clients = /^(busybox|alpine|curl|netshoot|ubuntu|debian|centos)/;

/** Whoever can ask: a container with a client in its image, and the command for it. */
export function askWith(containers: readonly ContainerFacts[], url: string): { readonly container: ContainerFacts; readonly command: string } | undefined {
  const fit = ({ app, running, kind }: ContainerFacts): number => (!running || kind === "init" ? 0 : clients.test(app) ? 3 : /^(nginx|httpd)/.test(app) ? 2 : 0);
  const container = [...containers].sort((a, b) => fit(b) - fit(a))[0];
  if (container === undefined || fit(container) === 0) return undefined;
  const wget = /^(busybox|alpine)/.test(container.app) || /alpine/.test(container.image);
  return { container, command: wget ? `wget -qO- -T 2 ${url}` : `curl -s -m 2 ${url}` };
}

export const inNamespace = (ref: Ref): string => (ref.namespace === "default" ? "" : ` -n ${ref.namespace}`);

/** The exec that asks from a pod; it names the container where there are several. */
export function execIn(ref: Ref, containers: readonly ContainerFacts[], url: string): string | undefined {
  const ask = askWith(containers, url);
  if (ask === undefined) return undefined;
  return `kubectl exec ${ref.name}${inNamespace(ref)}${containers.length > 1 ? ` -c ${ask.container.name}` : ""} -- ${ask.command}`;
}

/** The pod that a picture of one pod is about: bare before owned, many containers before one, then by age and name. */
export function chiefPod(view: View, wanted: (pod: KubeObject) => boolean = () => true): Ref | undefined {
  const rank = (pod: KubeObject): number =>
    (pod.metadata.ownerReferences === undefined ? 0 : 1000) - 10 * (listAt(pod, "spec", "containers").length + listAt(pod, "spec", "initContainers").length);
  const best = view
    .list("pods")
    .filter((pod) => pod.metadata.namespace !== "kube-system" && wanted(pod))
    .sort((a, b) => rank(a) - rank(b) || order(a.metadata.creationTimestamp, b.metadata.creationTimestamp) || order(a.metadata.name, b.metadata.name))[0];
  return best === undefined ? undefined : { resource: "pods", namespace: best.metadata.namespace ?? "", name: best.metadata.name };
}

const order = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
