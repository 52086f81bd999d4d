import { ageColumn, column, nameColumn } from "./columns";
import { defineKind } from "./kind-definition";
import { invalids, required, unsupported, validIp } from "./label-validation";
import { validateObjectMeta, withNextGeneration } from "./object-meta-validation";
import { filled, mappedField } from "./sharing";
import { equalJson } from "../equal";
import type { FieldError, Kind } from "../kind";
import type { EndpointSlice, Wire, k8s } from "../types";
import type { KubeObject } from "../../model";

const most = 3;

/** The first three of a list, and how many more there are. */
function shortened(list: readonly string[]): string {
  if (list.length > most) return `${list.slice(0, most).join(",")} + ${list.length - most} more...`;
  return list.length === 0 ? "<unset>" : list.join(",");
}

const columns = [
  nameColumn,
  column("AddressType", "IPv4, IPv6 or FQDN.", (object) => (object as EndpointSlice).addressType),
  column("Ports", "The ports of every endpoint.", (object) => shortened(((object as EndpointSlice).ports ?? []).map(({ port, name }) => (port !== undefined ? String(port) : name ?? "*")))),
  column("Endpoints", "The addresses.", (object) => shortened(((object as EndpointSlice).endpoints ?? []).flatMap(({ addresses }) => addresses))),
  ageColumn,
];

const types = ["FQDN", "IPv4", "IPv6"];

function validate(next: KubeObject, old: KubeObject | undefined): readonly FieldError[] {
  const { addressType, endpoints = [], metadata } = next as EndpointSlice;
  const errors: FieldError[] = validateObjectMeta(metadata, true);
  if ((addressType ?? "") === "") errors.push(required("addressType"));
  else if (!types.includes(addressType)) errors.push(unsupported("addressType", addressType, types));
  (endpoints ?? []).forEach(({ addresses = [] }, i) => {
    if (addresses.length === 0) errors.push(required(`endpoints[${i}].addresses`, "must contain at least 1 address"));
    if (addressType !== "FQDN") addresses.forEach((address, j) => errors.push(...invalids(`endpoints[${i}].addresses[${j}]`, address, validIp(address))));
  });
  if (old !== undefined && (old as EndpointSlice).addressType !== addressType) errors.push({ field: "addressType", type: "Invalid", value: addressType, detail: "field is immutable" });
  return errors;
}

function prepare(next: KubeObject, old: KubeObject | undefined): KubeObject {
  if (old === undefined) return next;
  const same = (["addressType", "endpoints", "ports"] as const).every((key) => equalJson((next as EndpointSlice)[key], (old as EndpointSlice)[key])) && equalJson(next.metadata.labels, old.metadata.labels);
  return same ? next : withNextGeneration(next, old);
}

/** Both lists are always there, null where nothing is listed. */
function defaults(object: KubeObject): KubeObject {
  const { endpoints, ports } = object as Partial<EndpointSlice>;
  const nothing = (list: readonly unknown[] | null | undefined): boolean => list !== null && (list === undefined || list.length === 0);
  const next = nothing(endpoints) || nothing(ports) ? { ...object, endpoints: nothing(endpoints) ? null : endpoints, ports: nothing(ports) ? null : ports } : object;
  return mappedField(next as EndpointSlice, "ports", (port: Wire<k8s.DiscoveryV1EndpointPort>) => filled(port, { name: "", protocol: "TCP" }));
}

export const endpointslice: Kind = defineKind({
  group: "discovery.k8s.io", kind: "EndpointSlice", plural: "endpointslices", generation: true, columns, prepare, validate,
  defaults,
});
