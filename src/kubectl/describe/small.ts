import { arr, at, num, str } from "../objects";
import { goValue } from "../print/go-value";
import { annotationLines, eventLines, labelsInline, line, longTime, mapLines, timeline, type Describer, type Describing } from "./text";

const marks = ({ object: { metadata } }: Describing): string => line("Name", metadata.name) + mapLines("Labels", metadata.labels) + annotationLines(metadata.annotations);

export const describePriorityClass: Describer = (about) => {
  const { object } = about;
  return line("Name", object.metadata.name) + line("Value", num(object["value"])) + line("GlobalDefault", object["globalDefault"] ?? false) + line("PreemptionPolicy", object["preemptionPolicy"])
    + line("Description", object["description"]) + line("Annotations", labelsInline(object.metadata.annotations)) + eventLines(about);
};

export const describeServiceCidr: Describer = (about) => {
  const told = arr(at(about.object, "status", "conditions"));
  return marks(about) + line("CIDRs", ((at(about.object, "spec", "cidrs") as readonly string[] | undefined) ?? []).join(", "))
    + (told.length === 0 ? "" : `Status:\nConditions:\n  Type\tStatus\tLastTransitionTime\tReason\tMessage\n  ----\t------\t------------------\t------\t-------\n${told.map((c) => `  ${str(c["type"])}\t${str(c["status"])}\t${longTime(c["lastTransitionTime"])}\t${str(c["reason"])}\t${str(c["message"])}\n`).join("")}`) + eventLines(about);
};

export const describeAddress: Describer = (about) => {
  const parent = at(about.object, "spec", "parentRef");
  return `${marks(about)}${parent === undefined ? "" : `Parent Reference:\n${["Group", "Resource", "Namespace", "Name"].map((name) => line(name, at(parent, name.toLowerCase()), 1)).join("")}`}${eventLines(about)}`;
};

export const describeStorageNode: Describer = (about) => {
  const drivers = at(about.object, "spec", "drivers");
  return `${marks(about)}${timeline("CreationTimestamp", about.object.metadata.creationTimestamp)}Spec:\n${drivers === undefined || drivers === null ? "" : `  Drivers:\n${arr(drivers).map((driver) => `    ${str(driver["name"])}:\n${line("Node ID", driver["nodeID"], 3)}${at(driver, "allocatable", "count") === undefined ? "" : `      Allocatables:\n${line("Count", at(driver, "allocatable", "count"), 4)}`}${driver["topologyKeys"] === undefined || driver["topologyKeys"] === null ? "" : line("Topology Keys", goValue(driver["topologyKeys"]), 3)}`).join("")}`}${eventLines(about)}`;
};
