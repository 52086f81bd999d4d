import type { Container, Pod, Volume } from "../api/types";
import type { Reader } from "../api/store";
import type { Dict, KubeObject } from "../model";
import type { World } from "../world";
import { issueToken, unixNow } from "../api/access/tokens";
import { fromBase64 } from "../encoding";
import { expand } from "./env";
import { normal } from "./container-files";
import type { NodeState, PodState } from "./kubelet-state";
import { fieldValue, resourceValue } from "./pod-fields";
import { remembered } from "../remembered";
import { Bag, runtime, writeLate, type LateText, type MountPoint, type VolumeTree } from "./runtime-state";

type Files = Record<string, string>;
type Found = { readonly files: Files; readonly late?: VolumeTree["late"] } | { readonly error: string };
interface Item { readonly key: string; readonly path: string }

function pick(data: Readonly<Record<string, string>>, items: readonly Item[] | undefined, what: string, optional: boolean): Found {
  if (!items) return { files: { ...data } };
  const files: Files = {};
  for (const { key, path } of items) {
    const value = data[key];
    if (value !== undefined) files[path] = value;
    else if (!optional) return { error: `${what} references non-existent ${what.startsWith("secret") ? "secret" : "config"} key: ${key}` };
  }
  return { files };
}

/** What whole ConfigMaps and those of token volumes hold, as files: all pods that mount the same show the same. */
const shownOf = new WeakMap<KubeObject, Map<readonly Item[] | undefined, Found>>();

function configMapData(cache: Reader, namespace: string, name: string, items: readonly Item[] | undefined, optional: boolean): Found {
  const object = cache.get({ resource: "configmaps", namespace, name });
  if (object === undefined) return readConfigMap(object, name, items, optional);
  let known = shownOf.get(object);
  if (known === undefined) shownOf.set(object, known = new Map<readonly Item[] | undefined, Found>());
  let found = known.get(items);
  if (found === undefined) known.set(items, found = readConfigMap(object, name, items, optional));
  return found;
}

function readConfigMap(found: KubeObject | undefined, name: string, items: readonly Item[] | undefined, optional: boolean): Found {
  // The root certificate is published by a controller a moment after the namespace is made; a token volume does not wait for it here.
  if (!found && name === "kube-root-ca.crt") return { files: { "ca.crt": "" } };
  if (!found) return optional ? { files: {} } : { error: `configmap "${name}" not found` };
  const binary = Object.fromEntries(Object.entries((found["binaryData"] ?? {}) as Dict).map(([key, value]) => [key, fromBase64(value)]));
  return pick({ ...(found["data"] as Dict | undefined), ...binary }, items, "configmap", optional);
}

function secretData(cache: Reader, namespace: string, name: string, items: readonly Item[] | undefined, optional: boolean): Found {
  const found = cache.get({ resource: "secrets", namespace, name });
  if (!found) return optional ? { files: {} } : { error: `secret "${name}" not found` };
  return pick(Object.fromEntries(Object.entries((found["data"] ?? {}) as Dict).map(([key, value]) => [key, fromBase64(value)])), items, "secret", optional);
}

interface DownwardItem { readonly path: string; readonly fieldRef?: { readonly fieldPath: string }; readonly resourceFieldRef?: { readonly resource: string; readonly containerName?: string; readonly divisor?: string } }

function downward(items: readonly DownwardItem[], pod: Pod, state: PodState, node: NodeState): Files {
  const files: Files = {};
  for (const item of items) {
    if (item.fieldRef) files[item.path] = fieldValue(pod, state, node, item.fieldRef.fieldPath) ?? "";
    const ref = item.resourceFieldRef;
    const container = pod.spec.containers.find((c) => c.name === ref?.containerName);
    if (ref && container) files[item.path] = resourceValue(container, node, ref.resource, ref.divisor);
  }
  return files;
}

/** The token that a pod is given: bound to the pod, for an hour and the seconds that a kubelet adds. It says what is so now, and is written when it is read. */
class PodToken implements LateText {
  private readonly namespace: string;
  private readonly name: string;
  private readonly uid: string;
  private readonly account: string;
  private readonly accountUid: string;
  private readonly issued: number;

  constructor(private readonly world: World, pod: Pod, private readonly audience: string | undefined) {
    this.namespace = pod.metadata.namespace ?? "";
    this.name = pod.metadata.name;
    this.uid = pod.metadata.uid;
    this.account = pod.spec.serviceAccountName ?? "default";
    this.accountUid = world.store.get({ resource: "serviceaccounts", namespace: this.namespace, name: this.account })?.metadata.uid ?? "";
    this.issued = unixNow(world);
  }

  text(): string {
    const { world, namespace, name, uid, audience, issued } = this;
    return issueToken(world, {
      namespace, account: { name: this.account, uid: this.accountUid }, pod: { name, uid }, ...(audience === undefined ? {} : { audiences: [audience] }), issued, lifetime: 3607, id: uid,
    });
  }
}

/** The files of a volume that the API's objects fill; undefined for volumes that hold data of their own. */
function content(world: World, cache: Reader, volume: Volume, pod: Pod, state: PodState, node: NodeState): Found | undefined {
  const namespace = pod.metadata.namespace ?? "";
  if (volume.configMap) return configMapData(cache, namespace, volume.configMap.name ?? "", volume.configMap.items, volume.configMap.optional === true);
  if (volume.secret) return secretData(cache, namespace, volume.secret.secretName ?? "", volume.secret.items, volume.secret.optional === true);
  if (volume.downwardAPI) return { files: downward((volume.downwardAPI.items ?? []), pod, state, node) };
  if (!volume.projected) return undefined;
  const files: Files = {};
  let late: VolumeTree["late"];
  for (const source of volume.projected.sources ?? []) {
    let found: Found = { files: {} };
    if (source.configMap) found = configMapData(cache, namespace, source.configMap.name ?? "", source.configMap.items, source.configMap.optional === true);
    else if (source.secret) found = secretData(cache, namespace, source.secret.name ?? "", source.secret.items, source.secret.optional === true);
    else if (source.downwardAPI) found = { files: downward((source.downwardAPI.items ?? []), pod, state, node) };
    if ("error" in found) return found;
    for (const path in found.files) files[path] = found.files[path];
    // A token is long, and hardly ever read.
    if (source.serviceAccountToken) {
      files[source.serviceAccountToken.path] = "";
      const token = new PodToken(world, pod, source.serviceAccountToken.audience);
      late = late === undefined ? { [source.serviceAccountToken.path]: token } : { ...late, [source.serviceAccountToken.path]: token };
    }
  }
  return { files, late };
}

function makeTree(world: World, key: string): VolumeTree {
  const { volumes, podVolumes } = runtime(world);
  let tree = volumes.get(key);
  if (tree === undefined) {
    const uid = key.slice(0, key.indexOf("/"));
    if (uid !== "host" && uid !== "pv") {
      const own = podVolumes.get(uid);
      if (own === undefined) podVolumes.set(uid, [key]);
      else own.push(key);
    }
    volumes.set(key, tree = { files: {}, directories: new Bag<true>(), late: undefined });
  }
  return tree;
}

/** Where a volume's files are kept: shared by the node for hostPath, by everyone for a PersistentVolume, else the pod's own. */
function place(cache: Reader, volume: Volume, pod: Pod, state: PodState): { readonly key: string; readonly base: string } | { readonly error: string } {
  if (volume.hostPath) return { key: `host/${state.node}`, base: normal(volume.hostPath.path).slice(1) };
  const claimName = volume.persistentVolumeClaim?.claimName ?? (volume.ephemeral ? `${pod.metadata.name}-${volume.name}` : undefined);
  if (claimName === undefined) return { key: `${state.uid}/${volume.name}`, base: "" };
  const claim = cache.get({ resource: "persistentvolumeclaims", namespace: pod.metadata.namespace ?? "", name: claimName });
  if (!claim) return { error: `persistentvolumeclaim "${claimName}" not found` };
  const bound = (claim["spec"] as { volumeName?: string } | undefined)?.volumeName;
  if (bound === undefined || bound === "") return { error: `PVC is not bound` };
  const persistent = cache.get({ resource: "persistentvolumes", namespace: "", name: bound });
  const hostPath = (persistent?.["spec"] as { readonly hostPath?: { readonly path: string } } | undefined)?.hostPath;
  if (hostPath !== undefined) return { key: `host/${state.node}`, base: normal(hostPath.path).slice(1) };
  return { key: `pv/${bound}`, base: "" };
}

/** Whether a volume's files tell of the pod's address, which it has only later. */
export function tellsAddress(volume: Volume): boolean {
  const tells = (items: readonly DownwardItem[] | undefined): boolean => items?.some((item) => item.fieldRef?.fieldPath.startsWith("status.") === true) === true;
  return tells(volume.downwardAPI?.items) || volume.projected?.sources?.some((source) => tells(source.downwardAPI?.items)) === true;
}

/** Fills or refreshes every volume of a pod. Returns what failed, volume by volume. */
export function mountVolumes(world: World, cache: Reader, pod: Pod, state: PodState, node: NodeState): readonly { readonly volume: string; readonly error: string }[] {
  const failures: { volume: string; error: string }[] = [];
  if (pod.spec.volumes?.some(({ configMap, secret }) => configMap !== undefined || secret !== undefined) === true) (state.mounted ??= []).push(world.clock.now);
  for (const volume of pod.spec.volumes ?? []) {
    const at = place(cache, volume, pod, state);
    if ("error" in at) {
      failures.push({ volume: volume.name, error: at.error });
      continue;
    }
    const found = content(world, cache, volume, pod, state, node);
    if (found && "error" in found) {
      failures.push({ volume: volume.name, error: found.error });
      continue;
    }
    const tree = makeTree(world, at.key);
    if (found) {
      tree.files = found.files;
      tree.late = found.late;
    }
    else if (volume.hostPath && hostPathMissing(tree, at.base, volume.hostPath.type)) {
      failures.push({ volume: volume.name, error: `hostPath type check failed: ${volume.hostPath.path} is not a ${volume.hostPath.type?.toLowerCase()}` });
    } else if (at.base !== "" && volume.hostPath?.type !== "FileOrCreate" && tree.files[at.base] === undefined) {
      const parts = at.base.split("/");
      parts.forEach((_, i) => { tree.directories[parts.slice(0, i + 1).join("/")] = true; });
    } else if (volume.hostPath?.type === "FileOrCreate") tree.files[at.base] ??= "";
  }
  return failures;
}

function hostPathMissing(tree: VolumeTree, base: string, type: string | undefined): boolean {
  if (type !== "Directory" && type !== "File") return false;
  if (type === "File") return tree.files[base] === undefined;
  const standard = /^(|etc|var|var\/log|var\/lib|tmp|usr|dev|proc|sys|run|home|root|mnt|opt|data)$/.test(base);
  return !standard && tree.directories[base] !== true && !Object.keys(tree.files).some((file) => file.startsWith(`${base}/`));
}

/** The pods of a template mount at the same paths: they share the texts. */
const mountPath = remembered(normal);

/** Where a container sees its volumes; a subPath of a ConfigMap is a copy made at the start, which later changes don't reach. */
export function mountPoints(world: World, cache: Reader, pod: Pod, container: Container, state: PodState, env: Readonly<Record<string, string>>): readonly MountPoint[] {
  const points: MountPoint[] = [];
  for (const mount of container.volumeMounts ?? []) {
    const volume = (pod.spec.volumes ?? []).find((v) => v.name === mount.name);
    if (!volume) continue;
    const at = place(cache, volume, pod, state);
    if ("error" in at) continue;
    const fromApi = volume.configMap !== undefined || volume.secret !== undefined || volume.projected !== undefined || volume.downwardAPI !== undefined;
    const sub = normal(expand(mount.subPathExpr ?? mount.subPath ?? "", env)).slice(1);
    let { key, base } = at;
    if (sub !== "") {
      const tree = makeTree(world, key);
      const inside = base === "" ? sub : `${base}/${sub}`;
      if (fromApi) {
        const copy = makeTree(world, `${state.uid}/${volume.name}/${container.name}/${sub}`);
        writeLate(tree);
        copy.files = Object.fromEntries(Object.entries(tree.files).filter(([file]) => file === inside || file.startsWith(`${inside}/`)));
        key = `${state.uid}/${volume.name}/${container.name}/${sub}`;
      } else if (tree.files[inside] === undefined) tree.directories[inside] = true;
      base = inside;
    }
    points.push({ path: mountPath(mount.mountPath), volume: key, base, readOnly: mount.readOnly === true || fromApi });
  }
  return points.sort((a, b) => b.path.length - a.path.length).slice();
}

/** Forgets the volumes that lived and died with the pod. */
export function dropVolumes(world: World, uid: string): void {
  const { volumes, podVolumes } = runtime(world);
  for (const key of podVolumes.get(uid) ?? []) volumes.delete(key);
  podVolumes.delete(uid);
}

/** Whether the pod shows the content of an object of the API, so that a change must reach its files. */
export function shows(pod: Pod, resource: "configmaps" | "secrets", name: string): boolean {
  return (pod.spec.volumes ?? []).some((volume) => resource === "configmaps"
    ? volume.configMap?.name === name || (volume.projected?.sources ?? []).some((source) => source.configMap?.name === name)
    : volume.secret?.secretName === name || (volume.projected?.sources ?? []).some((source) => source.secret?.name === name));
}

/** Whether a container's environment needs an object of the API. */
export function needs(pod: Pod, resource: "configmaps" | "secrets", name: string): boolean {
  return [...pod.spec.containers, ...(pod.spec.initContainers ?? [])].some((container) =>
    (container.env ?? []).some((variable) => (resource === "configmaps" ? variable.valueFrom?.configMapKeyRef?.name : variable.valueFrom?.secretKeyRef?.name) === name)
    || (container.envFrom ?? []).some((source) => (resource === "configmaps" ? source.configMapRef?.name : source.secretRef?.name) === name));
}
