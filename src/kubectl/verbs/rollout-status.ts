import type { KubeObject } from "../../cluster/model";
import { CommandError } from "../errors";
import { arr, at, num, obj, str, strings } from "../objects";

/** What `kubectl rollout status` says of an object, and whether the rollout is over. Throws when it failed. */
export function rolloutStatus(object: KubeObject, revision: number): { readonly text: string; readonly done: boolean } {
  if (object.kind === "Deployment") return deployment(object, revision);
  return object.kind === "DaemonSet" ? daemonSet(object) : statefulSet(object);
}

const going = (text: string) => ({ text: `${text}\n`, done: false });
const over = (text: string) => ({ text: `${text}\n`, done: true });

function observed(object: KubeObject): boolean {
  return (object.metadata.generation ?? 0) <= num(at(object, "status", "observedGeneration"));
}

function deployment(object: KubeObject, revision: number) {
  const { name } = object.metadata;
  const status = obj(object["status"]);
  if (revision > 0) {
    const own = num(strings(object.metadata.annotations)["deployment.kubernetes.io/revision"]);
    if (own !== revision) throw new CommandError(`desired revision (${revision}) is different from the running revision (${own})`);
  }
  if (!observed(object)) return going("Waiting for deployment spec update to be observed...");
  const progressing = arr(status["conditions"]).find((c) => c["type"] === "Progressing");
  if (str(progressing?.["reason"]) === "ProgressDeadlineExceeded") throw new CommandError(`deployment ${JSON.stringify(name)} exceeded its progress deadline`);
  const wanted = num(at(object, "spec", "replicas"));
  const updated = num(status["updatedReplicas"]);
  const total = num(status["replicas"]);
  const available = num(status["availableReplicas"]);
  const wait = `Waiting for deployment ${JSON.stringify(name)} rollout to finish:`;
  if (updated < wanted) return going(`${wait} ${updated} out of ${wanted} new replicas have been updated...`);
  if (total > updated) return going(`${wait} ${total - updated} old replicas are pending termination...`);
  if (available < updated) return going(`${wait} ${available} of ${updated} updated replicas are available...`);
  return over(`deployment ${JSON.stringify(name)} successfully rolled out`);
}

function daemonSet(object: KubeObject) {
  const { name } = object.metadata;
  const status = obj(object["status"]);
  if (str(at(object, "spec", "updateStrategy", "type")) !== "RollingUpdate") throw new CommandError("rollout status is only available for RollingUpdate strategy type");
  if (!observed(object)) return going("Waiting for daemon set spec update to be observed...");
  const wait = `Waiting for daemon set ${JSON.stringify(name)} rollout to finish:`;
  const desired = num(status["desiredNumberScheduled"]);
  const updated = num(status["updatedNumberScheduled"]);
  const available = num(status["numberAvailable"]);
  if (updated < desired) return going(`${wait} ${updated} out of ${desired} new pods have been updated...`);
  if (available < desired) return going(`${wait} ${available} of ${desired} updated pods are available...`);
  return over(`daemon set ${JSON.stringify(name)} successfully rolled out`);
}

function statefulSet(object: KubeObject) {
  const status = obj(object["status"]);
  if (str(at(object, "spec", "updateStrategy", "type")) !== "RollingUpdate") throw new CommandError("rollout status is only available for RollingUpdate strategy type");
  if (num(status["observedGeneration"]) === 0 || !observed(object)) return going("Waiting for statefulset spec update to be observed...");
  const replicas = num(at(object, "spec", "replicas"));
  const ready = num(status["readyReplicas"]);
  if (ready < replicas) return going(`Waiting for ${replicas - ready} pods to be ready...`);
  const partition = at(object, "spec", "updateStrategy", "rollingUpdate", "partition");
  const updated = num(status["updatedReplicas"]);
  if (at(object, "spec", "updateStrategy", "rollingUpdate") !== undefined && partition !== undefined) {
    if (updated < replicas - num(partition)) return going(`Waiting for partitioned roll out to finish: ${updated} out of ${replicas - num(partition)} new pods have been updated...`);
    return over(`partitioned roll out complete: ${updated} new pods have been updated...`);
  }
  if (str(status["updateRevision"]) !== str(status["currentRevision"])) return going(`waiting for statefulset rolling update to complete ${updated} pods at revision ${str(status["updateRevision"])}...`);
  return over(`statefulset rolling update complete ${num(status["currentReplicas"])} pods at revision ${str(status["currentRevision"])}...`);
}
