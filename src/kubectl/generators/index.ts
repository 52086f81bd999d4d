import type { Verb } from "../command";
import { configmap, secret } from "./data";
import { ingress, services } from "./network";
import { clusterrole, clusterrolebinding, role, rolebinding } from "./rbac";
import { namespace, pdb, priorityclass, quota, serviceaccount, token } from "./small";
import { cronjob, deployment, job } from "./workloads";

/** The generators of `kubectl create`. */
export const generators: readonly Verb[] = [clusterrole, clusterrolebinding, configmap, cronjob, deployment, ingress, job, namespace, pdb, priorityclass, quota, role, rolebinding, secret, services, serviceaccount, token];
