import { deployment } from "./deployment";
import { replicaset } from "./replicaset";
import { replicationcontroller } from "./replicationcontroller";
import type { Controller } from "./controller";

/** What runs in kube-controller-manager. */
export const controllers: readonly Controller[] = [
  replicaset, replicationcontroller, deployment,
];
