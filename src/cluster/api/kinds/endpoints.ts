import { ageColumn, column, nameColumn } from "./columns";
import { defineKind } from "./kind-definition";
import { invalids, required, validIp, validPortNumber } from "./label-validation";
import { validateObjectMeta } from "./object-meta-validation";
import { mapped, mappedField, replaced, filled } from "./sharing";
import type { FieldError, Kind } from "../kind";
import type { Endpoints, Wire, k8s } from "../types";
import type { KubeObject } from "../../model";

type Subset = Wire<k8s.V1EndpointSubset>;
const most = 3;

/** The first three addresses with their ports, and how many more there are. */
export function endpointsText(subsets: readonly Subset[] | undefined): string {
  if (subsets === undefined || subsets === null || subsets.length === 0) return "<none>";
  const list: string[] = [];
  let count = 0;
  let more = false;
  for (const { addresses = [], ports = [] } of subsets) {
    const suffixes = ports.length === 0 ? [""] : ports.map(({ port }) => `:${port}`);
    for (const suffix of suffixes) {
      count += addresses.length;
      for (const { ip } of addresses) {
        if (list.length === most) { more = true; break; }
        list.push(ip + suffix);
      }
    }
  }
  return more ? `${list.join(",")} + ${count - most} more...` : list.join(",");
}

function defaults(object: KubeObject): KubeObject {
  const { subsets } = object as Endpoints;
  if (subsets === undefined || subsets === null) return object;
  return replaced(object, "subsets", mapped(subsets, (subset) => mappedField(subset, "ports", (port: Wire<k8s.CoreV1EndpointPort>) => filled(port, { protocol: "TCP" }))));
}

function validate(next: KubeObject): readonly FieldError[] {
  const errors: FieldError[] = validateObjectMeta(next.metadata, true);
  ((next as Endpoints).subsets ?? []).forEach((subset, i) => {
    const at = `subsets[${i}]`;
    if ((subset.addresses ?? []).length === 0 && (subset.notReadyAddresses ?? []).length === 0) errors.push(required(at, "must specify `addresses` or `notReadyAddresses`"));
    (subset.addresses ?? []).forEach(({ ip }, j) => errors.push(...invalids(`${at}.addresses[${j}].ip`, ip, validIp(ip ?? ""))));
    (subset.ports ?? []).forEach(({ name, port }, j) => {
      if ((name ?? "") === "" && (subset.ports ?? []).length > 1) errors.push(required(`${at}.ports[${j}].name`));
      errors.push(...invalids(`${at}.ports[${j}].port`, port, validPortNumber(port)));
    });
  });
  return errors;
}

export const endpoints: Kind = defineKind({
  group: "", kind: "Endpoints", plural: "endpoints", shortNames: ["ep"], defaults, validate,
  columns: [nameColumn, column("Endpoints", "The addresses and ports behind the service.", (object) => endpointsText((object as Endpoints).subsets)), ageColumn],
});
