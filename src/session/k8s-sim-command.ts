import type { Effect, Program, Step } from "../cluster/images/program";
import type { Json } from "../cluster/model";

const usage = `Usage: k8s-sim node add|stop|start|remove NAME
       k8s-sim fault OP POD [CONTAINER] [-n NAMESPACE]

What kubectl has no words for: a machine that fails, a container that crashes.
Faults: crash, kill-pause, fail-liveness, fail-readiness, fail-startup, mend
`;

const faults = ["crash", "kill-pause", "fail-liveness", "fail-readiness", "fail-startup", "mend"];

/** The command `k8s-sim` of the note's shell: deeds that are no requests to the API. */
export const k8sSim: Program = {
  start(context): Step {
    const { words, namespace } = readArguments(context.argv.slice(1));
    const [topic, op = "", name = "", container = ""] = words;
    if (topic === "node" && ["add", "stop", "start", "remove"].includes(op) && name !== "") {
      const past: Record<string, string> = { add: "added", stop: "stopped", start: "started", remove: "removed" };
      return done([{ do: "deed", deed: { is: "node", name, op } }, { do: "write", fd: 1, data: `node/${name} ${past[op] ?? op}\n` }], 0);
    }
    if (topic === "fault" && faults.includes(op) && name !== "") {
      const pod = name.replace(/^pods?\//, "");
      const ref: Record<string, Json> = { resource: "pods", namespace, name: pod, ...(container === "" ? {} : { part: `container/${container}` }) };
      return done([{ do: "deed", deed: { is: "fault", ref, op } }, { do: "write", fd: 1, data: `pod/${pod} ${op}\n` }], 0);
    }
    return done([{ do: "write", fd: topic === undefined || topic === "--help" ? 1 : 2, data: usage }], topic === undefined || topic === "--help" ? 0 : 2);
  },
  on: (state): Step => ({ state, do: [] }),
};

function readArguments(argv: readonly string[]): { words: readonly string[]; namespace: string } {
  const words: string[] = [];
  let namespace = "default";
  for (let i = 0; i < argv.length; i++) {
    const word = argv[i] ?? "";
    if (word === "-n" || word === "--namespace") namespace = argv[++i] ?? namespace;
    else words.push(word);
  }
  return { words, namespace };
}

function done(effects: readonly Effect[], code: number): Step {
  return { state: null, do: [...effects, { do: "exit", code }] };
}
