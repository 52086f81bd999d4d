import type { Json, KubeObject } from "../../cluster/model";
import type { Command, Verb } from "../command";
import { kindWord, type Mapping } from "../discovery";
import { CommandError, isNotFound, StatusError, throwAll, whileDoing } from "../errors";
import { ALL_NAMESPACES, bool, DRY_RUN, duration, FIELD_SELECTOR, FILENAME_FLAGS, int, SELECTOR, text } from "../flags";
import { fetchTarget, fromFiles, targets } from "../resource/arguments";
import type { Info } from "../resource/info";
import { manifestsOf } from "./apply";
import { requestOf } from "./get";

/** kubectl delete: asks for the removal, says so, and waits until the objects are gone. */
export const deleteVerb: Verb = {
  name: "delete",
  short: "Delete resources by file names, stdin, resources and names, or by resources and label selector",
  usage: "kubectl delete ([-f FILENAME] | [-k DIRECTORY] | TYPE [(NAME | -l label | --all)]) [options]",
  flags: [
    ...FILENAME_FLAGS, SELECTOR, FIELD_SELECTOR, ALL_NAMESPACES, DRY_RUN,
    text("output", 'Output mode. Use "-o name" for shorter output (resource/name).', { short: "o" }),
    bool("all", "Delete all resources, in the namespace of the specified resource types."),
    bool("force", "If true, immediately remove resources from API and bypass graceful deletion."),
    bool("now", "If true, resources are signaled for immediate shutdown (same as --grace-period=1)."),
    bool("wait", "If true, wait for resources to be gone before returning. This waits for finalizers.", { default: "true" }),
    bool("ignore-not-found", 'Treat "resource not found" as a successful delete.'),
    bool("interactive", "If true, delete resource only when user confirms.", { short: "i" }),
    int("grace-period", "Period of time in seconds given to the resource to terminate gracefully.", { default: "-1" }),
    duration("timeout", "The length of time to wait before giving up on a delete, zero means determine a timeout from the size of the object", { default: "0s" }),
    text("cascade", 'Must be "background", "orphan", or "foreground".', { default: "background", noOpt: "background" }),
    text("raw", "Raw URI to DELETE to the server."),
  ],
  run(command) {
    const { flags } = command;
    if (flags.text("raw") !== "") {
      command.send({ ...requestOf(command, flags.text("raw")), verb: "delete" });
      return undefined;
    }
    const force = flags.on("force");
    let grace = flags.number("grace-period");
    if (flags.on("now")) {
      if (grace !== -1) throw new CommandError("--now and --grace-period cannot be specified together");
      grace = 1;
    }
    const forced = grace === 0 || (force && grace < 0);
    if (grace === 0 && !force) grace = 1;
    else if (force && grace < 0) grace = 0;
    if (force && grace > 0 && flags.changed("grace-period")) throw new CommandError("--force and --grace-period greater than 0 cannot be specified together");
    if (force && forced) command.warn("Immediate deletion does not wait for confirmation that the running resource has been terminated. The resource may continue to run on the cluster indefinitely.");
    const { infos, errors, listed } = find(command);
    const gone: Deleted[] = [];
    for (const info of infos) {
      try {
        const answer = remove(command, info, grace);
        const word = force && forced ? "force deleted" : "deleted";
        command.out(flags.text("output") === "name" ? `${kindWord(info.mapping)}/${info.name}\n` : `${kindWord(info.mapping)} "${info.name}" ${word}${command.dryRunSuffix}\n`);
        gone.push({ mapping: info.mapping, namespace: info.namespace, name: info.name, uid: uidOf(answer) });
      } catch (error) {
        if (isNotFound(error) && (flags.on("ignore-not-found") || listed)) continue;
        errors.push(whileDoing("deleting", info.source, error));
      }
    }
    if (infos.length === 0 && errors.length === 0 && !flags.on("ignore-not-found")) command.out("No resources found\n");
    throwAll(errors);
    if (!flags.on("wait") || command.dryRun !== "none" || (force && forced)) return undefined;
    const timeout = flags.duration("timeout");
    if (timeout > 0) command.sleep("timeout", timeout);
    return waitForGone(command, gone) as unknown as Json | undefined;
  },
  on(state, input, command) {
    return onGone(command, state as unknown as readonly Deleted[], input) as unknown as Json | undefined;
  },
};

/** An object whose end is waited for. */
export interface Deleted {
  readonly mapping: Mapping;
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
}

/** Skips what is gone already; opens a watch on the first that is not. Returns what is still to go. */
export function waitForGone(command: Command, objects: readonly Deleted[]): readonly Deleted[] | undefined {
  for (let i = 0; i < objects.length; i++) {
    const one = objects[i];
    if (!one) continue;
    let live: KubeObject;
    try {
      live = command.ask<KubeObject>("get", one.mapping, { namespace: one.namespace, name: one.name });
    } catch (error) {
      if (isNotFound(error)) continue;
      throw error;
    }
    if (one.uid !== "" && live.metadata.uid !== one.uid) continue;
    command.connect("gone", command.request("watch", one.mapping, { namespace: one.mapping.namespaced ? one.namespace : undefined, query: { watch: "true", fieldSelector: `metadata.name=${one.name}`, resourceVersion: live.metadata.resourceVersion } }));
    return objects.slice(i);
  }
  return undefined;
}

export function onGone(command: Command, objects: readonly Deleted[], input: Parameters<NonNullable<Verb["on"]>>[1]): readonly Deleted[] | undefined {
  const [first, ...rest] = objects;
  if (!first) return undefined;
  if (input.is === "wake") throw new CommandError(`timed out waiting for the condition on ${first.mapping.plural}/${first.name}`);
  if (input.is === "end") {
    if (input.response.code >= 400) throw new StatusError((input.response.body ?? {}));
    return waitForGone(command, objects);
  }
  if (input.is !== "stream") return objects;
  const event = input.data as unknown as { readonly type: string };
  if (event.type !== "DELETED") return objects;
  command.close("gone");
  return waitForGone(command, rest);
}

function uidOf(answer: unknown): string {
  const body = answer as { metadata?: { uid?: string }; details?: { uid?: string } } | undefined;
  return body?.metadata?.uid ?? body?.details?.uid ?? "";
}

function find(command: Command): { infos: Info[]; errors: Error[]; listed: boolean } {
  const errors: Error[] = [];
  if (fromFiles(command)) {
    const infos: Info[] = [];
    for (const read of manifestsOf(command, false)) {
      if (read instanceof Error) errors.push(read);
      else infos.push(read);
    }
    return { infos, errors, listed: false };
  }
  const infos: Info[] = [];
  let listed = false;
  for (const target of targets(command)) {
    if (target.is === "object") infos.push({ mapping: target.mapping, namespace: target.namespace, name: target.name, source: "" });
    else {
      listed = true;
      try {
        infos.push(...fetchTarget(command, target));
      } catch (error) {
        errors.push(error as Error);
      }
    }
  }
  return { infos, errors, listed };
}

/** Sends the delete; returns the answer. */
export function remove(command: Command, info: Pick<Info, "mapping" | "namespace" | "name">, grace: number): unknown {
  const cascade = command.flags.text("cascade") || "background";
  const policy = { background: "Background", foreground: "Foreground", orphan: "Orphan", true: "Background", false: "Orphan" }[cascade];
  if (policy === undefined) throw new CommandError(`invalid cascade value (${cascade}). Must be "background", "foreground", or "orphan"`);
  if (command.dryRun === "client") return command.ask("get", info.mapping, { namespace: info.namespace, name: info.name });
  return command.ask("delete", info.mapping, {
    namespace: info.namespace, name: info.name,
    query: { propagationPolicy: policy, ...(grace >= 0 ? { gracePeriodSeconds: String(grace) } : {}), ...(command.dryRun === "server" ? { dryRun: "All" } : {}) },
  });
}
