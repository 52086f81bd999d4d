import type { KubeObject } from "../../cluster/model";
import type { Verb } from "../command";
import { CommandError, StatusError, usageError } from "../errors";
import { duration, slice } from "../flags";
import { arr, at, num, str } from "../objects";
import { podOf } from "../pods";

/** kubectl port-forward: says what it forwards and stays until it is stopped. */
export const portForward: Verb = {
  name: "port-forward",
  short: "Forward one or more local ports to a pod",
  usage: "kubectl port-forward TYPE/NAME [options] [LOCAL_PORT:]REMOTE_PORT [...[LOCAL_PORT_N:]REMOTE_PORT_N]",
  flags: [slice("address", "Addresses to listen on (comma separated).", { default: "localhost" }), duration("pod-running-timeout", "The length of time (like 5s, 2m, or 3h, higher than zero) to wait until at least one pod is running", { default: "1m0s" })],
  run(command) {
    const [word, ...ports] = command.args;
    if (word === undefined || ports.length === 0) throw usageError("kubectl port-forward", "TYPE/NAME and list of ports are required for port-forward");
    const { pod } = podOf(command, word);
    const phase = str(at(pod, "status", "phase"));
    if (phase !== "Running") throw new CommandError(`unable to forward port because pod is not running. Current status=${phase}`);
    const service = /^(svc|services?)\//.test(word) ? command.ask<KubeObject>("get", command.mapper.resource("services"), { namespace: command.namespace, name: word.split("/")[1] ?? "" }) : undefined;
    const numbers: number[] = [];
    for (const pair of ports) {
      const [first = "", second] = pair.split(":");
      const remote = second ?? first;
      const target = service ? targetOf(service, pod, remote) : portNumber(pod, remote);
      const local = second === undefined ? (/^\d+$/.test(first) ? Number(first) : target) : Number(first || String(target));
      command.out(`Forwarding from 127.0.0.1:${local} -> ${target}\nForwarding from [::1]:${local} -> ${target}\n`);
      numbers.push(local, target);
      command.effects.push({ do: "listen", port: local });
    }
    command.connect("forward", command.request("connect", command.mapper.resource("pods"), { namespace: pod.metadata.namespace, name: pod.metadata.name, subresource: "portforward", query: { ports: numbers.filter((_p, i) => i % 2 === 1).map(String) } }));
    return numbers;
  },
  on(state, input, command) {
    if (input.is === "request") command.out("");
    if (input.is === "end" && input.response.code >= 400) throw new StatusError((input.response.body ?? {}));
    if (input.is === "end") throw new CommandError("lost connection to pod");
    return state;
  },
};

function portNumber(pod: KubeObject, word: string): number {
  if (/^\d+$/.test(word)) return Number(word);
  const found = arr(at(pod, "spec", "containers")).flatMap((c) => arr(c["ports"])).find((p) => p["name"] === word);
  if (!found) throw new CommandError(`pod ${pod.metadata.name} does not have a named port '${word}'`);
  return num(found["containerPort"]);
}

function targetOf(service: KubeObject, pod: KubeObject, word: string): number {
  const port = arr(at(service, "spec", "ports")).find((p) => String(p["port"]) === word || p["name"] === word);
  if (!port) throw new CommandError(`Service ${service.metadata.name} does not have a service port ${word}`);
  const target = port["targetPort"];
  return typeof target === "number" ? target : portNumber(pod, str(target) || String(port["port"]));
}
