import type { Container, ContainerStatus, Pod } from "../types";

/** What READY, STATUS and RESTARTS of a pod say (printPod). */
export interface PodSummary {
  readonly ready: number;
  readonly total: number;
  readonly status: string;
  readonly restarts: number;
  /** RFC 3339; "" where no container ever restarted. */
  readonly lastRestart: string;
}

const summaries = new WeakMap<object, PodSummary>();

/** Summarises a pod as `kubectl get` shows it; computed once per object. */
export function podSummary(pod: Pod): PodSummary {
  let summary = summaries.get(pod);
  if (summary === undefined) summaries.set(pod, summary = summarise(pod));
  return summary;
}

const isSidecar = (container: Container | undefined): boolean => container?.restartPolicy === "Always";
const later = (a: string, b: string | undefined): string => (b !== undefined && b > a ? b : a);
const finished = (status: ContainerStatus): string | undefined => status.lastState?.terminated?.finishedAt;

function endText(ended: { readonly reason?: string | undefined; readonly signal?: number | undefined; readonly exitCode: number }): string {
  if (ended.reason !== undefined && ended.reason !== "") return ended.reason;
  return ended.signal !== undefined && ended.signal !== 0 ? `Signal:${ended.signal}` : `ExitCode:${ended.exitCode}`;
}

function summarise(pod: Pod): PodSummary {
  const { spec, status, metadata } = pod;
  const phase = status?.phase ?? "";
  const conditions = status?.conditions ?? [];
  const isTrue = (type: string): boolean => conditions.some((condition) => condition.type === type && condition.status === "True");
  const inits = spec.initContainers ?? [];
  let reason = status?.reason !== undefined && status.reason !== "" ? status.reason : phase;
  if (conditions.some((condition) => condition.type === "PodScheduled" && condition.reason === "SchedulingGated")) reason = "SchedulingGated";
  const total = (spec.containers ?? []).length + inits.filter(isSidecar).length;
  let ready = 0;
  let restarts = 0;
  let lastRestart = "";
  let sidecarRestarts = 0;
  let lastSidecarRestart = "";
  let initializing = false;
  const statuses = status?.initContainerStatuses ?? [];
  for (let i = 0; i < statuses.length; i++) {
    const container = statuses[i];
    const sidecar = isSidecar(inits.find((init) => init.name === container.name));
    restarts += container.restartCount;
    lastRestart = later(lastRestart, finished(container));
    if (sidecar) {
      sidecarRestarts += container.restartCount;
      lastSidecarRestart = later(lastSidecarRestart, finished(container));
    }
    const { terminated, waiting } = container.state ?? {};
    if (terminated !== undefined && terminated.exitCode === 0) continue;
    if (sidecar && container.started === true) {
      if (container.ready) ready++;
      continue;
    }
    if (terminated !== undefined) reason = `Init:${endText(terminated)}`;
    else if (waiting?.reason !== undefined && waiting.reason !== "" && waiting.reason !== "PodInitializing") reason = `Init:${waiting.reason}`;
    else reason = `Init:${i}/${inits.length}`;
    initializing = true;
    break;
  }
  if (!initializing || isTrue("Initialized")) {
    restarts = sidecarRestarts;
    lastRestart = lastSidecarRestart;
    let running = false;
    const containers = status?.containerStatuses ?? [];
    for (let i = containers.length - 1; i >= 0; i--) {
      const container = containers[i];
      restarts += container.restartCount;
      lastRestart = later(lastRestart, finished(container));
      const { terminated, waiting } = container.state ?? {};
      if (waiting?.reason !== undefined && waiting.reason !== "") reason = waiting.reason;
      else if (terminated !== undefined) reason = endText(terminated);
      else if (container.ready && container.state?.running !== undefined) {
        running = true;
        ready++;
      }
    }
    if (reason === "Completed" && running) reason = isTrue("Ready") ? "Running" : "NotReady";
  }
  if (metadata.deletionTimestamp !== undefined) {
    if (status?.reason === "NodeLost") reason = "Unknown";
    else if (phase !== "Succeeded" && phase !== "Failed") reason = "Terminating";
  }
  return { ready, total, status: reason, restarts, lastRestart };
}
