import { verbs } from "../kubectl/verbs/index";
import { home } from "./note-files";
import type { Verb } from "../kubectl/command";
import type { NoteCluster } from "./note-cluster";

/** What could stand at the cursor: where the word begins, and the words that go on with it. */
export interface Completion {
  readonly from: number;
  readonly words: readonly string[];
}

export interface Resource {
  /** Plural, singular and short names. */
  readonly names: readonly string[];
  /** As the store calls it: `deployments.apps`. */
  readonly key: string;
  readonly namespaced: boolean;
  readonly kind: string;
  readonly group: string;
  readonly version: string;
}

const most = 100;
const formats = ["json", "yaml", "wide", "name", "jsonpath=", "custom-columns=", "go-template="];
/** Which resources a verb is about, where it is about some alone. */
const about: Readonly<Record<string, readonly string[]>> = {
  logs: ["pods"], exec: ["pods"], attach: ["pods"], "port-forward": ["pods"], cp: ["pods"], cordon: ["nodes"], uncordon: ["nodes"], drain: ["nodes"],
};
/** Verbs whose first word is a kind and whose next ones are names of it. */
const kindly = new Set(["get", "describe", "delete", "edit", "label", "annotate", "patch", "scale", "autoscale", "expose", "taint", "wait", "explain", "rollout", "set"]);
/** Of these only what has a scale or a rollout makes sense. */
const rolling: Readonly<Record<string, readonly string[]>> = { scale: ["deployment", "replicaset", "statefulset"], autoscale: ["deployment", "replicaset", "statefulset"], rollout: ["deployment", "daemonset", "statefulset"], set: ["deployment", "daemonset", "statefulset", "pod"] };
const k8sSim: Readonly<Record<string, readonly string[]>> = { "": ["node", "fault"], node: ["add", "stop", "start", "remove"], fault: ["crash", "kill-pause", "fail-liveness", "fail-readiness", "fail-startup", "mend"] };

/** Completes a line of the note's console: commands, kubectl's verbs, flags, kinds and names, the note's files. */
export function complete(note: NoteCluster, line: string, cursor: number): Completion {
  const before = line.slice(0, cursor);
  const start = Math.max(...["|", ";", "&", "("].map((sign) => before.lastIndexOf(sign))) + 1;
  const words = before.slice(start).trimStart().split(/\s+/);
  const last = words[words.length - 1] ?? "";
  const [first = "", ...given] = words;
  const { names, aliases } = note.shellFacts();
  let found: readonly string[] = [];
  // After "=", "," and "/" a new part of the word begins.
  let from = cursor - last.length;
  const within = (text: string, options: readonly string[]): readonly string[] => {
    from = cursor - text.length;
    return options.filter((option) => option.startsWith(text));
  };
  if (words.length === 1) found = within(last, [...new Set(["kubectl", "k8s-sim", ...names])].sort());
  else if (/^kubectl( |$)/.test(aliases[first] ?? first)) found = kubectlWords(note, [...(aliases[first] ?? first).split(/\s+/).slice(1), ...given], within);
  else if (first === "k8s-sim") {
    const [topic = "", op = ""] = given;
    found = within(last, given.length < 3 ? k8sSim[given.length === 1 ? "" : topic] ?? [] : namesOf(note, topic === "node" && op !== "add" ? "nodes" : "pods", "default"));
  } else found = within(last, filesOf(note));
  return { from, words: found.slice(0, most) };
}

function kubectlWords(note: NoteCluster, words: readonly string[], within: (text: string, options: readonly string[]) => readonly string[]): readonly string[] {
  const last = words[words.length - 1] ?? "";
  const flags = new Map<string, string>();
  const plain: string[] = [];
  for (let i = 0; i < words.length - 1; i++) {
    const word = words[i] ?? "";
    if (word === "--") return [];
    if (!word.startsWith("-")) plain.push(word);
    else if (/^(-n|--namespace|-c|--container|-l|-o|--output|-f|--filename|--type|--tail|--since|--image)$/.test(word)) flags.set(word, words[++i] ?? "");
  }
  const namespace = flags.get("-n") ?? flags.get("--namespace") ?? "default";
  const [verbName = "", one = ""] = plain;
  const verb = verbs.find(({ name, aliases = [] }) => name === verbName || aliases.includes(verbName));
  const sub = verb?.verbs?.find(({ name, aliases = [] }) => name === one || aliases.includes(one));
  const previous = words[words.length - 2] ?? "";
  if (/^(-n|--namespace)$/.test(previous)) return within(last, namesOf(note, "namespaces", ""));
  if (/^(-o|--output)$/.test(previous)) return within(last, formats);
  if (last.startsWith("-o")) return within(last.slice(2), formats);
  if (/^(-f|--filename)$/.test(previous)) return within(last, filesOf(note));
  if (/^(-c|--container)$/.test(previous)) return within(last, containersOf(note, plain[1] ?? "", namespace));
  if (last.startsWith("-")) return within(last, flagsOf(sub ?? verb));
  if (plain.length === 0) return within(last, verbs.map(({ name }) => name).sort());
  if (verb === undefined) return [];
  if (verb.verbs !== undefined && plain.length === 1) return within(last, verb.verbs.map(({ name }) => name).sort());
  const rest = plain.slice(sub === undefined ? 1 : 2);
  const only = about[verb.name];
  if (only !== undefined) {
    const pods = verb.name === "exec" || verb.name === "logs" || verb.name === "port-forward";
    return rest.length > 0 ? [] : pods && last.includes("/") ? typed(note, last, namespace, within) : within(last, namesOf(note, only[0] ?? "", namespace));
  }
  if (!kindly.has(verb.name)) return [];
  if (last.includes("/")) return typed(note, last, namespace, within);
  const kinds = rolling[verb.name];
  if (rest.length === 0) {
    const comma = last.lastIndexOf(",") + 1;
    return within(last.slice(comma), kinds ?? resourcesOf(note).map(({ names }) => names[0] ?? "").sort());
  }
  const resource = rest[0]?.includes("/") === true ? undefined : resourceOf(note, rest[0] ?? "");
  if (verb.name === "set" && sub?.name === "image" && (resource === undefined || rest.length > 1)) {
    const [kind = "", name = ""] = rest[0]?.includes("/") === true ? rest[0].split("/") : [rest[0], rest[1]];
    return within(last, containersOf(note, `${kind}/${name}`, namespace).map((container) => `${container}=`));
  }
  return resource === undefined ? [] : within(last, namesOf(note, resource.key, resource.namespaced ? namespace : ""));
}

/** `deployment/we`. */
function typed(note: NoteCluster, word: string, namespace: string, within: (text: string, options: readonly string[]) => readonly string[]): readonly string[] {
  const slash = word.indexOf("/");
  const resource = resourceOf(note, word.slice(0, slash));
  return resource === undefined ? [] : within(word.slice(slash + 1), namesOf(note, resource.key, namespace));
}

const known = new WeakMap<object, { readonly rev: number; readonly resources: readonly Resource[] }>();

/** The kinds of the API, custom ones included. */
export function resourcesOf(note: NoteCluster): readonly Resource[] {
  const { cluster } = note;
  const definitions = cluster.at().list("customresourcedefinitions.apiextensions.k8s.io").length;
  const held = known.get(cluster);
  if (held?.rev === definitions) return held.resources;
  const resources = note.ask(["api-resources", "--no-headers"]).split("\n").flatMap((row): Resource[] => {
    const cells = row.trim().split(/\s+/);
    if (cells.length < 4) return [];
    const [plural = ""] = cells;
    const [version = "", namespaced = "", kind = ""] = cells.slice(-3);
    const group = version.includes("/") ? version.slice(0, version.indexOf("/")) : "";
    return [{ names: [plural, kind.toLowerCase(), ...(cells.length > 4 ? (cells[1] ?? "").split(",") : [])], key: group === "" ? plural : `${plural}.${group}`, namespaced: namespaced === "true", kind, group, version: version.slice(version.indexOf("/") + 1) }];
  });
  known.set(cluster, { rev: definitions, resources });
  return resources;
}

const resourceOf = (note: NoteCluster, word: string): Resource | undefined => resourcesOf(note).find(({ names }) => names.includes(word.toLowerCase()));

function namesOf(note: NoteCluster, key: string, namespace: string): readonly string[] {
  return note.cluster.at().list(key).filter(({ metadata }) => namespace === "" || metadata.namespace === undefined || metadata.namespace === namespace).map(({ metadata }) => metadata.name).sort();
}

function containersOf(note: NoteCluster, word: string, namespace: string): readonly string[] {
  const [kind = "", name] = word.includes("/") ? word.split("/") : ["pod", word];
  const resource = resourceOf(note, kind);
  const object = resource === undefined ? undefined : note.cluster.at().get({ resource: resource.key, namespace, name: name ?? "" });
  const spec = object?.["spec"] as { readonly containers?: readonly { readonly name: string }[]; readonly template?: { readonly spec?: { readonly containers?: readonly { readonly name: string }[] } } } | undefined;
  return (spec?.containers ?? spec?.template?.spec?.containers ?? []).map((container) => container.name);
}

const flagsOf = (verb: Verb | undefined): readonly string[] => [...(verb?.flags ?? []).map(({ name, type }) => `--${name}${type === "bool" ? "" : "="}`), "--namespace="].sort();

const filesOf = (note: NoteCluster): readonly string[] => note.files.list(home) ?? [];
