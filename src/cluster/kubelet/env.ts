import type { ConfigMap, Container, Pod, Secret, Service } from "../api/types";
import type { Reader } from "../api/store";
import type { Dict } from "../model";
import { fromBase64 } from "../encoding";
import type { NodeState, PodState } from "./kubelet-state";
import { fieldValue, resourceValue } from "./pod-fields";

const path = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/** Replaces $(NAME) by known variables; $$ stands for a dollar sign; unknown names stay as they are. */
export function expand(text: string, ...known: readonly Dict[]): string {
  if (!text.includes("$")) return text;
  return text.replace(/\$(\$|\(([^()]*)\))/g, (whole, first: string, name: string | undefined) => {
    if (first === "$") return "$";
    return name === undefined ? whole : known.find((some) => some[name] !== undefined)?.[name] ?? whole;
  });
}

function servicesFor(cache: Reader, namespace: string): readonly Service[] {
  const own = cache.list("services", { namespace }) as unknown as readonly Service[];
  const master = namespace === "default" ? undefined : cache.get({ resource: "services", namespace: "default", name: "kubernetes" }) as unknown as Service | undefined;
  return master ? [...own, master] : own;
}

/** The variables that tell of the services in the pod's namespace, and of the API server everywhere (pkg/kubelet/envvars). */
function serviceVariables(services: readonly Service[], pod: Pod): Dict {
  const found: Record<string, string> = {};
  for (const service of services) {
    const { name, namespace } = service.metadata;
    const master = namespace === "default" && name === "kubernetes";
    if (!master && (pod.spec.enableServiceLinks === false || namespace !== pod.metadata.namespace)) continue;
    let known = variablesOf.get(service);
    if (known === undefined) variablesOf.set(service, known = variables(service));
    Object.assign(found, known);
  }
  return found;
}

/** What a service is to containers stays the same as long as its object does. */
const variablesOf = new WeakMap<Service, Dict>();

function variables(service: Service): Dict {
  const found: Record<string, string> = {};
  const { name } = service.metadata;
  const address = service.spec.clusterIP;
  const ports = service.spec.ports ?? [];
  const first = ports[0];
  if (address !== undefined && address !== "" && address !== "None" && first) {
    const prefix = name.toUpperCase().replace(/-/g, "_");
    found[`${prefix}_SERVICE_HOST`] = address;
    found[`${prefix}_SERVICE_PORT`] = String(first.port);
    for (const port of ports) if (port.name) found[`${prefix}_SERVICE_PORT_${port.name.toUpperCase().replace(/-/g, "_")}`] = String(port.port);
    for (const [i, port] of ports.entries()) {
      const protocol = (port.protocol ?? "TCP").toLowerCase();
      const url = `${protocol}://${address}:${port.port}`;
      if (i === 0) found[`${prefix}_PORT`] = url;
      const each = `${prefix}_PORT_${port.port}_${protocol.toUpperCase()}`;
      found[each] = url;
      found[`${each}_PROTO`] = protocol;
      found[`${each}_PORT`] = String(port.port);
      found[`${each}_ADDR`] = address;
    }
  }
  return found;
}

/** A container's environment, or the message of the CreateContainerConfigError that keeps it from starting. */
export function environment(cache: Reader, pod: Pod, container: Container, state: Pick<PodState, "address">, node: NodeState, image: Dict, hostname: string): { readonly env: Dict } | { readonly error: string } {
  const namespace = pod.metadata.namespace ?? "";
  const configMap = (name: string): ConfigMap | undefined => cache.get({ resource: "configmaps", namespace, name });
  const secret = (name: string): Secret | undefined => cache.get({ resource: "secrets", namespace, name });
  const own: Record<string, string> = {};
  for (const source of container.envFrom ?? []) {
    const prefix = source.prefix ?? "";
    if (source.configMapRef) {
      const found = configMap(source.configMapRef.name ?? "");
      if (!found && source.configMapRef.optional !== true) return { error: `configmap "${source.configMapRef.name}" not found` };
      for (const [key, value] of Object.entries(found?.data ?? {})) own[prefix + key] = value;
    }
    if (source.secretRef) {
      const found = secret(source.secretRef.name ?? "");
      if (!found && source.secretRef.optional !== true) return { error: `secret "${source.secretRef.name}" not found` };
      for (const [key, value] of Object.entries(found?.data ?? {})) own[prefix + key] = fromBase64(value);
    }
  }
  const services = serviceVariables(servicesFor(cache, namespace), pod);
  for (const variable of container.env ?? []) {
    const from = variable.valueFrom;
    if (!from) {
      own[variable.name] = expand(variable.value ?? "", own, services);
      continue;
    }
    if (from.fieldRef) {
      const value = fieldValue(pod, state, node, from.fieldRef.fieldPath);
      if (value === undefined) return { error: `unsupported fieldPath: ${from.fieldRef.fieldPath}` };
      own[variable.name] = value;
    } else if (from.resourceFieldRef) {
      const other = from.resourceFieldRef.containerName;
      const target = other ? [...pod.spec.containers, ...(pod.spec.initContainers ?? [])].find((c) => c.name === other) ?? container : container;
      own[variable.name] = resourceValue(target, node, from.resourceFieldRef.resource, from.resourceFieldRef.divisor);
    } else if (from.configMapKeyRef) {
      const { name = "", key, optional } = from.configMapKeyRef;
      const found = configMap(name);
      const value = found?.data?.[key];
      if (value !== undefined) own[variable.name] = value;
      else if (optional !== true) return { error: found ? `couldn't find key ${key} in ConfigMap ${namespace}/${name}` : `configmap "${name}" not found` };
    } else if (from.secretKeyRef) {
      const { name = "", key, optional } = from.secretKeyRef;
      const found = secret(name);
      const value = found?.data?.[key];
      if (value !== undefined) own[variable.name] = fromBase64(value);
      else if (optional !== true) return { error: found ? `couldn't find key ${key} in Secret ${namespace}/${name}` : `secret "${name}" not found` };
    }
  }
  return { env: { PATH: path, HOSTNAME: hostname, ...services, ...image, ...own } };
}
