import type { KubeObject } from "../../cluster/model";
import { humanDuration } from "../../cluster/api/kinds/human-duration";
import type { Command } from "../command";
import { StatusError } from "../errors";
import { at, num, str, strings, type Obj } from "../objects";
import { goValue } from "../print/go-value";

/** Everything a describer may ask for. */
export interface Describing {
  readonly command: Command;
  readonly object: KubeObject;
  /** Objects of another resource; none where the API refuses. */
  list(resource: string, namespace: string, query?: Record<string, string>): readonly KubeObject[];
  get(resource: string, namespace: string, name: string): KubeObject;
}

/** The text of a description, with tabs that are aligned at the end. */
export type Describer = (about: Describing) => string;

/** "Mon, 23 Nov 2026 14:14:02 +0000" */
export function longTime(time: unknown): string {
  if (typeof time !== "string" || time === "") return "<unset>";
  const d = new Date(Date.parse(time));
  return d.toUTCString().replace("GMT", "+0000");
}

/** "Label:\tvalue" at a level of indentation. */
export function line(label: string, value: unknown, level = 0): string {
  return `${"  ".repeat(level)}${label}:\t${str(value)}\n`;
}

/** What most descriptions begin with. */
export function head({ metadata }: KubeObject): string {
  return line("Name", metadata.name) + line("Namespace", metadata.namespace) + mapLines("Labels", metadata.labels) + annotationLines(metadata.annotations);
}

export function timeline(name: string, time: unknown): string {
  return `${name}:\t${longTime(time)}\n`;
}

/** A map over several lines: the title in front of the first. */
export function mapLines(title: string, map: unknown, indent = "", separator = "="): string {
  const values = strings(map);
  const keys = Object.keys(values).sort();
  if (keys.length === 0) return `${indent}${title}:\t<none>\n`;
  return keys.map((key, i) => `${i === 0 ? `${indent}${title}:` : ""}\t${key}${separator}${values[key] ?? ""}\n`).join("");
}

const MAX_ANNOTATION = 140;
const SKIPPED = ["kubectl.kubernetes.io/last-applied-configuration"];

/** Annotations: long or several-line values go on their own lines. */
export function annotationLines(map: unknown, indent = ""): string {
  const values = strings(map);
  const keys = Object.keys(values).filter((k) => !SKIPPED.includes(k)).sort();
  if (keys.length === 0) return `${indent}Annotations:\t<none>\n`;
  return keys.map((key, i) => {
    const lead = i === 0 ? `${indent}Annotations:\t` : "\t";
    const value = (values[key] ?? "").replace(/\n$/, "");
    if (value.length + key.length + 2 <= MAX_ANNOTATION && !value.includes("\n")) return `${lead}${key}: ${value}\n`;
    return `${lead}${key}:\n${value.split("\n").map((text) => `${indent}\t  ${text.length > MAX_ANNOTATION - 2 ? `${text.slice(0, MAX_ANNOTATION - 2)}...` : text}\n`).join("")}`;
  }).join("");
}

export function labelsInline(map: unknown, separator = "="): string {
  const values = strings(map);
  const keys = Object.keys(values).sort();
  return keys.length === 0 ? "<none>" : keys.map((k) => `${k}${separator}${values[k] ?? ""}`).join(",");
}

/** The events about an object. */
export function eventsOf(about: Describing): readonly KubeObject[] {
  const { object } = about;
  const selector = [`involvedObject.name=${object.metadata.name}`, ...(object.metadata.namespace ? [`involvedObject.namespace=${object.metadata.namespace}`] : []), `involvedObject.kind=${object.kind}`, ...(object.kind === "Node" ? [] : [`involvedObject.uid=${object.metadata.uid}`])].join(",");
  return about.list("events", object.metadata.namespace ?? "", { fieldSelector: selector });
}

export function eventLines(about: Describing, events = eventsOf(about)): string {
  if (events.length === 0) return "Events:\t<none>\n";
  const ordered = [...events].map((e, i) => ({ e, i })).sort((a, b) => order(lastOf(a.e), lastOf(b.e)) || a.i - b.i).map(({ e }) => e);
  const lines = ordered.map((event) => {
    const count = num(at(event, "series", "count")) || num(event["count"]) || 1;
    const first = str(event["firstTimestamp"]) || str(event["eventTime"]);
    const last = str(at(event, "series", "lastObservedTime")) || str(event["lastTimestamp"]) || first;
    const age = (time: string): string => (time === "" ? "<unknown>" : humanDuration(about.command.unix - Date.parse(time)));
    const interval = count > 1 ? `${age(last)} (x${count} over ${age(first)})` : age(first);
    const source = str(at(event, "source", "component")) || str(event["reportingComponent"]);
    return `  ${str(event["type"])}\t${str(event["reason"])}\t${interval}\t${source}\t${str(event["message"]).trim()}\n`;
  });
  return `Events:\n  Type\tReason\tAge\tFrom\tMessage\n  ----\t------\t----\t----\t-------\n${lines.join("")}`;
}

function lastOf(event: KubeObject): string {
  return str(at(event, "series", "lastObservedTime")) || str(event["lastTimestamp"]) || "";
}

function order(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Field names of JSON as the generic describer titles them: "podCIDR" → "Pod CIDR", "uid" → "UID"; a name with other signs than letters stays. */
export function title(key: string): string {
  if (/[^\p{L}-]/u.test(key)) return key;
  return (key.match(/-|\p{Lu}+(?!\p{Ll})|\p{Lu}?\p{Ll}+/gu) ?? [key]).map((word) => (/^(?:api|url|uid|osb|guid)$/i.test(word) ? word.toUpperCase() : word.charAt(0).toUpperCase() + word.slice(1))).join(" ");
}

/** Objects without a describer of their own: every field, in order of name. */
export const describeGeneric: Describer = (about) => {
  const { managedFields: _managed, name: _name, namespace: _namespace, labels: _labels, annotations: _annotations, ...metadata } = about.object.metadata as unknown as Obj;
  return head(about.object) + fields({ ...about.object, metadata }, 0) + eventLines(about);
};

function fields(value: Obj, level: number): string {
  const indent = "  ".repeat(level);
  return Object.keys(value).sort().map((key) => {
    const item = value[key];
    if (Array.isArray(item)) return `${indent}${title(key)}:\n${item.map((entry: unknown) => (typeof entry === "object" && entry !== null && !Array.isArray(entry) ? fields(entry as Obj, level + 1) : `${indent}  ${goValue(entry)}\n`)).join("")}`;
    if (typeof item === "object" && item !== null) return `${indent}${title(key)}:\n${fields(item as Obj, level + 1)}`;
    return line(title(key), goValue(item), level);
  }).join("");
}

export function describingOf(command: Command, object: KubeObject): Describing {
  return {
    command,
    object,
    list(resource, namespace, query = {}) {
      const mapping = command.mapper.find(resource);
      if (!mapping) return [];
      try {
        const body = command.ask<{ items?: readonly KubeObject[] }>("list", mapping, { namespace, query });
        return (body.items ?? []).map((item) => ({ ...item, kind: mapping.kind }));
      } catch (error) {
        if (error instanceof StatusError) return [];
        throw error;
      }
    },
    get(resource, namespace, name) {
      return command.ask<KubeObject>("get", command.mapper.resource(resource), { namespace, name });
    },
  };
}
