import { roleRefOf, rulesOf, subjectsOf } from "../../cluster/api/access/rules";
import { arr, str } from "../objects";
import { ruleColumns, ruleRows } from "../print/rules";
import { annotationLines, eventLines, head, line, mapLines, type Describer } from "./text";

const marks: Describer = ({ object: { metadata } }) => line("Name", metadata.name) + mapLines("Labels", metadata.labels) + annotationLines(metadata.annotations);
const table = (columns: readonly string[], rows: readonly (readonly string[])[]): string => [columns, columns.map((column) => "-".repeat(column.length)), ...rows].map((row) => `  ${row.join("\t")}\n`).join("");

export const describeRole: Describer = (about) => `${marks(about)}PolicyRule:\n${table(ruleColumns, ruleRows(rulesOf(about.object)))}`;

export const describeBinding: Describer = (about) => {
  const { kind, name } = roleRefOf(about.object);
  const subjects = subjectsOf(about.object).map((subject) => [subject.kind, subject.name, subject.namespace ?? ""]);
  return `${marks(about)}Role:\n${line("Kind", kind, 1)}${line("Name", name, 1)}Subjects:\n${table(["Kind", "Name", "Namespace"], subjects)}`;
};

export const describeServiceAccount: Describer = (about) => {
  const { object } = about;
  const secrets = about.list("secrets", object.metadata.namespace ?? "");
  const names = (key: string): readonly string[] => arr(object[key]).map((one) => str(one["name"])).map((name) => (secrets.some(({ metadata }) => metadata.name === name) ? name : `${name} (not found)`));
  const tokens = secrets.filter((one) => one["type"] === "kubernetes.io/service-account-token" && one.metadata.annotations?.["kubernetes.io/service-account.uid"] === object.metadata.uid).map(({ metadata }) => metadata.name);
  return head(object) + [["Image pull secrets:", names("imagePullSecrets")], ["Mountable secrets: ", names("secrets")], ["Tokens:            ", tokens]].map(([title, all]) => `${title as string}\t${(all as readonly string[]).join(`\n${" ".repeat(19)}\t`) || "<none>"}\n`).join("") + eventLines(about);
};
