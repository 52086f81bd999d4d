import type { Json, KubeObject } from "../../cluster/model";
import type { Command, Verb } from "../command";
import { sendChange } from "../change";
import { CommandError, isNotFound, StatusError, throwAll, usageError } from "../errors";
import { bool, DRY_RUN, duration, fieldManager, int, PRINT_FLAGS, SELECTOR, text } from "../flags";
import { arr, at, controllerOf, setAt, str, type Obj } from "../objects";
import { reporter } from "../print/printer";
import { fetchAll, itemsOf, type ListBody } from "../resource/arguments";
import { onGone, waitForGone, type Deleted } from "./delete";

function nodesOf(command: Command): readonly (readonly [string, KubeObject])[] {
  const mapping = command.mapper.resource("nodes");
  if (command.args.length === 0 && command.flags.text("selector") === "") throw usageError(command.path, `USAGE: ${command.path.split(" ").at(-1) ?? ""} NODE [flags]`);
  if (command.flags.text("selector") !== "") return itemsOf(command.ask<ListBody>("list", mapping, { query: { labelSelector: command.flags.text("selector") } }), mapping).map((n) => [n.metadata.name, n] as const);
  return command.args.map((word) => word.replace(/^(nodes?|no)\//, "")).map((name) => [name, command.ask<KubeObject>("get", mapping, { name })] as const);
}

function mark(command: Command, value: boolean): readonly KubeObject[] {
  const mapping = command.mapper.resource("nodes");
  return nodesOf(command).map(([name, node]) => {
    const word = value ? "cordoned" : "uncordoned";
    if ((at(node, "spec", "unschedulable") === true) === value) {
      command.out(`node/${name} already ${word}${command.dryRunSuffix}\n`);
      return node;
    }
    const { object } = sendChange(command, { mapping, namespace: "", name }, node, setAt(node as unknown as Obj, ["spec", "unschedulable"], value ? true : undefined), `kubectl-${value ? "cordon" : "uncordon"}`);
    command.out(`node/${name} ${word}${command.dryRunSuffix}\n`);
    return object;
  });
}

export const cordon: Verb = {
  name: "cordon",
  short: "Mark node as unschedulable",
  flags: [SELECTOR, DRY_RUN],
  run(command) {
    mark(command, true);
  },
};

export const uncordon: Verb = {
  name: "uncordon",
  short: "Mark node as schedulable",
  flags: [SELECTOR, DRY_RUN],
  run(command) {
    mark(command, false);
  },
};

interface Draining {
  readonly nodes: readonly string[];
  readonly queue: readonly { readonly namespace: string; readonly name: string }[];
  readonly gone: readonly Deleted[];
}

const UNMANAGED = "cannot delete Pods that declare no controller (use --force to override)";

/** kubectl drain: cordons, evicts the pods, waits until they are gone. */
export const drain: Verb = {
  name: "drain",
  short: "Drain node in preparation for maintenance",
  flags: [SELECTOR, DRY_RUN, bool("force", "Continue even if there are pods that do not declare a controller."), bool("ignore-daemonsets", "Ignore DaemonSet-managed pods."), bool("delete-emptydir-data", "Continue even if there are pods using emptyDir (local data that will be deleted when the node is drained)."), bool("delete-local-data", "Deprecated: use --delete-emptydir-data"), bool("disable-eviction", "Force drain to use delete, even if eviction is supported."), int("grace-period", "Period of time in seconds given to each pod to terminate gracefully.", { default: "-1" }), duration("timeout", "The length of time to wait before giving up, zero means infinite", { default: "0s" }), text("pod-selector", "Label selector to filter pods on the node"), int("skip-wait-for-delete-timeout", "", { default: "0" }), int("chunk-size", "", { default: "500" })],
  run(command) {
    mark(command, true);
    const timeout = command.flags.duration("timeout");
    if (timeout > 0) command.sleep("timeout", timeout);
    return step(command, { nodes: nodesOf(command).map(([name]) => name), queue: [], gone: [] }, true) as unknown as Json | undefined;
  },
  on(raw, input, command) {
    const state = raw as unknown as Draining;
    if (input.is === "wake" && input.id === "timeout") throw new CommandError(`unable to drain node ${JSON.stringify(state.nodes[0] ?? "")} due to error: drain did not complete within ${command.flags.text("timeout")}, continuing command...`);
    if (input.is === "wake") return step(command, state, false) as unknown as Json | undefined;
    const left = onGone(command, state.gone, input);
    return step(command, { ...state, gone: left ?? [] }, false, left !== undefined) as unknown as Json | undefined;
  },
};

function step(command: Command, start: Draining, fresh: boolean, waiting = false): Draining | undefined {
  let state = start;
  let opening = fresh;
  for (;;) {
    const [node] = state.nodes;
    if (node === undefined) return undefined;
    if (opening) state = { ...state, queue: podsToEvict(command, node) };
    opening = false;
    const gone = [...state.gone];
    const again: { namespace: string; name: string }[] = [];
    for (const pod of state.queue) {
      const mapping = command.mapper.resource("pods");
      if (command.dryRun === "client") {
        command.out(`evicting pod ${pod.namespace}/${pod.name} (dry run)\n`);
        continue;
      }
      command.out(`evicting pod ${pod.namespace}/${pod.name}\n`);
      try {
        const live = command.ask<KubeObject>("get", mapping, pod);
        const grace = command.flags.number("grace-period");
        command.ask("create", mapping, { ...pod, subresource: "eviction", body: { kind: "Eviction", apiVersion: "policy/v1", metadata: { name: pod.name, namespace: pod.namespace }, deleteOptions: grace >= 0 ? { gracePeriodSeconds: grace } : {} } });
        gone.push({ mapping, namespace: pod.namespace, name: pod.name, uid: live.metadata.uid });
      } catch (error) {
        if (isNotFound(error)) continue;
        if (!(error instanceof StatusError) || error.reason !== "TooManyRequests") throw error;
        command.err(`error when evicting pods/${JSON.stringify(pod.name)} -n ${JSON.stringify(pod.namespace)} (will retry after 5s): ${error.message}\n`);
        again.push(pod);
      }
    }
    state = { ...state, queue: again, gone };
    if (again.length > 0) {
      command.sleep("retry", 5000);
      return state;
    }
    if (waiting) return state;
    const before = state.gone.map((g) => g.name);
    const left = waitForGone(command, state.gone);
    const names = new Set((left ?? []).map((l) => l.name));
    for (const name of before) if (!names.has(name)) command.out(`pod/${name} evicted\n`);
    if (left) return { ...state, gone: left };
    command.out(`node/${node} drained${command.dryRunSuffix}\n`);
    state = { nodes: state.nodes.slice(1), queue: [], gone: [] };
    opening = true;
  }
}

function podsToEvict(command: Command, node: string): readonly { readonly namespace: string; readonly name: string }[] {
  const mapping = command.mapper.resource("pods");
  const pods = itemsOf(command.ask<ListBody>("list", mapping, { query: { fieldSelector: `spec.nodeName=${node}`, labelSelector: command.flags.text("pod-selector") } }), mapping);
  const blocked = new Map<string, string[]>();
  const warned = new Map<string, string[]>();
  const add = (map: Map<string, string[]>, why: string, pod: KubeObject): void => {
    map.set(why, [...(map.get(why) ?? []), `${pod.metadata.namespace ?? ""}/${pod.metadata.name}`]);
  };
  const wanted = pods.filter((pod) => {
    const phase = str(at(pod, "status", "phase"));
    const done = phase === "Succeeded" || phase === "Failed";
    const owner = controllerOf(pod);
    if (owner?.kind === "DaemonSet" && !done) {
      if (command.flags.on("ignore-daemonsets")) add(warned, "ignoring DaemonSet-managed Pods", pod);
      else add(blocked, "cannot delete DaemonSet-managed Pods (use --ignore-daemonsets to ignore)", pod);
      return false;
    }
    if (done) return true;
    const local = arr(at(pod, "spec", "volumes")).some((v) => v["emptyDir"] !== undefined);
    if (local && !command.flags.on("delete-emptydir-data") && !command.flags.on("delete-local-data")) {
      add(blocked, "cannot delete Pods with local storage (use --delete-emptydir-data to override)", pod);
      return false;
    }
    if (!owner) {
      if (!command.flags.on("force")) {
        add(blocked, UNMANAGED, pod);
        return false;
      }
      add(warned, "deleting Pods that declare no controller", pod);
    }
    return true;
  });
  if (blocked.size > 0) {
    const reasons = [...blocked].map(([why, list]) => `${why}: ${list.join(", ")}`);
    const text = reasons.length === 1 ? (reasons[0] ?? "") : `[${reasons.join(", ")}]`;
    command.err(`error: unable to drain node ${JSON.stringify(node)} due to error: ${text}, continuing command...\n`);
    command.err(`There are pending nodes to be drained:\n ${node}\n`);
    throw new CommandError(reasons.length === 1 ? text : reasons.join("\n"));
  }
  if (warned.size > 0) command.err(`Warning: ${[...warned].map(([why, list]) => `${why}: ${list.join(", ")}`).join("; ")}\n`);
  return wanted.map((pod) => ({ namespace: pod.metadata.namespace ?? "", name: pod.metadata.name }));
}

const QUALIFIED = "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";

/** kubectl taint */
export const taint: Verb = {
  name: "taint",
  short: "Update the taints on one or more nodes",
  flags: [...PRINT_FLAGS, SELECTOR, DRY_RUN, fieldManager("kubectl-taint"), bool("overwrite", "If true, allow taints to be overwritten, otherwise reject taint updates that overwrite existing taints."), bool("all", "Select all nodes in the cluster"), text("validate", "", { default: "strict", noOpt: "strict" })],
  run(command) {
    const start = command.args.findIndex((w) => w.includes(":") || w.includes("=") || w.endsWith("-"));
    const resources = start < 0 ? command.args : command.args.slice(0, start);
    const words = start < 0 ? [] : command.args.slice(start);
    if (resources.length < 1) throw new CommandError("one or more resources must be specified as <resource> <name>");
    if (words.length === 0) throw new CommandError("at least one taint update is required");
    const add: Obj[] = [];
    const gone: { key: string; effect: string }[] = [];
    for (const word of words) {
      const match = /^([^=:]+?)(?:=([^:]*))?(?::([A-Za-z]*))?(-)?$/.exec(word);
      const [, key = "", value, effect = "", minus] = match ?? [];
      if (!match || (minus === undefined && effect === "")) throw usageError("kubectl taint", `invalid taint spec: ${word}${/^[A-Za-z0-9]([-\w.]*[A-Za-z0-9])?(\/[A-Za-z0-9]([-\w.]*[A-Za-z0-9])?)?$/.test(word) ? "" : `, ${QUALIFIED}`}`);
      if (effect !== "" && !["NoSchedule", "PreferNoSchedule", "NoExecute"].includes(effect)) throw usageError("kubectl taint", `invalid taint effect: ${effect}, unsupported taint effect`);
      if (minus !== undefined) gone.push({ key, effect });
      else add.push({ key, ...(value === undefined || value === "" ? {} : { value }), effect });
    }
    const both = add.filter((t) => gone.some((g) => g.key === t["key"] && (g.effect === "" || g.effect === t["effect"])));
    if (both.length > 0) throw new CommandError(`can not both modify and remove the following taint(s) in the same command: ${both.map((t) => `${str(t["key"])}=${str(gone.find((g) => g.key === t["key"])?.effect)}`).join(", ")}`);
    if (command.mapper.find(resources[0]?.split("/")[0] ?? "")?.kind !== "Node") throw new CommandError(`invalid resource type ${resources[0] ?? ""}, only node types are supported`);
    const report = reporter(command);
    const { infos, errors: unread } = fetchAll(command, { args: resources });
    const errors = [...unread];
    for (const info of infos) {
      try {
        const old = arr(at(info.object, "spec", "taints"));
        const taken = add.filter((t) => old.some((o) => o["key"] === t["key"] && o["effect"] === t["effect"]));
        if (taken.length > 0 && !command.flags.on("overwrite")) throw new CommandError(`node ${info.name} already has ${str(taken[0]?.["key"])} taint(s) with same effect(s) and --overwrite is false`);
        for (const g of gone) if (!old.some((o) => o["key"] === g.key && (g.effect === "" || o["effect"] === g.effect))) throw new CommandError(`taint ${JSON.stringify(`${g.key}${g.effect === "" ? "" : `:${g.effect}`}`)} not found`);
        const kept = old.filter((o) => !gone.some((g) => g.key === o["key"] && (g.effect === "" || g.effect === o["effect"])) && !add.some((t) => t["key"] === o["key"] && t["effect"] === o["effect"]));
        const taints = [...add, ...kept];
        const { object } = sendChange(command, info, info.object, setAt(info.object as unknown as Obj, ["spec", "taints"], taints.length > 0 ? taints : undefined), "kubectl-taint");
        report(info.mapping, object, add.length === 0 ? "untainted" : taken.length > 0 ? "modified" : "tainted");
      } catch (error) {
        errors.push(error as Error);
      }
    }
    throwAll(errors);
  },
};

