import { describeConfigMap, describeSecret } from "./data";
import { describeDeployment } from "./deployment";
import { describeNamespace, describeServiceAccount } from "./namespace";
import { describeEndpoints, describeEndpointSlice, describeIngress, describeIngressClass, describeService } from "./network";
import { describeNode } from "./node";
import { describePod } from "./pod";
import { describeReplicaSet } from "./replicaset";
import { describeGeneric, type Describer } from "./text";

/** The describers by kind; every other kind gets the generic one. */
const DESCRIBERS: Readonly<Record<string, Describer>> = {
  ConfigMap: describeConfigMap,
  Deployment: describeDeployment,
  EndpointSlice: describeEndpointSlice,
  Endpoints: describeEndpoints,
  Ingress: describeIngress,
  IngressClass: describeIngressClass,
  Namespace: describeNamespace,
  Node: describeNode,
  Pod: describePod,
  ReplicaSet: describeReplicaSet,
  Secret: describeSecret,
  Service: describeService,
  ServiceAccount: describeServiceAccount,
};

export function describerOf(kind: string): Describer {
  return DESCRIBERS[kind] ?? describeGeneric;
}
