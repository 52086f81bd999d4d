import { deployment } from "./deployment";
import { event, eventInItsGroup } from "./event";
import { lease } from "./lease";
import { namespace } from "./namespace";
import { node } from "./node";
import { pod } from "./pod";
import { replicaset } from "./replicaset";
import { serviceaccount } from "./serviceaccount";
import type { Kind } from "../kind";

/** Every kind that the API serves. */
export const kinds: readonly Kind[] = [
  pod, deployment, replicaset, node, namespace, serviceaccount, event, eventInItsGroup, lease,
];
