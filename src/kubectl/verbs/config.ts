import type { Command, Verb } from "../command";
import { configPath, FIELDS, loadConfigFile, saveConfig, shown, type KubeConfigFile } from "../config";
import { CommandError } from "../errors";
import { readFile } from "../files";
import { bool, text } from "../flags";
import { goJson } from "../print/go-json";
import { objectPrinter } from "../print/printer";
import { plainTable } from "../print/table";

type Section = "clusters" | "contexts" | "users";
type Entry = Readonly<Record<string, unknown>>;
/** The word under which an entry of each section keeps its fields. */
const inner = { clusters: "cluster", contexts: "context", users: "user" } as const;

/** What a new entry of each section has from the beginning. */
const empty: Readonly<Record<Section, Entry>> = { clusters: { server: "" }, contexts: { cluster: "", user: "" }, users: {} };

const file = (command: Command): KubeConfigFile => loadConfigFile(command.context, command.flags, command.options);
const path = (command: Command): string => configPath(command.context, command.flags);
const save = (command: Command, next: KubeConfigFile): void => {
  saveConfig(command.context, command.flags, command.options, next);
};

const entriesOf = (config: KubeConfigFile, section: Section): readonly { readonly name: string }[] => config[section];
const fieldsOf = (config: KubeConfigFile, section: Section, name: string): Entry | undefined => {
  const found: Entry | undefined = entriesOf(config, section).find((one) => one.name === name);
  return found?.[inner[section]] as Entry | undefined;
};

/** The config with one entry put, or taken out where there are no fields. */
function put(config: KubeConfigFile, section: Section, name: string, fields: Entry | undefined): KubeConfigFile {
  const others = entriesOf(config, section).filter((one) => one.name !== name);
  const next = fields === undefined ? others : [...others, { name, [inner[section]]: fields }].sort((a, b) => (a.name < b.name ? -1 : 1));
  return { ...config, [section]: next };
}

function args(command: Command, count: number): readonly string[] {
  if (command.args.length !== count) throw new CommandError(`Unexpected args: [${command.args.join(" ")}]`);
  return command.args;
}

const deleting = (section: Section): Verb => ({
  name: `delete-${inner[section]}`,
  short: `Delete the specified ${inner[section]} from the kubeconfig`,
  run(command) {
    const [name = ""] = args(command, 1);
    const config = file(command);
    if (fieldsOf(config, section, name) === undefined) throw new CommandError(`cannot delete ${inner[section]} ${name}, not in ${path(command)}`);
    if (section === "contexts" && config["current-context"] === name) command.err(`warning: this removed your active context, use "kubectl config use-context" to select a different one\n`);
    const where = path(command);
    save(command, put(config, section, name, undefined));
    command.out(`deleted ${inner[section]} ${name} from ${where}\n`);
  },
});

const listing = (section: Section): Verb => ({
  name: `get-${section}`,
  short: `Display ${section} defined in the kubeconfig`,
  run(command) {
    command.out(`NAME\n${entriesOf(file(command), section).map((one) => `${one.name}\n`).join("")}`);
  },
});

/** The fields that the flags of a line set, under the same names; files are embedded as data where that is wished. */
function given(command: Command, names: readonly string[]): Entry {
  const { flags } = command;
  const embed = flags.on("embed-certs");
  const out: Record<string, unknown> = {};
  for (const name of names.filter((one) => flags.changed(one))) {
    const value = flags.text(name);
    if (name === "insecure-skip-tls-verify") out[name] = flags.on(name);
    else if (embed && /^(?:client|certificate)-/.test(name)) {
      const data = readFile(command.context, value);
      if (data === undefined) throw new CommandError(`could not stat ${name} file ${value}: stat ${value}: no such file or directory`);
      out[`${name}-data`] = btoa(data);
    } else out[name] = value;
  }
  return out;
}

const setting = (section: "clusters" | "users", name: string, word: string, names: readonly string[]): Verb => ({
  name,
  short: `Set a ${inner[section]} entry in kubeconfig`,
  flags: [bool("embed-certs", `embed-certs for the ${inner[section]} entry in kubeconfig`), ...(section === "clusters" ? [text("proxy-url", "proxy-url for the cluster entry in kubeconfig")] : [])],
  run(command) {
    if (command.args.length !== 1) throw new CommandError(`${section === "users" ? "u" : "U"}nexpected args: [${command.args.join(" ")}]`);
    const [entry = ""] = command.args;
    const wanted = given(command, names);
    if (wanted["token"] !== undefined && (wanted["username"] !== undefined || wanted["password"] !== undefined)) throw new CommandError("you cannot specify more than one authentication method at the same time: --token, --username/--password");
    const config = file(command);
    const old: Record<string, unknown> = { ...fieldsOf(config, section, entry) };
    for (const key of Object.keys(wanted)) delete old[key.endsWith("-data") ? key.slice(0, -5) : `${key}-data`];
    if (wanted["insecure-skip-tls-verify"] === true) for (const key of ["certificate-authority", "certificate-authority-data"]) delete old[key];
    if (wanted["token"] !== undefined) for (const key of ["username", "password"]) delete old[key];
    if (wanted["username"] !== undefined || wanted["password"] !== undefined) delete old["token"];
    save(command, put(config, section, entry, { ...empty[section], ...old, ...wanted }));
    command.out(`${word} "${entry}" set.\n`);
  },
});

/** Where `clusters.my.cluster.server` leads: names may have dots themselves, so the last known field ends them. */
function steps(property: string): { readonly section?: Section; readonly name: string; readonly field?: string } {
  if (property === "current-context") return { name: property };
  const [first = "", ...rest] = property.split(".");
  if (!(first in inner)) throw new CommandError(`unable to parse ${property} after [] at api.Config`);
  const at = rest.findIndex((part, i) => i > 0 && FIELDS.includes(part));
  return { section: first as Section, name: (at < 0 ? rest : rest.slice(0, at)).join("."), ...(at < 0 ? {} : { field: rest[at] ?? "" }) };
}

function valueOf(field: string, value: string, raw: boolean): unknown {
  if (field === "insecure-skip-tls-verify" || field === "disable-compression") {
    if (!/^(?:1|t|T|TRUE|true|True|0|f|F|FALSE|false|False)$/.test(value)) throw new CommandError(`strconv.ParseBool: parsing ${JSON.stringify(value)}: invalid syntax`);
    return /^[1tT]/.test(value);
  }
  if (!field.endsWith("-data")) return value;
  if (raw) return btoa(value);
  try {
    return btoa(atob(value));
  } catch {
    throw new CommandError(`error decoding input value: illegal base64 data at input byte ${value.search(/[^A-Za-z0-9+/]|$/)}`);
  }
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
  deleting("clusters"), deleting("contexts"), deleting("users"),
  listing("clusters"),
  {
    name: "get-contexts",
    short: "Describe one or many contexts",
    flags: [text("output", "Output format. One of: (name).", { short: "o" }), bool("no-headers", "When using the default or custom-column output format, don't print headers (default print headers).")],
    run(command) {
      const config = file(command);
      const names = command.args.length > 0 ? command.args : config.contexts.map((c) => c.name);
      const found = config.contexts.filter((c) => names.includes(c.name));
      if (command.flags.text("output") === "name") command.out(found.map((c) => `${c.name}\n`).join(""));
      else command.out(plainTable(command.flags.on("no-headers") ? undefined : ["CURRENT", "NAME", "CLUSTER", "AUTHINFO", "NAMESPACE"], found.map((c) => [c.name === config["current-context"] ? "*" : "", c.name, c.context.cluster ?? "", c.context.user ?? "", c.context.namespace ?? ""])));
      const missing = names.find((name) => !config.contexts.some((c) => c.name === name));
      if (missing !== undefined) throw new CommandError(`context ${missing} not found`);
    },
  },
  listing("users"),
  {
    name: "rename-context",
    short: "Rename a context from the kubeconfig file",
    run(command) {
      const [from = "", to = ""] = args(command, 2);
      const config = file(command);
      const fields = fieldsOf(config, "contexts", from);
      if (fields === undefined) throw new CommandError(`cannot rename the context ${JSON.stringify(from)}, it's not in ${path(command)}`);
      if (fieldsOf(config, "contexts", to) !== undefined) throw new CommandError(`cannot rename the context ${JSON.stringify(from)}, the context ${JSON.stringify(to)} already exists in ${path(command)}`);
      save(command, { ...put(put(config, "contexts", from, undefined), "contexts", to, fields), "current-context": config["current-context"] === from ? to : config["current-context"] });
      command.out(`Context ${JSON.stringify(from)} renamed to ${JSON.stringify(to)}.\n`);
    },
  },
  {
    name: "set",
    short: "Set an individual value in a kubeconfig file",
    flags: [bool("set-raw-bytes", "When writing a []byte PROPERTY_VALUE, write the given string directly without base64 decoding.")],
    run(command) {
      const [property = "", value = ""] = args(command, 2);
      if (value === "") throw new CommandError("you cannot use set to unset a property");
      const config = file(command);
      const { section, name, field } = steps(property);
      if (section === undefined) save(command, { ...config, "current-context": value });
      else if (field === undefined) throw new CommandError("can't set a map to a value: map[]");
      else save(command, put(config, section, name, { ...empty[section], ...fieldsOf(config, section, name), [field]: valueOf(field, value, command.flags.on("set-raw-bytes")) }));
      command.out(`Property ${JSON.stringify(property)} set.\n`);
    },
  },
  setting("clusters", "set-cluster", "Cluster", ["server", "tls-server-name", "insecure-skip-tls-verify", "certificate-authority", "proxy-url"]),
  {
    name: "set-context",
    short: "Set a context entry in kubeconfig",
    flags: [bool("current", "Modify the current context")],
    run(command) {
      const config = file(command);
      const current = command.flags.on("current");
      if (command.args.length > 1 || (current && command.args.length > 0)) throw new CommandError(`Unexpected args: [${command.args.join(" ")}]`);
      const name = current ? config["current-context"] : (command.args[0] ?? "");
      if (name === "") throw new CommandError(current ? "no current context is set" : "you must specify a non-empty context name or --current");
      const old = fieldsOf(config, "contexts", name);
      save(command, put(config, "contexts", name, { ...(old ?? empty.contexts), ...given(command, ["cluster", "user", "namespace"]) }));
      command.out(`Context ${JSON.stringify(name)} ${old ? "modified" : "created"}.\n`);
    },
  },
  setting("users", "set-credentials", "User", ["client-certificate", "client-key", "token", "username", "password"]),
  {
    name: "unset",
    short: "Unset an individual value in a kubeconfig file",
    run(command) {
      const [property = ""] = args(command, 1);
      const config = file(command);
      if (property in inner) save(command, { ...config, [property]: [] });
      else {
        const { section, name, field } = steps(property);
        if (section === undefined) save(command, { ...config, "current-context": "" });
        else if (field === undefined) save(command, put(config, section, name, undefined));
        else {
          const fields = fieldsOf(config, section, name);
          if (fields === undefined) throw new CommandError(`current map key \`${name}\` is invalid`);
          const { [field]: _gone, ...rest } = fields;
          save(command, put(config, section, name, rest));
        }
      }
      command.out(`Property ${JSON.stringify(property)} unset.\n`);
    },
  },
  {
    name: "use-context",
    aliases: ["use"],
    short: "Set the current-context in a kubeconfig file",
    run(command) {
      const [name = ""] = args(command, 1);
      const config = file(command);
      if (fieldsOf(config, "contexts", name) === undefined) throw new CommandError(`no context exists with the name: ${JSON.stringify(name)}`);
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
        const wanted = command.flags.text("context") || config["current-context"];
        const current = config.contexts.filter((c) => c.name === wanted);
        config = { ...config, "current-context": wanted, contexts: current, clusters: config.clusters.filter((c) => current.some((x) => x.context.cluster === c.name)), users: config.users.filter((u) => current.some((x) => x.context.user === u.name)) };
      }
      if (!command.flags.on("raw")) {
        const hidden = (fields: Record<string, unknown>): Record<string, unknown> => Object.fromEntries(Object.entries(fields).map(([key, value]) => [key, key.endsWith("-data") ? "DATA+OMITTED" : key === "token" || key === "password" ? "REDACTED" : value]));
        config = { ...config, clusters: config.clusters.map((c) => ({ ...c, cluster: hidden(c.cluster) })), users: config.users.map((u) => ({ ...u, user: hidden(u.user) })) };
      }
      const out = shown(config);
      command.out(command.flags.text("output") === "json" ? `${goJson(out, { indent: 4, keepOrder: true })}\n` : (objectPrinter(command)?.(out) ?? ""));
    },
  },
];

/** kubectl config: the kubeconfig file. */
export const config: Verb = { name: "config", short: "Modify kubeconfig files", verbs };
