import { replicaManager } from "./replica-manager";

export const replicaset = replicaManager({
  name: "replicaset-controller",
  kind: "ReplicaSet",
  resource: "replicasets.apps",
  selector: (owner) => owner.spec.selector,
});
