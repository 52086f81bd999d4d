import { createdPod } from "./creates-pod";
import { canonical, compareAmounts, nanosOf } from "../kinds/amounts";
import { addQuantities } from "../quantity";
import type { Admission, AdmissionPlugin } from "./plugin";
import type { Container, Pod, Stored, Wire, k8s } from "../types";
import type { Dict, KubeObject } from "../../model";

type LimitRange = Stored<k8s.V1LimitRange>;
type Item = Omit<Wire<k8s.V1LimitRangeItem>, "_default"> & { readonly default?: Dict };
interface Amounts { readonly requests: Dict; readonly limits: Dict }

function limitsOf(range: KubeObject): readonly Item[] {
  return ((range as LimitRange).spec?.limits ?? []);
}

function itemsOf(range: KubeObject, type: string): readonly Item[] {
  return limitsOf(range).filter((item) => item.type === type);
}

const amountsOf = (container: Container): Amounts => ({ requests: container.resources?.requests ?? {}, limits: container.resources?.limits ?? {} });

function merged(container: Container, item: Item, prefix: string, notes: string[]): Container {
  const { requests, limits } = amountsOf(container);
  const defaults = (item.default ?? {});
  const wanted = (item.defaultRequest ?? {}) as Dict;
  const missingLimits = Object.keys(defaults).filter((name) => limits[name] === undefined).sort();
  const missingRequests = Object.keys(wanted).filter((name) => requests[name] === undefined).sort();
  if (missingLimits.length === 0 && missingRequests.length === 0) return container;
  if (missingRequests.length > 0) notes.push(`${missingRequests.join(", ")} request for ${prefix} ${container.name}`);
  if (missingLimits.length > 0) notes.push(`${missingLimits.join(", ")} limit for ${prefix} ${container.name}`);
  const take = (from: Dict, names: readonly string[]): Dict => Object.fromEntries(names.map((name) => [name, from[name]]));
  return { ...container, resources: { ...container.resources, limits: { ...limits, ...take(defaults, missingLimits) }, requests: { ...requests, ...take(wanted, missingRequests) } } };
}

function mutate(admission: Admission): KubeObject {
  let pod = createdPod(admission);
  if (pod === undefined) return admission.object as KubeObject;
  for (const range of admission.reader.list("limitranges", { namespace: pod.metadata.namespace ?? "" })) {
    for (const item of itemsOf(range, "Container")) {
      const notes: string[] = [];
      const containers: readonly Container[] = (pod.spec.containers ?? []).map((container) => merged(container, item, "container", notes));
      const inits: readonly Container[] | undefined = pod.spec.initContainers?.map((container) => merged(container, item, "init container", notes));
      if (notes.length === 0) continue;
      pod = {
        ...pod,
        metadata: { ...pod.metadata, annotations: { ...pod.metadata.annotations, "kubernetes.io/limit-ranger": `LimitRanger plugin set: ${notes.join("; ")}` } },
        spec: { ...pod.spec, containers, ...(inits === undefined ? {} : { initContainers: inits }) },
      };
    }
  }
  return pod;
}

function minimum(type: string, name: string, least: string, { requests, limits }: Amounts): string | undefined {
  const start = `minimum ${name} usage per ${type} is ${canonical(least)}`;
  if (requests[name] === undefined) return `${start}.  No request is specified`;
  if (compareAmounts(requests[name], least) < 0) return `${start}, but request is ${canonical(requests[name])}`;
  return limits[name] !== undefined && compareAmounts(limits[name], least) < 0 ? `${start}, but limit is ${canonical(limits[name])}` : undefined;
}

function maximum(type: string, name: string, most: string, { requests, limits }: Amounts): string | undefined {
  const start = `maximum ${name} usage per ${type} is ${canonical(most)}`;
  if (limits[name] === undefined) return `${start}.  No limit is specified`;
  if (compareAmounts(limits[name], most) > 0) return `${start}, but limit is ${canonical(limits[name])}`;
  return requests[name] !== undefined && compareAmounts(requests[name], most) > 0 ? `${start}, but request is ${canonical(requests[name])}` : undefined;
}

function ratio(type: string, name: string, most: string, { requests, limits }: Amounts): string | undefined {
  const start = `${name} max limit to request ratio per ${type} is ${canonical(most)}`;
  const request = Number(nanosOf(requests[name]));
  const limit = Number(nanosOf(limits[name]));
  if (request === 0) return `${start}, but no request is specified or request is 0`;
  if (limit === 0) return `${start}, but no limit is specified or limit is 0`;
  return limit / request > Number(nanosOf(most)) / 1e9 ? `${start}, but provided ratio is ${(limit / request).toFixed(6)}` : undefined;
}

type Constraint = (type: string, name: string, bound: string, amounts: Amounts) => string | undefined;

function check(item: Item, amounts: Amounts, problems: string[]): void {
  const bounds: readonly (readonly [unknown, Constraint])[] = [[item.min, minimum], [item.max, maximum], [item.maxLimitRequestRatio, ratio]];
  for (const [dict, constraint] of bounds) {
    for (const name of Object.keys((dict ?? {})).sort()) {
      const problem = constraint(item.type, name, (dict as Dict)[name], amounts);
      if (problem !== undefined) problems.push(problem);
    }
  }
}

/** What a whole pod asks for: its containers and sidecars together, or one init container where that is more. */
function podAmounts(pod: Pod): Amounts {
  const total = (key: "requests" | "limits"): Dict => {
    const sum: Record<string, string> = {};
    const inits = pod.spec.initContainers ?? [];
    for (const container of [...pod.spec.containers ?? [], ...inits.filter((init) => init.restartPolicy === "Always")]) {
      for (const [name, amount] of Object.entries(amountsOf(container)[key])) sum[name] = sum[name] === undefined ? canonical(amount) : addQuantities(sum[name], String(amount));
    }
    for (const container of inits) {
      for (const [name, amount] of Object.entries(amountsOf(container)[key])) if (sum[name] === undefined || compareAmounts(amount, sum[name]) > 0) sum[name] = canonical(amount);
    }
    return sum;
  };
  return { requests: total("requests"), limits: total("limits") };
}

function claimProblems(range: KubeObject, claim: KubeObject): string[] {
  const { requests = {} } = ((claim["spec"] as { resources?: Partial<Amounts> } | undefined)?.resources ?? {});
  const problems: string[] = [];
  for (const item of itemsOf(range, "PersistentVolumeClaim")) {
    for (const name of Object.keys(item.min ?? {}).sort()) {
      const problem = minimum(item.type, name, (item.min as Dict)[name], { requests, limits: {} });
      if (problem !== undefined) problems.push(problem);
    }
    // A claim has no limits: its request is what a maximum bounds.
    for (const name of Object.keys(item.max ?? {}).sort()) {
      const problem = maximum(item.type, name, (item.max as Dict)[name], { requests: {}, limits: requests });
      if (problem !== undefined) problems.push(problem.replace("but limit is", "but request is").replace("No limit is", "No request is"));
    }
  }
  return problems;
}

function podProblems(range: KubeObject, pod: Pod): string[] {
  const problems: string[] = [];
  for (const item of limitsOf(range)) {
    if (item.type === "Container") for (const container of [...pod.spec.containers ?? [], ...pod.spec.initContainers ?? []]) check(item, amountsOf(container), problems);
    else if (item.type === "Pod") check(item, podAmounts(pod), problems);
  }
  return problems;
}

function validate(admission: Admission): string | undefined {
  const { request, object, reader } = admission;
  if (object === undefined || request.subresource !== undefined) return undefined;
  const pod = createdPod(admission);
  const claim = request.resource === "persistentvolumeclaims" && request.group === "" ? object : undefined;
  if (pod === undefined && claim === undefined) return undefined;
  for (const range of reader.list("limitranges", { namespace: object.metadata.namespace ?? "" })) {
    const problems = pod !== undefined ? podProblems(range, pod) : claimProblems(range, object);
    if (problems.length > 0) return problems.length === 1 ? problems[0] : `[${problems.join(", ")}]`;
  }
  return undefined;
}

/** The defaults and bounds of a namespace's LimitRanges. */
export const limitRanger: AdmissionPlugin = { name: "LimitRanger", of: ["pods", "persistentvolumeclaims"], mutate, validate };
