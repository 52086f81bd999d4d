import { ageColumn, column, nameColumn } from "./columns";
import { defineKind } from "./kind-definition";
import { forbiddenField, invalids, required, unsupported, validPortName, validPortNumber } from "./label-validation";
import { validateObjectMeta } from "./object-meta-validation";
import { filled, mappedField, replaced } from "./sharing";
import { validateLabelSelector } from "./selector-validation";
import { formatLabelSelector } from "../selectors";
import type { FieldError, Kind } from "../kind";
import type { Wire, k8s } from "../types";
import type { KubeObject } from "../../model";

export type NetworkPolicy = KubeObject & { readonly spec: Wire<k8s.V1NetworkPolicySpec> };
type Port = Wire<k8s.V1NetworkPolicyPort>;
type Peer = Wire<k8s.V1NetworkPolicyPeer>;

const defaultPort = (port: Port): Port => filled(port, { protocol: "TCP" });

/** SetDefaults_NetworkPolicy: a policy is about what comes in, and, with egress rules, about what goes out. */
function defaults(object: KubeObject): KubeObject {
  let spec = filled(((object as NetworkPolicy).spec ?? {}), { podSelector: {} });
  spec = mappedField(spec, "ingress", (rule: { readonly ports?: readonly Port[] }) => mappedField(rule, "ports", defaultPort));
  spec = mappedField(spec, "egress", (rule: { readonly ports?: readonly Port[] }) => mappedField(rule, "ports", defaultPort));
  if ((spec.policyTypes ?? []).length === 0) spec = { ...spec, policyTypes: (spec.egress ?? []).length > 0 ? ["Ingress", "Egress"] : ["Ingress"] };
  return replaced(object, "spec", spec);
}

function validatePort(port: Port, field: string): FieldError[] {
  const errors: FieldError[] = [];
  const protocols = ["SCTP", "TCP", "UDP"];
  if (port.protocol !== undefined && !protocols.includes(port.protocol)) errors.push(unsupported(`${field}.protocol`, port.protocol, protocols));
  const own = port.port;
  if (typeof own === "number") {
    errors.push(...invalids(`${field}.port`, own, validPortNumber(own)));
    if (port.endPort !== undefined && port.endPort < own) errors.push({ field: `${field}.endPort`, type: "Invalid", value: own, detail: "must be greater than or equal to `port`" });
  } else if (typeof own === "string") {
    errors.push(...invalids(`${field}.port`, own, validPortName(own)));
    if (port.endPort !== undefined) errors.push({ field: `${field}.endPort`, type: "Invalid", value: port.endPort, detail: "may not be specified when `port` is non-numeric" });
  } else if (port.endPort !== undefined) errors.push({ field: `${field}.endPort`, type: "Invalid", value: port.endPort, detail: "may not be specified when `port` is not specified" });
  return errors;
}

function validatePeer(peer: Peer, field: string): FieldError[] {
  const errors: FieldError[] = [...validateLabelSelector(peer.podSelector, `${field}.podSelector`), ...validateLabelSelector(peer.namespaceSelector, `${field}.namespaceSelector`)];
  if (peer.ipBlock !== undefined) {
    const { cidr = "", except = [] } = peer.ipBlock;
    const isCidr = (text: string): boolean => /^[0-9a-fA-F.:]+\/\d{1,3}$/.test(text);
    if (cidr === "") errors.push(required(`${field}.ipBlock.cidr`));
    else if (!isCidr(cidr)) errors.push({ field: `${field}.ipBlock.cidr`, type: "Invalid", value: cidr, detail: "must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)" });
    except.forEach((one, i) => {
      if (!isCidr(one)) errors.push({ field: `${field}.ipBlock.except[${i}]`, type: "Invalid", value: one, detail: "must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)" });
    });
    if (peer.podSelector !== undefined || peer.namespaceSelector !== undefined) errors.push(forbiddenField(field, "may not specify both ipBlock and another peer"));
  } else if (peer.podSelector === undefined && peer.namespaceSelector === undefined) errors.push(required(field, "must specify a peer"));
  return errors;
}

function validate(next: KubeObject): readonly FieldError[] {
  const { spec, metadata } = next as NetworkPolicy;
  const errors: FieldError[] = [...validateObjectMeta(metadata, true), ...validateLabelSelector(spec.podSelector, "spec.podSelector")];
  const rules = (name: string, ports: readonly Port[] | undefined, peers: readonly Peer[] | undefined, side: string): void => {
    (ports ?? []).forEach((port, i) => errors.push(...validatePort(port, `${name}.ports[${i}]`)));
    (peers ?? []).forEach((peer, i) => errors.push(...validatePeer(peer, `${name}.${side}[${i}]`)));
  };
  (spec.ingress ?? []).forEach((rule, i) => rules(`spec.ingress[${i}]`, rule.ports, (rule as { _from?: readonly Peer[]; from?: readonly Peer[] }).from ?? rule._from, "from"));
  (spec.egress ?? []).forEach((rule, i) => rules(`spec.egress[${i}]`, rule.ports, rule.to, "to"));
  const types = ["Egress", "Ingress"];
  (spec.policyTypes ?? []).forEach((type, i) => {
    if (!types.includes(type)) errors.push(unsupported(`spec.policyTypes[${i}]`, type, types));
  });
  return errors;
}

export const networkpolicy: Kind = defineKind({
  group: "networking.k8s.io", kind: "NetworkPolicy", plural: "networkpolicies", shortNames: ["netpol"], generation: true, defaults, validate,
  columns: [nameColumn, column("Pod-Selector", "The pods that the policy is about.", (object) => formatLabelSelector((object as NetworkPolicy).spec.podSelector)), ageColumn],
});
