import { ageColumn, column, nameColumn } from "./columns";
import { defineKind } from "./kind-definition";
import { validateObjectMeta } from "./object-meta-validation";
import type { Kind } from "../kind";
import type { ServiceAccount } from "../types";

export const serviceaccount: Kind = defineKind({
  group: "", kind: "ServiceAccount", plural: "serviceaccounts", shortNames: ["sa"], subresources: ["token"],
  columns: [nameColumn, column("Secrets", "How many secrets the account may use.", (object) => ((object as ServiceAccount).secrets ?? []).length), ageColumn],
  validate: (next) => validateObjectMeta(next.metadata, true),
});
