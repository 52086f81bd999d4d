import { ensureKubernetesService } from "../bootstrap";
import type { Controller } from "./controller";

/** How often the API server looks after its own Service, and when first (as in the recordings): virtual ms. */
const interval = 10_000;
const first = 3_000;

/** The API server's own care for the Service `kubernetes`: deleted, it is back within ten seconds. */
export const kubernetesService: Controller = {
  name: "kube-apiserver",
  user: "system:apiserver",
  watches: [{ resource: "services", keys: (change) => (change.type === "DELETED" && change.ref.namespace === "default" && change.ref.name === "kubernetes" ? ["gone"] : []) }],
  reconcile(key, context) {
    if (key === "gone") context.enqueue("mend", interval - ((context.now - first) % interval + interval) % interval);
    else ensureKubernetesService(context.client);
  },
};
