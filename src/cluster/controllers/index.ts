import { clusterRoleAggregation } from "./clusterrole-aggregation";
import { cronjob } from "./cronjob";
import { customresourcedefinition } from "./customresourcedefinition";
import { daemonset } from "./daemonset";
import { deployment } from "./deployment";
import { endpoints } from "./endpoints";
import { endpointslice } from "./endpointslice";
import { garbageCollector } from "./garbage-collector";
import { job } from "./job";
import { kubernetesService } from "./kubernetes-service";
import { namespace } from "./namespace";
import { nodeLifecycle } from "./node-lifecycle";
import { replicaset } from "./replicaset";
import { replicationcontroller } from "./replicationcontroller";
import { rootCaConfigmap } from "./root-ca-configmap";
import { serviceaccount } from "./serviceaccount";
import { statefulset } from "./statefulset";
import { taintEviction } from "./taint-eviction";
import { ttlAfterFinished } from "./ttl-after-finished";
import { volumeBinder } from "./volume-binder";
import { claimProtection, volumeProtection } from "./volume-protection";
import type { Controller } from "./controller";

/** What runs in kube-controller-manager. */
export const controllers: readonly Controller[] = [
  serviceaccount, rootCaConfigmap, namespace, garbageCollector, replicaset, replicationcontroller, deployment, endpoints, endpointslice, nodeLifecycle, taintEviction,
  customresourcedefinition, job, ttlAfterFinished, cronjob, clusterRoleAggregation, statefulset, daemonset, kubernetesService, volumeBinder, claimProtection, volumeProtection,
];
