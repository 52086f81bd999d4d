import { equalJson } from "../../cluster/api/equal";
import { breakdown, compact, missingRights, rbacGroup, roleRefOf, rulesOf, subjectsOf, type PolicyRule, type Subject } from "../../cluster/api/access/rules";
import type { KubeObject } from "../../cluster/model";
import type { Command, Verb } from "../command";
import { CommandError, isNotFound } from "../errors";
import { bool, DRY_RUN, FILENAME_FLAGS, PRINT_FLAGS } from "../flags";
import { reporter } from "../print/printer";
import type { Info } from "../resource/info";
import { readManifests } from "../resource/manifests";

interface Outcome {
  readonly object: KubeObject;
  readonly operation?: "create" | "update" | "recreate";
  readonly added: readonly string[];
  readonly removed: readonly string[];
  /** "rules" or "subjects" */
  readonly what: string;
}

const goList = (values: readonly string[] | undefined): string => `[${(values ?? []).join(" ")}]`;
const ruleText = (rule: PolicyRule): string => `{Verbs:${goList(rule.verbs)} APIGroups:${goList(rule.apiGroups)} Resources:${goList(rule.resources)} ResourceNames:${goList(rule.resourceNames)} NonResourceURLs:${goList(rule.nonResourceURLs)}}`;
const subjectText = (subject: Subject): string => `{Kind:${subject.kind} APIGroup:${subject.apiGroup ?? ""} Name:${subject.name} Namespace:${subject.namespace ?? ""}}`;

/** Labels and annotations that the file adds to what is there. */
function mergedMeta(found: KubeObject, wanted: KubeObject): KubeObject["metadata"] {
  const { labels, annotations } = wanted.metadata;
  return {
    ...found.metadata,
    ...(labels === undefined ? {} : { labels: { ...found.metadata.labels, ...labels } }), ...(annotations === undefined ? {} : { annotations: { ...found.metadata.annotations, ...annotations } }),
  };
}

function role(command: Command, found: KubeObject, wanted: KubeObject): Outcome {
  const missing = compact(missingRights(rulesOf(found), rulesOf(wanted)));
  const extra = compact(missingRights(rulesOf(wanted), rulesOf(found)));
  const remove = command.flags.on("remove-extra-permissions") && extra.length > 0;
  const aggregates = wanted["aggregationRule"] ?? null;
  const kept = remove ? rulesOf(wanted) : [...rulesOf(found), ...missing];
  const rules = aggregates === null ? kept : rulesOf(found);
  const object = { ...found, metadata: mergedMeta(found, wanted), rules, ...(aggregates === null ? {} : { aggregationRule: aggregates }) };
  return outcome(found, object, missing.flatMap(breakdown).length === 0 ? [] : missing.map(ruleText), remove ? extra.map(ruleText) : [], "rules");
}

function binding(command: Command, found: KubeObject, wanted: KubeObject): Outcome {
  const without = (a: KubeObject, b: KubeObject): Subject[] => subjectsOf(a).filter((one) => !subjectsOf(b).some((other) => subjectText(other) === subjectText(one)));
  const missing = without(wanted, found);
  const extra = without(found, wanted);
  const remove = command.flags.on("remove-extra-subjects") && extra.length > 0;
  const kept = remove ? subjectsOf(found).filter((one) => !extra.includes(one)) : subjectsOf(found);
  const object = { ...found, metadata: mergedMeta(found, wanted), subjects: [...kept, ...missing] };
  if (!equalJson(roleRefOf(found), roleRefOf(wanted))) return { object: wanted, operation: "recreate", added: missing.map(subjectText), removed: remove ? extra.map(subjectText) : [], what: "subjects" };
  return outcome(found, subjectsOf(object).length === 0 ? found : object, missing.map(subjectText), remove ? extra.map(subjectText) : [], "subjects");
}

function outcome(found: KubeObject, object: KubeObject, added: readonly string[], removed: readonly string[], what: string): Outcome {
  return { object, ...(equalJson(found, object) ? {} : { operation: "update" as const }), added, removed, what };
}

function reconciled(command: Command, { mapping, namespace, name, object }: Info): Outcome {
  const wanted = withDefaults(object as unknown as KubeObject);
  const isRole = mapping.kind.endsWith("Role");
  let found: KubeObject;
  try {
    found = command.ask("get", mapping, { namespace, name });
  } catch (error) {
    if (!isNotFound(error)) throw error;
    const texts = isRole ? rulesOf(wanted).map(ruleText) : subjectsOf(wanted).map(subjectText);
    return { object: wanted, operation: "create", added: texts, removed: [], what: isRole ? "rules" : "subjects" };
  }
  return isRole ? role(command, found, wanted) : binding(command, found, wanted);
}

/** What the client's own decoder fills in. */
function withDefaults(object: KubeObject): KubeObject {
  if (object.kind.endsWith("Role")) return object;
  return {
    ...object, roleRef: { ...roleRefOf(object), apiGroup: roleRefOf(object).apiGroup || rbacGroup },
    subjects: subjectsOf(object).map((subject) => (subject.kind === "ServiceAccount" || (subject.apiGroup ?? "") !== "" ? subject : { ...subject, apiGroup: rbacGroup })),
  };
}

/** kubectl auth reconcile: adds what roles and bindings lack, and with the flags takes away what they have beyond. */
export const reconcile: Verb = {
  name: "reconcile",
  short: "Reconciles rules for RBAC role, role binding, cluster role, and cluster role binding objects",
  usage: "kubectl auth reconcile -f FILENAME [options]",
  flags: [
    ...FILENAME_FLAGS, ...PRINT_FLAGS, DRY_RUN,
    bool("remove-extra-permissions", "If true, removes extra permissions added to roles"), bool("remove-extra-subjects", "If true, removes extra subjects added to rolebindings"),
  ],
  run(command) {
    if (command.args.length > 0) throw new CommandError("no arguments are allowed");
    if (command.dryRun === "server") throw new CommandError("--dry-run=server for command reconcile is not supported yet");
    const dry = command.dryRun === "client";
    const report = reporter(command);
    for (const read of readManifests(command, { validate: false })) {
      if (read instanceof Error) throw read;
      if (read.mapping.group !== rbacGroup) continue;
      const { object, operation, added, removed, what } = reconciled(command, read);
      const { mapping, namespace, name } = read;
      const open = object.metadata.annotations?.["rbac.authorization.kubernetes.io/autoupdate"] !== "false";
      let shown = object;
      if (!dry && open && operation === "recreate") command.ask("delete", mapping, { namespace, name });
      if (!dry && open && operation !== undefined) shown = operation === "update" ? command.ask("update", mapping, { namespace, name, body: object }) : command.ask("create", mapping, { namespace, body: object });
      report(mapping, shown, "reconciled");
      if (operation === undefined) continue;
      command.err(`\treconciliation required ${operation}${open ? "" : ", but object opted out (rbac.authorization.kubernetes.io/autoupdate: false)"}\n`);
      for (const [title, texts] of [[`missing ${what} added`, added], [`extra ${what} removed`, removed]] as const) {
        if (texts.length > 0) command.err(`\t${title}:\n${texts.map((text) => `\t\t${text}\n`).join("")}`);
      }
    }
  },
};
