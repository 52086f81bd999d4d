import { ageColumn, column, nameColumn } from "./columns";
import { defineKind } from "./kind-definition";
import { validateObjectMeta } from "./object-meta-validation";
import type { FieldError, Kind } from "../kind";
import type { Lease } from "../types";
import type { KubeObject } from "../../model";

function validate(next: KubeObject): readonly FieldError[] {
  const { leaseDurationSeconds, leaseTransitions } = (next as Lease).spec ?? {};
  const errors: FieldError[] = validateObjectMeta(next.metadata, true);
  if (leaseDurationSeconds !== undefined && leaseDurationSeconds <= 0) errors.push({ field: "spec.leaseDurationSeconds", type: "Invalid", value: leaseDurationSeconds, detail: "must be greater than 0" });
  if (leaseTransitions !== undefined && leaseTransitions < 0) errors.push({ field: "spec.leaseTransitions", type: "Invalid", value: leaseTransitions, detail: "must be greater than or equal to 0" });
  return errors;
}

export const lease: Kind = defineKind({
  group: "coordination.k8s.io", kind: "Lease", plural: "leases", validate, copy: (object, metadata) => ({ ...object, metadata }),
  columns: [nameColumn, column("Holder", "Who holds the lease.", (object) => (object as Lease).spec?.holderIdentity ?? ""), ageColumn],
});
