import { extended } from "../../extended";
import { createdPod } from "./creates-pod";
import { forbidden } from "../status";
import type { Admission, AdmissionPlugin } from "./plugin";
import type { Stored, k8s } from "../types";
import type { KubeObject } from "../../model";

type PriorityClass = Stored<k8s.V1PriorityClass>;
const resource = "priorityclasses.scheduling.k8s.io";

/** The class of the pods that name none: the global default with the lowest value. */
function globalDefault(admission: Admission): PriorityClass | undefined {
  let found: PriorityClass | undefined;
  for (const object of admission.reader.list(resource)) {
    const own = object as PriorityClass;
    if (own.globalDefault === true && (found === undefined || own.value < found.value)) found = own;
  }
  return found;
}

function mutate(admission: Admission): KubeObject {
  const pod = createdPod(admission);
  if (pod === undefined) return admission.object as KubeObject;
  const refuse = (why: string): never => { throw forbidden("pods", "", pod.metadata.name, why); };
  const name = pod.spec.priorityClassName ?? "";
  const own = name === "" ? globalDefault(admission) : admission.reader.get({ resource, namespace: "", name }) as PriorityClass | undefined;
  if (name !== "" && own === undefined) refuse(`no PriorityClass with name ${name} was found`);
  const priority = own?.value ?? 0;
  if (pod.spec.priority !== undefined && pod.spec.priority !== priority) {
    refuse(`the integer value of priority (${pod.spec.priority}) must not be provided in pod spec; priority admission controller computed ${priority} from the given PriorityClass name`);
  }
  const preemptionPolicy = own?.preemptionPolicy ?? "PreemptLowerPriority";
  if (pod.spec.preemptionPolicy !== undefined && pod.spec.preemptionPolicy !== preemptionPolicy) {
    refuse(`the string value of PreemptionPolicy (${pod.spec.preemptionPolicy}) must not be provided in pod spec; priority admission controller computed ${preemptionPolicy} from the given PriorityClass name`);
  }
  return { ...pod, spec: extended(pod.spec, own === undefined ? { priority, preemptionPolicy } : { priorityClassName: own.metadata.name, priority, preemptionPolicy }) };
}

function validate({ request, object, reader }: Admission): string | undefined {
  if (request.resource !== "priorityclasses" || object === undefined || (object as PriorityClass).globalDefault !== true) return undefined;
  const other = reader.list(resource).find((one) => (one as PriorityClass).globalDefault === true && one.metadata.name !== object.metadata.name);
  return other === undefined ? undefined : `PriorityClass ${other.metadata.name} is already marked as default. Only one PriorityClass can be marked as global default`;
}

/** A pod's priority is the value of its class. */
export const priority: AdmissionPlugin = { name: "Priority", of: ["pods", "priorityclasses"], mutate, validate };
