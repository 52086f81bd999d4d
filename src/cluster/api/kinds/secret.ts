import { base64OfText, textOfBase64 } from "./base64";
import { ageColumn, column, nameColumn } from "./columns";
import { immutableData, mostDataBytes } from "./immutable-data";
import { defineKind } from "./kind-definition";
import { invalids, required, validConfigKey } from "./label-validation";
import { validateObjectMeta } from "./object-meta-validation";
import { filled, without } from "./sharing";
import type { FieldError, Kind } from "../kind";
import type { Secret } from "../types";
import type { Dict, KubeObject } from "../../model";

/** The keys that a type asks for. */
const needed: Readonly<Record<string, readonly string[]>> = {
  "kubernetes.io/dockercfg": [".dockercfg"],
  "kubernetes.io/dockerconfigjson": [".dockerconfigjson"],
  "kubernetes.io/ssh-auth": ["ssh-privatekey"],
  "kubernetes.io/tls": ["tls.crt", "tls.key"],
};

/** stringData is written only: it ends up in data. */
function defaults(object: KubeObject): KubeObject {
  const { stringData, data, type } = object as Secret;
  const typed = type === "" ? { ...object, type: "Opaque" } : filled(object as Secret, { type: "Opaque" });
  if (stringData === undefined || stringData === null) return typed;
  const encoded = Object.fromEntries(Object.entries(stringData).map(([key, value]) => [key, base64OfText(value)]));
  return { ...without(typed, "stringData"), data: { ...data, ...encoded } };
}

function validateType(type: string, data: Dict, object: KubeObject): FieldError[] {
  if (type === "kubernetes.io/service-account-token") {
    const account = object.metadata.annotations?.["kubernetes.io/service-account.name"] ?? "";
    return account === "" ? [required("metadata.annotations[kubernetes.io/service-account.name]")] : [];
  }
  if (type === "kubernetes.io/basic-auth") {
    return "username" in data || "password" in data ? [] : [required("data[username]"), required("data[password]")];
  }
  const errors = (needed[type] ?? []).filter((key) => !(key in data)).map((key) => required(`data[${key}]`));
  for (const key of [".dockercfg", ".dockerconfigjson"]) {
    if (needed[type]?.[0] !== key || data[key] === undefined) continue;
    try {
      JSON.parse(textOfBase64(data[key]));
    } catch {
      errors.push({ field: `data[${key}]`, type: "Invalid", value: "<secret contents redacted>", detail: "invalid character looking for beginning of value" });
    }
  }
  return errors;
}

function validate(next: KubeObject, old: KubeObject | undefined): readonly FieldError[] {
  const { metadata, type = "" } = next as Secret;
  const data = (next as Secret).data ?? {};
  const errors: FieldError[] = validateObjectMeta(metadata, true);
  let size = 0;
  for (const key in data) {
    errors.push(...invalids(`data[${key}]`, key, validConfigKey(key)));
    size += (data[key] ?? "").length * 3 / 4;
  }
  if (size > mostDataBytes) errors.push({ field: "data", type: "TooLong", detail: `may not be more than ${mostDataBytes} bytes` });
  errors.push(...validateType(type, data, next));
  if (old === undefined) return errors;
  if ((old as Secret).type !== type) errors.push({ field: "type", type: "Invalid", value: type, detail: "field is immutable" });
  return [...errors, ...immutableData(next, old, "data")];
}

export const secret: Kind = defineKind({
  group: "", kind: "Secret", plural: "secrets", defaults, validate,
  columns: [
    nameColumn, column("Type", "What the secret is for.", (object) => (object as Secret).type ?? ""),
    column("Data", "How many entries there are.", (object) => Object.keys((object as Secret).data ?? {}).length), ageColumn,
  ],
  selectable: { type: (object) => (object as Secret).type ?? "" },
});
