import { goYaml } from "../kubectl/print/yaml";
import { imageOf, images } from "../cluster/images/index";
import type { Dict, Json, KubeObject } from "../cluster/model";
import type { Block, NoteModel } from "../note/model";
import { deploymentOf, rowsIn } from "./recorded-table";
import type { Row } from "./recorded-table";

/** An object that a transcript speaks of, and the manifest that would bring it. */
export interface Rebuilt {
  readonly resource: "namespaces" | "deployments.apps" | "pods" | "services";
  readonly namespace: string;
  readonly name: string;
  readonly text: string;
  /** i18n key of what was guessed beyond the recorded output, and its arguments. */
  readonly doubt?: readonly [string, Dict];
}

interface Workload {
  readonly kind: "Deployment" | "Pod";
  readonly namespace: string;
  readonly name: string;
  /** In a table of the block; else only a command names it. */
  listed: boolean;
  replicas: number;
  containers: number;
  status: string;
  image: string | undefined;
  container: string | undefined;
  labels: Dict | undefined;
  /** Its pods' recorded names, which count the replicas. */
  readonly pods: Set<string>;
}

interface Service {
  readonly namespace: string;
  readonly name: string;
  readonly row: Row | undefined;
}

const kinds: Readonly<Record<string, string>> = {
  po: "Pod", pod: "Pod", pods: "Pod", deploy: "Deployment", deployment: "Deployment", deployments: "Deployment", svc: "Service", service: "Service", services: "Service", ns: "Namespace", namespace: "Namespace", namespaces: "Namespace",
};
/** Flags of kubectl that take the next word. */
const valued = /^(-n|--namespace|-c|--container|-l|--selector|-o|--output|-f|--filename|--tail|--since|--context|--type|--replicas|--timeout)$/;
/** Words in names that say what something is, not what it is about. */
const generic = new Set(["deployment", "deploy", "service", "svc", "pod", "pods", "app", "clusterip", "nodeport", "loadbalancer", "lb", "headless", "ingress", "the", "my"]);
const ours = new Set(["default", "kube-system", "kube-public", "kube-node-lease"]);

/**
 * What would have to exist for a transcript to run: the objects in the tables that it recorded and those its commands name, less those
 * that it creates itself. A manifest of the note is taken where there is one; else the recorded columns tell name, replicas, ports and
 * addresses, and the names and the note's words tell the image.
 */
export function reconstruct(note: NoteModel, block: Block): readonly Rebuilt[] {
  const workloads = new Map<string, Workload>();
  const services = new Map<string, Service>();
  const namespaces = new Set<string>();
  const created = new Set<string>();
  const manifests = manifestsOf(note);
  const workload = (kind: Workload["kind"], namespace: string, name: string): Workload => {
    const key = `${kind} ${namespace}/${name}`;
    const found = workloads.get(key) ?? { kind, namespace, name, listed: false, replicas: 1, containers: 1, status: "Running", image: undefined, container: undefined, labels: undefined, pods: new Set<string>() };
    if (!created.has(key)) workloads.set(key, found);
    return found;
  };
  const pod = (namespace: string, name: string): Workload => {
    const owner = deploymentOf(name);
    if (owner === undefined) return workload("Pod", namespace, name);
    const found = workload("Deployment", namespace, owner);
    found.pods.add(name);
    return found;
  };
  const named = (kind: string | undefined, namespace: string, name: string): Workload | undefined => {
    if (!/^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/.test(name)) return undefined;
    if (kind === "Pod") return pod(namespace, name);
    if (kind === "Deployment") return workload("Deployment", namespace, name);
    if (kind === "Namespace" && !created.has(`Namespace ${name}`)) namespaces.add(name);
    const key = `Service ${namespace}/${name}`;
    if (kind === "Service" && !created.has(key) && !services.has(key)) services.set(key, { namespace, name, row: undefined });
    return undefined;
  };

  for (const command of block.parts.flatMap((part) => (part.is === "script" ? part.commands : []))) {
    const words = command.text.trim().split(/\s+/);
    if (command.where !== "note" || !/^(kubectl|k)$/.test(words[0] ?? "")) continue;
    const plain: string[] = [];
    const flags = new Map<string, string>();
    for (let i = 1; i < words.length && words[i] !== "--"; i++) {
      const word = words[i] ?? "";
      const [flag = "", value] = word.split(/=(.*)/s);
      if (!word.startsWith("-")) plain.push(word);
      else flags.set(flag, value ?? (valued.test(word) ? words[++i] ?? "" : ""));
    }
    const namespace = flags.get("-n") ?? flags.get("--namespace") ?? "default";
    const [verb = "", first = "", second = "", third = ""] = plain;
    if (namespace !== "default") named("Namespace", namespace, namespace);
    const files = flags.get("-f") ?? flags.get("--filename");
    const typed = (word: string, name: string): readonly [string | undefined, string] => (word.includes("/") ? [kinds[word.split("/")[0] ?? ""], word.split("/")[1] ?? ""] : [kinds[word], name]);
    if (verb === "run") created.add(`Pod ${namespace}/${first}`);
    else if (verb === "create") {
      created.add(`${kinds[first] ?? first} ${kinds[first] === "Namespace" ? "" : `${namespace}/`}${first === "service" || first === "svc" ? third : second}`);
    } else if (verb === "expose") {
      const [kind, name] = typed(first, second);
      named(kind, namespace, name);
      created.add(`Service ${namespace}/${flags.get("--name") ?? name}`);
    } else if (files !== undefined && /^(apply|create|replace)$/.test(verb)) {
      const text = files === "-" ? command.text : note.files.get(files.replace(/^\.\//, ""))?.text ?? "";
      for (const document of text.split(/^---.*$/m)) {
        const kind = /^kind:\s*(\S+)/m.exec(document)?.[1] ?? "";
        const name = /^metadata:\s*(?:\{[^}]*\bname:\s*([^,}\s]+)|(?:\n[ \t]+.*)*?\n[ \t]+name:\s*(\S+))/m.exec(document);
        created.add(`${kind} ${kind === "Namespace" ? "" : `${namespace}/`}${name?.[1] ?? name?.[2] ?? ""}`);
      }
    } else if (/^(exec|logs|attach|port-forward|cp)$/.test(verb)) {
      const [kind, name] = first.includes("/") ? typed(first, "") : ["Pod", first.split(":")[0] ?? ""];
      const found = named(kind, namespace, name);
      if (found !== undefined) found.container ??= flags.get("-c") ?? flags.get("--container");
    } else if (/^(get|describe|delete|edit|label|annotate|scale|autoscale|patch|wait)$/.test(verb)) {
      const [kind, name] = typed(first, second);
      if (name !== "") named(kind, namespace, name);
    } else if (/^(rollout|set)$/.test(verb)) {
      const [kind, name] = typed(second, third);
      const found = named(kind, namespace, name);
      const image = /^([\w.-]+)=(\S+)$/.exec(plain[plain.length - 1] ?? "");
      if (found !== undefined && first === "image" && image !== null && image[1] !== "*") {
        found.container ??= image[1];
        found.image ??= (image[2] ?? "").replace(/[:@][^/]*$/, "");
      }
    }
    for (const row of rowsIn(command.recorded?.lines ?? [])) {
      const space = row.get("NAMESPACE") ?? namespace;
      const name = (row.get("NAME") ?? "").replace(/^.*\//, "");
      if (name === "" || (ours.has(space) && space !== "default")) continue;
      if (space !== "default") named("Namespace", space, space);
      if (row.has("READY") && row.has("RESTARTS")) {
        const found = pod(space, name);
        found.listed = true;
        found.containers = Math.max(1, Math.min(9, Number((row.get("READY") ?? "").split("/")[1]) || 1));
        const status = row.get("STATUS") ?? "Running";
        if (found.pods.size < 2 || status === "Running") found.status = status;
        found.replicas = Math.max(found.replicas, found.pods.size);
      } else if (row.has("UP-TO-DATE")) {
        const found = workload("Deployment", space, name);
        found.listed = true;
        const wanted = Number((row.get("READY") ?? "").split("/")[1]);
        if (Number.isInteger(wanted)) found.replicas = Math.min(wanted, 100);
        found.image ??= row.get("IMAGES")?.split(",")[0];
        found.container ??= row.get("CONTAINERS")?.split(",")[0];
        found.labels ??= labelsOf(row.get("SELECTOR"));
      } else if (row.has("CLUSTER-IP") && name !== "kubernetes" && !created.has(`Service ${space}/${name}`)) services.set(`Service ${space}/${name}`, { namespace: space, name, row });
      else if (kinds[first] === "Namespace" && !ours.has(name)) named("Namespace", "", name);
    }
  }

  const works = [...workloads.values()];
  const listed = works.filter((each) => each.listed);
  const rebuilt: Rebuilt[] = [...namespaces].filter((name) => !ours.has(name)).map((name) => ({ resource: "namespaces", namespace: "", name, text: goYaml({ apiVersion: "v1", kind: "Namespace", metadata: { name } }) }));
  const served = [...services.values()].map((service) => ({ service, of: target(service, works) }));
  for (const each of works) {
    const own = manifests.get(`${each.kind} ${each.namespace}/${each.name}`);
    const port = served.find(({ of }) => of === each)?.service.row?.get("PORT(S)");
    const like = each.listed || each.kind !== "Pod" ? undefined : listed.find((other) => other.kind === "Pod" && stems(each.name).some((stem) => stems(other.name).includes(stem)));
    rebuilt.push({
      resource: each.kind === "Pod" ? "pods" : "deployments.apps", namespace: each.namespace, name: each.name,
      text: own ?? goYaml(manifest(each, containers(each, note, block, Number(/\d+/.exec(port ?? "")?.[0]) || undefined))),
      ...(like === undefined ? {} : { doubt: ["reconstruct.two-names", { listed: like.name, named: each.name }] as const }),
    });
  }
  for (const { service, of } of served) {
    rebuilt.push({ resource: "services", namespace: service.namespace, name: service.name, text: manifests.get(`Service ${service.namespace}/${service.name}`) ?? goYaml(serviceManifest(service, of, of === undefined ? undefined : imageOf(imageFor(of, note, block, undefined)).ports[0])) });
  }
  return rebuilt;
}

/** The manifests that the note itself has, by kind, namespace and name. */
function manifestsOf(note: NoteModel): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const part of note.blocks.flatMap((block) => (block.is === "manifest" ? block.parts : []))) {
    for (const { value } of part.is === "manifest" ? part.documents : []) {
      const { kind, metadata } = value as Partial<KubeObject>;
      if (typeof kind === "string" && typeof metadata?.name === "string") found.set(`${kind} ${metadata.namespace ?? "default"}/${metadata.name}`, goYaml(value));
    }
  }
  return found;
}

const stems = (name: string): readonly string[] => name.split(/[-.]/).filter((word) => word.length > 1 && !generic.has(word) && !/^v?\d+$/.test(word));

function labelsOf(selector: string | undefined): Dict | undefined {
  if (selector === undefined || !selector.includes("=")) return undefined;
  return Object.fromEntries(selector.split(",").map((pair) => pair.split("=") as [string, string]));
}

const labels = (of: Workload): Dict => of.labels ?? { app: stems(of.name).join("-") || of.name };

/** Which image it most likely ran: what a wide table or a command says, what the note calls by its words near the block, what is known by them. */
function imageFor(of: Workload, note: NoteModel, block: Block, port: number | undefined): string {
  const words = stems(of.name);
  const known = words.find((word) => images.some(({ name }) => name.test(word)));
  const texts = [block.source.text, note.text.slice(block.span.to, block.span.to + 2000), note.text.slice(0, block.span.from)];
  const answer = known === "hellok8s" ? /\[(v\d)\] Hello, /.exec(block.source.text)?.[1] : undefined;
  if (answer !== undefined) return `hellok8s:${answer}`;
  if (of.image !== undefined && of.image !== "") return of.image;
  for (const word of known === undefined ? words : [known]) {
    for (const text of texts) {
      const tagged = new RegExp(`(?:^|[\\s"'\`:=])((?:[\\w.-]+/)*${word.replaceAll(".", "\\.")}:v?\\d[\\w.-]*)`).exec(text)?.[1];
      if (tagged !== undefined && !/:\d{4,5}$/.test(tagged)) return tagged;
    }
  }
  if (known !== undefined) return known;
  return port === undefined || port === 80 ? "nginx" : `${words.join("-") || of.name}:latest`;
}

/** The containers that a pod needs to look as it was recorded; what was ill is ill again. */
function containers(of: Workload, note: NoteModel, block: Block, port: number | undefined): readonly Json[] {
  const image = imageFor(of, note, block, port);
  const exposed = imageOf(image).ports[0] ?? port;
  const app: Record<string, Json> = { name: of.container ?? (stems(of.name)[0] ?? "app"), image, ...(exposed === undefined ? {} : { ports: [{ containerPort: exposed }] }) };
  if (/ImagePull|InvalidImage/.test(of.status)) app["image"] = `${image.replace(/:[^/]*$/, "")}:no-such-tag`;
  else if (/CrashLoop|Error|Completed/.test(of.status)) Object.assign(app, { image: "busybox", command: ["sh", "-c", of.status === "Completed" ? "true" : "sleep 1; exit 1"] });
  else if (of.status === "Pending") app["resources"] = { requests: { cpu: "1000" } };
  else if (/(^|\/)(busybox|alpine|ubuntu|debian|curl|netshoot)(:|$)/.test(image)) app["command"] = ["sleep", "infinity"];
  return [app, ...Array.from({ length: of.containers - 1 }, (_, i): Json => ({ name: `sidecar-${i + 1}`, image: "busybox", command: ["sleep", "infinity"] }))];
}

function manifest(of: Workload, made: readonly Json[]): Json {
  const metadata = { name: of.name, ...(of.namespace === "default" ? {} : { namespace: of.namespace }), labels: labels(of) };
  const spec = { containers: made, ...(of.status === "Completed" ? { restartPolicy: "Never" } : {}) };
  if (of.kind === "Pod") return { apiVersion: "v1", kind: "Pod", metadata, spec };
  return { apiVersion: "apps/v1", kind: "Deployment", metadata, spec: { replicas: of.replicas, selector: { matchLabels: labels(of) }, template: { metadata: { labels: labels(of) }, spec } } };
}

/** Whom a Service served: its recorded selector, else the workload whose name has most of its words, a Deployment before a pod. */
function target(service: Service, works: readonly Workload[]): Workload | undefined {
  const selector = labelsOf(service.row?.get("SELECTOR"));
  const here = works.filter(({ namespace }) => namespace === service.namespace);
  const selected = selector === undefined ? undefined : here.find((of) => Object.entries(selector).every(([key, value]) => labels(of)[key] === value));
  if (selected !== undefined) return selected;
  const words = stems(service.name);
  const scored = here.map((of) => ({ of, score: stems(of.name).filter((word) => words.includes(word)).length * 4 + (of.kind === "Deployment" ? 2 : 0) + (of.listed ? 1 : 0) }));
  return scored.sort((a, b) => b.score - a.score)[0]?.of;
}

/** The addresses that this cluster can give: what was recorded elsewhere can't be had. */
const within = (address: string): boolean => /^10\.(9[6-9]|10\d|11[01])\.\d+\.\d+$/.test(address);

function serviceManifest({ namespace, name, row }: Service, of: Workload | undefined, listening: number | undefined): Json {
  const type = row?.get("TYPE") ?? "ClusterIP";
  const address = row?.get("CLUSTER-IP") ?? "";
  const ports = (row?.get("PORT(S)") ?? "80/TCP").split(",").flatMap((each, _at, all): Json[] => {
    const match = /^(\d+)(?::(\d+))?\/(TCP|UDP|SCTP)/.exec(each.trim());
    if (match === null) return [];
    const port = Number(match[1]);
    const node = Number(match[2]);
    return [{ ...(all.length > 1 ? { name: `port-${port}` } : {}), port, ...(match[3] === "TCP" ? {} : { protocol: match[3] ?? "" }), targetPort: all.length === 1 ? listening ?? port : port, ...(node >= 30000 && node <= 32767 ? { nodePort: node } : {}) }];
  });
  const selector = labelsOf(row?.get("SELECTOR")) ?? (of === undefined ? { app: stems(name).join("-") || name } : labels(of));
  return {
    apiVersion: "v1", kind: "Service", metadata: { name, ...(namespace === "default" ? {} : { namespace }) },
    spec: { type: /^(ClusterIP|NodePort|LoadBalancer)$/.test(type) ? type : "ClusterIP", ...(address === "None" || within(address) ? { clusterIP: address } : {}), selector, ports },
  };
}
