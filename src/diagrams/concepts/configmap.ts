import { fromBase64 } from "../../cluster/encoding";
import type { KubeObject, Ms, Ref } from "../../cluster/model";
import type { View } from "../../cluster/view";
import { t } from "../../i18n/index";
import type { Act, Concept } from "../concept";
import { field, listAt, textAt } from "../fields";
import { foldLog } from "../log-fold";
import { podRef } from "../pod-state";
import type { Box, Edge, Line, Scene, Sentence } from "../scene";
import { placeKey } from "../slots";
import { containersOf, inNamespace } from "./pod-containers";

type Data = Readonly<Record<string, string>>;
type Resource = "configmaps" | "secrets";

/** What ConfigMaps and Secrets held, and since when: "configmaps/default/app" → oldest first. */
const histories = foldLog<ReadonlyMap<string, readonly { readonly at: Ms; readonly data: Data }[]>>(new Map(), (all, { ref, object, type, at }) => {
  if (ref.resource !== "configmaps" && ref.resource !== "secrets") return all;
  const key = keyOf(ref);
  const before = all.get(key) ?? [];
  const data: Data = type === "DELETED" ? {} : dataOf(ref.resource, object);
  return JSON.stringify(before.at(-1)?.data) === JSON.stringify(data) ? all : new Map(all).set(key, [...before, { at, data }]);
});

const keyOf = (ref: Ref): string => `${ref.resource}/${ref.namespace}/${ref.name}`;

/** The values as a container reads them: a Secret's are decoded. */
function dataOf(resource: Resource, object: KubeObject | undefined): Data {
  const data = (field(object, "data") ?? {}) as Data;
  return resource === "configmaps" ? data : Object.fromEntries(Object.entries(data).map(([key, value]) => [key, fromBase64(value)]));
}

const dataAt = (view: View, ref: Ref, at: Ms): Data => histories(view).get(keyOf(ref))?.filter((one) => one.at <= at).at(-1)?.data ?? {};

/** A value as a container has it: a variable that was read at its start, or a file that the kubelet writes anew. */
interface Use {
  readonly how: "env" | "file";
  /** The variable's name, or the file's path. */
  readonly as: string;
  readonly key: string;
  readonly value: string | undefined;
}

interface User {
  readonly pod: KubeObject;
  readonly container: string;
  readonly running: boolean;
  readonly startedAt: Ms | undefined;
  readonly uses: readonly Use[];
}

/** Every container that takes something of it, with the values that it has now. */
function usersOf(view: View, ref: Ref): readonly User[] {
  const secret = ref.resource === "secrets";
  const now = Object.keys(dataAt(view, ref, view.time));
  const users: User[] = [];
  for (const pod of view.list("pods", { namespace: ref.namespace })) {
    const facts = containersOf(view, pod);
    const volumes = listAt(pod, "spec", "volumes").filter((volume) => textAt(volume, ...(secret ? ["secret", "secretName"] : ["configMap", "name"])) === ref.name);
    const written = view.mounted(podRef(pod));
    for (const container of [...listAt(pod, "spec", "initContainers"), ...listAt(pod, "spec", "containers")]) {
      const name = textAt(container, "name") ?? "";
      const fact = facts.find((one) => one.name === name);
      // The status tells whole seconds.
      const read = fact?.startedAt === undefined ? undefined : dataAt(view, ref, fact.startedAt + 999);
      const uses: Use[] = [];
      const env = (as: string, key: string): number => uses.push({ how: "env", as, key, value: fact?.running === true ? read?.[key] : undefined });
      for (const source of listAt(container, "envFrom")) if (textAt(source, secret ? "secretRef" : "configMapRef", "name") === ref.name) for (const key of Object.keys(read ?? {})) env(`${textAt(source, "prefix") ?? ""}${key}`, key);
      for (const one of listAt(container, "env")) if (textAt(one, "valueFrom", secret ? "secretKeyRef" : "configMapKeyRef", "name") === ref.name) env(textAt(one, "name") ?? "", textAt(one, "valueFrom", secret ? "secretKeyRef" : "configMapKeyRef", "key") ?? "");
      for (const mount of listAt(container, "volumeMounts")) {
        const volume = volumes.find((one) => textAt(one, "name") === textAt(mount, "name"));
        if (volume === undefined) continue;
        // A subPath is a copy made at the start.
        const at = textAt(mount, "subPath") === undefined ? written : fact?.startedAt;
        const files = at === undefined ? {} : dataAt(view, ref, at);
        const items = listAt(volume, secret ? "secret" : "configMap", "items");
        for (const key of items.length > 0 ? items.map((item) => textAt(item, "key") ?? "") : [...new Set([...Object.keys(files), ...now])]) uses.push({ how: "file", as: `${textAt(mount, "mountPath") ?? ""}/${textAt(items.find((item) => textAt(item, "key") === key), "path") ?? key}`, key, value: files[key] });
      }
      if (uses.length > 0) users.push({ pod, container: name, running: fact?.running === true, startedAt: fact?.startedAt, uses });
    }
  }
  return users;
}

const oneLine = (value: string | undefined): string => (value === undefined ? "–" : `"${value.trimEnd().split("\n").join("↵")}"`);

function scene(view: View, { focus: ref, level }: { readonly focus: Ref; readonly level: 0 | 1 | 2 }): Scene {
  const object = view.get(ref);
  const kind = ref.resource === "secrets" ? "Secret" : "ConfigMap";
  if (object === undefined) return { root: { key: "root", role: "words", title: t("config.empty", { kind }), tone: "none" }, edges: [], packets: [], notes: [] };
  const data = dataOf(ref.resource as Resource, object);
  const users = usersOf(view, ref).slice(0, 3);
  const stored = (field(object, "data") ?? {}) as Data;
  const source: Box = {
    key: "source", ref, role: "set", title: `${kind} ${ref.name}`, tone: "none", ...(level === 2 ? { sub: `resourceVersion ${object.metadata.resourceVersion}` } : {}),
    lines: Object.entries(stored).slice(0, 8).map(([key, value]) => ({ key: `source/${key}`, text: key, value: kind === "Secret" ? value : oneLine(value), tone: "none" })),
    label: `${kind} ${ref.name}`,
  };
  const edges: Edge[] = [];
  const pods = new Map<KubeObject, Box[]>();
  for (const { pod, container, running, uses } of users) {
    const key = `${placeKey(pod)}/${container}`;
    const part = (how: Use["how"]): Box[] => {
      const mine = uses.filter((use) => use.how === how);
      if (mine.length === 0) return [];
      const stale = mine.some(({ key: of, value }) => running && value !== data[of]);
      edges.push({ key: `source>${key}/${how}`, from: "source", to: `${key}/${how}`, means: "uses", label: t(`config.${how}`), tone: "none", dim: how === "env" && stale });
      return [{
        key: `${key}/${how}`, ref: { ...podRef(pod), part: `container/${container}` }, role: "rule", title: t(how === "env" ? "config.env.title" : "config.file.title"), tone: "none",
        ...(level === 0 ? {} : { sub: t(how === "env" ? "config.env.when" : "config.file.when") }),
        lines: mine.slice(0, 8).map(({ as, key: of, value }): Line => ({ key: `${key}/${how}/${as}`, text: as, value: `${running && value !== data[of] ? "≠ " : ""}${oneLine(value)}`, tone: "none", lit: running && value === data[of] && (histories(view).get(keyOf(ref))?.length ?? 0) > 1 })),
      }];
    };
    const fact = containersOf(view, pod).find((one) => one.name === container);
    const box: Box = {
      key, ref: { ...podRef(pod), part: `container/${container}` }, role: "container", title: `Container ${container}`, ...(level === 0 ? {} : { sub: `${fact?.word ?? ""} · ${t("pod.restarts", { n: fact?.restarts ?? 0 })}` }), tone: fact?.tone ?? "pending", flow: "row",
      children: [...part("env"), ...part("file")], label: `Container ${container}, ${fact?.word ?? ""}`,
    };
    pods.set(pod, [...(pods.get(pod) ?? []), box]);
  }
  const frames = [...pods].map(([pod, children]): Box => ({ key: placeKey(pod), ref: podRef(pod), role: "pod", title: `Pod ${pod.metadata.name}`, tone: "none", flow: "column", children, label: `Pod ${pod.metadata.name}` }));
  return {
    root: { key: "root", role: "group", title: "", tone: "none", flow: "column", children: [frames.length === 0 ? { key: "nobody", role: "place", title: t("config.nobody"), tone: "off" } : { key: "pods", role: "group", title: "", tone: "none", flow: "row", children: frames }, source] },
    edges, packets: [], notes: [],
  };
}

function caption(view: View, ref: Ref): Sentence {
  const kind = ref.resource === "secrets" ? "Secret" : "ConfigMap";
  const say = (key: string, args: Sentence["args"] = {}): Sentence => ({ key: `config.caption.${key}`, args: { kind, name: ref.name, ...args } });
  if (view.get(ref) === undefined) return { key: "config.empty", args: { kind } };
  const users = usersOf(view, ref);
  const [user] = users;
  if (user === undefined) return say("nobody");
  const data = dataAt(view, ref, view.time);
  const pod = user.pod.metadata.name;
  const waiting = containersOf(view, user.pod).find(({ name, reason }) => name === user.container && reason !== undefined);
  if (waiting !== undefined) return say("waiting", { pod, reason: waiting.reason ?? "" });
  const stale = users.filter(({ running }) => running).flatMap(({ uses }) => uses.filter(({ key, value }) => value !== data[key]));
  const file = stale.find(({ how }) => how === "file");
  const env = stale.find(({ how }) => how === "env");
  if (file !== undefined) {
    const due = view.due(podRef(user.pod));
    const n = due?.what === "mount" ? Math.ceil((due.at - view.time) / 1000) : 0;
    return say(n > 0 ? "edited.due" : "edited", { key: file.key, value: data[file.key] ?? "", file: file.as, n });
  }
  if (env !== undefined) return user.uses.some(({ how, key }) => how === "file" && key === env.key) ? say("followed", { pod, env: env.as, old: env.value ?? "", value: data[env.key] ?? "" }) : say("env", { pod, env: env.as, old: env.value ?? "" });
  const changed = (histories(view).get(keyOf(ref))?.length ?? 0) > 1;
  return say(changed ? "same" : kind === "Secret" ? "steady.secret" : "steady", { pod, n: user.uses.length });
}

/** The key that an act edits: one that is used both ways, if there is such a one. */
function edited(view: View, ref: Ref): string | undefined {
  const uses = usersOf(view, ref).flatMap(({ uses: of }) => of);
  const ways = (key: string): number => new Set(uses.filter((use) => use.key === key).map(({ how }) => how)).size;
  return Object.keys(dataAt(view, ref, view.time)).filter((key) => !(dataAt(view, ref, view.time)[key] ?? "").includes("\n")).sort((a, b) => ways(b) - ways(a))[0];
}

/** "info" → "info-2" → "info-3". */
const next = (value: string): string => (/\d+$/.test(value) ? value.replace(/\d+$/, (n) => String(Number(n) + 1)) : `${value}-2`);

const restart = (view: View, ref: Ref): string | undefined => {
  const user = usersOf(view, ref).find(({ running }) => running);
  return user === undefined ? undefined : `k8s-sim fault crash ${user.pod.metadata.name} ${user.container}${inNamespace(ref)}`;
};

function config(id: string, resource: Resource, evidence: Concept["evidence"], scenario: Concept["scenario"]): Concept {
  const acts: readonly Act[] = [
    {
      id: "edit",
      title: "config.act.edit",
      possible: (view, ref) => edited(view, ref) !== undefined,
      run(view, ref) {
        const key = edited(view, ref) ?? "";
        return [`kubectl patch ${resource.slice(0, -1)} ${ref.name}${inNamespace(ref)} -p '${JSON.stringify({ [resource === "secrets" ? "stringData" : "data"]: { [key]: next(dataAt(view, ref, view.time)[key] ?? "") } })}'`];
      },
    },
    { id: "restart", title: "network.act.restart", possible: (view, ref) => restart(view, ref) !== undefined, run: (view, ref) => [restart(view, ref) ?? ""] },
  ];
  return {
    id,
    evidence,
    question: "config.question",
    focus(view) {
      const all = view.list(resource).filter(({ metadata }) => metadata.namespace !== "kube-system" && metadata.name !== "kube-root-ca.crt" && !metadata.name.startsWith("sh.helm")).map(({ metadata }): Ref => ({ resource, namespace: metadata.namespace ?? "", name: metadata.name }));
      return all.find((ref) => usersOf(view, ref).length > 0) ?? all[0];
    },
    scenario,
    scene,
    actions: acts,
    caption,
    marks: (view, ref) => (histories(view).get(keyOf(ref)) ?? []).slice(1).map(({ at }) => ({ at, key: "config.mark", args: { name: ref.name } })),
    poster: (view) => ({ time: view.time, level: 0 }),
  };
}

const pod = (env: string, volume: string, path: string): string => `apiVersion: v1
kind: Pod
metadata:
  name: web
spec:
  containers:
  - name: web
    image: nginx
    env:
    - name: ${env}
    volumeMounts:
    - name: config
      mountPath: ${path}
  volumes:
  - name: config
${volume}`;

export const configMap: Concept = config("configmap", "configmaps", [
  { word: /config[-_ ]?maps?/i, weight: 10 },
  { word: /\bcm\b|配置(映射|字典|项)/i, weight: 6 },
  { word: /配置|\bconfig(uration)?\b|环境变量/i, weight: 2 },
], {
  nodes: [{ name: "node1" }],
  manifests: `apiVersion: v1
kind: ConfigMap
metadata:
  name: app-config
data:
  LEVEL: info
---
${pod("LEVEL\n      valueFrom:\n        configMapKeyRef:\n          name: app-config\n          key: LEVEL", "    configMap:\n      name: app-config\n", "/etc/config")}`,
  actions: [
    { at: 8_000, run: `kubectl patch configmap app-config -p '{"data":{"LEVEL":"debug"}}'` },
    { at: 95_000, run: "kubectl exec web -- sh -c 'echo $LEVEL; cat /etc/config/LEVEL'" },
  ],
  end: 100_000,
});

export const secret: Concept = config("secret", "secrets", [
  { word: /\bsecrets?\b/i, weight: 10 },
  { word: /密钥|保密字典|敏感/, weight: 6 },
  { word: /base64|opaque/i, weight: 3 },
], {
  nodes: [{ name: "node1" }],
  manifests: `apiVersion: v1
kind: Secret
metadata:
  name: db-login
stringData:
  PASSWORD: s3cret
---
${pod("PASSWORD\n      valueFrom:\n        secretKeyRef:\n          name: db-login\n          key: PASSWORD", "    secret:\n      secretName: db-login\n", "/etc/login")}`,
  actions: [{ at: 8_000, run: `kubectl patch secret db-login -p '{"stringData":{"PASSWORD":"n3w"}}'` }],
  end: 100_000,
});
