import type { KubeObject } from "../../cluster/model";
import type { Verb } from "../command";
import { CommandError, usageError } from "../errors";
import { bool, duration, FILENAME_FLAGS, text } from "../flags";
import { at, str } from "../objects";
import { containerOf, podOf } from "../pods";
import { onSession, openSession } from "../session";

const SESSION_FLAGS = [
  text("container", "Container name. If omitted, use the kubectl.kubernetes.io/default-container annotation for selecting the container to be attached or the first container in the pod will be chosen", { short: "c" }),
  bool("stdin", "Pass stdin to the container", { short: "i" }),
  bool("tty", "Stdin is a TTY", { short: "t" }),
  bool("quiet", "Only print output from the remote session", { short: "q" }),
  duration("pod-running-timeout", "The length of time (like 5s, 2m, or 3h, higher than zero) to wait until at least one pod is running", { default: "1m0s" }),
];

function finished(pod: KubeObject): void {
  const phase = str(at(pod, "status", "phase"));
  if (phase === "Succeeded" || phase === "Failed") throw new CommandError(`cannot exec into a container in a completed pod; current phase is ${phase}`);
}

/** kubectl exec: since 1.31 the command must come after `--`. */
export const exec: Verb = {
  name: "exec",
  short: "Execute a command in a container",
  usage: "kubectl exec (POD | TYPE/NAME) [-c CONTAINER] [flags] -- COMMAND [args...] [options]",
  flags: [...FILENAME_FLAGS, ...SESSION_FLAGS],
  run(command) {
    const words = command.dash >= 0 ? command.args.slice(command.dash) : [];
    const before = command.dash >= 0 ? command.args.slice(0, command.dash) : command.args;
    const [name] = before;
    if (name === undefined) throw new CommandError("pod, type/name or --filename must be specified");
    if (before.length > 1) throw usageError("kubectl exec", "exec [POD] [COMMAND] is not supported anymore. Use exec [POD] -- [COMMAND] instead");
    if (words.length === 0) throw new CommandError("you must specify at least one command for the container");
    const { pod } = podOf(command, name);
    finished(pod);
    const container = containerOf(command, pod);
    const stdin = command.flags.on("stdin");
    const wantsTty = command.flags.on("tty");
    if (wantsTty && !command.context.tty) command.err("Unable to use a TTY - input is not a terminal or the right kind of file\n");
    openSession(command, pod, { subresource: "exec", container, words, stdin, tty: wantsTty && command.context.tty });
    return "open";
  },
  on(state, input, command) {
    return onSession(command, input) ? undefined : state;
  },
};

/** kubectl attach */
export const attach: Verb = {
  name: "attach",
  short: "Attach to a running container",
  usage: "kubectl attach (POD | TYPE/NAME) -c CONTAINER [options]",
  flags: SESSION_FLAGS,
  run(command) {
    const [name] = command.args;
    if (name === undefined) throw new CommandError("at least 1 argument is required for attach");
    if (command.args.length > 2) throw new CommandError(`expected POD, TYPE/NAME, or TYPE NAME, (at most 2 arguments) saw ${command.args.length}: [${command.args.join(" ")}]`);
    const { pod } = podOf(command, command.args.join("/"));
    const phase = str(at(pod, "status", "phase"));
    if (phase === "Succeeded" || phase === "Failed") throw new CommandError(`cannot attach a container in a completed pod; current phase is ${phase}`);
    if (command.flags.on("stdin") && !command.flags.on("quiet")) command.err("If you don't see a command prompt, try pressing enter.\n");
    openSession(command, pod, { subresource: "attach", container: containerOf(command, pod), stdin: command.flags.on("stdin"), tty: command.flags.on("tty") && command.context.tty });
    return "open";
  },
  on(state, input, command) {
    return onSession(command, input) ? undefined : state;
  },
};
