import { ageColumn, column, nameColumn } from "./columns";
import { defineKind } from "./kind-definition";
import { validateObjectMeta } from "./object-meta-validation";
import { requestToken } from "../access/token-request";
import type { Kind } from "../kind";
import type { ServiceAccount } from "../types";

const stored = defineKind({
  group: "", kind: "ServiceAccount", plural: "serviceaccounts", shortNames: ["sa"],
  columns: [nameColumn, column("Secrets", "How many secrets the account may use.", (object) => ((object as ServiceAccount).secrets ?? []).length), ageColumn],
  validate: (next) => validateObjectMeta(next.metadata, true),
});
export const serviceaccount: Kind = { ...stored, subresources: { token: { verbs: ["create"], handle: requestToken } } };
