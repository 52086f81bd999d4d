import type { Command, Verb } from "../command";
import { CommandError, Exit } from "../errors";
import { ALL_NAMESPACES, bool, PRINT_FLAGS, text } from "../flags";
import { arr, at, obj, str, type Obj } from "../objects";
import { objectPrinter } from "../print/printer";
import { plainTable } from "../print/table";

const REVIEWS = { group: "authorization.k8s.io", version: "v1" };

const canI: Verb = {
  name: "can-i",
  short: "Check whether an action is allowed",
  usage: "kubectl auth can-i VERB [TYPE | TYPE/NAME | NONRESOURCEURL] [options]",
  flags: [ALL_NAMESPACES, bool("list", "If true, prints all allowed actions."), bool("quiet", "If true, suppress output and just return the exit code.", { short: "q" }), text("subresource", "SubResource such as pod/log or deployment/scale"), bool("no-headers", "If true, prints allowed actions without headers")],
  run(command) {
    const { flags, args } = command;
    if (flags.on("list")) {
      listRules(command);
      return;
    }
    if (args.length < 1 || args.length > 3 || (args.length === 1 && !args[0]?.startsWith("/"))) throw new CommandError("you must specify two arguments: verb resource or verb resource/resourceName.\nSee 'kubectl auth can-i -h' for help and examples.");
    const [verb = "", word = "", third] = args;
    const namespace = flags.on("all-namespaces") ? "" : command.namespace;
    let spec: Obj;
    if (word.startsWith("/")) spec = { nonResourceAttributes: { verb, path: word } };
    else {
      const [type = "", inner] = word.split("/");
      const mapping = command.mapper.find(type);
      if (!mapping && type !== "*") {
        const dot = type.indexOf(".");
        command.warn(dot < 0 ? `the server doesn't have a resource type '${type}'\n` : `the server doesn't have a resource type '${type.slice(0, dot)}' in group '${type.slice(dot + 1)}'\n`);
      }
      if (mapping && !mapping.namespaced && !flags.on("all-namespaces")) command.warn(`resource '${mapping.plural}' is not namespace scoped${mapping.group === "" ? "" : ` in group '${mapping.group}'`}\n`);
      spec = { resourceAttributes: { verb, resource: mapping?.plural ?? type.split(".")[0] ?? type, group: mapping?.group ?? (type.includes(".") ? type.slice(type.indexOf(".") + 1) : ""), ...(mapping && !mapping.namespaced ? {} : { namespace }), ...(inner || third ? { name: inner ?? third } : {}), ...(flags.text("subresource") === "" ? {} : { subresource: flags.text("subresource") }) } };
    }
    const answer = command.ask<unknown>("create", { ...REVIEWS, plural: "selfsubjectaccessreviews" }, { body: { kind: "SelfSubjectAccessReview", apiVersion: "authorization.k8s.io/v1", metadata: {}, spec } });
    const allowed = at(answer, "status", "allowed") === true;
    const reason = str(at(answer, "status", "reason"));
    if (!flags.on("quiet")) command.out(allowed ? "yes\n" : `no${reason === "" ? "" : ` - ${reason}`}\n`);
    if (!allowed) throw new Exit(1);
  },
};

function listRules(command: Command): void {
  const answer = command.ask<unknown>("create", { ...REVIEWS, plural: "selfsubjectrulesreviews" }, { body: { kind: "SelfSubjectRulesReview", apiVersion: "authorization.k8s.io/v1", metadata: {}, spec: { namespace: command.namespace } } });
  const words = (value: unknown): string => `[${((value as readonly string[] | undefined) ?? []).join(" ")}]`;
  const rows = [
    ...arr(at(answer, "status", "resourceRules")).flatMap((rule) => ((rule["resources"] as readonly string[] | undefined) ?? []).flatMap((resource) => ((rule["apiGroups"] as readonly string[] | undefined) ?? []).map((group) => [group === "" ? resource : `${resource}.${group}`, "[]", words(rule["resourceNames"]), words(rule["verbs"])]))),
    ...arr(at(answer, "status", "nonResourceRules")).map((rule) => ["", words(rule["nonResourceURLs"]), "[]", words(rule["verbs"])]),
  ];
  command.out(plainTable(command.flags.on("no-headers") ? undefined : ["Resources", "Non-Resource URLs", "Resource Names", "Verbs"], rows));
}

const whoami: Verb = {
  name: "whoami",
  short: "Experimental: Check self subject attributes",
  flags: PRINT_FLAGS,
  run(command) {
    const answer = command.ask<Obj>("create", { group: "authentication.k8s.io", version: "v1", plural: "selfsubjectreviews" }, { body: { kind: "SelfSubjectReview", apiVersion: "authentication.k8s.io/v1", metadata: {} } });
    const printer = objectPrinter(command);
    if (printer) {
      command.out(printer(answer));
      return;
    }
    const user = obj(at(answer, "status", "userInfo"));
    const extra = obj(user["extra"]);
    command.out(plainTable(["ATTRIBUTE", "VALUE"], [
      ["Username", str(user["username"])],
      ...(str(user["uid"]) === "" ? [] : [["UID", str(user["uid"])]]),
      ["Groups", `[${((user["groups"] as readonly string[] | undefined) ?? []).join(" ")}]`],
      ...Object.keys(extra).sort().map((key) => [`Extra: ${key}`, `[${((extra[key] as readonly string[] | undefined) ?? []).join(" ")}]`]),
    ]));
  },
};

export const auth: Verb = { name: "auth", short: "Inspect authorization", verbs: [canI, whoami] };
