import { t } from "../../i18n/index";
import type { Verb } from "../command";
import { CommandError, usageError } from "../errors";
import { listDirectory, readFile } from "../files";
import { bool, GLOBAL_FLAGS, text } from "../flags";
import type { Obj } from "../objects";
import { str } from "../objects";
import { goJson } from "../print/go-json";
import { goYaml } from "../print/yaml";

const CLIENT = { major: "1", minor: "33", gitVersion: "v1.33.1", gitCommit: "8adc0f041b8e7ad1d30e29cc59c6ae7a15e19828", gitTreeState: "clean", buildDate: "2025-05-15T08:27:33Z", goVersion: "go1.24.2", compiler: "gc", platform: "linux/amd64" };
const KUSTOMIZE = "v5.6.0";

export const version: Verb = {
  name: "version",
  short: "Print the client and server version information",
  flags: [bool("client", "If true, shows client version only (no server required)."), text("output", "One of 'yaml' or 'json'.", { short: "o" })],
  run(command) {
    const output = command.flags.text("output");
    if (output !== "" && output !== "yaml" && output !== "json") throw new CommandError(`--output must be 'yaml' or 'json'`);
    const server = command.flags.on("client") ? undefined : command.raw<Obj>("/version");
    const all = { clientVersion: CLIENT, kustomizeVersion: KUSTOMIZE, ...(server ? { serverVersion: server } : {}) };
    if (output === "yaml") command.out(`${goYaml(all)}\n`);
    else if (output === "json") command.out(`${goJson(all, { indent: 2, keepOrder: true })}\n`);
    else command.out(`Client Version: ${CLIENT.gitVersion}\nKustomize Version: ${KUSTOMIZE}\n${server ? `Server Version: ${str(server["gitVersion"])}\n` : ""}`);
  },
};

export const clusterInfo: Verb = {
  name: "cluster-info",
  short: "Display cluster information",
  verbs: [{ name: "dump", short: "Dump relevant information for debugging and diagnosis", run() {
    throw new CommandError(t("kubectl.noDump"));
  } }],
  run(command) {
    command.out(`Kubernetes control plane is running at ${command.config.server}\n\nTo further debug and diagnose cluster problems, use 'kubectl cluster-info dump'.\n`);
  },
};

export const options: Verb = {
  name: "options",
  short: "Print the list of flags inherited by all commands",
  run(command) {
    const home = command.context.env["HOME"] ?? "";
    const shown = (f: (typeof GLOBAL_FLAGS)[number]): string => {
      if (f.name === "cache-dir") return `'${home}/.kube/cache'`;
      if (f.name === "vmodule") return "";
      if (f.type === "bool") return f.default ?? "false";
      if (f.type === "int" || f.type === "duration") return f.default ?? "0";
      return f.type === "stringArray" ? "[]" : `'${f.default ?? ""}'`;
    };
    command.out(`The following options can be passed to any command:\n\n${GLOBAL_FLAGS.map((f) => `    ${f.short ? `-${f.short}, ` : ""}--${f.name}=${shown(f)}:\n\t${f.usage}\n\n`).join("")}`);
  },
};

/** kubectl completion: our shell completes nothing, so that a script to source has nothing but its name. */
export const completion: Verb = {
  name: "completion",
  short: "Output shell completion code for the specified shell (bash, zsh, fish, or powershell)",
  run(command) {
    const [shell, ...more] = command.args;
    if (shell === undefined) throw usageError("kubectl completion", "Shell not specified.");
    if (more.length > 0) throw usageError("kubectl completion", "Too many arguments. Expected only the shell type.");
    if (!["bash", "zsh", "fish", "powershell"].includes(shell)) throw usageError("kubectl completion", `Unsupported shell type ${JSON.stringify(shell)}.`);
    command.out(`# ${shell} completion for kubectl\n`);
  },
};

export const plugin: Verb = {
  name: "plugin",
  short: "Provides utilities for interacting with plugins",
  verbs: [{ name: "list", short: "List all visible plugin executables on a user's PATH", run() {
    throw new CommandError("unable to find any kubectl plugins in your PATH");
  } }],
};

const topFlags = [text("selector", "Selector (label query) to filter on.", { short: "l" }), bool("all-namespaces", "If present, list the requested object(s) across all namespaces.", { short: "A" }), bool("containers", "If present, print usage of containers within a pod."), text("sort-by", "If non-empty, sort by 'cpu' or 'memory'."), bool("no-headers", "If present, print output without headers."), text("field-selector", "Selector (field query) to filter on."), bool("sum", "Print the sum of the resource usage"), bool("use-protocol-buffers", "Enables using protocol-buffers to access Metrics API.", { default: "true" })];

const topOf = (name: string, short: string, aliases: readonly string[]): Verb => ({ name, short, aliases, flags: topFlags, run(command) {
  if (!["", "cpu", "memory"].includes(command.flags.text("sort-by"))) throw new CommandError("--sort-by accepts only cpu or memory");
  throw new CommandError("Metrics API not available");
} });

export const top: Verb = {
  name: "top",
  short: "Display resource (CPU/memory) usage",
  verbs: [
    topOf("node", "Display resource (CPU/memory) usage of nodes", ["nodes", "no"]),
    topOf("pod", "Display resource (CPU/memory) usage of pods", ["pods", "po"]),
  ],
};

export const cp: Verb = {
  name: "cp",
  short: "Copy files and directories to and from containers",
  flags: [text("container", "Container name.", { short: "c" }), bool("no-preserve", "The copied file/directory's ownership and permissions will not be preserved in the container")],
  run(command) {
    if (command.args.length !== 2) throw new CommandError("source and destination are required");
    const remote = command.args.find((a) => a.includes(":"));
    if (remote === undefined) throw new CommandError("one of src or dest must be a remote file specification");
    if (command.args.every((a) => a.includes(":"))) throw new CommandError("one of src or dest must be a local file specification");
    const [source = ""] = command.args;
    if (!source.includes(":") && readFile(command.context, source) === undefined && listDirectory(command.context, source) === undefined) throw new CommandError(`${source} doesn't exist in local filesystem`);
    const [place = ""] = remote.split(":");
    const [namespace, name] = place.includes("/") ? place.split("/") : [command.namespace, place];
    command.ask("get", command.mapper.resource("pods"), { namespace, name: name ?? "" });
    throw new CommandError(t("kubectl.noCopy"));
  },
};

/** kubectl proxy: the note has no way to listen on a port of the reader's machine. */
export const proxy: Verb = {
  name: "proxy",
  short: "Run a proxy to the Kubernetes API server",
  flags: [text("port", "The port on which to run the proxy.", { short: "p", default: "8001" })],
  run() {
    throw new CommandError(t("kubectl.noProxy"));
  },
};
