import { ageColumn, column, nameColumn } from "./columns";
import { immutableData, mostDataBytes } from "./immutable-data";
import { defineKind } from "./kind-definition";
import { invalids, validConfigKey } from "./label-validation";
import { validateObjectMeta } from "./object-meta-validation";
import type { FieldError, Kind } from "../kind";
import type { ConfigMap } from "../types";
import type { KubeObject } from "../../model";

const count = (data: object | undefined | null): number => Object.keys(data ?? {}).length;

function validate(next: KubeObject, old: KubeObject | undefined): readonly FieldError[] {
  const { data = {}, binaryData = {}, metadata } = next as ConfigMap;
  const errors: FieldError[] = validateObjectMeta(metadata, true);
  let size = 0;
  for (const [key, value] of Object.entries(data ?? {})) {
    errors.push(...invalids(`data[${key}]`, key, validConfigKey(key)));
    if (binaryData !== null && key in binaryData) errors.push({ field: `data[${key}]`, type: "Invalid", value: key, detail: "duplicate of key present in binaryData" });
    size += value.length;
  }
  for (const [key, value] of Object.entries(binaryData ?? {})) {
    errors.push(...invalids(`binaryData[${key}]`, key, validConfigKey(key)));
    size += value.length * 3 / 4;
  }
  if (size > mostDataBytes) errors.push({ field: "", type: "TooLong", detail: `may not be more than ${mostDataBytes} bytes` });
  return old === undefined ? errors : [...errors, ...immutableData(next, old, "data", "binaryData")];
}

export const configmap: Kind = defineKind({
  group: "", kind: "ConfigMap", plural: "configmaps", shortNames: ["cm"], validate,
  columns: [nameColumn, column("Data", "How many entries there are.", (object) => count((object as ConfigMap).data) + count((object as ConfigMap).binaryData)), ageColumn],
});
