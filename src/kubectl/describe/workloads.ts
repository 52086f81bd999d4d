import { humanDuration } from "../../cluster/api/kinds/human-duration";
import type { KubeObject } from "../../cluster/model";
import { arr, at, controllerOf, num, obj, selectorText, str, strings, type Obj } from "../objects";
import { goValue } from "../print/go-value";
import { conditions } from "./deployment";
import { templateLines } from "./pod-template";
import { annotationLines, eventLines, head, labelsInline, line, longTime, mapLines, timeline, type Describer, type Describing } from "./text";

/** "3 Running / 0 Waiting / 0 Succeeded / 0 Failed" of the pods that an object controls. */
function podsStatus(about: Describing, labelSelector: string): string {
  const count: Record<string, number> = {};
  for (const pod of about.list("pods", about.object.metadata.namespace ?? "", { labelSelector })) {
    if (controllerOf(pod)?.uid !== about.object.metadata.uid) continue;
    const phase = str(at(pod, "status", "phase"));
    count[phase] = (count[phase] ?? 0) + 1;
  }
  return line("Pods Status", [["Running", "Running"], ["Pending", "Waiting"], ["Succeeded", "Succeeded"], ["Failed", "Failed"]].map(([phase = "", word = ""]) => `${count[phase] ?? 0} ${word}`).join(" / "));
}

const controlled = (object: KubeObject): string => {
  const owner = controllerOf(object);
  return owner ? line("Controlled By", `${owner.kind}/${owner.name}`) : "";
};
const identity = ({ metadata }: KubeObject): string => line("Name", metadata.name) + line("Namespace", metadata.namespace);
const marks = ({ metadata }: KubeObject): string => mapLines("Labels", metadata.labels) + annotationLines(metadata.annotations);
const orUnset = (value: unknown, unit = ""): string => (value === undefined ? "<unset>" : `${str(value)}${unit}`);

/** Replica sets, and replication controllers with their older selector. */
export const describeReplicas: Describer = (about) => {
  const { object } = about;
  const spec = obj(object["spec"]);
  const selector = object.kind === "ReplicaSet" ? selectorText(spec["selector"]) : labelsInline(spec["selector"]);
  return identity(object) + line("Selector", selector) + marks(object) + controlled(object)
    + line("Replicas", `${num(at(object, "status", "replicas"))} current / ${num(spec["replicas"])} desired`) + podsStatus(about, selector)
    + templateLines(obj(spec["template"])) + conditions(arr(at(object, "status", "conditions"))) + eventLines(about);
};

export const describeStatefulSet: Describer = (about) => {
  const { object } = about;
  const spec = obj(object["spec"]);
  const selector = selectorText(spec["selector"]);
  const rolling = obj(at(spec, "updateStrategy", "rollingUpdate"));
  let out = identity(object) + timeline("CreationTimestamp", object.metadata.creationTimestamp) + line("Selector", selector) + marks(object);
  out += line("Replicas", `${num(spec["replicas"])} desired | ${num(at(object, "status", "replicas"))} total`) + line("Update Strategy", at(spec, "updateStrategy", "type"));
  if (rolling["partition"] !== undefined) out += line("Partition", rolling["partition"], 1) + (rolling["maxUnavailable"] === undefined ? "" : line("MaxUnavailable", rolling["maxUnavailable"], 1));
  out += podsStatus(about, selector) + templateLines(obj(spec["template"]));
  const claims = arr(spec["volumeClaimTemplates"]);
  return `${out}Volume Claims:${claims.length === 0 ? "\t<none>" : ""}\n${claims.map((claim) => line("Name", at(claim, "metadata", "name"), 1) + line("StorageClass", at(claim, "spec", "storageClassName"), 1)
    + mapLines("Labels", at(claim, "metadata", "labels"), "  ") + mapLines("Annotations", at(claim, "metadata", "annotations"), "  ")
    + line("Capacity", at(claim, "spec", "resources", "requests", "storage") ?? "<default>", 1) + line("Access Modes", goValue(at(claim, "spec", "accessModes") ?? []), 1)).join("")}${eventLines(about)}`;
};

export const describeDaemonSet: Describer = (about) => {
  const { object } = about;
  const spec = obj(object["spec"]);
  const selector = selectorText(spec["selector"]);
  const counts = [["Desired Number of Nodes Scheduled", "desiredNumberScheduled"], ["Current Number of Nodes Scheduled", "currentNumberScheduled"], ["Number of Nodes Scheduled with Up-to-date Pods", "updatedNumberScheduled"], ["Number of Nodes Scheduled with Available Pods", "numberAvailable"], ["Number of Nodes Misscheduled", "numberMisscheduled"]];
  return identity(object) + line("Selector", selector) + line("Node-Selector", labelsInline(at(spec, "template", "spec", "nodeSelector"))) + marks(object)
    + counts.map(([title = "", key = ""]) => `${title}: ${num(at(object, "status", key))}\n`).join("") + podsStatus(about, selector) + templateLines(obj(spec["template"])) + eventLines(about);
};

/** The indexes of an indexed job, cut at the comma after the fiftieth character. */
function indexes(text: string): string {
  const cut = text.indexOf(",", 50);
  return text === "" ? "<none>" : cut < 0 ? text : `${text.slice(0, cut + 1)}...`;
}

export const describeJob: Describer = (about) => {
  const { object } = about;
  const [spec, status] = [obj(object["spec"]), obj(object["status"])];
  const given = (title: string, key: string, unit = ""): string => (spec[key] === undefined ? "" : line(title, `${str(spec[key])}${unit}`));
  let out = identity(object) + line("Selector", selectorText(spec["selector"])) + marks(object) + controlled(object);
  out += given("Parallelism", "parallelism") + line("Completions", orUnset(spec["completions"])) + given("Completion Mode", "completionMode") + given("Suspend", "suspend") + given("Backoff Limit", "backoffLimit") + given("TTL Seconds After Finished", "ttlSecondsAfterFinished");
  const [start, end] = [status["startTime"], status["completionTime"]];
  if (start !== undefined) out += timeline("Start Time", start);
  if (end !== undefined) out += timeline("Completed At", end);
  if (start !== undefined && end !== undefined) out += line("Duration", humanDuration(Date.parse(str(end)) - Date.parse(str(start))));
  out += given("Active Deadline Seconds", "activeDeadlineSeconds", "s");
  out += line("Pods Statuses", `${num(status["active"])} Active${status["ready"] === undefined ? "" : ` (${num(status["ready"])} Ready)`} / ${num(status["succeeded"])} Succeeded / ${num(status["failed"])} Failed`);
  if (spec["completionMode"] === "Indexed") out += line("Completed Indexes", indexes(str(status["completedIndexes"])));
  return out + templateLines(obj(spec["template"])) + eventLines(about);
};

export const describeCronJob: Describer = (about) => {
  const { object } = about;
  const [spec, status] = [obj(object["spec"]), obj(object["status"])];
  const job: Obj = obj(at(spec, "jobTemplate", "spec"));
  const active = arr(status["active"]).map((one) => str(one["name"])).join(", ");
  return head(object) + line("Schedule", spec["schedule"]) + line("Concurrency Policy", spec["concurrencyPolicy"]) + line("Suspend", title(spec["suspend"]))
    + line("Successful Job History Limit", orUnset(spec["successfulJobsHistoryLimit"])) + line("Failed Job History Limit", orUnset(spec["failedJobsHistoryLimit"])) + line("Starting Deadline Seconds", orUnset(spec["startingDeadlineSeconds"], "s"))
    + line("Selector", job["selector"] === undefined ? "<unset>" : selectorText(job["selector"])) + line("Parallelism", orUnset(job["parallelism"])) + line("Completions", orUnset(job["completions"]))
    + (job["activeDeadlineSeconds"] === undefined ? "" : line("Active Deadline Seconds", `${str(job["activeDeadlineSeconds"])}s`))
    + templateLines(obj(job["template"])) + line("Last Schedule Time", longTime(status["lastScheduleTime"])) + line("Active Jobs", active || "<none>") + eventLines(about);
};

/** "True", "False", "<unset>". */
export function title(value: unknown): string {
  return value === undefined ? "<unset>" : value === true ? "True" : "False";
}

export const describeDisruptionBudget: Describer = (about) => {
  const { object } = about;
  const [spec, status] = [obj(object["spec"]), obj(object["status"])];
  const bound = spec["minAvailable"] !== undefined ? line("Min available", spec["minAvailable"]) : spec["maxUnavailable"] !== undefined ? line("Max unavailable", spec["maxUnavailable"]) : "";
  const counts = [["Allowed disruptions", "disruptionsAllowed"], ["Current", "currentHealthy"], ["Desired", "desiredHealthy"], ["Total", "expectedPods"]];
  return `${identity(object)}${bound}${line("Selector", spec["selector"] === undefined ? "<unset>" : selectorText(spec["selector"]) || "<none>")}Status:\n${counts.map(([name = "", key = ""]) => line(name, num(status[key]), 2)).join("")}${eventLines(about)}`;
};

/** One amount of a metric, as `current` or `target` has it. */
const amountOf = (of: Obj): unknown => of["averageValue"] ?? of["value"];

export const describeAutoscaler: Describer = (about) => {
  const { object } = about;
  const [spec, status] = [obj(object["spec"]), obj(object["status"])];
  const reference = strings(spec["scaleTargetRef"]);
  const metrics = arr(spec["metrics"]).map((metric, i) => {
    const type = str(metric["type"]);
    const key = type.charAt(0).toLowerCase() + type.slice(1);
    const source = obj(metric[key]);
    const target = obj(source["target"]);
    const current = obj(at(arr(status["currentMetrics"])[i], key, "current"));
    const seen = str(amountOf(current)) || "<unknown>";
    const name = str(at(source, "metric", "name"));
    if (type === "Resource" || type === "ContainerResource") {
      const place = `  resource ${str(source["name"])}${type === "Resource" ? "" : ` of container "${str(source["container"])}"`} on pods`;
      if (target["averageValue"] !== undefined) return `${place}:\t${seen} / ${str(target["averageValue"])}\n`;
      const used = current["averageUtilization"] === undefined ? "<unknown>" : `${num(current["averageUtilization"])}% (${str(current["averageValue"])})`;
      return `${place}  (as a percentage of request):\t${used} / ${target["averageUtilization"] === undefined ? "<auto>" : `${num(target["averageUtilization"])}%`}\n`;
    }
    const worth = str(amountOf(target));
    const by = target["averageValue"] === undefined ? "(target value)" : "(target average value)";
    if (type === "Pods") return `  "${name}" on pods:\t${seen} / ${worth}\n`;
    return type === "Object" ? `  "${name}" on ${str(at(source, "describedObject", "kind"))}/${str(at(source, "describedObject", "name"))} ${by}:\t${seen} / ${worth}\n` : `  "${name}" ${by}:\t${seen} / ${worth}\n`;
  });
  const behavior = [["Scale Up", "scaleUp"], ["Scale Down", "scaleDown"]].map(([name = "", key = ""]) => {
    const rules = obj(at(spec, "behavior", key));
    if (at(spec, "behavior", key) === undefined) return "";
    const policies = arr(rules["policies"]);
    return `  ${name}:\n${rules["stabilizationWindowSeconds"] === undefined ? "" : `    Stabilization Window: ${num(rules["stabilizationWindowSeconds"])} seconds\n`}${policies.length === 0 ? "" : `    Select Policy: ${str(rules["selectPolicy"] ?? "Max")}\n    Policies:\n${policies.map((p) => `      - Type: ${str(p["type"])}\tValue: ${num(p["value"])}\tPeriod: ${num(p["periodSeconds"])} seconds\n`).join("")}`}`;
  }).join("");
  const told = arr(status["conditions"]);
  return head(object) + timeline("CreationTimestamp", object.metadata.creationTimestamp) + line("Reference", `${reference["kind"] ?? ""}/${reference["name"] ?? ""}`)
    + line("Metrics", "( current / target )") + metrics.join("") + line("Min replicas", orUnset(spec["minReplicas"])) + line("Max replicas", num(spec["maxReplicas"]))
    + (spec["behavior"] === undefined ? "" : `Behavior:\n${behavior}`) + line(`${reference["kind"] ?? ""} pods`, `${num(status["currentReplicas"])} current / ${num(status["desiredReplicas"])} desired`)
    + (told.length === 0 ? "" : `Conditions:\n  Type\tStatus\tReason\tMessage\n  ----\t------\t------\t-------\n${told.map((c) => `  ${["type", "status", "reason", "message"].map((field) => str(c[field])).join("\t")}\n`).join("")}`) + eventLines(about);
};
