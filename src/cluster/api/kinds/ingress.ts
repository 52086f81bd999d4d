import { ageColumn, column, nameColumn } from "./columns";
import { defineKind } from "./kind-definition";
import { dns1035Label, dns1123Subdomain, invalids, required, unsupported, validIpv4, validPortName, validPortNumber } from "./label-validation";
import { validateObjectMeta } from "./object-meta-validation";
import { ingressAddresses } from "./service";
import type { FieldError, Kind } from "../kind";
import type { Ingress, Wire, k8s } from "../types";
import type { KubeObject } from "../../model";

type Backend = Wire<k8s.V1IngressBackend>;
type Path = Wire<k8s.V1HTTPIngressPath>;

/** The first three hosts, and how many rules more there are; "*" where none is named. */
function hostsText({ spec }: Ingress): string {
  const rules = spec.rules ?? [];
  const most = 3;
  const hosts: string[] = [];
  let more = false;
  for (const { host } of rules) {
    if (hosts.length === most) more = true;
    if (!more && host !== undefined && host !== "") hosts.push(host);
  }
  if (hosts.length === 0) return "*";
  return more ? `${hosts.join(",")} + ${rules.length - most} more...` : hosts.join(",");
}

const columns = [
  nameColumn,
  column("Class", "The class whose controller serves it.", (object) => (object as Ingress).spec.ingressClassName ?? object.metadata.annotations?.["kubernetes.io/ingress.class"] ?? "<none>"),
  column("Hosts", "The hosts that rules name.", (object) => hostsText(object as Ingress)),
  column("Address", "Where the controller listens.", (object) => ingressAddresses((object as Ingress).status)),
  column("Ports", "80, and 443 with TLS.", (object) => (((object as Ingress).spec.tls ?? []).length > 0 ? "80, 443" : "80")),
  ageColumn,
];

function validateBackend(backend: Backend | undefined, field: string): FieldError[] {
  if (backend === undefined) return [required(field, "")];
  const { service, resource } = backend;
  if (resource !== undefined && service !== undefined) return [{ field, type: "Invalid", value: "", detail: "cannot set both resource and service backends" }];
  if (resource !== undefined) return [];
  if (service === undefined) return [required(field, "resource or service backend is required")];
  const errors: FieldError[] = [];
  if ((service.name ?? "") === "") errors.push(required(`${field}.service.name`));
  else errors.push(...invalids(`${field}.service.name`, service.name, dns1035Label(service.name)));
  const { name = "", number = 0 } = service.port ?? {};
  if (name !== "" && number !== 0) errors.push({ field, type: "Invalid", value: "", detail: "cannot set both port name & port number" });
  else if (name !== "") errors.push(...invalids(`${field}.service.port.name`, name, validPortName(name)));
  else if (number !== 0) errors.push(...invalids(`${field}.service.port.number`, number, validPortNumber(number)));
  else errors.push(required(field, "port name or number is required"));
  return errors;
}

const pathTypes = ["Exact", "ImplementationSpecific", "Prefix"];
const badSequences = ["//", "/./", "/../", "%2f", "%2F"];
const badEndings = ["/..", "/."];

function validatePath(path: Path, field: string): FieldError[] {
  const errors: FieldError[] = [];
  const text = path.path ?? "";
  if (path.pathType === undefined || path.pathType === null) return [required(`${field}.pathType`, "pathType must be specified")];
  if (!pathTypes.includes(path.pathType)) return [unsupported(`${field}.pathType`, path.pathType, pathTypes)];
  const exact = path.pathType !== "ImplementationSpecific";
  if ((exact || text !== "") && !text.startsWith("/")) errors.push({ field: `${field}.path`, type: "Invalid", value: text, detail: "must be an absolute path" });
  if (exact && text !== "") {
    for (const bad of badSequences) if (text.includes(bad)) errors.push({ field: `${field}.path`, type: "Invalid", value: text, detail: `must not contain '${bad}'` });
    for (const bad of badEndings) if (text.endsWith(bad)) errors.push({ field: `${field}.path`, type: "Invalid", value: text, detail: `cannot end with '${bad}'` });
  }
  return [...errors, ...validateBackend(path.backend, `${field}.backend`)];
}

/** A host name; a star may stand for its first label. */
function validateHost(host: string, field: string): FieldError[] {
  if (validIpv4(host)) return [{ field, type: "Invalid", value: host, detail: "must be a DNS name, not an IP address" }];
  if (!host.includes("*")) return invalids(field, host, dns1123Subdomain(host));
  return /^\*\.[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/.test(host) ? [] : [{
    field, type: "Invalid", value: host,
    detail: "a wildcard DNS-1123 subdomain must start with '*.', followed by a valid DNS subdomain, which must consist of lower case alphanumeric characters, '-' or '.' and end with an alphanumeric character (e.g. '*.example.com', regex used for validation is '\\*\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')",
  }];
}

function validate(next: KubeObject, _old: KubeObject | undefined, _reader: unknown, subresource?: string): readonly FieldError[] {
  if (subresource === "status") return [];
  const { metadata } = next as Ingress;
  const spec = ((next as Ingress).spec ?? {});
  const errors: FieldError[] = validateObjectMeta(metadata, true);
  const rules = spec.rules ?? [];
  if (rules.length === 0 && spec.defaultBackend === undefined) errors.push({ field: "spec", type: "Invalid", value: [], detail: "either `defaultBackend` or `rules` must be specified" });
  if (spec.defaultBackend !== undefined) errors.push(...validateBackend(spec.defaultBackend, "spec.defaultBackend"));
  rules.forEach((rule, i) => {
    const at = `spec.rules[${i}]`;
    if (rule.host !== undefined && rule.host !== "") errors.push(...validateHost(rule.host, `${at}.host`));
    if (rule.http === undefined) return;
    if ((rule.http.paths ?? []).length === 0) errors.push(required(`${at}.http.paths`));
    (rule.http.paths ?? []).forEach((path, j) => errors.push(...validatePath(path, `${at}.http.paths[${j}]`)));
  });
  (spec.tls ?? []).forEach((tls, i) => (tls.hosts ?? []).forEach((host, j) => errors.push(...validateHost(host, `spec.tls[${i}].hosts[${j}]`))));
  if (spec.ingressClassName !== undefined) errors.push(...invalids("spec.ingressClassName", spec.ingressClassName, dns1123Subdomain(spec.ingressClassName)));
  return errors;
}

function warnings(next: KubeObject): readonly string[] {
  return next.metadata.annotations?.["kubernetes.io/ingress.class"] === undefined ? []
    : ["annotation \"kubernetes.io/ingress.class\" is deprecated, please use 'spec.ingressClassName' instead"];
}

export const ingress: Kind = defineKind({
  group: "networking.k8s.io", kind: "Ingress", plural: "ingresses", shortNames: ["ing"], generation: true, columns, subresources: ["status"], validate, warnings,
  prepare: (next, old) => (old === undefined ? { ...next, status: { loadBalancer: {} } } : next),
});
