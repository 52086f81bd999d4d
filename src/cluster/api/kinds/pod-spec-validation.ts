import { dns1123Label, dns1123Subdomain, duplicate, forbiddenField, invalids, nonNegative, qualifiedName, required, unsupported, validConfigKey, validIp, validLabelValue, validPortName, validPortNumber, validateLabels } from "./label-validation";
import { validateLabelSelector } from "./selector-validation";
import { validateAnnotations } from "./object-meta-validation";
import { canonical, compareAmounts, isQuantity, nanosOf } from "./amounts";
import type { FieldError } from "../kind";
import type { Container, PodSpec, PodTemplate, Probe, Toleration, Volume, Wire, k8s } from "../types";
import type { Dict, ObjectMeta } from "../../model";

type Handler = Pick<Wire<k8s.V1LifecycleHandler>, "exec" | "httpGet" | "tcpSocket"> & { readonly grpc?: { readonly port: number } | undefined; readonly sleep?: object | undefined };
type EnvVar = Wire<k8s.V1EnvVar>;
type Term = Wire<k8s.V1NodeSelectorTerm>;

const invalid = (field: string, value: unknown, detail: string): FieldError => ({ field, type: "Invalid", value, detail });

/** A port that is a number or a name. */
function portErrors(port: unknown, field: string): FieldError[] {
  if (typeof port === "number") return invalids(field, port, validPortNumber(port));
  const name = typeof port === "string" ? port : "";
  return invalids(field, name, validPortName(name));
}

function validateHandler(handler: Handler, field: string): FieldError[] {
  const errors: FieldError[] = [];
  let handlers = 0;
  const one = (name: string, check: () => readonly FieldError[]): void => {
    if (handlers > 0) errors.push(forbiddenField(`${field}.${name}`, "may not specify more than 1 handler type"));
    else errors.push(...check());
    handlers++;
  };
  if (handler.exec !== undefined) one("exec", () => ((handler.exec?.command ?? []).length === 0 ? [required(`${field}.exec.command`)] : []));
  if (handler.httpGet !== undefined) {
    const get = handler.httpGet;
    one("httpGet", () => [
      ...(get.path === undefined || get.path === "" ? [required(`${field}.httpGet.path`)] : []),
      ...portErrors(get.port, `${field}.httpGet.port`),
      ...(get.scheme !== undefined && get.scheme !== "HTTP" && get.scheme !== "HTTPS" ? [unsupported(`${field}.httpGet.scheme`, get.scheme, ["HTTP", "HTTPS"])] : []),
    ]);
  }
  if (handler.tcpSocket !== undefined) one("tcpSocket", () => portErrors(handler.tcpSocket?.port, `${field}.tcpSocket.port`));
  if (handler.grpc !== undefined) one("grpc", () => portErrors(handler.grpc?.port, `${field}.grpc.port`));
  if (handler.sleep !== undefined) one("sleep", () => []);
  if (handlers === 0) errors.push(required(field, "must specify a handler type"));
  return errors;
}

function validateProbe(probe: Probe | undefined, field: string, kind: "liveness" | "readiness" | "startup"): FieldError[] {
  if (probe === undefined || probe === null) return [];
  const errors = validateHandler(probe, field);
  errors.push(
    ...nonNegative(`${field}.initialDelaySeconds`, probe.initialDelaySeconds), ...nonNegative(`${field}.timeoutSeconds`, probe.timeoutSeconds),
    ...nonNegative(`${field}.periodSeconds`, probe.periodSeconds), ...nonNegative(`${field}.successThreshold`, probe.successThreshold),
    ...nonNegative(`${field}.failureThreshold`, probe.failureThreshold),
  );
  const grace = probe.terminationGracePeriodSeconds;
  if (grace !== undefined && grace <= 0) errors.push(invalid(`${field}.terminationGracePeriodSeconds`, grace, "must be greater than 0"));
  if (kind === "readiness" && grace !== undefined) errors.push(invalid(`${field}.terminationGracePeriodSeconds`, grace, "must not be set for readinessProbes"));
  if (kind !== "readiness" && probe.successThreshold !== undefined && probe.successThreshold !== 1) errors.push(invalid(`${field}.successThreshold`, probe.successThreshold, "must be 1"));
  return errors;
}

const protocols = ["SCTP", "TCP", "UDP"];

function validatePorts(container: Container, field: string): FieldError[] {
  const errors: FieldError[] = [];
  const names = new Set<string>();
  (container.ports ?? []).forEach((port, i) => {
    const at = `${field}.ports[${i}]`;
    if (port.name !== undefined && port.name !== "") {
      const problems = validPortName(port.name);
      if (problems.length > 0) errors.push(...invalids(`${at}.name`, port.name, problems));
      else if (names.has(port.name)) errors.push(duplicate(`${at}.name`, port.name));
      else names.add(port.name);
    }
    if (port.containerPort === undefined || port.containerPort === 0) errors.push(required(`${at}.containerPort`));
    else errors.push(...invalids(`${at}.containerPort`, port.containerPort, validPortNumber(port.containerPort)));
    if (port.hostPort !== undefined && port.hostPort !== 0) errors.push(...invalids(`${at}.hostPort`, port.hostPort, validPortNumber(port.hostPort)));
    if (port.protocol !== undefined && !protocols.includes(port.protocol)) errors.push(unsupported(`${at}.protocol`, port.protocol, protocols));
  });
  return errors;
}

const envFieldPaths = ["metadata.name", "metadata.namespace", "metadata.uid", "spec.nodeName", "spec.serviceAccountName", "status.hostIP", "status.hostIPs", "status.podIP", "status.podIPs"];
const envResources = ["limits.cpu", "limits.ephemeral-storage", "limits.memory", "requests.cpu", "requests.ephemeral-storage", "requests.memory"];

function keyErrors(ref: { readonly name?: string | undefined; readonly key: string }, field: string): FieldError[] {
  return [
    ...(ref.name === undefined || ref.name === "" ? [required(`${field}.name`)] : []),
    ...(ref.key === undefined || ref.key === "" ? [required(`${field}.key`)] : invalids(`${field}.key`, ref.key, validConfigKey(ref.key))),
  ];
}

function validateEnvSource(env: EnvVar, field: string): FieldError[] {
  const source = env.valueFrom;
  if (source === undefined || source === null) return [];
  const errors: FieldError[] = [];
  let sources = 0;
  if (source.fieldRef !== undefined) {
    sources++;
    const path = source.fieldRef.fieldPath;
    const subscript = /^metadata\.(labels|annotations)\['(.*)'\]$/.exec(path ?? "");
    if (path === undefined || path === "") errors.push(required(`${field}.fieldRef.fieldPath`));
    else if (subscript !== null) errors.push(...invalids(`${field}.fieldRef`, path, qualifiedName(subscript[2])));
    else if (!/^(metadata|spec|status)\./.test(path)) errors.push(invalid(`${field}.fieldRef.fieldPath`, path, `error converting fieldPath: field label not supported: ${path}`));
    else if (!envFieldPaths.includes(path)) errors.push(unsupported(`${field}.fieldRef.fieldPath`, path, envFieldPaths));
  }
  if (source.resourceFieldRef !== undefined) {
    sources++;
    const resource = source.resourceFieldRef.resource;
    if (resource === undefined || resource === "") errors.push(required(`${field}.resourceFieldRef.resource`));
    else if (!envResources.includes(resource) && !/^(limits|requests)\.hugepages-/.test(resource)) errors.push(unsupported(`${field}.resourceFieldRef.resource`, resource, envResources));
  }
  if (source.configMapKeyRef !== undefined) { sources++; errors.push(...keyErrors(source.configMapKeyRef, `${field}.configMapKeyRef`)); }
  if (source.secretKeyRef !== undefined) { sources++; errors.push(...keyErrors(source.secretKeyRef, `${field}.secretKeyRef`)); }
  if (sources === 0) errors.push(invalid(field, "", "must specify one of: `fieldRef`, `resourceFieldRef`, `configMapKeyRef` or `secretKeyRef`"));
  else if (env.value !== undefined && env.value !== "") errors.push(invalid(field, "", "may not be specified when `value` is not empty"));
  else if (sources > 1) errors.push(invalid(field, "", "may not have more than one field specified at a time"));
  return errors;
}

function validateEnv(container: Container, field: string): FieldError[] {
  const errors: FieldError[] = [];
  (container.env ?? []).forEach((env, i) => {
    const at = `${field}.env[${i}]`;
    if (env.name === undefined || env.name === "") errors.push(required(`${at}.name`));
    else if (!/^[\x20-\x3c\x3e-\x7e]+$/.test(env.name)) errors.push(invalid(`${at}.name`, env.name, "a valid environment variable name must consist only of printable ASCII characters other than '='"));
    errors.push(...validateEnvSource(env, `${at}.valueFrom`));
  });
  (container.envFrom ?? []).forEach((from, i) => {
    const at = `${field}.envFrom[${i}]`;
    const sources = [from.configMapRef, from.secretRef].filter((source) => source !== undefined);
    if (from.configMapRef !== undefined && (from.configMapRef.name ?? "") === "") errors.push(required(`${at}.configMapRef.name`));
    if (from.secretRef !== undefined && (from.secretRef.name ?? "") === "") errors.push(required(`${at}.secretRef.name`));
    if (sources.length === 0) errors.push(invalid(at, "", "must specify one of: `configMapRef` or `secretRef`"));
    else if (sources.length > 1) errors.push(invalid(at, "", "may not have more than one field specified at a time"));
  });
  return errors;
}

function validateMounts(container: Container, field: string, volumes: ReadonlySet<string>): FieldError[] {
  const errors: FieldError[] = [];
  const paths = new Set<string>();
  (container.volumeMounts ?? []).forEach((mount, i) => {
    const at = `${field}.volumeMounts[${i}]`;
    if (mount.name === undefined || mount.name === "") errors.push(required(`${at}.name`));
    if (!volumes.has(mount.name)) errors.push({ field: `${at}.name`, type: "NotFound", value: mount.name, detail: "" });
    if (mount.mountPath === undefined || mount.mountPath === "") errors.push(required(`${at}.mountPath`));
    if (paths.has(mount.mountPath)) errors.push(invalid(`${at}.mountPath`, mount.mountPath, "must be unique"));
    paths.add(mount.mountPath);
    const { subPath, subPathExpr } = mount;
    if (subPath !== undefined && subPath !== "") errors.push(...descending(subPath, `${at}.subPath`));
    if (subPathExpr !== undefined && subPathExpr !== "") {
      if (subPath !== undefined && subPath !== "") errors.push(invalid(`${at}.subPathExpr`, subPathExpr, "subPathExpr and subPath are mutually exclusive"));
      errors.push(...descending(subPathExpr, `${at}.subPathExpr`));
    }
  });
  return errors;
}

/** A path that stays below where it starts. */
function descending(path: string, field: string): FieldError[] {
  return [
    ...(path.startsWith("/") ? [invalid(field, path, "must be a relative path")] : []),
    ...(path.split("/").includes("..") ? [invalid(field, path, "must not contain '..'")] : []),
  ];
}

const standardResources = ["cpu", "memory", "ephemeral-storage"];

function resourceNameErrors(name: string, field: string): FieldError[] {
  const errors = invalids(field, name, qualifiedName(name));
  if (errors.length > 0 || name.includes("/")) return errors;
  return standardResources.includes(name) || name.startsWith("hugepages-") ? [] : [
    invalid(field, name, "must be a standard resource type or fully qualified"), invalid(field, name, "must be a standard resource for containers"),
  ];
}

function quantityErrors(value: unknown, field: string): FieldError[] {
  if (!isQuantity(value)) return [invalid(field, value, "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'")];
  return nanosOf(value) < 0n ? [invalid(field, canonical(value), "must be greater than or equal to 0")] : [];
}

/** cpu and memory may be promised more often than they are there; devices and huge pages may not. */
function overcommitAllowed(name: string): boolean {
  return !name.startsWith("hugepages-") && (!name.includes("/") || /(^|\.)kubernetes\.io\//.test(name));
}

/** The resources of a container, in the order of ValidateContainerResourceRequirements. */
export function validateResources(resources: Container["resources"], field: string): FieldError[] {
  if (resources === undefined || resources === null) return [];
  const errors: FieldError[] = [];
  const limits: Dict = resources.limits ?? {};
  for (const name in limits) {
    const at = `${field}.limits[${name}]`;
    errors.push(...resourceNameErrors(name, at), ...quantityErrors(limits[name], at));
  }
  const requests: Dict = resources.requests ?? {};
  for (const name in requests) {
    const at = `${field}.requests[${name}]`;
    errors.push(...resourceNameErrors(name, at), ...quantityErrors(requests[name], at));
    const request = canonical(requests[name]);
    if (limits[name] !== undefined) {
      const limit = canonical(limits[name]);
      const more = compareAmounts(request, limit);
      if (more !== 0 && !overcommitAllowed(name)) errors.push(invalid(`${field}.requests`, request, `must be equal to ${name} limit of ${limit}`));
      else if (more > 0) errors.push(invalid(`${field}.requests`, request, `must be less than or equal to ${name} limit of ${limit}`));
    } else if (!overcommitAllowed(name)) errors.push(required(`${field}.limits`, "Limit must be set for non overcommitable resources"));
  }
  return errors;
}

const pullPolicies = ["Always", "IfNotPresent", "Never"];

function validateSecurityContext(container: Container, field: string): FieldError[] {
  const context = container.securityContext;
  if (context === undefined || context === null) return [];
  const errors: FieldError[] = [];
  for (const key of ["runAsUser", "runAsGroup"] as const) {
    const id = context[key];
    if (id !== undefined && (id < 0 || id > 2147483647)) errors.push(invalid(`${field}.securityContext.${key}`, id, "must be between 0 and 2147483647, inclusive"));
  }
  if (context.allowPrivilegeEscalation === false && context.privileged === true) {
    errors.push(invalid(`${field}.securityContext`, { go: "core.SecurityContext{}" }, "cannot set `allowPrivilegeEscalation` to false and `privileged` to true"));
  }
  return errors;
}

function validateContainerCommon(container: Container, field: string, volumes: ReadonlySet<string>): FieldError[] {
  const errors: FieldError[] = [];
  if (container.name === undefined || container.name === "") errors.push(required(`${field}.name`));
  else errors.push(...invalids(`${field}.name`, container.name, dns1123Label(container.name)));
  const image = container.image ?? "";
  if (image === "") errors.push(required(`${field}.image`));
  else if (image !== image.trim()) errors.push(invalid(`${field}.image`, image, "must not have leading or trailing whitespace"));
  const policy = container.terminationMessagePolicy;
  if (policy !== undefined && policy !== "File" && policy !== "FallbackToLogsOnError") errors.push(unsupported(`${field}.terminationMessagePolicy`, policy, ["FallbackToLogsOnError", "File"]));
  errors.push(...validatePorts(container, field), ...validateEnv(container, field), ...validateMounts(container, field, volumes));
  if (container.imagePullPolicy !== undefined && !pullPolicies.includes(container.imagePullPolicy)) errors.push(unsupported(`${field}.imagePullPolicy`, container.imagePullPolicy, pullPolicies));
  errors.push(...validateResources(container.resources, `${field}.resources`), ...validateSecurityContext(container, field));
  return errors;
}

function validateLifecycle(container: Container, field: string): FieldError[] {
  const { lifecycle } = container;
  if (lifecycle === undefined || lifecycle === null) return [];
  return [
    ...(lifecycle.postStart === undefined ? [] : validateHandler(lifecycle.postStart, `${field}.lifecycle.postStart`)),
    ...(lifecycle.preStop === undefined ? [] : validateHandler(lifecycle.preStop, `${field}.lifecycle.preStop`)),
  ];
}

function validateContainers(spec: PodSpec, field: string, volumes: ReadonlySet<string>): FieldError[] {
  const containers = spec.containers ?? [];
  if (containers.length === 0) return [required(`${field}.containers`)];
  const errors: FieldError[] = [];
  const names = new Set<string>();
  containers.forEach((container, i) => {
    const at = `${field}.containers[${i}]`;
    errors.push(...validateContainerCommon(container, at, volumes));
    if (names.has(container.name)) errors.push(duplicate(`${at}.name`, container.name));
    else names.add(container.name);
    errors.push(
      ...validateLifecycle(container, at), ...validateProbe(container.livenessProbe, `${at}.livenessProbe`, "liveness"),
      ...validateProbe(container.readinessProbe, `${at}.readinessProbe`, "readiness"), ...validateProbe(container.startupProbe, `${at}.startupProbe`, "startup"),
    );
    if (container.restartPolicy !== undefined) errors.push(forbiddenField(`${at}.restartPolicy`, "may not be set for non-init containers"));
  });
  errors.push(...hostPortConflicts(containers, `${field}.containers`));
  return errors;
}

function hostPortConflicts(containers: readonly Container[], field: string): FieldError[] {
  const errors: FieldError[] = [];
  const taken = new Set<string>();
  containers.forEach((container, i) => (container.ports ?? []).forEach((port, j) => {
    if (port.hostPort === undefined || port.hostPort === 0) return;
    const key = `${port.protocol ?? "TCP"}/${port.hostIP ?? ""}/${port.hostPort}`;
    if (taken.has(key)) errors.push(duplicate(`${field}[${i}].ports[${j}].hostPort`, key));
    taken.add(key);
  }));
  return errors;
}

function validateInitContainers(spec: PodSpec, field: string, volumes: ReadonlySet<string>): FieldError[] {
  const errors: FieldError[] = [];
  const names = new Set((spec.containers ?? []).map((container) => container.name));
  (spec.initContainers ?? []).forEach((container, i) => {
    const at = `${field}.initContainers[${i}]`;
    errors.push(...validateContainerCommon(container, at, volumes));
    const sidecar = container.restartPolicy === "Always";
    if (container.restartPolicy !== undefined && !sidecar) errors.push(unsupported(`${at}.restartPolicy`, container.restartPolicy, ["Always"]));
    if (container.name !== undefined && container.name !== "") {
      if (names.has(container.name)) errors.push(duplicate(`${at}.name`, container.name));
      names.add(container.name);
    }
    if (sidecar) {
      errors.push(
        ...validateLifecycle(container, at), ...validateProbe(container.livenessProbe, `${at}.livenessProbe`, "liveness"),
        ...validateProbe(container.readinessProbe, `${at}.readinessProbe`, "readiness"), ...validateProbe(container.startupProbe, `${at}.startupProbe`, "startup"),
      );
    } else {
      if (container.lifecycle !== undefined) errors.push(forbiddenField(`${at}.lifecycle`, "may not be set for init containers without restartPolicy=Always"));
      for (const probe of ["livenessProbe", "readinessProbe", "startupProbe"] as const) {
        if (container[probe] !== undefined) errors.push(forbiddenField(`${at}.${probe}`, "may not be set for init containers without restartPolicy=Always"));
      }
    }
  });
  return errors;
}

const hostPathTypes = ["", "BlockDevice", "CharDevice", "Directory", "DirectoryOrCreate", "File", "FileOrCreate", "Socket"];

function validateVolumeSource(volume: Volume, field: string): FieldError[] {
  const errors: FieldError[] = [];
  const sources = Object.keys(volume).filter((key) => key !== "name" && volume[key as keyof Volume] !== undefined && volume[key as keyof Volume] !== null);
  sources.forEach((source, i) => {
    if (i > 0) errors.push(forbiddenField(`${field}.${source}`, "may not specify more than 1 volume type"));
  });
  if (sources.length === 0) errors.push(required(field, "must specify a volume type"));
  if (errors.length > 0) return errors;
  if (volume.hostPath !== undefined) {
    const path = volume.hostPath.path;
    if (path === undefined || path === "") errors.push(required(`${field}.hostPath.path`));
    else if (path.split("/").includes("..")) errors.push(invalid(`${field}.hostPath.path`, path, "must not contain '..'"));
    const type = volume.hostPath.type ?? "";
    if (!hostPathTypes.includes(type)) errors.push(unsupported(`${field}.hostPath.type`, type, hostPathTypes));
  }
  if (volume.secret !== undefined && (volume.secret.secretName ?? "") === "") errors.push(required(`${field}.secret.secretName`));
  if (volume.configMap !== undefined && (volume.configMap.name ?? "") === "") errors.push(required(`${field}.configMap.name`));
  if (volume.persistentVolumeClaim !== undefined && (volume.persistentVolumeClaim.claimName ?? "") === "") errors.push(required(`${field}.persistentVolumeClaim.claimName`));
  if (volume.nfs !== undefined) {
    if ((volume.nfs.server ?? "") === "") errors.push(required(`${field}.nfs.server`));
    if ((volume.nfs.path ?? "") === "") errors.push(required(`${field}.nfs.path`));
  }
  for (const [name, source] of [["secret", volume.secret], ["configMap", volume.configMap]] as const) {
    const mode = source?.defaultMode;
    if (mode !== undefined && (mode < 0 || mode > 0o777)) errors.push(invalid(`${field}.${name}.defaultMode`, mode, "must be a number between 0 and 0777 (octal), both inclusive"));
    (source?.items ?? []).forEach((item, i) => {
      if ((item.key ?? "") === "") errors.push(required(`${field}.${name}.items[${i}].key`));
      if ((item.path ?? "") === "") errors.push(required(`${field}.${name}.items[${i}].path`));
      else errors.push(...descending(item.path, `${field}.${name}.items[${i}].path`));
    });
  }
  return errors;
}

function validateVolumes(volumes: readonly Volume[], field: string): { errors: FieldError[]; names: ReadonlySet<string> } {
  const errors: FieldError[] = [];
  const names = new Set<string>();
  volumes.forEach((volume, i) => {
    const at = `${field}[${i}]`;
    const own = validateVolumeSource(volume, at);
    if (volume.name === undefined || volume.name === "") own.push(required(`${at}.name`));
    else own.push(...invalids(`${at}.name`, volume.name, dns1123Label(volume.name)));
    if (names.has(volume.name)) own.push(duplicate(`${at}.name`, volume.name));
    if (own.length === 0) names.add(volume.name);
    errors.push(...own);
  });
  return { errors, names };
}

const effects = ["NoSchedule", "PreferNoSchedule", "NoExecute"];

/** Tolerations, in the order of ValidateTolerations. */
export function validateTolerations(tolerations: readonly Toleration[] | undefined, field: string): FieldError[] {
  const errors: FieldError[] = [];
  (tolerations ?? []).forEach((toleration, i) => {
    const at = `${field}[${i}]`;
    const { key = "", operator = "", value = "", effect = "" } = toleration;
    if (key !== "") errors.push(...invalids(`${at}.key`, key, qualifiedName(key)));
    if (key === "" && operator !== "Exists") errors.push(invalid(`${at}.operator`, operator, "operator must be Exists when `key` is empty, which means \"match all values and all keys\""));
    if (toleration.tolerationSeconds !== undefined && effect !== "NoExecute") errors.push(invalid(`${at}.effect`, effect, "effect must be 'NoExecute' when `tolerationSeconds` is set"));
    if (operator === "Equal" || operator === "") errors.push(...invalids(`${at}.operator`, value, validLabelValue(value)));
    else if (operator === "Exists") {
      if (value !== "") errors.push(invalid(`${at}.operator`, { go: "core.Toleration{}" }, "value must be empty when `operator` is 'Exists'"));
    } else errors.push(unsupported(`${at}.operator`, operator, ["Equal", "Exists"]));
    if (effect !== "" && !effects.includes(effect)) errors.push(unsupported(`${at}.effect`, effect, effects));
  });
  return errors;
}

function validateNodeTerm(term: Term, field: string): FieldError[] {
  const errors: FieldError[] = [];
  (term.matchExpressions ?? []).forEach(({ key, operator, values = [] }, i) => {
    const at = `${field}.matchExpressions[${i}]`;
    if (operator === "In" || operator === "NotIn") {
      if (values.length === 0) errors.push(required(`${at}.values`, "must be specified when `operator` is 'In' or 'NotIn'"));
    } else if (operator === "Exists" || operator === "DoesNotExist") {
      if (values.length > 0) errors.push(forbiddenField(`${at}.values`, "may not be specified when `operator` is 'Exists' or 'DoesNotExist'"));
    } else if (operator === "Gt" || operator === "Lt") {
      if (values.length !== 1) errors.push(required(`${at}.values`, "must be specified single value when `operator` is 'Lt' or 'Gt'"));
    } else errors.push(invalid(`${at}.operator`, operator, "not a valid selector operator"));
    errors.push(...invalids(`${at}.key`, key, qualifiedName(key)));
  });
  return errors;
}

type PodTerm = Wire<k8s.V1PodAffinityTerm>;

function validatePodTerm(term: PodTerm, field: string): FieldError[] {
  const errors = validateLabelSelector(term.labelSelector, `${field}.labelSelector`);
  if ((term.topologyKey ?? "") === "") errors.push(required(`${field}.topologyKey`, "can not be empty"));
  else errors.push(...invalids(`${field}.topologyKey`, term.topologyKey, qualifiedName(term.topologyKey)));
  return errors;
}

function weightErrors(weight: number, field: string): FieldError[] {
  return weight >= 1 && weight <= 100 ? [] : [invalid(`${field}.weight`, weight, "must be in the range 1-100")];
}

function validateAffinity(spec: PodSpec, field: string): FieldError[] {
  const { affinity } = spec;
  if (affinity === undefined || affinity === null) return [];
  const errors: FieldError[] = [];
  const at = `${field}.affinity`;
  const needs = affinity.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution;
  if (needs !== undefined) {
    const own = `${at}.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms`;
    if ((needs.nodeSelectorTerms ?? []).length === 0) errors.push(required(own, "must have at least one node selector term"));
    (needs.nodeSelectorTerms ?? []).forEach((term, i) => errors.push(...validateNodeTerm(term, `${own}[${i}]`)));
  }
  (affinity.nodeAffinity?.preferredDuringSchedulingIgnoredDuringExecution ?? []).forEach((term, i) => {
    const own = `${at}.nodeAffinity.preferredDuringSchedulingIgnoredDuringExecution[${i}]`;
    errors.push(...weightErrors(term.weight, own), ...validateNodeTerm(term.preference, `${own}.preference`));
  });
  for (const name of ["podAffinity", "podAntiAffinity"] as const) {
    (affinity[name]?.requiredDuringSchedulingIgnoredDuringExecution ?? []).forEach((term, i) => {
      errors.push(...validatePodTerm(term, `${at}.${name}.requiredDuringSchedulingIgnoredDuringExecution[${i}]`));
    });
    (affinity[name]?.preferredDuringSchedulingIgnoredDuringExecution ?? []).forEach((term, i) => {
      const own = `${at}.${name}.preferredDuringSchedulingIgnoredDuringExecution[${i}]`;
      errors.push(...weightErrors(term.weight, own), ...validatePodTerm(term.podAffinityTerm, `${own}.podAffinityTerm`));
    });
  }
  return errors;
}

function validateSpread(spec: PodSpec, field: string): FieldError[] {
  const errors: FieldError[] = [];
  (spec.topologySpreadConstraints ?? []).forEach((constraint, i) => {
    const at = `${field}.topologySpreadConstraints[${i}]`;
    if (!(constraint.maxSkew > 0)) errors.push(invalid(`${at}.maxSkew`, constraint.maxSkew, "must be greater than zero"));
    if ((constraint.topologyKey ?? "") === "") errors.push(required(`${at}.topologyKey`, "can not be empty"));
    if (!["DoNotSchedule", "ScheduleAnyway"].includes(constraint.whenUnsatisfiable)) errors.push(unsupported(`${at}.whenUnsatisfiable`, constraint.whenUnsatisfiable, ["DoNotSchedule", "ScheduleAnyway"]));
    errors.push(...validateLabelSelector(constraint.labelSelector, `${at}.labelSelector`));
  });
  return errors;
}

const dnsPolicies = ["ClusterFirst", "ClusterFirstWithHostNet", "Default", "None"];
const noErrors: readonly FieldError[] = [];
const rightSpecs = new WeakMap<object, string>();

/** A pod's spec, in the order of ValidatePodSpec. A spec that was right once is not looked at again. */
export function validatePodSpec(spec: PodSpec, field: string): readonly FieldError[] {
  if (rightSpecs.get(spec) === field) return noErrors;
  const errors: FieldError[] = [];
  const volumes = validateVolumes(spec.volumes ?? [], `${field}.volumes`);
  errors.push(...volumes.errors, ...validateContainers(spec, field, volumes.names), ...validateInitContainers(spec, field, volumes.names));
  const policy = spec.restartPolicy ?? "Always";
  if (!["Always", "OnFailure", "Never"].includes(policy)) errors.push(unsupported(`${field}.restartPolicy`, policy, ["Always", "OnFailure", "Never"]));
  if (spec.dnsPolicy !== undefined && !dnsPolicies.includes(spec.dnsPolicy)) errors.push(unsupported(`${field}.dnsPolicy`, spec.dnsPolicy, dnsPolicies));
  errors.push(...validateLabels(spec.nodeSelector, `${field}.nodeSelector`), ...validateAffinity(spec, field));
  if (spec.dnsPolicy === "None" && (spec.dnsConfig?.nameservers ?? []).length === 0) {
    errors.push(required(`${field}.dnsConfig.nameservers`, "must provide at least one DNS nameserver when `dnsPolicy` is None"));
  }
  errors.push(...validateSpread(spec, field));
  if (spec.serviceAccountName !== undefined && spec.serviceAccountName !== "") errors.push(...invalids(`${field}.serviceAccountName`, spec.serviceAccountName, dns1123Subdomain(spec.serviceAccountName)));
  if (spec.nodeName !== undefined && spec.nodeName !== "") errors.push(...invalids(`${field}.nodeName`, spec.nodeName, dns1123Subdomain(spec.nodeName)));
  const deadline = spec.activeDeadlineSeconds;
  if (deadline !== undefined && (deadline < 1 || deadline > 2147483647)) errors.push(invalid(`${field}.activeDeadlineSeconds`, deadline, "must be between 1 and 2147483647, inclusive"));
  if (spec.hostname !== undefined && spec.hostname !== "") errors.push(...invalids(`${field}.hostname`, spec.hostname, dns1123Label(spec.hostname)));
  if (spec.subdomain !== undefined && spec.subdomain !== "") errors.push(...invalids(`${field}.subdomain`, spec.subdomain, dns1123Label(spec.subdomain)));
  errors.push(...validateTolerations(spec.tolerations, `${field}.tolerations`));
  (spec.hostAliases ?? []).forEach((alias, i) => {
    errors.push(...invalids(`${field}.hostAliases[${i}].ip`, alias.ip, validIp(alias.ip)));
    (alias.hostnames ?? []).forEach((name, j) => errors.push(...invalids(`${field}.hostAliases[${i}].hostnames[${j}]`, name, dns1123Subdomain(name))));
  });
  if (spec.priorityClassName !== undefined && spec.priorityClassName !== "") errors.push(...invalids(`${field}.priorityClassName`, spec.priorityClassName, dns1123Subdomain(spec.priorityClassName)));
  if (errors.length === 0) rightSpecs.set(spec, field);
  return errors;
}

/** A template: labels, annotations and spec. */
export function validatePodTemplate(template: PodTemplate | undefined, field: string): readonly FieldError[] {
  if (template === undefined || template === null) return [required(field)];
  const metadata = (template.metadata ?? {}) as Partial<ObjectMeta>;
  return [
    ...validateLabels(metadata.labels, `${field}.labels`), ...validateAnnotations(metadata.annotations, `${field}.annotations`),
    ...validatePodSpec((template.spec ?? { containers: [] }), `${field}.spec`),
  ];
}
