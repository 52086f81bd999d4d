import type { Json, KubeObject } from "../../cluster/model";
import type { Command, Verb } from "../command";
import { kindWord, type Mapping } from "../discovery";
import { CommandError, isNotFound, throwAll } from "../errors";
import { ALL_NAMESPACES, bool, duration, FIELD_SELECTOR, FILENAME_FLAGS, PRINT_FLAGS, SELECTOR, text } from "../flags";
import { arr, at, str } from "../objects";
import { findValues, JsonPathError, parseJsonPath, relaxedJsonPath } from "../print/jsonpath";
import { goValue } from "../print/go-value";
import { fetchAll, fetchTarget, fromFiles, targets } from "../resource/arguments";

interface Waited {
  readonly mapping: Mapping;
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
}
interface State {
  readonly left: readonly Waited[];
  readonly until: number;
}

/** kubectl wait: until a condition holds, a field has a value, or the objects are gone. */
export const wait: Verb = {
  name: "wait",
  short: "Experimental: Wait for a specific condition on one or many resources",
  usage: "kubectl wait ([-f FILENAME] | resource.group/resource.name | resource.group [(-l label | --all)]) [--for=create|--for=delete|--for condition=available|--for=jsonpath='{}'[=value]] [options]",
  flags: [...FILENAME_FLAGS, ...PRINT_FLAGS, SELECTOR, FIELD_SELECTOR, ALL_NAMESPACES, bool("all", "Select all resources in the namespace of the specified resource types"), bool("local", "If true, annotation will NOT contact api-server but run locally."), text("for", "The condition to wait on"), duration("timeout", "The length of time to wait before giving up.  Zero means check once and don't wait, negative means wait for a week.", { default: "30s" })],
  run(command) {
    const goal = command.flags.text("for");
    test(command)({} as KubeObject);
    
    const found: Waited[] = [];
    if (goal === "delete" && !fromFiles(command)) {
      for (const target of targets(command)) {
        try {
          for (const info of fetchTarget(command, target)) found.push({ mapping: info.mapping, namespace: info.namespace, name: info.name, uid: info.object.metadata.uid });
        } catch (error) {
          if (!isNotFound(error)) throw error;
        }
      }
    } else if (goal === "create") {
      for (const target of targets(command)) if (target.is === "object") found.push({ ...target, uid: "" });
    } else {
      const { infos, errors } = fetchAll(command);
      throwAll(errors);
      if (infos.length === 0) throw new CommandError("no matching resources found");
      found.push(...infos.map((info) => ({ mapping: info.mapping, namespace: info.namespace, name: info.name, uid: info.object.metadata.uid })));
    }
    const limit = command.flags.duration("timeout");
    const ms = limit < 0 ? 7 * 24 * 3_600_000 : limit;
    if (ms > 0) command.sleep("timeout", ms);
    return advance(command, { left: found, until: command.now + ms }) as unknown as Json | undefined;
  },
  on(raw, input, command) {
    const state = raw as unknown as State;
    const [first, ...rest] = state.left;
    if (!first) return undefined;
    if (input.is === "wake") throw new CommandError(`timed out waiting for the condition on ${first.mapping.plural}/${first.name}`);
    if (input.is === "end") return advance(command, state) as unknown as Json | undefined;
    if (input.is !== "stream") return raw;
    const event = input.data as unknown as { readonly type: string; readonly object: KubeObject };
    const goal = command.flags.text("for");
    const met = goal === "delete" ? event.type === "DELETED" : event.type !== "DELETED" && test(command)(event.object);
    if (event.type === "DELETED" && goal !== "delete") {
      command.close("wait");
      throw new CommandError(`${first.mapping.plural} ${JSON.stringify(first.name)} not found`);
    }
    if (!met) return raw;
    command.close("wait");
    command.out(`${kindWord(first.mapping)}/${first.name} condition met\n`);
    return advance(command, { ...state, left: rest }) as unknown as Json | undefined;
  },
};

function advance(command: Command, state: State): State | undefined {
  const goal = command.flags.text("for");
  let left = state.left;
  for (;;) {
    const [first, ...rest] = left;
    if (!first) return undefined;
    let live: KubeObject | undefined;
    try {
      live = command.ask<KubeObject>("get", first.mapping, { namespace: first.namespace, name: first.name });
    } catch (error) {
      if (!isNotFound(error)) throw error;
    }
    const met = goal === "delete" ? live === undefined || live.metadata.uid !== first.uid : live !== undefined && test(command)(live);
    if (!met) {
      if (state.until <= command.now) throw new CommandError(`timed out waiting for the condition on ${first.mapping.plural}/${first.name}`);
      command.connect("wait", command.request("watch", first.mapping, { namespace: first.mapping.namespaced ? first.namespace : undefined, query: { watch: "true", fieldSelector: `metadata.name=${first.name}`, resourceVersion: live?.metadata.resourceVersion ?? "" } }));
      return { ...state, left };
    }
    command.out(`${kindWord(first.mapping)}/${first.name} condition met\n`);
    left = rest;
  }
}

/** Reads --for. */
function test(command: Command): (object: KubeObject) => boolean {
  const goal = command.flags.text("for");
  if (goal === "delete" || goal === "create") return () => true;
  if (/^condition=/.test(goal)) {
    const [type = "", value = "true"] = goal.slice("condition=".length).split("=");
    return (object) => {
      const condition = arr(at(object, "status", "conditions")).find((c) => str(c["type"]).toLowerCase() === type.toLowerCase());
      const observed = condition?.["observedGeneration"] ?? at(object, "status", "observedGeneration");
      if (typeof observed === "number" && observed < (object.metadata.generation ?? 0)) return false;
      return str(condition?.["status"]).toLowerCase() === value.toLowerCase();
    };
  }
  const match = /^jsonpath=(\{.*?\}|[^=]*)(?:==?(.*))?$/s.exec(goal);
  if (match) {
    try {
      const nodes = parseJsonPath(relaxedJsonPath(match[1] ?? ""));
      const value = match[2];
      if (value === "") throw new CommandError("jsonpath wait has to have a value after equal sign, like --for=jsonpath='{.status.readyReplicas}'=3");
      return (object) => {
        const values = findValues(nodes, object);
        return value === undefined ? values.length > 0 : values.some((v) => goValue(v) === value.replace(/^(["'])(.*)\1$/, "$2"));
      };
    } catch (error) {
      if (error instanceof JsonPathError) throw new CommandError(error.message);
      throw error;
    }
  }
  throw new CommandError(`unrecognized condition: ${JSON.stringify(goal)}`);
}
