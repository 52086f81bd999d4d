import { t } from "../../i18n/index";
import { CommandError } from "../errors";
import { absolute } from "../files";
import { nameHash } from "../name-hash";
import { arr, at, obj, setAt, str, strings, type Obj } from "../objects";
import { parseYaml } from "../yaml/parse";
import { generate, type ReadFile } from "./generators";
import { applyPatch, idOf } from "./patches";
import { followNames, kindOf, legacyOrder, nameOf, type Resource } from "./references";

interface Built {
  readonly documents: readonly Obj[];
  readonly warnings: readonly string[];
}

/** The files that a kustomization reads: their text, and whether a path is a directory. */
export interface Disk {
  read(path: string): string | undefined;
  directory(path: string): boolean;
}

const FILES = ["kustomization.yaml", "kustomization.yml", "Kustomization"];
const KNOWN = ["apiVersion", "kind", "metadata", "resources", "bases", "components", "namespace", "namePrefix", "nameSuffix", "commonLabels", "labels", "commonAnnotations", "images", "replicas", "patches", "patchesStrategicMerge", "patchesJson6902", "configMapGenerator", "secretGenerator", "generatorOptions", "replacements", "buildMetadata", "sortOptions", "openapi", "configurations", "crds", "vars", "generators", "transformers", "validators", "helmCharts", "helmGlobals"];
const REFUSED = ["helmCharts", "transformers", "generators", "validators", "vars"];
const DEPRECATED: Readonly<Record<string, string>> = { commonLabels: "labels", patchesJson6902: "patches", patchesStrategicMerge: "patches", bases: "resources" };

/** Kinds without a namespace, as kustomize knows them. */
const CLUSTER = ["Namespace", "ClusterRole", "ClusterRoleBinding", "PersistentVolume", "StorageClass", "IngressClass", "PriorityClass", "CustomResourceDefinition", "APIService", "RuntimeClass", "CSIDriver", "Node", "ValidatingWebhookConfiguration", "MutatingWebhookConfiguration", "ValidatingAdmissionPolicy", "ValidatingAdmissionPolicyBinding", "CertificateSigningRequest"];

/** Builds a kustomization: resources, components, generators, then its changes in kustomize's order; names and their references at the end. */
export function kustomize(directory: string, cwd: string, disk: Disk): Built {
  const root = absolute(directory, cwd);
  if (!disk.directory(root)) throw new CommandError(`must build at directory: not a valid directory: evalsymlink failure on '${directory}' : lstat ${root}: no such file or directory`);
  const warnings: string[] = [];
  const resources = accumulate(root, disk, [], warnings);
  const named = resources.map((one) => (one.hash ? renamed(one, `${nameOf(one)}-${nameHash(one.content, "")}`) : one));
  return { documents: legacyOrder(followNames(named)).map(({ content }) => content), warnings };
}

function accumulate(root: string, disk: Disk, given: readonly Resource[], warnings: string[]): readonly Resource[] {
  const name = FILES.find((file) => disk.read(`${root}/${file}`) !== undefined);
  if (name === undefined) throw new CommandError(`unable to find one of 'kustomization.yaml', 'kustomization.yml' or 'Kustomization' in directory '${root}'`);
  const text = disk.read(`${root}/${name}`) ?? "";
  const config = obj(parseYaml(text)[0]);
  if (Object.keys(config).length === 0) throw new CommandError("kustomization.yaml is empty");
  const unknown = Object.keys(config).find((key) => !KNOWN.includes(key));
  if (unknown !== undefined) throw new CommandError(`invalid Kustomization: json: unknown field "${unknown}"`);
  const refused = REFUSED.find((key) => config[key] !== undefined);
  if (refused !== undefined) throw new CommandError(t("kubectl.noKustomizeField", { field: refused }));
  for (const [old, now] of Object.entries(DEPRECATED)) if (config[old] !== undefined) warnings.push(`'${old}' is deprecated. Please use '${now}' instead. Run 'kustomize edit fix' to update your Kustomization automatically.`);
  const read: ReadFile = (path) => {
    const full = absolute(path, root);
    const found = disk.read(full);
    if (found === undefined) throw new Error(`evalsymlink failure on '${full}' : lstat ${full}: no such file or directory`);
    return found;
  };
  const words = (key: string): readonly string[] => (config[key] as readonly string[] | undefined) ?? [];
  let own: readonly Resource[] = [];
  for (const path of [...words("resources"), ...words("bases")]) {
    const full = absolute(path, root);
    if (disk.directory(full)) own = [...own, ...accumulate(full, disk, [], warnings)];
    else {
      let documents: readonly Obj[];
      try {
        documents = parseYaml(read(path)).filter((d) => d !== undefined && d !== null).map(obj);
      } catch (error) {
        throw new CommandError(`accumulating resources: accumulation err='accumulating resources from '${path}': ${(error as Error).message}': must build at directory: not a valid directory: ${(error as Error).message}`);
      }
      for (const content of documents.flatMap((d) => (str(d["kind"]) === "List" ? arr(d["items"]) : [d]))) {
        if (own.some((one) => idOf(one.content) === idOf(content))) throw new CommandError(`accumulating resources: accumulation err='merging resources from '${path}': may not add resource with an already registered id: ${idOf(content)}': must build at directory: '${full}': file is not directory`);
        own = [...own, { content, names: [str(at(content, "metadata", "name"))], namespaces: [str(at(content, "metadata", "namespace"))], hash: false }];
      }
    }
  }
  let out: readonly Resource[] = [...given, ...own];
  out = generate(config, out, read);
  for (const path of words("components")) out = accumulate(absolute(path, root), disk, out, warnings);
  const from = (entry: Obj): string => (str(entry["path"]) === "" ? str(entry["patch"]) : read(str(entry["path"])));
  for (const entry of words("patchesStrategicMerge")) out = applyPatch(out, disk.read(absolute(entry, root)) ?? entry, undefined);
  for (const entry of arr(config["patches"])) out = applyPatch(out, from(entry), entry["target"] === undefined ? undefined : obj(entry["target"]));
  out = transform(config, out);
  for (const entry of arr(config["patchesJson6902"])) out = applyPatch(out, from(entry), obj(entry["target"]));
  for (const replica of arr(config["replicas"])) out = out.map((one) => (["Deployment", "ReplicaSet", "StatefulSet", "ReplicationController"].includes(kindOf(one)) && one.names.includes(str(replica["name"])) ? changed(one, setAt(one.content, ["spec", "replicas"], replica["count"])) : one));
  for (const image of arr(config["images"])) out = out.map((one) => changed(one, withImage(one.content, image) as Obj));
  for (const entry of arr(config["replacements"])) out = replace(out, entry);
  return out;
}

const changed = (one: Resource, content: Obj): Resource => ({ ...one, content });
const renamed = (one: Resource, name: string): Resource => ({ ...one, content: setAt(one.content, ["metadata", "name"], name), names: [...one.names, nameOf(one), name] });

/** Namespace, prefix, suffix, labels, annotations. */
function transform(config: Obj, resources: readonly Resource[]): readonly Resource[] {
  const [namespace, prefix, suffix] = ["namespace", "namePrefix", "nameSuffix"].map((key) => str(config[key]));
  const annotations = strings(config["commonAnnotations"]);
  return resources.map((one) => {
    let next = one;
    const kind = kindOf(one);
    if (namespace) {
      if (kind === "Namespace") next = renamed(next, namespace);
      else if (!CLUSTER.includes(kind)) next = { ...next, content: setAt(next.content, ["metadata", "namespace"], namespace), namespaces: [...next.namespaces, namespace] };
      if (/RoleBinding$/.test(kind) && next.content["subjects"] !== undefined) next = changed(next, { ...next.content, subjects: arr(next.content["subjects"]).map((s) => (s["kind"] === "ServiceAccount" && s["name"] === "default" ? { ...s, namespace } : s)) });
    }
    if ((prefix || suffix) && !["Namespace", "CustomResourceDefinition", "APIService"].includes(kind)) next = renamed(next, `${prefix ?? ""}${nameOf(next)}${suffix ?? ""}`);
    for (const entry of arr(config["labels"])) next = changed(next, labelled(next.content, strings(entry["pairs"]), entry["includeSelectors"] === true, entry["includeTemplates"] === true));
    next = changed(next, labelled(next.content, strings(config["commonLabels"]), true, true));
    if (Object.keys(annotations).length > 0) {
      const job = kind === "CronJob" ? [["spec", "jobTemplate", "metadata"], ["spec", "jobTemplate", "spec", "template", "metadata"]] : [];
      const template = at(next.content, "spec", "template") === undefined || !WORKLOADS.includes(kind) ? [] : [["spec", "template", "metadata"]];
      for (const path of [["metadata"], ...template, ...job]) next = changed(next, merged(next.content, [...path, "annotations"], annotations));
    }
    return next;
  });
}

const WORKLOADS = ["Deployment", "ReplicaSet", "DaemonSet", "StatefulSet", "Job", "ReplicationController"];

function merged(content: Obj, path: readonly string[], map: Obj): Obj {
  return setAt(content, path, { ...obj(at(content, ...path)), ...map });
}

/** Labels on the object; with selectors also where they select and in the templates. */
function labelled(content: Obj, labels: Readonly<Record<string, string>>, selectors: boolean, templates: boolean): Obj {
  if (Object.keys(labels).length === 0) return content;
  const kind = str(content["kind"]);
  const paths: (readonly string[])[] = [["metadata", "labels"]];
  const template = kind === "CronJob" ? ["spec", "jobTemplate", "spec", "template"] : WORKLOADS.includes(kind) ? ["spec", "template"] : undefined;
  if (template !== undefined && (selectors || templates)) paths.push([...template, "metadata", "labels"]);
  if (kind === "CronJob" && (selectors || templates)) paths.push(["spec", "jobTemplate", "metadata", "labels"]);
  if (selectors) {
    if (["Deployment", "ReplicaSet", "DaemonSet", "StatefulSet"].includes(kind)) paths.push(["spec", "selector", "matchLabels"]);
    if (kind === "ReplicationController" || (kind === "Service" && at(content, "spec", "selector") !== undefined)) paths.push(["spec", "selector"]);
    for (const path of [["spec", "selector", "matchLabels"], ["spec", "podSelector", "matchLabels"]]) if (["PodDisruptionBudget", "NetworkPolicy", "Job"].includes(kind) && at(content, ...path) !== undefined) paths.push(path);
  }
  let next = paths.reduce((so, path) => merged(so, path, labels), content);
  if (kind === "StatefulSet" && (selectors || templates) && at(next, "spec", "volumeClaimTemplates") !== undefined) next = setAt(next, ["spec", "volumeClaimTemplates"], arr(at(next, "spec", "volumeClaimTemplates")).map((claim) => merged(claim, ["metadata", "labels"], labels)));
  return next;
}

function withImage(value: unknown, image: Obj): unknown {
  if (Array.isArray(value)) return value.map((item) => withImage(item, image));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => {
    if (key !== "containers" && key !== "initContainers") return [key, withImage(item, image)];
    return [key, arr(item).map((c) => {
      const [, name = "", rest = ""] = /^(.*?)(:[^:/@]+(?:@.*)?|@.*)?$/.exec(str(c["image"])) ?? [];
      if (name !== str(image["name"])) return c;
      const tag = str(image["newTag"]) === "" ? rest : `:${str(image["newTag"])}`;
      return { ...c, image: `${str(image["newName"]) || name}${image["digest"] === undefined ? tag : `@${str(image["digest"])}`}${str(image["tagSuffix"])}` };
    })];
  }));
}

/** Copies a field of one resource into fields of others; paths are dotted, numbers and [key=value] lead into lists. */
function replace(resources: readonly Resource[], entry: Obj): readonly Resource[] {
  const source = obj(entry["source"]);
  const matches = (select: Obj, one: Resource): boolean => ["kind", "name", "namespace"].every((key) => str(select[key]) === "" || (key === "kind" ? kindOf(one) : key === "name" ? [...one.names, nameOf(one)] : [...one.namespaces, str(at(one.content, "metadata", "namespace"))]).includes(str(select[key])));
  const steps = (path: string): readonly string[] => (path || "metadata.name").match(/\[[^\]]*\]|[^.[\]]+/g) ?? [];
  const index = (list: readonly unknown[], step: string): number => (/^\d+$/.test(step) ? Number(step) : list.findIndex((item) => `[${step.slice(1, step.indexOf("="))}=${str(obj(item)[step.slice(1, step.indexOf("="))])}]` === step));
  const walk = (value: unknown, path: readonly string[]): unknown => path.reduce<unknown>((so, step) => (Array.isArray(so) ? so[index(so, step)] : obj(so)[step]), value);
  const put = (value: unknown, [step, ...rest]: readonly string[], next: unknown, create: boolean): unknown => {
    if (step === undefined) return next;
    if (Array.isArray(value)) {
      const wanted = step === "*" ? -1 : index(value, step);
      return value.map((item: unknown, i) => (step === "*" || i === wanted ? put(item, rest, next, create) : item));
    }
    if (typeof value !== "object" || value === null || (!create && !(step in value))) return value;
    return { ...value, [step]: put((value as Obj)[step] ?? (rest.length > 0 ? {} : undefined), rest, next, create) };
  };
  const from = resources.find((one) => matches(source, one));
  if (from === undefined) throw new CommandError("nothing selected by replacement source");
  const cut = (text: string, options: Obj): string => (str(options["delimiter"]) === "" ? text : (text.split(str(options["delimiter"]))[Number(options["index"] ?? 0)] ?? ""));
  const found = walk(from.content, steps(str(source["fieldPath"])));
  const value = source["options"] === undefined ? found : cut(str(found), obj(source["options"]));
  return arr(entry["targets"]).reduce<readonly Resource[]>((out, target) => out.map((one) => {
    if (!matches(obj(target["select"]), one) || arr(target["reject"]).some((no) => matches(no, one))) return one;
    const options = obj(target["options"]);
    return ((target["fieldPaths"] as readonly string[] | undefined) ?? ["metadata.name"]).reduce((so, path) => {
      const old = str(walk(so.content, steps(path)));
      const delimiter = str(options["delimiter"]);
      const next = delimiter === "" ? value : old.split(delimiter).map((part, i) => (i === Number(options["index"] ?? 0) ? str(value) : part)).join(delimiter);
      return changed(so, put(so.content, steps(path), next, options["create"] === true) as Obj);
    }, one);
  }), resources);
}
