import type { KubeObject } from "../cluster/model";
import { threeWayPatch } from "./three-way";
import type { Command } from "./command";
import type { Obj } from "./objects";
import type { Info } from "./resource/info";

/** Sends the difference between an object and its changed copy as a patch, as set, label and rollout do. */
export function sendChange(command: Command, info: Pick<Info, "mapping" | "namespace" | "name">, before: KubeObject, after: Obj, fieldManager: string): { readonly object: KubeObject; readonly changed: boolean } {
  const patch = threeWayPatch(info.mapping, before, after, before);
  if (Object.keys(patch.body).length === 0) return { object: before, changed: false };
  if (command.dryRun === "client" || command.flags.on("local")) return { object: after as KubeObject, changed: true };
  const object = command.ask<KubeObject>("patch", info.mapping, {
    namespace: info.namespace, name: info.name, contentType: patch.contentType, body: patch.body,
    query: { fieldManager, ...(command.dryRun === "server" ? { dryRun: "All" } : {}) },
  });
  return { object, changed: true };
}
