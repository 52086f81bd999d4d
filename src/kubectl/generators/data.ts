import type { Command, Verb } from "../command";
import { CommandError } from "../errors";
import { baseName, listDirectory, readFile } from "../files";
import { array, bool, slice, text, type FlagSpec } from "../flags";
import { nameHash } from "../name-hash";
import { setAt, type Obj } from "../objects";
import { emit, GENERATOR_FLAGS, meta, nameOf } from "./emit";

const APPEND_HASH = bool("append-hash", "Append a hash of the configmap to its name.");

/** --append-hash: the name with the hash of the content. */
function hashed(command: Command, object: Obj): Obj {
  return command.flags.on("append-hash") ? setAt(object, ["metadata", "name"], `${nameOf(command)}-${nameHash(object)}`) : object;
}

const DATA_FLAGS: readonly FlagSpec[] = [
  ...GENERATOR_FLAGS,
  slice("from-file", "Key file can be specified using its file path, in which case file basename will be used as configmap key, or optionally with a key and file path, in which case the given key will be used."),
  array("from-literal", "Specify a key and literal value to insert in configmap (i.e. mykey=somevalue)"),
  slice("from-env-file", "Specify the path to a file to read lines of key=val pairs to create a configmap."),
  APPEND_HASH,
];

/** The keys and values of --from-literal, --from-file and --from-env-file. */
function dataOf(command: Command): Record<string, string> {
  const data: Record<string, string> = {};
  const add = (key: string, value: string): void => {
    if (!/^[-._a-zA-Z0-9]+$/.test(key)) throw new CommandError(`"${key}" is not a valid key name for a ConfigMap: a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')`);
    if (key in data) throw new CommandError(`cannot add key "${key}", another key by that name already exists in Data for ConfigMap "${nameOf(command)}"`);
    data[key] = value;
  };
  if (command.flags.list("from-env-file").length > 0 && (command.flags.list("from-file").length > 0 || command.flags.list("from-literal").length > 0)) throw new CommandError("from-env-file cannot be combined with from-file or from-literal");
  for (const literal of command.flags.list("from-literal")) {
    const cut = literal.indexOf("=");
    if (cut <= 0) throw new CommandError(`invalid literal source ${literal}, expected key=value`);
    const value = literal.slice(cut + 1);
    add(literal.slice(0, cut), /^(".*"|'.*')$/s.test(value) ? value.slice(1, -1) : value);
  }
  for (const source of command.flags.list("from-file")) {
    const [first = "", ...rest] = source.split("=");
    const path = rest.length > 0 ? rest.join("=") : first;
    const names = listDirectory(command.context, path);
    if (names !== undefined && rest.length === 0) {
      for (const name of [...names].sort()) {
        const content = readFile(command.context, `${path}/${name}`);
        if (content !== undefined) add(name, content);
      }
      continue;
    }
    const content = path === "/dev/stdin" ? command.stdin : readFile(command.context, path);
    if (content === undefined) throw new CommandError(`error reading ${path}: no such file or directory`);
    add(rest.length > 0 ? first : baseName(path), content);
  }
  for (const path of command.flags.list("from-env-file")) {
    const content = readFile(command.context, path);
    if (content === undefined) throw new CommandError(`error reading ${path}: no such file or directory`);
    for (const line of content.replace(/^\ufeff/, "").split("\n").map((l) => l.trimStart().replace(/\r$/, ""))) {
      if (line === "" || line.startsWith("#")) continue;
      const cut = line.indexOf("=");
      add(cut < 0 ? line : line.slice(0, cut), cut < 0 ? (command.context.env[line] ?? "") : line.slice(cut + 1));
    }
  }
  return data;
}

export function base64(text: string): string {
  return btoa(String.fromCharCode(...new TextEncoder().encode(text)));
}

export const configmap: Verb = {
  name: "configmap",
  aliases: ["cm"],
  short: "Create a config map from a local file, directory or literal value",
  flags: DATA_FLAGS,
  run(command) {
    const data = dataOf(command);
    emit(command, hashed(command, { kind: "ConfigMap", apiVersion: "v1", metadata: meta(nameOf(command)), ...(Object.keys(data).length > 0 ? { data } : {}) }), { what: "configmap" });
  },
};

const encoded = (data: Record<string, string>): Record<string, string> => Object.fromEntries(Object.entries(data).map(([k, v]) => [k, base64(v)]));

export const secret: Verb = {
  name: "secret",
  short: "Create a secret using a specified subcommand",
  verbs: [
    {
      name: "generic",
      short: "Create a secret from a local file, directory, or literal value",
      flags: [...DATA_FLAGS, text("type", "The type of secret to create")],
      run(command) {
        const data = encoded(dataOf(command));
        const type = command.flags.text("type");
        emit(command, hashed(command, { kind: "Secret", apiVersion: "v1", metadata: meta(nameOf(command)), ...(Object.keys(data).length > 0 ? { data } : {}), ...(type === "" ? {} : { type }) }), { what: "secret" });
      },
    },
    {
      name: "tls",
      short: "Create a TLS secret",
      flags: [...GENERATOR_FLAGS, APPEND_HASH, text("cert", "Path to PEM encoded public key certificate."), text("key", "Path to private key associated with given certificate.")],
      run(command) {
        if (command.flags.text("cert") === "" || command.flags.text("key") === "") throw new CommandError("key and cert must be specified");
        const file = (name: string): string => {
          const path = command.flags.text(name);
          const content = readFile(command.context, path);
          if (content === undefined) throw new CommandError(`Cannot read file ${path}, open ${path}: no such file or directory`);
          return base64(content);
        };
        emit(command, hashed(command, { kind: "Secret", apiVersion: "v1", metadata: meta(nameOf(command)), data: { "tls.crt": file("cert"), "tls.key": file("key") }, type: "kubernetes.io/tls" }), { what: "secret" });
      },
    },
    {
      name: "docker-registry",
      short: "Create a secret for use with a Docker registry",
      flags: [...GENERATOR_FLAGS, APPEND_HASH, slice("from-file", "Key files can be specified using their file path, in which case a default name of .dockerconfigjson will be given to them."), text("docker-username", "Username for Docker registry authentication"), text("docker-password", "Password for Docker registry authentication"), text("docker-email", "Email for Docker registry"), text("docker-server", "Server location for Docker registry", { default: "https://index.docker.io/v1/" })],
      run(command) {
        const [from] = command.flags.list("from-file");
        if (from === undefined && (command.flags.text("docker-username") === "" || command.flags.text("docker-password") === "")) throw new CommandError("either --from-file or the combination of --docker-username, --docker-password and --docker-server is required");
        const [username, password, email, server] = ["docker-username", "docker-password", "docker-email", "docker-server"].map((f) => command.flags.text(f));
        const auths = { [server ?? ""]: { username, password, ...(email === "" ? {} : { email }), auth: base64(`${username ?? ""}:${password ?? ""}`) } };
        const file = from === undefined ? undefined : dataOf(command);
        emit(command, hashed(command, { kind: "Secret", apiVersion: "v1", metadata: meta(nameOf(command)), data: { ".dockerconfigjson": base64(file === undefined ? JSON.stringify({ auths }) : (Object.values(file)[0] ?? "")) }, type: "kubernetes.io/dockerconfigjson" }), { what: "secret docker-registry" });
      },
    },
  ],
};
