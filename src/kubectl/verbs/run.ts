import type { ProcessInput } from "../../cluster/images/program";
import { jsonPatch } from "../../cluster/api/patch/json";
import { mergePatch } from "../../cluster/api/patch/merge";
import { strategicMerge } from "../../cluster/api/patch/strategic";
import type { Json, KubeObject } from "../../cluster/model";
import type { Command, Verb } from "../command";
import { CommandError, Exit, isNotFound, usageError } from "../errors";
import { array, bool, DRY_RUN, duration, fieldManager, FILENAME_FLAGS, int, PRINT_FLAGS, text } from "../flags";
import { emit, meta, pairs } from "../generators/emit";
import { arr, at, num, obj, str, type Obj } from "../objects";
import { onSession, openSession } from "../session";

/** kubectl run: one pod; with -i or --attach it stays with it until it ends. */
export const run: Verb = {
  name: "run",
  short: "Run a particular image on the cluster",
  usage: 'kubectl run NAME --image=image [--env="key=value"] [--port=port] [--dry-run=server|client] [--overrides=inline-json] [--command] -- [COMMAND] [args...] [options]',
  flags: [
    ...PRINT_FLAGS, DRY_RUN, fieldManager("kubectl-run"), ...FILENAME_FLAGS.filter((f) => f.name !== "kustomize"),
    text("image", "The image for the container to run."), text("image-pull-policy", "The image pull policy for the container."), text("restart", "The restart policy for this Pod.", { default: "Always" }),
    text("port", "The port that this container exposes."), bool("expose", "If true, create a ClusterIP service associated with the pod."), text("labels", "Comma separated labels to apply to the pod.", { short: "l" }),
    array("env", "Environment variables to set in the container."), array("annotations", "Annotations to apply to the pod."), bool("command", "If true and extra arguments are present, use them as the 'command' field in the container, rather than the 'args' field which is the default."),
    bool("stdin", "Keep stdin open on the container in the pod, even if nothing is attached.", { short: "i" }), bool("tty", "Allocate a TTY for the container in the pod.", { short: "t" }), bool("attach", "If true, wait for the Pod to start running, and then attach to the Pod as if 'kubectl attach ...' were called."),
    bool("leave-stdin-open", "If the pod is started in interactive mode or with stdin, leave stdin open after the first attach completes."), bool("rm", "If true, delete the pod after it exits."), bool("quiet", "If true, suppress prompt messages.", { short: "q" }), bool("privileged", "If true, run the container in privileged mode."),
    text("overrides", "An inline JSON override for the generated object."), text("override-type", "The method used to override the generated object: json, merge, or strategic.", { default: "merge" }), bool("save-config", "If true, the configuration of current object will be saved in its annotation."),
    duration("pod-running-timeout", "The length of time to wait until at least one pod is running", { default: "1m0s" }), int("grace-period", "Period of time in seconds given to the resource to terminate gracefully.", { default: "-1" }), bool("force", "unused"), bool("wait", "unused"), duration("timeout", "unused"), text("cascade", "unused", { default: "background" }),
  ],
  run(command) {
    const { flags } = command;
    if (!flags.changed("image")) throw new CommandError('required flag(s) "image" not set');
    const names = command.dash >= 0 ? command.args.slice(0, command.dash) : command.args.slice(0, 1);
    const [name] = names;
    if (name === undefined) throw new CommandError("NAME is required for run\nSee 'kubectl run -h' for help and examples");
    const words = command.dash >= 0 ? command.args.slice(command.dash) : command.args.slice(1);
    const image = flags.text("image");
    if (image === "") throw new CommandError("--image is required");
    if (/\s|[A-Z]/.test(image.split(":")[0] ?? "")) throw new CommandError(`Invalid image name ${JSON.stringify(image)}: invalid reference format`);
    const restart = flags.text("restart");
    if (!["Always", "OnFailure", "Never"].includes(restart)) throw usageError("kubectl run", `invalid restart policy: ${restart}`);
    const attached = flags.on("attach") || flags.on("stdin");
    if (flags.on("rm") && !attached) throw usageError("kubectl run", "--rm should only be used for attached containers");
    if (attached && command.dryRun !== "none") throw usageError("kubectl run", "--dry-run=[server|client] can't be used with attached containers options (--attach, --stdin, or --tty)");
    const labels = flags.text("labels") === "" ? { run: name } : pairs(flags.text("labels"));
    const env = flags.list("env").map((word) => {
      const cut = word.indexOf("=");
      if (cut <= 0) throw new CommandError(`invalid env: ${word}`);
      return { name: word.slice(0, cut), value: word.slice(cut + 1) };
    });
    const port = flags.text("port");
    if (flags.on("expose") && port === "") throw usageError("kubectl run", "--port must be set when exposing a service");
    const annotations = Object.fromEntries(flags.list("annotations").map((a) => [a.slice(0, a.indexOf("=")), a.slice(a.indexOf("=") + 1)]));
    const container: Obj = {
      name, image, ...(words.length === 0 ? {} : flags.on("command") ? { command: words } : { args: words }),
      ...(port === "" ? {} : { ports: [{ containerPort: Number(port) }] }), ...(env.length > 0 ? { env } : {}), resources: {},
      ...(flags.text("image-pull-policy") === "" ? {} : { imagePullPolicy: flags.text("image-pull-policy") }),
      ...(flags.on("privileged") ? { securityContext: { privileged: true } } : {}),
      ...(flags.on("stdin") ? { stdin: true, ...(flags.on("leave-stdin-open") ? {} : { stdinOnce: true }) } : {}), ...(flags.on("tty") ? { tty: true } : {}),
    };
    const pod: Obj = {
      kind: "Pod", apiVersion: "v1", metadata: meta(name, { labels, ...(Object.keys(annotations).length > 0 ? { annotations } : {}) }),
      spec: { containers: [container], restartPolicy: restart, dnsPolicy: "ClusterFirst" }, status: {},
    };
    const made = flags.text("overrides") === "" ? pod : overridden(pod, flags.text("overrides"), flags.text("override-type"));
    if (flags.on("expose")) {
      emit(command, { kind: "Service", apiVersion: "v1", metadata: meta(name, flags.text("labels") === "" ? {} : { labels }), spec: { ports: [{ protocol: "TCP", port: Number(port), targetPort: Number(port) }], selector: labels }, status: { loadBalancer: {} } }, { manager: "kubectl-run" });
      if (command.dryRun === "client" && flags.text("output") === "yaml") command.out("---\n---\n");
    }
    if (!attached || command.dryRun !== "none") {
      emit(command, made, { manager: "kubectl-run" });
      return undefined;
    }
    const mapping = command.mapper.resource("pods");
    const live = command.ask<KubeObject>("create", mapping, { namespace: command.namespace, body: { ...made, metadata: { ...obj(made["metadata"]), namespace: command.namespace } }, query: { fieldManager: "kubectl-run" } });
    command.connect("pod", command.request("watch", mapping, { namespace: command.namespace, query: { watch: "true", fieldSelector: `metadata.name=${name}`, resourceVersion: live.metadata.resourceVersion } }));
    return { stage: "starting", name };
  },
  on(raw, input, command) {
    const state = raw as unknown as { readonly stage: "starting" | "attached" | "ending"; readonly name: string; readonly code?: number };
    if (input.is === "stream" && input.id === "pod") {
      const event = input.data as unknown as { readonly type: string; readonly object: KubeObject };
      const phase = str(at(event.object, "status", "phase"));
      const container = str(at(arr(at(event.object, "spec", "containers"))[0], "name"));
      if (state.stage === "starting" && phase === "Running") {
        if (command.flags.on("stdin") && !command.flags.on("quiet")) command.err("If you don't see a command prompt, try pressing enter.\n");
        openSession(command, event.object, { subresource: "attach", container, stdin: command.flags.on("stdin"), tty: command.flags.on("tty") && command.context.tty });
        return { ...state, stage: "attached" };
      }
      if (phase === "Succeeded" || phase === "Failed") {
        if (state.stage === "starting") command.out(command.ask<string>("get", command.mapper.resource("pods"), { namespace: command.namespace, name: state.name, subresource: "log", query: { container } }));
        if (state.stage !== "attached") return finish(command, state.name, event.object);
      }
      return raw;
    }
    if (state.stage === "attached" && (missed(command, input, state.name) || onSession(command, input))) {
      const live = command.ask<KubeObject>("get", command.mapper.resource("pods"), { namespace: command.namespace, name: state.name });
      const phase = str(at(live, "status", "phase"));
      if (phase === "Succeeded" || phase === "Failed" || str(at(live, "spec", "restartPolicy")) === "Always") return finish(command, state.name, live);
      return { ...state, stage: "ending" };
    }
    return raw;
  },
};

/** A container that was over before anyone could attach has left its log. */
function missed(command: Command, input: ProcessInput, name: string): boolean {
  if (input.is !== "end" || input.id !== "session" || input.response.code < 400) return false;
  command.out(command.ask<string>("get", command.mapper.resource("pods"), { namespace: command.namespace, name, subresource: "log" }));
  command.err(`warning: couldn't attach to pod/${name}, falling back to streaming logs: ${(input.response.body as { message?: string } | null)?.message ?? ""}\n`);
  return true;
}

/** Removes the pod where --rm is set; the pod's exit code is kubectl's, where it does not restart. */
function finish(command: Command, name: string, pod: KubeObject): undefined {
  command.close("pod");
  const terminated = at(arr(at(pod, "status", "containerStatuses"))[0], "state", "terminated");
  const code = str(at(pod, "spec", "restartPolicy")) === "Never" ? num(at(terminated, "exitCode")) : 0;
  if (!command.flags.on("rm") && str(at(pod, "spec", "restartPolicy")) === "Always") command.out(`Session ended, resume using 'kubectl attach ${name} -c ${str(at(arr(at(pod, "spec", "containers"))[0], "name"))}${command.flags.on("stdin") ? " -i" : ""}${command.flags.on("tty") ? " -t" : ""}' command when the pod is running\n`);
  if (command.flags.on("rm")) {
    try {
      command.ask("delete", command.mapper.resource("pods"), { namespace: command.namespace, name });
      command.out(`pod ${JSON.stringify(name)} deleted\n`);
    } catch (error) {
      if (!isNotFound(error)) throw error;
    }
  }
  if (code !== 0) {
    command.err(`pod ${command.namespace}/${name} terminated (${str(at(terminated, "reason"))})\n`);
    throw new Exit(code);
  }
  return undefined;
}

/** --overrides: a patch over the generated pod, in the form that --override-type says. */
function overridden(pod: Obj, text: string, type: string): Obj {
  try {
    const [object, patch] = [pod as Json, JSON.parse(text) as Json];
    return (type === "json" ? jsonPatch(object, patch) : type === "strategic" ? strategicMerge("V1Pod", object, patch) : mergePatch(object, patch)) as Obj;
  } catch {
    throw new CommandError("Invalid JSON Patch");
  }
}
