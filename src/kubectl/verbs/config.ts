import type { Command, Verb } from "../command";
import { configPath, loadConfigFile, saveConfig, type KubeConfigFile } from "../config";
import { CommandError, usageError } from "../errors";
import { bool, text } from "../flags";
import { goJson } from "../print/go-json";
import { plainTable } from "../print/table";
import { goYaml } from "../print/yaml";

const file = (command: Command): KubeConfigFile => loadConfigFile(command.context, command.flags, command.options);
const save = (command: Command, next: KubeConfigFile): void => {
  saveConfig(command.context, command.flags, next);
};

function one(command: Command): string {
  const [name, ...more] = command.args;
  if (name === undefined || more.length > 0) throw usageError(command.path, `unexpected args: [${command.args.join(" ")}]`);
  return name;
}

const verbs: readonly Verb[] = [
  {
    name: "current-context",
    short: "Display the current-context",
    run(command) {
      const current = file(command)["current-context"];
      if (current === "") throw new CommandError("current-context is not set");
      command.out(`${current}\n`);
    },
  },
  {
    name: "delete-context",
    short: "Delete the specified context from the kubeconfig",
    run(command) {
      const name = one(command);
      const config = file(command);
      if (!config.contexts.some((c) => c.name === name)) throw new CommandError(`cannot delete context ${name}, not in ${configPath(command.context, command.flags)}`);
      if (config["current-context"] === name) command.err(`warning: this removed your active context, use "kubectl config use-context" to select a different one\n`);
      save(command, { ...config, contexts: config.contexts.filter((c) => c.name !== name) });
      command.out(`deleted context ${name} from ${configPath(command.context, command.flags)}\n`);
    },
  },
  {
    name: "get-clusters",
    short: "Display clusters defined in the kubeconfig",
    run(command) {
      command.out(`NAME\n${file(command).clusters.map((c) => `${c.name}\n`).join("")}`);
    },
  },
  {
    name: "get-contexts",
    short: "Describe one or many contexts",
    flags: [text("output", "Output format. One of: (name).", { short: "o" }), bool("no-headers", "When using the default or custom-column output format, don't print headers (default print headers).")],
    run(command) {
      const config = file(command);
      const names = command.args.length > 0 ? command.args : config.contexts.map((c) => c.name).sort();
      const found = names.map((name) => {
        const context = config.contexts.find((c) => c.name === name);
        if (!context) throw new CommandError(`context ${name} not found`);
        return context;
      });
      if (command.flags.text("output") === "name") {
        command.out(found.map((c) => `${c.name}\n`).join(""));
        return;
      }
      command.out(plainTable(command.flags.on("no-headers") ? undefined : ["CURRENT", "NAME", "CLUSTER", "AUTHINFO", "NAMESPACE"], found.map((c) => [c.name === config["current-context"] ? "*" : "", c.name, c.context.cluster ?? "", c.context.user ?? "", c.context.namespace ?? ""])));
    },
  },
  {
    name: "get-users",
    short: "Display users defined in the kubeconfig",
    run(command) {
      command.out(`NAME\n${file(command).users.map((u) => `${u.name}\n`).join("")}`);
    },
  },
  {
    name: "rename-context",
    short: "Rename a context from the kubeconfig file",
    run(command) {
      const [from, to] = command.args;
      if (from === undefined || to === undefined) throw usageError(command.path, "unexpected args");
      const config = file(command);
      if (!config.contexts.some((c) => c.name === from)) throw new CommandError(`cannot rename the context ${JSON.stringify(from)}, it's not in ${configPath(command.context, command.flags)}`);
      save(command, { ...config, "current-context": config["current-context"] === from ? to : config["current-context"], contexts: config.contexts.map((c) => (c.name === from ? { ...c, name: to } : c)) });
      command.out(`Context ${JSON.stringify(from)} renamed to ${JSON.stringify(to)}.\n`);
    },
  },
  {
    name: "set-context",
    short: "Set a context entry in kubeconfig",
    flags: [bool("current", "Modify the current context")],
    run(command) {
      const config = file(command);
      const current = command.flags.on("current");
      if (current && command.args.length > 0) throw new CommandError("cannot specify a context name and --current");
      const name = current ? config["current-context"] : one(command);
      if (name === "") throw new CommandError("no current context is set");
      const old = config.contexts.find((c) => c.name === name);
      const { flags } = command;
      const context = {
        ...old?.context,
        ...(flags.changed("cluster") ? { cluster: flags.text("cluster") } : {}),
        ...(flags.changed("user") ? { user: flags.text("user") } : {}),
        ...(flags.changed("namespace") ? { namespace: flags.text("namespace") } : {}),
      };
      save(command, { ...config, contexts: old ? config.contexts.map((c) => (c.name === name ? { ...c, context } : c)) : [...config.contexts, { name, context }] });
      command.out(`Context ${JSON.stringify(name)} ${old ? "modified" : "created"}.\n`);
    },
  },
  {
    name: "use-context",
    aliases: ["use"],
    short: "Set the current-context in a kubeconfig file",
    run(command) {
      const name = one(command);
      const config = file(command);
      if (!config.contexts.some((c) => c.name === name)) throw new CommandError(`no context exists with the name: ${JSON.stringify(name)}`);
      save(command, { ...config, "current-context": name });
      command.out(`Switched to context ${JSON.stringify(name)}.\n`);
    },
  },
  {
    name: "view",
    short: "Display merged kubeconfig settings or a specified kubeconfig file",
    flags: [text("output", "Output format.", { short: "o", default: "yaml" }), bool("minify", "Remove all information not used by current-context from the output"), bool("raw", "Display raw byte data and sensitive data"), bool("flatten", "Flatten the resulting kubeconfig file into self-contained output"), bool("merge", "Merge the full hierarchy of kubeconfig files", { default: "true", noOpt: "true" })],
    run(command) {
      let config = file(command);
      if (command.flags.on("minify")) {
        const current = config.contexts.filter((c) => c.name === config["current-context"]);
        config = { ...config, contexts: current, clusters: config.clusters.filter((c) => current.some((x) => x.context.cluster === c.name)), users: config.users.filter((u) => current.some((x) => x.context.user === u.name)) };
      }
      command.out(command.flags.text("output") === "json" ? `${goJson(config, { indent: 4, keepOrder: true })}\n` : goYaml(config));
    },
  },
];

/** kubectl config: the kubeconfig file. */
export const config: Verb = { name: "config", short: "Modify kubeconfig files", verbs };
