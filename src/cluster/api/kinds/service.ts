import { ageColumn, column, nameColumn, wideColumn } from "./columns";
import { defineKind } from "./kind-definition";
import { dns1035Label, dns1123Label, dns1123Subdomain, duplicate, forbiddenField, invalids, required, unsupported, validIp, validPortName, validPortNumber, validateLabels } from "./label-validation";
import { validateObjectMeta } from "./object-meta-validation";
import { allocateService } from "./service-allocation";
import { defaultService, isHeadless, needsClusterIp, needsHealthPort, prepareService } from "./service-defaults";
import { formatLabels } from "../selectors";
import { equalJson } from "../equal";
import type { FieldError, Kind } from "../kind";
import type { Service } from "../types";
import type { KubeObject } from "../../model";

type Spec = Service["spec"];

/** The addresses or names that a load balancer gave, as tables print them. */
export function ingressAddresses(status: { readonly loadBalancer?: { readonly ingress?: readonly { readonly ip?: string | undefined; readonly hostname?: string | undefined }[] | undefined } | undefined } | undefined): string {
  const names = (status?.loadBalancer?.ingress ?? []).map(({ ip, hostname }) => (ip !== undefined && ip !== "" ? ip : hostname ?? "")).filter((name) => name !== "");
  return [...new Set(names)].sort().join(",");
}

function externalAddress({ spec, status }: Service): string {
  const own = (spec.externalIPs ?? []).join(",");
  switch (spec.type) {
    case "ClusterIP":
    case "NodePort": return own === "" ? "<none>" : own;
    case "LoadBalancer": {
      const all = [ingressAddresses(status), own].filter((text) => text !== "").join(",");
      return all === "" ? "<pending>" : all;
    }
    case "ExternalName": return spec.externalName ?? "";
    default: return "<unknown>";
  }
}

function portsText(spec: Spec): string {
  const ports = (spec.ports ?? []).map(({ port, nodePort, protocol }) => `${port}${nodePort === undefined || nodePort === 0 ? "" : `:${nodePort}`}/${protocol ?? "TCP"}`);
  return ports.length === 0 ? "<none>" : ports.join(",");
}

const columns = [
  nameColumn,
  column("Type", "How the service is reached.", (object) => (object as Service).spec.type ?? ""),
  column("Cluster-IP", "The service's address within the cluster.", (object) => (object as Service).spec.clusterIPs?.[0] ?? "<none>"),
  column("External-IP", "The service's address outside.", (object) => externalAddress(object as Service)),
  column("Port(s)", "The service's ports, and the nodes' after the colon.", (object) => portsText((object as Service).spec)),
  ageColumn,
  wideColumn("Selector", "The labels of the pods behind the service.", (object) => formatLabels((object as Service).spec.selector)),
];

const types = ["ClusterIP", "ExternalName", "LoadBalancer", "NodePort"];
const protocols = ["SCTP", "TCP", "UDP"];

function validatePorts(spec: Spec): FieldError[] {
  const errors: FieldError[] = [];
  const ports = spec.ports ?? [];
  const names = new Set<string>();
  ports.forEach((port, i) => {
    const at = `spec.ports[${i}]`;
    const name = port.name ?? "";
    if (name === "" && ports.length > 1) errors.push(required(`${at}.name`));
    else if (name !== "") {
      errors.push(...invalids(`${at}.name`, name, dns1123Label(name)));
      if (names.has(name)) errors.push(duplicate(`${at}.name`, name));
      names.add(name);
    }
    errors.push(...invalids(`${at}.port`, port.port ?? 0, validPortNumber(port.port ?? 0)));
    if (!protocols.includes(port.protocol ?? "TCP")) errors.push(unsupported(`${at}.protocol`, port.protocol, protocols));
    const target = port.targetPort;
    errors.push(...invalids(`${at}.targetPort`, target ?? 0, typeof target === "string" ? validPortName(target) : validPortNumber(target ?? 0)));
  });
  return errors;
}

/** Two ports may share a number only under two protocols. */
function validateDistinct(spec: Spec): FieldError[] {
  const errors: FieldError[] = [];
  const numbers = new Set<string>();
  const nodes = new Set<string>();
  (spec.ports ?? []).forEach((port, i) => {
    const own = `${port.protocol ?? "TCP"}/${port.port}`;
    const node = `${port.protocol ?? "TCP"}/${port.nodePort ?? 0}`;
    const text = (number: number, nodePort: number): { go: string } => ({ go: `core.ServicePort{Name:"", Protocol:${JSON.stringify(port.protocol ?? "TCP")}, AppProtocol:(*string)(nil), Port:${number}, TargetPort:intstr.IntOrString{Type:0, IntVal:0, StrVal:""}, NodePort:${nodePort}}` });
    if (port.nodePort !== undefined && nodes.has(node)) errors.push(duplicate(`spec.ports[${i}].nodePort`, text(0, port.nodePort)));
    if (numbers.has(own)) errors.push(duplicate(`spec.ports[${i}]`, text(port.port, 0)));
    numbers.add(own);
    nodes.add(node);
  });
  return errors;
}

function validateType(spec: Spec): FieldError[] {
  const errors: FieldError[] = [];
  if (spec.type === "LoadBalancer") {
    (spec.ports ?? []).forEach((port, i) => {
      if (port.port === 10250) errors.push({ field: `spec.ports[${i}]`, type: "Invalid", value: port.port, detail: "may not expose port 10250 externally since it is used by kubelet" });
    });
  }
  if ((spec.type === "LoadBalancer" || spec.type === "NodePort") && isHeadless(spec)) {
    errors.push({ field: "spec.clusterIPs[0]", type: "Invalid", value: "None", detail: `may not be set to 'None' for ${spec.type} services` });
  }
  if (spec.type === "ExternalName") {
    if ((spec.clusterIPs ?? []).length > 0) errors.push(forbiddenField("spec.clusterIPs", "may not be set for ExternalName services"));
    const name = (spec.externalName ?? "").replace(/\.$/, "");
    errors.push(...(name === "" ? [required("spec.externalName")] : invalids("spec.externalName", name, dns1123Subdomain(name))));
  }
  return errors;
}

function validateAddresses(spec: Spec): FieldError[] {
  const errors: FieldError[] = [];
  if (needsClusterIp(spec)) {
    (spec.clusterIPs ?? []).forEach((address, i) => {
      if (address === "None") return;
      errors.push(...invalids(`spec.clusterIPs[${i}]`, address, validIp(address)));
    });
    if (spec.clusterIP !== undefined && spec.clusterIPs !== undefined && spec.clusterIPs[0] !== spec.clusterIP) {
      errors.push({ field: "spec.clusterIPs", type: "Invalid", value: spec.clusterIPs, detail: "first value must match `clusterIP`" });
    }
    const families = ["IPv4", "IPv6"];
    (spec.ipFamilies ?? []).forEach((family, i) => {
      if (!families.includes(family)) errors.push(unsupported(`spec.ipFamilies[${i}]`, family, families));
      else if (family === "IPv6") errors.push({ field: `spec.ipFamilies[${i}]`, type: "Invalid", value: family, detail: "not configured on this cluster" });
    });
    const policies = ["PreferDualStack", "RequireDualStack", "SingleStack"];
    if (spec.ipFamilyPolicy !== undefined && !policies.includes(spec.ipFamilyPolicy)) errors.push(unsupported("spec.ipFamilyPolicy", spec.ipFamilyPolicy, policies));
    else if (spec.ipFamilyPolicy === "RequireDualStack") errors.push({ field: "spec.ipFamilyPolicy", type: "Invalid", value: "RequireDualStack", detail: "this cluster is not configured for dual-stack services" });
  }
  (spec.externalIPs ?? []).forEach((address, i) => errors.push(...invalids(`spec.externalIPs[${i}]`, address, validIp(address))));
  return errors;
}

function validateUpdate(spec: Spec, old: Spec): FieldError[] {
  // An address that was given stays, as long as the service has one at all.
  if (!needsClusterIp(spec) || !needsClusterIp(old)) return [];
  return (old.clusterIPs ?? []).flatMap((address, i): FieldError[] => (spec.clusterIPs?.[i] === address || address === "" ? []
    : [{ field: `spec.clusterIPs[${i}]`, type: "Invalid", value: spec.clusterIPs ?? [], detail: "may not change once set" }]));
}

function validate(next: KubeObject, old: KubeObject | undefined, _reader: unknown, subresource?: string): readonly FieldError[] {
  if (subresource === "status") return [];
  const { spec, metadata } = next as Service;
  const errors: FieldError[] = [];
  const before = (old as Service | undefined)?.spec;
  if (before !== undefined) errors.push(...validateUpdate(spec, before));
  errors.push(...validateObjectMeta(metadata, true, dns1035Label));
  if (spec === before) return errors;
  if ((spec.ports ?? []).length === 0 && !isHeadless(spec) && spec.type !== "ExternalName") errors.push(required("spec.ports"));
  errors.push(...validateType(spec), ...validatePorts(spec), ...validateLabels(spec.selector, "spec.selector"));
  if (spec.sessionAffinity !== "None" && spec.sessionAffinity !== "ClientIP") errors.push(unsupported("spec.sessionAffinity", spec.sessionAffinity, ["ClientIP", "None"]));
  const timeout = spec.sessionAffinityConfig?.clientIP?.timeoutSeconds;
  if (timeout !== undefined && (timeout <= 0 || timeout > 86400)) {
    errors.push({ field: "spec.sessionAffinityConfig.clientIP.timeoutSeconds", type: "Invalid", value: timeout, detail: "must be greater than 0 and less than 86400" });
  }
  errors.push(...validateAddresses(spec));
  if (!types.includes(spec.type ?? "")) errors.push(unsupported("spec.type", spec.type, types));
  if (spec.type === "ClusterIP") {
    (spec.ports ?? []).forEach((port, i) => {
      if (port.nodePort !== undefined) errors.push(forbiddenField(`spec.ports[${i}].nodePort`, "may not be used when `type` is 'ClusterIP'"));
    });
  }
  errors.push(...validateDistinct(spec));
  const policies = ["Cluster", "Local"];
  for (const key of ["externalTrafficPolicy", "internalTrafficPolicy"] as const) {
    if (spec[key] !== undefined && !policies.includes(spec[key])) errors.push(unsupported(`spec.${key}`, spec[key], policies));
  }
  if (spec.externalTrafficPolicy !== undefined && (spec.type === "ExternalName" || (spec.type === "ClusterIP" && (spec.externalIPs ?? []).length === 0))) {
    errors.push({ field: "spec.externalTrafficPolicy", type: "Invalid", value: spec.externalTrafficPolicy, detail: "may only be set for externally-accessible services" });
  }
  if (spec.healthCheckNodePort !== undefined && !needsHealthPort(spec)) {
    errors.push({ field: "spec.healthCheckNodePort", type: "Invalid", value: spec.healthCheckNodePort, detail: "may only be set when `type` is 'LoadBalancer' and `externalTrafficPolicy` is 'Local'" });
  }
  if (before !== undefined && equalJson(spec, before)) return errors;
  return errors;
}

export const service: Kind = defineKind({
  group: "", kind: "Service", plural: "services", shortNames: ["svc"], categories: ["all"], columns, subresources: ["proxy", "status"],
  defaults: defaultService, prepare: prepareService, validate, allocate: allocateService,
  selectable: { "spec.clusterIP": (object) => (object as Service).spec.clusterIP ?? "", "spec.type": (object) => (object as Service).spec.type ?? "" },
});
