import { configmap } from "./configmap";
import { controllerrevision } from "./controllerrevision";
import { cronjob } from "./cronjob";
import { customresourcedefinition } from "./customresourcedefinition";
import { daemonset } from "./daemonset";
import { deployment } from "./deployment";
import { endpoints } from "./endpoints";
import { endpointslice } from "./endpointslice";
import { event, eventInItsGroup } from "./event";
import { horizontalpodautoscaler } from "./horizontalpodautoscaler";
import { ingress } from "./ingress";
import { ingressclass } from "./ingressclass";
import { job } from "./job";
import { lease } from "./lease";
import { limitrange } from "./limitrange";
import { namespace } from "./namespace";
import { networkpolicy } from "./networkpolicy";
import { node } from "./node";
import { persistentvolume } from "./persistentvolume";
import { persistentvolumeclaim } from "./persistentvolumeclaim";
import { pod } from "./pod";
import { poddisruptionbudget } from "./poddisruptionbudget";
import { priorityclass } from "./priorityclass";
import { clusterrole, clusterrolebinding, rolebinding, roleKind } from "./rbac";
import { replicaset } from "./replicaset";
import { replicationcontroller } from "./replicationcontroller";
import { computedKinds } from "./reviews";
import { resourcequota } from "./resourcequota";
import { secret } from "./secret";
import { service } from "./service";
import { serviceaccount } from "./serviceaccount";
import { statefulset } from "./statefulset";
import { storageclass } from "./storageclass";
import { storedKinds } from "./stored-kinds";
import type { Kind } from "../kind";

/** Every kind that the API serves. */
export const kinds: readonly Kind[] = [
  configmap, endpoints, event, limitrange, namespace, node, persistentvolume, persistentvolumeclaim, pod, replicationcontroller, resourcequota, secret, service, serviceaccount,
  controllerrevision, daemonset, deployment, replicaset, statefulset,
  horizontalpodautoscaler, cronjob, job, lease, endpointslice, eventInItsGroup, ingress, ingressclass, networkpolicy, poddisruptionbudget,
  clusterrole, clusterrolebinding, roleKind, rolebinding, priorityclass, storageclass, customresourcedefinition,
  ...storedKinds, ...computedKinds,
];
