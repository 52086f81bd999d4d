import type { Json, KubeObject } from "../../cluster/model";
import type { Command, Verb } from "../command";
import { CommandError, isNotFound, StatusError, usageError } from "../errors";
import { bool, duration, int, SELECTOR, text } from "../flags";
import { arr, at, str } from "../objects";
import { containerOf, podOf } from "../pods";
import { itemsOf, type ListBody } from "../resource/arguments";

interface Stream {
  readonly id: string;
  readonly prefix: string;
  readonly rest: string;
}

/** kubectl logs */
export const logs: Verb = {
  name: "logs",
  short: "Print the logs for a container in a pod",
  usage: "kubectl logs [-f] [-p] (POD | TYPE/NAME) [-c CONTAINER] [options]",
  flags: [
    SELECTOR, bool("follow", "Specify if the logs should be streamed.", { short: "f" }), bool("previous", "If true, print the logs for the previous instance of the container in a pod if it exists.", { short: "p" }),
    text("container", "Print the logs of this container", { short: "c" }), int("tail", "Lines of recent log file to display.", { default: "-1" }), duration("since", "Only return logs newer than a relative duration like 5s, 2m, or 3h.", { default: "0s" }),
    text("since-time", "Only return logs after a specific date (RFC3339)."), bool("timestamps", "Include timestamps on each line in the log output"), int("limit-bytes", "Maximum bytes of logs to return.", { default: "0" }),
    bool("all-containers", "Get all containers' logs in the pod(s)."), bool("all-pods", "Get logs from all pod(s). Sets prefix to true."), bool("prefix", "Prefix each log line with the log source (pod name and container name)"), bool("ignore-errors", "If watching / following pod logs, allow for any errors that occur to be non-fatal"),
    int("max-log-requests", "Specify maximum number of concurrent logs to follow when using by a selector.", { default: "5" }), duration("pod-running-timeout", "The length of time (like 5s, 2m, or 3h, higher than zero) to wait until at least one pod is running", { default: "20s" }), bool("insecure-skip-tls-verify-backend", "Skip verifying the identity of the kubelet that logs are requested from."),
  ],
  run(command) {
    const { flags } = command;
    const selector = flags.text("selector");
    if (command.args.length === 0 && selector === "") throw usageError("kubectl logs", "expected 'logs [-f] [-p] (POD | TYPE/NAME) [-c CONTAINER]'.\nPOD or TYPE/NAME is a required argument for the logs command");
    if (command.args.length > 0 && selector !== "") throw usageError("kubectl logs", "only a selector (-l) or a POD name is allowed");
    if (command.args.length > 2) throw usageError("kubectl logs", "expected 'logs [-f] [-p] (POD | TYPE/NAME) [-c CONTAINER]'.\nPOD or TYPE/NAME is a required argument for the logs command");
    const pods = podsOf(command);
    const sources = pods.flatMap((pod) => sourcesOf(command, pod));
    const prefixed = flags.on("prefix") || flags.on("all-pods");
    const streams: Stream[] = [];
    sources.forEach(({ pod, container }, i) => {
      const prefix = prefixed ? `[pod/${pod.metadata.name}/${container}] ` : "";
      const request = command.request("get", command.mapper.resource("pods"), { namespace: pod.metadata.namespace, name: pod.metadata.name, subresource: "log", query: query(command, container, selector !== "") });
      if (flags.on("follow")) {
        const id = `logs-${i}`;
        command.connect(id, request);
        streams.push({ id, prefix, rest: "" });
      } else command.out(prefixLines(command.send<string>(request), prefix));
    });
    return streams.length > 0 ? (streams as unknown as Json) : undefined;
  },
  on(raw, input, command) {
    const streams = raw as unknown as readonly Stream[];
    if (input.is === "stream") {
      const stream = streams.find((s) => s.id === input.id);
      if (!stream) return raw;
      const textIn = typeof input.data === "string" ? input.data : "";
      if (stream.prefix === "") {
        command.out(textIn);
        return raw;
      }
      const whole = stream.rest + textIn;
      const cut = whole.lastIndexOf("\n") + 1;
      command.out(prefixLines(whole.slice(0, cut), stream.prefix));
      return streams.map((s) => (s.id === input.id ? { ...s, rest: whole.slice(cut) } : s)) as unknown as Json;
    }
    if (input.is !== "end") return raw;
    if (input.response.code >= 400) throw new StatusError((input.response.body ?? {}));
    const left = streams.filter((s) => s.id !== input.id);
    return left.length > 0 ? (left as unknown as Json) : undefined;
  },
};

function podsOf(command: Command): readonly KubeObject[] {
  const selector = command.flags.text("selector");
  const pods = command.mapper.resource("pods");
  if (selector !== "") {
    const items = itemsOf(command.ask<ListBody>("list", pods, { namespace: command.namespace, query: { labelSelector: selector } }), pods);
    if (items.length === 0) command.err(`No resources found in ${command.namespace} namespace.\n`);
    return items;
  }
  const word = command.args[0] ?? "";
  try {
    const { pod, count } = podOf(command, word);
    if (count > 1) command.err(`Found ${count} pods, using pod/${pod.metadata.name}\n`);
    return [pod];
  } catch (error) {
    if (isNotFound(error)) throw new CommandError(`error from server (NotFound): ${(error as Error).message} in namespace "${command.namespace}"`);
    throw error;
  }
}

function sourcesOf(command: Command, pod: KubeObject): readonly { readonly pod: KubeObject; readonly container: string }[] {
  if (command.flags.on("all-containers")) return [...arr(at(pod, "spec", "initContainers")), ...arr(at(pod, "spec", "containers"))].map((c) => ({ pod, container: str(c["name"]) }));
  const second = command.args[1];
  if (second !== undefined) return [{ pod, container: second }];
  const named = command.flags.text("container");
  if (named === "") return [{ pod, container: containerOf(command, pod) }];
  const all = ["initContainers", "containers", "ephemeralContainers"].flatMap((kind) => arr(at(pod, "spec", kind)).map((c) => str(c["name"])));
  if (!all.includes(named)) throw new CommandError(`container ${named} is not valid for pod ${pod.metadata.name}`);
  return [{ pod, container: named }];
}

function query(command: Command, container: string, bySelector: boolean): Record<string, string> {
  const { flags } = command;
  const tail = flags.changed("tail") ? flags.number("tail") : bySelector && !flags.on("follow") ? 10 : bySelector ? 10 : -1;
  const since = flags.duration("since");
  return {
    container,
    ...(flags.on("follow") ? { follow: "true" } : {}),
    ...(flags.on("previous") ? { previous: "true" } : {}),
    ...(flags.on("timestamps") ? { timestamps: "true" } : {}),
    ...(tail >= 0 ? { tailLines: String(tail) } : {}),
    ...(since > 0 ? { sinceSeconds: String(Math.ceil(since / 1000)) } : {}),
    ...(flags.text("since-time") !== "" ? { sinceTime: flags.text("since-time") } : {}),
    ...(flags.number("limit-bytes") > 0 ? { limitBytes: flags.text("limit-bytes") } : {}),
  };
}

function prefixLines(text: string, prefix: string): string {
  if (prefix === "" || text === "") return text;
  const end = text.endsWith("\n");
  return (end ? text.slice(0, -1) : text).split("\n").map((line) => prefix + line).join("\n") + (end ? "\n" : "");
}
