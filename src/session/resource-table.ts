import type { NoteCluster } from "./note-cluster";
import type { Resource } from "./completion";
import type { Ref } from "../cluster/model";

/** A list of objects as the server tabulates it for kubectl. */
export interface ResourceTable {
  readonly columns: readonly string[];
  readonly rows: readonly { readonly ref: Ref; readonly cells: readonly string[] }[];
  /** So many rows are not in it. */
  readonly more: number;
}

interface ServedTable {
  readonly columnDefinitions?: readonly { readonly name: string; readonly priority: number }[];
  readonly rows?: readonly { readonly cells: readonly unknown[]; readonly object?: { readonly metadata?: { readonly name?: string; readonly namespace?: string } } }[];
}

/** More rows nobody reads; the rest is counted. */
const most = 500;

/** Asks the API server for a Table of a resource in every namespace, as `kubectl get -A` does. */
export function resourceTable({ cluster }: NoteCluster, { group, version, key, namespaced }: Resource): ResourceTable {
  const { body } = cluster.handle({
    caller: { user: "kubernetes-admin", groups: ["kubeadm:cluster-admins", "system:authenticated"], agent: "k8s-sim", origin: "reader" },
    verb: "list", group, version, resource: key.split(".")[0] ?? key, query: {}, accept: "table",
  });
  const { columnDefinitions = [], rows = [] } = body as ServedTable;
  const shown = columnDefinitions.flatMap(({ name, priority }, at) => (priority === 0 ? [{ name, at }] : []));
  const text = (cell: unknown): string => (typeof cell === "string" ? cell : typeof cell === "number" || typeof cell === "boolean" ? String(cell) : "");
  return {
    columns: [...(namespaced ? ["Namespace"] : []), ...shown.map(({ name }) => name)],
    rows: rows.slice(0, most).map(({ cells, object }) => {
      const { name = "", namespace = "" } = object?.metadata ?? {};
      return { ref: { resource: key, namespace, name }, cells: [...(namespaced ? [namespace] : []), ...shown.map(({ at }) => text(cells[at]))] };
    }),
    more: Math.max(0, rows.length - most),
  };
}
