import type { KubeObject } from "../cluster/model";
import type { Command } from "./command";
import { CommandError } from "./errors";
import { arr, at, selectorText, str } from "./objects";
import { itemsOf, type ListBody } from "./resource/arguments";

/** The pod that POD or TYPE/NAME stands for: of a workload or a service, its first pod that runs. */
export function podOf(command: Command, word: string): { readonly pod: KubeObject; readonly count: number } {
  const pods = command.mapper.resource("pods");
  const [type = "", name = ""] = word.includes("/") ? word.split("/") : ["pods", word];
  const mapping = command.mapper.resource(type);
  const object = command.ask<KubeObject>("get", mapping, { namespace: command.namespace, name });
  if (mapping.plural === "pods") return { pod: object, count: 1 };
  const selector = at(object, "spec", "selector");
  if (selector === undefined) throw new CommandError(`cannot attach to *${mapping.version}.${mapping.kind}: selector for *${mapping.version}.${mapping.kind} not implemented`);
  const labelSelector = selectorText(at(selector, "matchLabels") === undefined && at(selector, "matchExpressions") === undefined ? { matchLabels: selector } : selector);
  const items = itemsOf(command.ask<ListBody>("list", pods, { namespace: command.namespace, query: { labelSelector } }), pods);
  const rank = (pod: KubeObject): number => (str(at(pod, "status", "phase")) === "Running" ? (arr(at(pod, "status", "conditions")).some((c) => c["type"] === "Ready" && c["status"] === "True") ? 0 : 1) : 2);
  // Of those that are ready, the one that has been so the longest (podutils.ByLogging and ActivePods reversed); times count in seconds.
  const since = (pod: KubeObject): string => str(arr(at(pod, "status", "conditions")).find((c) => c["type"] === "Ready")?.["lastTransitionTime"]);
  const order = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
  const [first] = [...items].map((pod, i) => ({ pod, i })).sort((a, b) => rank(a.pod) - rank(b.pod) || (rank(a.pod) === 0 ? order(since(a.pod), since(b.pod)) : 0) || order(a.pod.metadata.creationTimestamp, b.pod.metadata.creationTimestamp) || a.i - b.i);
  if (!first) throw new CommandError("timed out waiting for the condition");
  return { pod: first.pod, count: items.length };
}

/** The container that -c names, or the default one; says which where there is a choice. */
export function containerOf(command: Command, pod: KubeObject): string {
  const wanted = command.flags.text("container");
  const containers = arr(at(pod, "spec", "containers")).map((c) => str(c["name"]));
  const all = [...containers, ...arr(at(pod, "spec", "initContainers")).map((c) => str(c["name"])), ...arr(at(pod, "spec", "ephemeralContainers")).map((c) => str(c["name"]))];
  if (wanted !== "") {
    if (!all.includes(wanted)) throw new CommandError(`container ${wanted} not found in pod ${pod.metadata.name}`);
    return wanted;
  }
  const annotated = pod.metadata.annotations?.["kubectl.kubernetes.io/default-container"];
  if (annotated !== undefined && all.includes(annotated)) return annotated;
  if (all.length > 1) command.err(`Defaulted container ${JSON.stringify(containers[0] ?? "")} out of: ${containerList(pod)}\n`);
  return containers[0] ?? "";
}

function containerList(pod: KubeObject): string {
  return [
    ...arr(at(pod, "spec", "containers")).map((c) => str(c["name"])),
    ...arr(at(pod, "spec", "ephemeralContainers")).map((c) => `${str(c["name"])} (ephem)`),
    ...arr(at(pod, "spec", "initContainers")).map((c) => `${str(c["name"])} (init)`),
  ].join(", ");
}
