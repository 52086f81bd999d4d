import { CommandError } from "../errors";
import { baseName } from "../files";
import { arr, at, obj, str, strings, type Obj } from "../objects";
import { nameOf, type Resource } from "./references";

/** Reads a file of the kustomization; throws kustomize's words where there is none. */
export type ReadFile = (path: string) => string;

const base64 = (text: string): string => btoa(String.fromCharCode(...new TextEncoder().encode(text)));

function dataOf(entry: Obj, read: ReadFile): Readonly<Record<string, string>> {
  const data: Record<string, string> = {};
  const words = (key: string): readonly string[] => (entry[key] as readonly string[] | undefined) ?? [];
  const wrong = (message: string): never => {
    throw new CommandError(`loading KV pairs: ${message}`);
  };
  for (const path of [...words("envs"), ...(str(entry["env"]) === "" ? [] : [str(entry["env"])])]) {
    let text = "";
    try {
      text = read(path);
    } catch (error) {
      wrong(`env source files: [${words("envs").join(" ")}]: ${(error as Error).message}`);
    }
    for (const line of text.split("\n").map((one) => one.trimStart())) {
      if (line === "" || line.startsWith("#")) continue;
      const cut = line.indexOf("=");
      data[cut < 0 ? line : line.slice(0, cut)] = cut < 0 ? "" : line.slice(cut + 1);
    }
  }
  for (const source of words("files")) {
    const cut = source.indexOf("=");
    try {
      data[cut < 0 ? baseName(source) : source.slice(0, cut)] = read(source.slice(cut + 1));
    } catch (error) {
      wrong(`file sources: [${words("files").join(" ")}]: ${(error as Error).message}`);
    }
  }
  for (const literal of words("literals")) {
    const cut = literal.indexOf("=");
    if (cut <= 0) wrong(`literal sources [${words("literals").join(" ")}]: invalid literal source ${literal}, expected key=value`);
    data[literal.slice(0, cut)] = literal.slice(cut + 1).replace(/^(["'])(.*)\1$/s, "$2");
  }
  return data;
}

/** The config map or secret of an entry of configMapGenerator or secretGenerator. */
function generated(kind: "ConfigMap" | "Secret", entry: Obj, common: Obj, read: ReadFile): Resource {
  const options = { ...common, ...obj(entry["options"]) };
  const [labels, annotations] = ["labels", "annotations"].map((key) => ({ ...obj(common[key]), ...obj(at(entry, "options", key)) }));
  const data = dataOf(entry, read);
  const content: Obj = {
    apiVersion: "v1", kind,
    metadata: { name: str(entry["name"]), ...(str(entry["namespace"]) === "" ? {} : { namespace: entry["namespace"] }), ...(Object.keys(labels ?? {}).length > 0 ? { labels } : {}), ...(Object.keys(annotations ?? {}).length > 0 ? { annotations } : {}) },
    ...(Object.keys(data).length === 0 ? {} : { data: kind === "Secret" ? Object.fromEntries(Object.entries(data).map(([key, value]) => [key, base64(value)])) : data }),
    ...(kind === "Secret" ? { type: str(entry["type"]) || "Opaque" } : {}), ...(options["immutable"] === true ? { immutable: true } : {}),
  };
  return { content, names: [str(entry["name"])], namespaces: [str(entry["namespace"])], hash: options["disableNameSuffixHash"] !== true };
}

/** Adds what the generators make; `behavior: merge` and `replace` change what a base has generated. */
export function generate(config: Obj, resources: readonly Resource[], read: ReadFile): readonly Resource[] {
  let out = resources;
  for (const [kind, key] of [["ConfigMap", "configMapGenerator"], ["Secret", "secretGenerator"]] as const) {
    for (const entry of arr(config[key])) {
      const made = generated(kind, entry, obj(config["generatorOptions"]), read);
      const behavior = str(entry["behavior"]) || "create";
      const old = out.find((one) => one.content["kind"] === kind && one.names.includes(str(entry["name"])));
      if (behavior === "create") {
        if (old !== undefined && nameOf(old) === str(entry["name"])) throw new CommandError(`merging from generator ${str(entry["name"])}: id resid.ResId{Gvk:resid.Gvk{Group:"", Version:"v1", Kind:"${kind}", isClusterScoped:false}, Name:"${str(entry["name"])}", Namespace:""} exists; behavior must be merge or replace`);
        out = [...out, made];
        continue;
      }
      if (old === undefined) throw new CommandError(`merging from generator ${str(entry["name"])}: id resid.ResId{Gvk:resid.Gvk{Group:"", Version:"v1", Kind:"${kind}", isClusterScoped:false}, Name:"${str(entry["name"])}", Namespace:""} does not exist; cannot merge or replace`);
      const merged = (one: string): Obj => {
        const map = { ...strings(at(old.content, ...one.split("."))), ...strings(at(made.content, ...one.split("."))) };
        return Object.keys(map).length === 0 ? {} : { [one.split(".").at(-1) ?? ""]: map };
      };
      const metadata = { ...obj(old.content["metadata"]), ...merged("metadata.labels"), ...merged("metadata.annotations") };
      const content = behavior === "merge" ? { ...old.content, ...made.content, metadata, ...merged("data") } : { ...made.content, metadata };
      out = out.map((one) => (one === old ? { ...old, content } : one));
    }
  }
  return out;
}
