import { describeDeployment } from "./deployment";
import { describePod } from "./pod";
import { describeReplicaSet } from "./replicaset";
import { describeGeneric, type Describer } from "./text";

/** The describers by "Kind" or "Kind.group"; every other kind gets the generic one. */
const DESCRIBERS: Readonly<Record<string, Describer>> = {
  Deployment: describeDeployment,
  Pod: describePod,
  ReplicaSet: describeReplicaSet,
};

export function describerOf(kind: string): Describer {
  return DESCRIBERS[kind] ?? describeGeneric;
}
