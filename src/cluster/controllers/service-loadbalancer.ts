import type { Service } from "../api/types";
import type { Controller, ControllerContext } from "./controller";
import type { KubeObject } from "../model";
import { isNotFound } from "./failures";
import { releaseFinalizer } from "./finalizers";
import { keyOf, splitKey } from "./keys";

const cleanup = "service.kubernetes.io/load-balancer-cleanup";
/** Addresses that a balancer may have: of the block that documentation may use, from .10 on. */
const pool = Array.from({ length: 240 }, (_, at) => `203.0.113.${at + 10}`);
/** How long a cloud takes to make a balancer, virtual ms. */
const making = 2_000;

/** What a cloud's controller does for Services of type LoadBalancer: an address that leads to the node ports of all nodes, for as long as the Service wants it. */
export const serviceLoadBalancer: Controller = {
  name: "service-controller",
  user: "system:serviceaccount:kube-system:service-controller",
  workers: 1,
  watches: [{ resource: "services", keys: (change) => (change.type !== "DELETED" && (wants(change.object as Service) || holds(change.object)) ? [keyOf(change.object)] : []) }],
  reconcile(key, context) {
    const { namespace, name } = splitKey(key);
    const service = context.cache.get({ resource: "services", namespace, name }) as Service | undefined;
    if (service === undefined) return;
    const { due } = context.state<{ due: Record<string, number> }>(() => ({ due: {} }));
    if (!wants(service)) {
      delete due[key];
      if (holds(service)) release(service, context);
      return;
    }
    if ((service.status?.loadBalancer?.ingress ?? []).length > 0) return;
    if (!holds(service)) patch(service, { finalizers: [...(service.metadata.finalizers ?? []), cleanup] }, context);
    const ready = due[service.metadata.uid];
    if (ready === undefined) {
      due[service.metadata.uid] = context.now + making;
      context.event(service, "Normal", "EnsuringLoadBalancer", "Ensuring load balancer");
      return { again: making };
    }
    if (ready > context.now) return { again: ready - context.now };
    delete due[service.metadata.uid];
    const taken = new Set((context.cache.list("services") as readonly Service[]).flatMap((one) => (one.status?.loadBalancer?.ingress ?? []).map((at) => at.ip)));
    const ip = service.spec.loadBalancerIP ?? pool.find((address) => !taken.has(address));
    if (ip === undefined || (service.spec.loadBalancerIP !== undefined && taken.has(ip))) {
      context.event(service, "Warning", "SyncLoadBalancerFailed", `Error syncing load balancer: failed to ensure load balancer: ${ip === undefined ? "no address is left" : `address ${ip} is in use`}`);
      return { again: 10_000, background: true };
    }
    setIngress(service, [{ ip, ipMode: "VIP" }], context);
    context.event(service, "Normal", "EnsuredLoadBalancer", "Ensured load balancer");
  },
};

function wants(service: Service): boolean {
  return service.spec.type === "LoadBalancer" && service.spec.loadBalancerClass === undefined && service.metadata.deletionTimestamp === undefined;
}

function holds(service: KubeObject): boolean {
  return service.metadata.finalizers?.includes(cleanup) === true;
}

/** Gives the address back when the Service goes or becomes of another type. */
function release(service: Service, context: ControllerContext): void {
  context.event(service, "Normal", "DeletingLoadBalancer", "Deleting load balancer");
  if ((service.status?.loadBalancer?.ingress ?? []).length > 0) setIngress(service, null, context);
  releaseFinalizer(context, "services", service, cleanup);
  context.event(service, "Normal", "DeletedLoadBalancer", "Deleted load balancer");
}

function setIngress(service: Service, ingress: readonly object[] | null, context: ControllerContext): void {
  context.client.patch("services", service.metadata.namespace ?? "", service.metadata.name, { status: { loadBalancer: { ingress } } }, "status");
}

function patch(service: Service, metadata: object, context: ControllerContext): void {
  try {
    context.client.patch("services", service.metadata.namespace ?? "", service.metadata.name, { metadata: { uid: service.metadata.uid, ...metadata } });
  } catch (error) {
    if (!isNotFound(error)) throw error;
  }
}
