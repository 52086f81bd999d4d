import type { Command, Verb } from "../command";
import { CommandError, throwAll } from "../errors";
import { ALL_NAMESPACES, array, bool, DRY_RUN, fieldManager, FILENAME_FLAGS, PRINT_FLAGS, SELECTOR, text, type FlagSpec } from "../flags";
import { kindWord } from "../discovery";
import { sendChange } from "../change";
import { arr, at, obj, podSpecPath, setAt, str, strings, type Obj } from "../objects";
import { reporter } from "../print/printer";
import { fetchAll } from "../resource/arguments";

const COMMON: readonly FlagSpec[] = [
  ...FILENAME_FLAGS, ...PRINT_FLAGS, SELECTOR, DRY_RUN, ALL_NAMESPACES, fieldManager("kubectl-set"),
  bool("all", "Select all resources, in the namespace of the specified resource types"),
  bool("local", "If true, set command will NOT contact api-server but run locally."),
];

/** Splits words: resources first, then the changes that `isChange` recognizes. */
function split(args: readonly string[], isChange: (word: string) => boolean): { readonly resources: readonly string[]; readonly changes: readonly string[] } {
  const at = args.findIndex(isChange);
  return at < 0 ? { resources: args, changes: [] } : { resources: args.slice(0, at), changes: args.slice(at) };
}

type Edit = (object: Obj, spec: Obj) => Obj;

/** Changes the pod spec of every object that the line names. kubectl finds the objects first; `check` then judges what is to change. */
function editAll(command: Command, resources: readonly string[], operation: string, edit: Edit, check = (): void => undefined): void {
  const report = reporter(command);
  const { infos, errors: unread } = fetchAll(command, { args: resources });
  throwAll(unread);
  check();
  const errors: Error[] = [];
  for (const info of infos) {
    try {
      const path = podSpecPath(info.object.kind);
      if (!path) throw new CommandError(`${kindWord(info.mapping)}/${info.name} the object is not a pod or does not have a pod template: *${info.mapping.version}.${info.mapping.kind}`);
      const spec = edit(info.object, obj(at(info.object, ...path)));
      const { object } = sendChange(command, info, info.object, setAt(info.object as unknown as Obj, path, spec), command.flags.text("field-manager"));
      report(info.mapping, object, operation);
    } catch (error) {
      errors.push(error as Error);
    }
  }
  throwAll(errors);
}

/** A container's name against a pattern of -c, "*" and "nginx*" included. */
function matches(name: string, pattern: string): boolean {
  return new RegExp(`^${pattern.replace(/[.+^${}()|[\]\\]/g, "\\$&").replaceAll("*", ".*")}$`).test(name);
}

function mapContainers(spec: Obj, pattern: string, change: (container: Obj) => Obj): { readonly spec: Obj; readonly found: boolean } {
  let found = false;
  const each = (list: unknown): readonly Obj[] => arr(list).map((c) => {
    if (!matches(str(c["name"]), pattern)) return c;
    found = true;
    return change(c);
  });
  const next = { ...spec, containers: each(spec["containers"]), ...(spec["initContainers"] === undefined ? {} : { initContainers: each(spec["initContainers"]) }) };
  return { spec: next, found };
}

const image: Verb = {
  name: "image",
  short: "Update the image of a pod template",
  flags: COMMON,
  run(command) {
    const { resources, changes } = split(command.args, (w) => w.includes("="));
    const bad = changes.find((c) => !c.includes("="));
    if (bad !== undefined) throw new CommandError(`all resources must be specified before image changes: ${bad}`);
    editAll(command, resources, "image updated", (_object, spec) => {
      let next = spec;
      const errors: Error[] = [];
      for (const change of changes) {
        const cut = change.indexOf("=");
        const [name, value] = [change.slice(0, cut), change.slice(cut + 1)];
        const { spec: changed, found } = mapContainers(next, name, (c) => ({ ...c, image: value }));
        if (!found) errors.push(new CommandError(`unable to find container named ${JSON.stringify(name)}`));
        next = changed;
      }
      throwAll(errors);
      return next;
    }, () => {
      if (changes.length === 0) throw new CommandError("at least one image update is required");
    });
  },
};

const env: Verb = {
  name: "env",
  short: "Update environment variables on a pod template",
  flags: [
    ...COMMON,
    text("containers", "The names of containers in the selected pod templates to change - may use wildcards", { short: "c", default: "*" }),
    array("env", "Specify a key-value pair for an environment variable to set into each container.", { short: "e" }),
    text("from", "The name of a resource from which to inject environment variables"),
    text("prefix", "Prefix to append to variable names"),
    array("keys", "Comma-separated list of keys to import from specified resource"),
    bool("list", "If true, display the environment and any changes in the standard format."),
    bool("resolve", "If true, show secret or configmap references when listing variables"),
    bool("overwrite", "If true, allow environment to be overwritten, otherwise reject updates that overwrite existing environment.", { default: "true" }),
  ],
  run(command) {
    const { resources, changes } = split(command.args, (w) => (w.includes("=") || (w.endsWith("-") && !w.includes("/"))));
    const words = [...changes, ...command.flags.list("env")];
    const from = command.flags.text("from");
    if (resources.length === 0 && command.flags.list("filename").length === 0) throw new CommandError("one or more resources must be specified as <resource> <name> or <resource>/<name>");
    const pattern = command.flags.text("containers");
    if (command.flags.on("list") && words.length === 0 && from === "") {
      const { infos, errors } = fetchAll(command, { args: resources });
      for (const info of infos) {
        const spec = obj(at(info.object, ...(podSpecPath(info.object.kind) ?? [])));
        for (const c of [...arr(spec["initContainers"]), ...arr(spec["containers"])].filter((c) => matches(str(c["name"]), pattern))) {
          command.out(`# ${info.object.kind} ${info.name}, container ${str(c["name"])}\n`);
          for (const e of arr(c["env"])) command.out(envText(e));
        }
      }
      throwAll(errors);
      return;
    }
    const added = [...importEnv(command, from), ...words.filter((w) => !w.endsWith("-") || w.includes("=")).map((w) => ({ name: w.slice(0, w.indexOf("=")), value: w.slice(w.indexOf("=") + 1) }))];
    const removed = words.filter((w) => w.endsWith("-") && !w.includes("=")).map((w) => w.slice(0, -1));
    editAll(command, resources, "env updated", (object, spec) => {
      const { spec: next, found } = mapContainers(spec, pattern, (c) => {
        const list = [...arr(c["env"])];
        for (const e of added) {
          const at = list.findIndex((x) => x["name"] === e.name);
          if (at >= 0 && command.flags.text("overwrite") === "false") throw new CommandError(`'${e.name}' already has a value (${str(list[at]?.["value"])}), and --overwrite is false`);
          if (at >= 0) list[at] = e;
          else list.push(e);
        }
        const left = list.filter((e) => !removed.includes(str(e["name"])));
        const { env: _old, ...rest } = c;
        return left.length === 0 ? rest : { ...rest, env: left };
      });
      if (!found) throw new CommandError(`${str(object["kind"])}/${str(at(object, "metadata", "name"))} does not have any containers matching "${pattern}"`);
      return next;
    }, () => {
      if (words.length === 0 && from === "") throw new CommandError("at least one environment variable must be provided");
    });
  },
};

function envText(e: Obj): string {
  const from = obj(e["valueFrom"]);
  if (e["valueFrom"] === undefined) return `${str(e["name"])}=${str(e["value"])}\n`;
  if (from["secretKeyRef"]) return `# ${str(e["name"])} from secret ${str(at(from, "secretKeyRef", "name"))}, key ${str(at(from, "secretKeyRef", "key"))}\n`;
  if (from["configMapKeyRef"]) return `# ${str(e["name"])} from configmap ${str(at(from, "configMapKeyRef", "name"))}, key ${str(at(from, "configMapKeyRef", "key"))}\n`;
  return `# ${str(e["name"])} from field path ${str(at(from, "fieldRef", "fieldPath"))}\n`;
}

function importEnv(command: Command, from: string): readonly (Obj & { readonly name: string })[] {
  if (from === "") return [];
  const { infos, errors } = fetchAll(command, { args: from.split(/\s+/) });
  throwAll(errors);
  const only = command.flags.list("keys").flatMap((k) => k.split(","));
  return infos.flatMap((info) => Object.keys(strings(info.object["data"])).sort().filter((k) => only.length === 0 || only.includes(k)).map((key) => ({
    name: `${command.flags.text("prefix")}${key}`.toUpperCase().replace(/[^A-Z0-9_]/g, "_"),
    valueFrom: info.object.kind === "Secret" ? { secretKeyRef: { key, name: info.name } } : { configMapKeyRef: { key, name: info.name } },
  })));
}

const resources: Verb = {
  name: "resources",
  short: "Update resource requests/limits on objects with pod templates",
  flags: [
    ...COMMON,
    text("containers", "The names of containers in the selected pod templates to change, all containers are selected by default - may use wildcards", { short: "c", default: "*" }),
    text("limits", "The resource requirement requests for this container.  For example, 'cpu=100m,memory=256Mi'."),
    text("requests", "The resource requirement requests for this container.  For example, 'cpu=100m,memory=256Mi'."),
  ],
  run(command) {
    let limits: Obj | undefined;
    let requests: Obj | undefined;
    editAll(command, command.args, "resource requirements updated", (_object, spec) => {
      const pattern = command.flags.text("containers");
      const { spec: next, found } = mapContainers(spec, pattern, (c) => {
        const old = obj(c["resources"]);
        const merge = (key: string, amounts: Obj | undefined): Obj => (amounts ? { [key]: { ...obj(old[key]), ...amounts } } : {});
        return { ...c, resources: { ...old, ...merge("limits", limits), ...merge("requests", requests) } };
      });
      if (!found) throw new CommandError(`unable to find container named ${pattern}`);
      return next;
    }, () => {
      [limits, requests] = ["limits", "requests"].map((flag) => amounts(command.flags.text(flag)));
      if (!limits && !requests) throw new CommandError("you must specify an update to requests or limits (in the form of --requests/--limits)");
    });
  },
};

function amounts(text: string): Obj | undefined {
  if (text === "") return undefined;
  return Object.fromEntries(text.split(",").map((pair) => {
    const parts = pair.split("=");
    if (parts.length !== 2) throw new CommandError(`invalid argument syntax ${pair}, expected <resource>=<value>`);
    return [parts[0] ?? "", parts[1] ?? ""];
  }));
}

const serviceaccount: Verb = {
  name: "serviceaccount",
  aliases: ["sa"],
  short: "Update the service account of a resource",
  flags: COMMON,
  run(command) {
    if (command.args.length === 0) throw new CommandError("serviceaccount is required");
    const account = command.args.at(-1) ?? "";
    editAll(command, command.args.slice(0, -1), "serviceaccount updated", (_object, spec) => ({ ...spec, serviceAccountName: account, serviceAccount: account }));
  },
};

const selector: Verb = {
  name: "selector",
  short: "Set the selector on a resource",
  flags: [...COMMON, text("resource-version", "If non-empty, the selectors update will only succeed if this is the current resource-version for the object.")],
  run(command) {
    if (command.args.length === 0) throw new CommandError("one selector is required");
    const words = command.args.slice(0, -1);
    const wanted = Object.fromEntries((command.args.at(-1) ?? "").split(",").map((pair) => pair.split("=", 2) as [string, string]));
    const report = reporter(command);
    const { infos, errors } = fetchAll(command, { args: words });
    throwAll(errors);
    for (const info of infos) {
      if (info.mapping.kind !== "Service") throw new CommandError("setting a selector is only supported for Services");
      const next = setAt(info.object as unknown as Obj, ["spec", "selector"], wanted);
      report(info.mapping, sendChange(command, info, info.object, next, "kubectl-set").object, "selector updated");
    }
  },
};

const subject: Verb = {
  name: "subject",
  short: "Update the user, group, or service account in a role binding or cluster role binding",
  flags: [...COMMON, array("user", "Usernames to bind to the role"), array("group", "Groups to bind to the role"), array("serviceaccount", "Service accounts to bind to the role")],
  run(command) {
    const more = [
      ...command.flags.list("user").map((name) => ({ apiGroup: "rbac.authorization.k8s.io", kind: "User", name })),
      ...command.flags.list("group").map((name) => ({ apiGroup: "rbac.authorization.k8s.io", kind: "Group", name })),
      ...command.flags.list("serviceaccount").map((word) => ({ kind: "ServiceAccount", namespace: word.split(":")[0] ?? "", name: word.split(":")[1] ?? "" })),
    ];
    const report = reporter(command);
    const { infos, errors } = fetchAll(command);
    throwAll(errors);
    if (more.length === 0) throw new CommandError("you must specify at least one value of user, group or serviceaccount");
    for (const info of infos) report(info.mapping, sendChange(command, info, info.object, { ...info.object, subjects: [...arr(info.object["subjects"]), ...more] }, "kubectl-set").object, "subjects updated");
  },
};

/** kubectl set: changes single fields of objects that exist. */
export const set: Verb = { name: "set", short: "Set specific features on objects", verbs: [env, image, resources, selector, serviceaccount, subject] };
