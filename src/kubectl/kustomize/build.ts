import { CommandError } from "../errors";
import { arr, at, obj, setAt, str, strings, type Obj } from "../objects";
import { parseYaml } from "../yaml/parse";
import { absolute } from "../files";

interface Built {
  readonly documents: readonly Obj[];
  readonly warnings: readonly string[];
}

/** Builds a kustomization: resources, namespace, prefixes, labels, annotations, images, replicas. `read` gives a file's text. */
export function kustomize(directory: string, read: (path: string) => string | undefined): Built {
  const name = ["kustomization.yaml", "kustomization.yml", "Kustomization"].find((file) => read(`${directory}/${file}`) !== undefined);
  if (name === undefined) throw new CommandError(`unable to find one of 'kustomization.yaml', 'kustomization.yml' or 'Kustomization' in directory '${directory}'`);
  const config = obj(parseYaml(read(`${directory}/${name}`) ?? "")[0]);
  for (const key of ["patches", "patchesStrategicMerge", "patchesJson6902", "configMapGenerator", "secretGenerator", "components", "helmCharts", "replacements", "transformers", "generators"]) {
    if (config[key] !== undefined) throw new CommandError(`kustomization field ${JSON.stringify(key)} is not supported by this simulator`);
  }
  const warnings: string[] = [];
  let documents: Obj[] = [];
  const list = [...((config["resources"] as readonly string[] | undefined) ?? []), ...((config["bases"] as readonly string[] | undefined) ?? [])];
  for (const path of list) {
    const full = absolute(path, directory).replace(/^\//, directory.startsWith("/") ? "/" : "");
    const text = read(full);
    if (text !== undefined) documents.push(...parseYaml(text).filter((d) => d !== undefined && d !== null).map(obj));
    else {
      const built = kustomize(full, read);
      warnings.push(...built.warnings);
      documents.push(...built.documents);
    }
  }
  const common = strings(config["commonLabels"]);
  if (config["commonLabels"] !== undefined) warnings.push("'commonLabels' is deprecated. Please use 'labels' instead. Run 'kustomize edit fix' to update your Kustomization automatically.");
  documents = documents.map((document) => {
    let next = document;
    const kind = str(next["kind"]);
    if (str(config["namespace"]) !== "" && !["Namespace", "ClusterRole", "ClusterRoleBinding", "PersistentVolume", "StorageClass", "IngressClass", "PriorityClass", "CustomResourceDefinition"].includes(kind)) next = setAt(next, ["metadata", "namespace"], str(config["namespace"]));
    if (kind === "Namespace" && str(config["namespace"]) !== "") next = setAt(next, ["metadata", "name"], str(config["namespace"]));
    else next = setAt(next, ["metadata", "name"], `${str(config["namePrefix"])}${str(at(next, "metadata", "name"))}${str(config["nameSuffix"])}`);
    const label = (labels: Readonly<Record<string, string>>, selectors: boolean, templates: boolean): void => {
      if (Object.keys(labels).length === 0) return;
      const add = (path: readonly string[]): void => {
        next = setAt(next, path, { ...obj(at(next, ...path)), ...labels });
      };
      add(["metadata", "labels"]);
      if (at(next, "spec", "template") !== undefined && (selectors || templates)) add(["spec", "template", "metadata", "labels"]);
      if (selectors && at(next, "spec", "selector", "matchLabels") !== undefined) add(["spec", "selector", "matchLabels"]);
      if (selectors && kind === "Service" && at(next, "spec", "selector") !== undefined) add(["spec", "selector"]);
    };
    label(common, true, true);
    for (const entry of arr(config["labels"])) label(strings(entry["pairs"]), entry["includeSelectors"] === true, entry["includeTemplates"] === true);
    const annotations = strings(config["commonAnnotations"]);
    if (Object.keys(annotations).length > 0) next = setAt(next, ["metadata", "annotations"], { ...obj(at(next, "metadata", "annotations")), ...annotations });
    for (const image of arr(config["images"])) next = withImage(next, image) as Obj;
    for (const replica of arr(config["replicas"])) if (str(replica["name"]) === str(at(document, "metadata", "name")) && at(next, "spec", "replicas") !== undefined) next = setAt(next, ["spec", "replicas"], replica["count"]);
    return next;
  });
  return { documents, warnings };
}

function withImage(value: unknown, image: Obj): unknown {
  if (Array.isArray(value)) return value.map((item) => withImage(item, image));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => {
    if (key !== "containers" && key !== "initContainers") return [key, withImage(item, image)];
    return [key, arr(item).map((c) => {
      const [, name = "", , tag = ""] = /^(.*?)((?::([^/:@]+))|@.*)?$/.exec(str(c["image"])) ?? [];
      if (name !== str(image["name"])) return c;
      const next = str(image["newName"]) || name;
      return { ...c, image: image["digest"] ? `${next}@${str(image["digest"])}` : `${next}${str(image["newTag"]) || tag ? `:${str(image["newTag"]) || tag}` : ""}` };
    })];
  }));
}
