import { replicaManager } from "./replica-manager";

/** Upstream, too, runs the ReplicaSet's controller on ReplicationControllers; only the selector is a plain map. */
export const replicationcontroller = replicaManager({
  name: "replication-controller",
  kind: "ReplicationController",
  resource: "replicationcontrollers",
  selector: (owner) => ({ matchLabels: owner.spec.selector as Readonly<Record<string, string>> }),
});
