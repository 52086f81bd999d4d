import { extended } from "../../extended";
import { filled, mapped, mappedField, replaced, without } from "./sharing";
import { canonical } from "./amounts";
import type { Container, PodSpec, PodTemplate, Probe, Volume, Wire, k8s } from "../types";
import type { Dict } from "../../model";

type Handler = Wire<k8s.V1LifecycleHandler>;
type EnvVar = Wire<k8s.V1EnvVar>;
type HttpGet = Wire<k8s.V1HTTPGetAction>;
type Port = Wire<k8s.V1ContainerPort>;
type Item = Wire<k8s.V1DownwardAPIVolumeFile>;
type Projection = Wire<k8s.V1VolumeProjection>;
type Resources = Wire<k8s.V1ResourceRequirements>;

const noResources: Resources = {};
const noSecurityContext = {};

/** The tag after an image's last path element: "latest" where neither a tag nor a digest is given. */
export function imageTag(image: string): string {
  const [name = "", digest] = image.split("@");
  const last = name.slice(name.lastIndexOf("/") + 1);
  const colon = last.indexOf(":");
  if (colon >= 0) return last.slice(colon + 1);
  return digest === undefined ? "latest" : "";
}

/** Quantities as the API stores them. */
export function canonicalResources(resources: Dict | undefined): Dict | undefined {
  if (resources === undefined || resources === null) return undefined;
  let next: Record<string, string> | undefined;
  for (const key in resources) {
    const value = canonical(resources[key]);
    if (value === resources[key]) continue;
    next ??= { ...resources };
    next[key] = value;
  }
  return next ?? resources;
}

function defaultResources(resources: Resources): Resources {
  let next = resources;
  if (next.limits !== undefined) next = replaced(next, "limits", canonicalResources(next.limits) ?? {});
  if (next.requests !== undefined) next = replaced(next, "requests", canonicalResources(next.requests) ?? {});
  return next;
}

function defaultHttpGet(get: HttpGet): HttpGet {
  const withPath = get.path === "" || get.scheme === "" ? { ...get, path: get.path || "/", scheme: get.scheme || "HTTP" } : get;
  return filled(withPath, { path: "/", scheme: "HTTP" });
}

function defaultProbe(probe: Probe): Probe {
  const zero = probe.timeoutSeconds === 0 || probe.periodSeconds === 0 || probe.successThreshold === 0 || probe.failureThreshold === 0 || probe.initialDelaySeconds === 0;
  let next = zero ? dropZeros(probe) : probe;
  next = filled(next, { timeoutSeconds: 1, periodSeconds: 10, successThreshold: 1, failureThreshold: 3 });
  if (next.httpGet !== undefined) next = replaced(next, "httpGet", defaultHttpGet(next.httpGet));
  if (next.grpc !== undefined) next = replaced(next, "grpc", filled(next.grpc, { service: "" }));
  return next;
}

/** A number that is no pointer in Go is unset when it is 0. */
function dropZeros(probe: Probe): Probe {
  const zeros = (["timeoutSeconds", "periodSeconds", "successThreshold", "failureThreshold", "initialDelaySeconds"] as const).filter((key) => probe[key] === 0);
  return without(probe, ...zeros);
}

function defaultHandler(handler: Handler): Handler {
  return handler.httpGet === undefined ? handler : replaced(handler, "httpGet", defaultHttpGet(handler.httpGet));
}

function defaultEnv(env: EnvVar): EnvVar {
  const ref = env.valueFrom?.fieldRef;
  if (env.valueFrom === undefined || ref === undefined) return env;
  return replaced(env, "valueFrom", replaced(env.valueFrom, "fieldRef", filled(ref, { apiVersion: "v1" })));
}

function defaultPort(port: Port): Port {
  const next = port.hostPort === 0 ? without(port, "hostPort") : port;
  return next.protocol === "" ? { ...next, protocol: "TCP" } : filled(next, { protocol: "TCP" });
}

/** SetDefaults_Container and its parts. */
export function defaultContainer(container: Container): Container {
  let next = container;
  if (next.imagePullPolicy === undefined || next.imagePullPolicy === "") {
    next = { ...next, imagePullPolicy: imageTag(String(next.image ?? "")) === "latest" ? "Always" : "IfNotPresent" };
  }
  next = filled(next, { resources: noResources, terminationMessagePath: "/dev/termination-log", terminationMessagePolicy: "File" });
  next = replaced(next, "resources", defaultResources(next.resources ?? noResources));
  next = mappedField(next, "ports", defaultPort);
  next = mappedField(next, "env", defaultEnv);
  if (next.livenessProbe !== undefined) next = replaced(next, "livenessProbe", defaultProbe(next.livenessProbe));
  if (next.readinessProbe !== undefined) next = replaced(next, "readinessProbe", defaultProbe(next.readinessProbe));
  if (next.startupProbe !== undefined) next = replaced(next, "startupProbe", defaultProbe(next.startupProbe));
  if (next.lifecycle !== undefined) {
    let lifecycle = next.lifecycle;
    if (lifecycle.postStart !== undefined) lifecycle = replaced(lifecycle, "postStart", defaultHandler(lifecycle.postStart));
    if (lifecycle.preStop !== undefined) lifecycle = replaced(lifecycle, "preStop", defaultHandler(lifecycle.preStop));
    next = replaced(next, "lifecycle", lifecycle);
  }
  return next;
}

function defaultItem(item: Item): Item {
  return item.fieldRef === undefined ? item : replaced(item, "fieldRef", filled(item.fieldRef, { apiVersion: "v1" }));
}

function defaultProjection(source: Projection): Projection {
  let next = source;
  if (next.serviceAccountToken !== undefined) next = replaced(next, "serviceAccountToken", filled(next.serviceAccountToken, { expirationSeconds: 3600 }));
  if (next.downwardAPI !== undefined) next = replaced(next, "downwardAPI", mappedField(next.downwardAPI, "items", defaultItem));
  return next;
}

/** SetDefaults_Volume and the sources' own. File modes are 0644. */
export function defaultVolume(volume: Volume): Volume {
  const sources = Object.keys(volume).filter((key) => key !== "name" && volume[key as keyof Volume] !== undefined && volume[key as keyof Volume] !== null);
  if (sources.length === 0) return { ...volume, emptyDir: {} };
  let next = volume;
  if (next.hostPath !== undefined) next = replaced(next, "hostPath", filled(next.hostPath, { type: "" }));
  if (next.secret !== undefined) next = replaced(next, "secret", filled(next.secret, { defaultMode: 420 }));
  if (next.configMap !== undefined) next = replaced(next, "configMap", filled(next.configMap, { defaultMode: 420 }));
  if (next.downwardAPI !== undefined) next = replaced(next, "downwardAPI", mappedField(filled(next.downwardAPI, { defaultMode: 420 }), "items", defaultItem));
  if (next.projected !== undefined) next = replaced(next, "projected", mappedField(filled(next.projected, { defaultMode: 420 }), "sources", defaultProjection));
  if (next.emptyDir?.sizeLimit !== undefined) next = replaced(next, "emptyDir", replaced(next.emptyDir, "sizeLimit", canonical(next.emptyDir.sizeLimit)));
  const claim = next.ephemeral?.volumeClaimTemplate;
  if (next.ephemeral !== undefined && claim !== undefined) {
    next = replaced(next, "ephemeral", replaced(next.ephemeral, "volumeClaimTemplate", replaced(claim, "spec", filled(claim.spec, { volumeMode: "Filesystem" }))));
  }
  return next;
}

const specSeen = new WeakSet<object>();

/** SetDefaults_PodSpec: what templates and pods share. */
export function defaultPodSpec(spec: PodSpec): PodSpec {
  if (specSeen.has(spec)) return spec;
  let next = filled(spec, {
    dnsPolicy: "ClusterFirst", restartPolicy: "Always", schedulerName: "default-scheduler", securityContext: noSecurityContext, terminationGracePeriodSeconds: 30,
  });
  if (next.dnsPolicy === "") next = { ...next, dnsPolicy: "ClusterFirst" };
  if (next.restartPolicy === "") next = { ...next, restartPolicy: "Always" };
  next = mappedField(next, "containers", defaultContainer);
  next = mappedField(next, "initContainers", defaultContainer);
  next = mappedField(next, "ephemeralContainers", (container: Container) => defaultContainer(container));
  next = mappedField(next, "volumes", defaultVolume);
  // The deprecated alias travels with the name.
  const account = next.serviceAccountName ?? next.serviceAccount;
  if (account !== undefined && account !== "" && (next.serviceAccountName !== account || next.serviceAccount !== account)) {
    next = { ...next, serviceAccountName: account, serviceAccount: account };
  }
  specSeen.add(next);
  return next;
}

/** A template as the API prints it: its metadata always has a creationTimestamp, which is null. */
export function defaultPodTemplate(template: PodTemplate | undefined): PodTemplate {
  const given = template ?? {};
  const metadata = given.metadata ?? {};
  const stamped = "creationTimestamp" in metadata ? metadata : extended({ creationTimestamp: null }, metadata);
  const next = replaced(given, "metadata", stamped);
  return replaced(next, "spec", defaultPodSpec(next.spec ?? { containers: [] }));
}

/** On pods alone, a limit without a request is the request too. */
function requestLimits(container: Container): Container {
  const limits = container.resources?.limits;
  if (container.resources === undefined || limits === undefined) return container;
  const requests: Dict = container.resources.requests ?? {};
  const next = filled(requests, limits as Dict);
  return next === container.resources.requests || Object.keys(next).length === 0 ? container : { ...container, resources: { ...container.resources, requests: next } };
}

function hostPorts(container: Container): Container {
  return mappedField(container, "ports", (port: Port) => filled(port, { hostPort: port.containerPort }));
}

/** From a spec to the same with its defaults: the pods of a template share theirs. */
const podSeen = new WeakMap<PodSpec, PodSpec>();

/** SetDefaults_Pod on top of what templates get. */
export function defaultPod(spec: PodSpec): PodSpec {
  const known = podSeen.get(spec);
  if (known !== undefined) return known;
  let next = filled(defaultPodSpec(spec), { enableServiceLinks: true });
  next = replaced(next, "containers", mapped(next.containers ?? [], requestLimits));
  next = mappedField(next, "initContainers", requestLimits);
  if (next.hostNetwork === true) {
    next = replaced(next, "containers", mapped(next.containers, hostPorts));
    next = mappedField(next, "initContainers", hostPorts);
  }
  podSeen.set(spec, next);
  podSeen.set(next, next);
  specSeen.add(next);
  return next;
}
