import type { KubeObject } from "../../cluster/model";
import type { Command } from "../command";
import { kindWord } from "../discovery";
import { StatusError } from "../errors";
import { lastApplied } from "../last-applied";
import { itemsOf, type ListBody } from "../resource/arguments";
import type { Info } from "../resource/info";

/** The kinds that apply --prune looks at, in its order. */
const PRUNED = ["v1/ConfigMap", "v1/Endpoints", "v1/Namespace", "v1/PersistentVolumeClaim", "v1/PersistentVolume", "v1/Pod", "v1/ReplicationController", "v1/Secret", "v1/Service", "batch/v1/Job", "batch/v1/CronJob", "networking.k8s.io/v1/Ingress", "apps/v1/DaemonSet", "apps/v1/Deployment", "apps/v1/ReplicaSet", "apps/v1/StatefulSet"];

/** Deletes what was applied before and is no more in the files: same label, with the annotation, not among those applied now. */
export function prune(command: Command, applied: readonly Info[]): void {
  const { flags } = command;
  const listed = flags.list("prune-allowlist").length > 0;
  if (!listed) command.log("W", "prune.go:71", "Deprecated: kubectl apply will no longer prune non-namespaced resources by default when used with the --namespace flag in a future release. To preserve the current behaviour, list the resources you want to target explicitly in the --prune-allowlist flag.");
  const wanted = listed ? flags.list("prune-allowlist").map((w) => w.replace(/^core\//, "")) : PRUNED;
  const kept = new Set(applied.map((i) => `${kindWord(i.mapping)}/${i.namespace}/${i.name}`));
  const namespaces = new Set(applied.map((i) => i.namespace).filter((n) => n !== ""));
  if (namespaces.size === 0) namespaces.add(command.namespace);
  const visit = (word: string, namespace: string): void => {
    const cut = word.lastIndexOf("/");
    const mapping = command.mapper.kind(word.slice(0, cut), word.slice(cut + 1));
    if (!mapping || mapping.namespaced !== (namespace !== "")) return;
    let items: readonly KubeObject[] = [];
    try {
      items = itemsOf(command.ask<ListBody>("list", mapping, { namespace, query: { labelSelector: flags.text("selector") } }), mapping);
    } catch (error) {
      if (!(error instanceof StatusError)) throw error;
    }
    for (const item of items) {
      if (lastApplied(item) === undefined || kept.has(`${kindWord(mapping)}/${item.metadata.namespace ?? ""}/${item.metadata.name}`)) continue;
      if (command.dryRun !== "client") command.ask("delete", mapping, { namespace, name: item.metadata.name, query: { propagationPolicy: "Background", ...(command.dryRun === "server" ? { dryRun: "All" } : {}) } });
      command.out(`${kindWord(mapping)}/${item.metadata.name} pruned${command.dryRunSuffix}\n`);
    }
  };
  for (const namespace of [...namespaces].sort()) for (const word of wanted) visit(word, namespace);
  for (const word of wanted) visit(word, "");
}
