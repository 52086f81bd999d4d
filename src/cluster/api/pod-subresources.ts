import { extended } from "../extended";
import { ApiError, conflict, notFound } from "./status";
import { compileSelectorObject } from "./selectors";
import type { RegisteredKind } from "./registry";
import type { ApiRequest } from "./request";
import type { Reader } from "./store";
import type { Writer } from "./write";
import type { KubeObject } from "../model";
import type { World } from "../world";

interface Condition { readonly type: string; readonly status: string; readonly [field: string]: unknown }

/** POST pods/NAME/binding: the scheduler's word which node a pod runs on. */
export function bind(world: World, writer: Writer, registered: RegisteredKind, request: ApiRequest): unknown {
  const body = request.body as { target?: { name?: string } } | undefined;
  const node = body?.target?.name ?? "";
  const name = request.name ?? "";
  const pod = world.store.get({ resource: "pods", namespace: request.namespace ?? "", name });
  if (pod === undefined) throw notFound("pods", "", name);
  if (pod.metadata.deletionTimestamp !== undefined) throw conflict("pods/binding", "", name, `pod ${name} is being deleted, cannot be assigned to a host`);
  const spec = pod["spec"] as { nodeName?: string };
  if (spec.nodeName !== undefined && spec.nodeName !== "") throw conflict("pods/binding", "", name, `pod ${name} is already assigned to node ${JSON.stringify(spec.nodeName)}`);
  const status = (pod["status"] ?? {}) as { conditions?: readonly Condition[] };
  const scheduled: Condition = { lastProbeTime: null, lastTransitionTime: world.timestamp(), status: "True", type: "PodScheduled" };
  writer.store(registered, pod, {
    ...pod, spec: extended(spec, { nodeName: node }),
    status: extended(status, { conditions: [...(status.conditions ?? []).filter((condition) => condition.type !== "PodScheduled"), scheduled] }),
  });
  return { kind: "Status", apiVersion: "v1", metadata: {}, status: "Success", code: 201 };
}

interface Budget { readonly spec?: { readonly selector?: object }; readonly status?: { readonly disruptionsAllowed?: number; readonly currentHealthy?: number; readonly desiredHealthy?: number } }

/** POST pods/NAME/eviction: a delete that a PodDisruptionBudget may refuse with 429. */
export function evict(writer: Writer, registered: RegisteredKind, request: ApiRequest, reader: Reader): unknown {
  const name = request.name ?? "";
  const namespace = request.namespace ?? "";
  const pod = reader.get({ resource: "pods", namespace, name });
  if (pod === undefined) throw notFound("pods", "", name);
  for (const object of reader.list("poddisruptionbudgets.policy", { namespace })) {
    const budget = object as unknown as Budget;
    if (budget.spec?.selector === undefined || !compileSelectorObject(budget.spec.selector)(pod.metadata.labels ?? {})) continue;
    if ((budget.status?.disruptionsAllowed ?? 0) > 0) continue;
    const message = `The disruption budget ${object.metadata.name} needs ${budget.status?.desiredHealthy ?? 0} healthy pods and has ${budget.status?.currentHealthy ?? 0} currently`;
    throw new ApiError(429, "TooManyRequests", "Cannot evict pod as it would violate the pod's disruption budget.", { causes: [{ reason: "DisruptionBudget", message }] });
  }
  const options = (request.body as { deleteOptions?: object } | undefined)?.deleteOptions;
  const { subresource: _dropped, ...main } = request;
  writer.delete({ ...main, verb: "delete", body: options ?? {} }, registered);
  return { kind: "Status", apiVersion: "v1", metadata: {}, status: "Success", code: 201 };
}

interface Sized { readonly name: string; readonly resources?: unknown; readonly resizePolicy?: unknown }
interface Spec { readonly containers?: readonly Sized[]; readonly initContainers?: readonly Sized[]; readonly ephemeralContainers?: readonly Sized[] }

/** The spec of a pod after a write through a subresource that reaches a part of it: its ephemeral containers, or its containers' sizes. */
export function podPart(subresource: "ephemeralcontainers" | "resize", old: KubeObject, body: KubeObject): object {
  const before = old["spec"] as Spec;
  const wish = (body["spec"] ?? {}) as Spec;
  if (subresource === "ephemeralcontainers") {
    const { ephemeralContainers: _gone, ...rest } = before;
    return wish.ephemeralContainers === undefined ? rest : { ...rest, ephemeralContainers: wish.ephemeralContainers };
  }
  const sized = (containers: readonly Sized[], by: readonly Sized[] = []): readonly Sized[] => containers.map((container) => {
    const { resources, resizePolicy } = by.find(({ name }) => name === container.name) ?? container;
    return { ...container, ...(resources === undefined ? {} : { resources }), ...(resizePolicy === undefined ? {} : { resizePolicy }) };
  });
  return {
    ...before, containers: sized(before.containers ?? [], wish.containers),
    ...(before.initContainers === undefined ? {} : { initContainers: sized(before.initContainers, wish.initContainers) }),
  };
}
