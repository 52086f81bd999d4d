import type { Command, Verb } from "../command";
import { CommandError, Exit } from "../errors";
import { ALL_NAMESPACES, bool, PRINT_FLAGS, text } from "../flags";
import { arr, at, obj, str, type Obj } from "../objects";
import { objectPrinter } from "../print/printer";
import { ruleColumns, ruleRows } from "../print/rules";
import { plainTable } from "../print/table";
import { reconcile } from "./auth-reconcile";
import type { PolicyRule } from "../../cluster/api/access/rules";

const REVIEWS = { group: "authorization.k8s.io", version: "v1" };

const canI: Verb = {
  name: "can-i",
  short: "Check whether an action is allowed",
  usage: "kubectl auth can-i VERB [TYPE | TYPE/NAME | NONRESOURCEURL] [options]",
  flags: [ALL_NAMESPACES, bool("list", "If true, prints all allowed actions."), bool("quiet", "If true, suppress output and just return the exit code.", { short: "q" }), text("subresource", "SubResource such as pod/log or deployment/scale"), bool("no-headers", "If true, prints allowed actions without headers")],
  run(command) {
    const { flags, args } = command;
    if (flags.on("list")) {
      if (args.length > 0) throw new CommandError("list option must be specified with no arguments");
      if (flags.on("quiet") || flags.on("all-namespaces") || flags.text("subresource") !== "") throw new CommandError("list option can't be specified with neither quiet, all-namespaces nor subresource options");
      listRules(command);
      return;
    }
    const [verb = "", word = ""] = args;
    if (args.length !== 2) throw new CommandError("you must specify two arguments: verb resource or verb resource/resourceName.\nSee 'kubectl auth can-i -h' for help and examples.");
    const spec = word.startsWith("/") ? pathSpec(command, verb, word) : resourceSpec(command, verb, word);
    if (flags.on("no-headers")) throw new CommandError("--no-headers cannot be set without --list specified");
    const answer = command.ask<unknown>("create", { ...REVIEWS, plural: "selfsubjectaccessreviews" }, { body: { kind: "SelfSubjectAccessReview", apiVersion: "authorization.k8s.io/v1", metadata: {}, spec } });
    const allowed = at(answer, "status", "allowed") === true;
    const reasons = [at(answer, "status", "reason"), at(answer, "status", "evaluationError")].map(str).filter((reason) => reason !== "");
    if (!flags.on("quiet")) command.out(allowed ? "yes\n" : `${["no", ...reasons].join(" - ")}\n`);
    if (!allowed) throw new Exit(1);
  },
};

const verbs = new Set("get list watch create update patch delete deletecollection use bind impersonate * approve sign escalate attest".split(" "));
const pathVerbs = new Set("get put post head options delete patch *".split(" "));

function checkVerb(command: Command, verb: string, known: ReadonlySet<string>): void {
  if (!known.has(verb)) command.warn(`verb '${verb}' is not a known verb\n`);
}

function pathSpec(command: Command, verb: string, path: string): Obj {
  if (command.flags.text("subresource") !== "") throw new CommandError("--subresource can not be used with NonResourceURL");
  checkVerb(command, verb, pathVerbs);
  return { nonResourceAttributes: { verb, path } };
}

function resourceSpec(command: Command, verb: string, word: string): Obj {
  const everywhere = command.flags.on("all-namespaces");
  const slash = word.indexOf("/");
  const type = slash < 0 ? word : word.slice(0, slash);
  const name = slash < 0 ? "" : word.slice(slash + 1);
  const mapping = type === "*" ? undefined : command.mapper.find(type.toLowerCase());
  if (mapping === undefined && !["*", "users", "groups"].includes(type)) {
    const dot = type.indexOf(".");
    command.warn(`the server doesn't have a resource type '${dot < 0 ? type : type.slice(0, dot)}'${dot < 0 ? "" : ` in group '${type.slice(dot + 1)}'`}\n`);
  }
  if (!everywhere) {
    if (mapping?.namespaced === false) command.warn(`resource '${mapping.plural}' is not namespace scoped${mapping.group === "" ? "" : ` in group '${mapping.group}'`}\n`);
    checkVerb(command, verb, verbs);
  }
  const subresource = command.flags.text("subresource");
  return {
    resourceAttributes: {
      ...(everywhere ? {} : { namespace: command.namespace }), verb, ...(mapping === undefined || mapping.group === "" ? {} : { group: mapping.group }), resource: mapping?.plural ?? type,
      ...(subresource === "" ? {} : { subresource }), ...(name === "" ? {} : { name }),
    },
  };
}

function listRules(command: Command): void {
  const answer = command.ask<unknown>("create", { ...REVIEWS, plural: "selfsubjectrulesreviews" }, { body: { kind: "SelfSubjectRulesReview", apiVersion: "authorization.k8s.io/v1", metadata: {}, spec: { namespace: command.namespace } } });
  if (at(answer, "status", "incomplete") === true) command.warn(`the list may be incomplete: ${str(at(answer, "status", "evaluationError"))}`);
  const rules = [...arr(at(answer, "status", "resourceRules")), ...arr(at(answer, "status", "nonResourceRules"))] as unknown as readonly PolicyRule[];
  command.out(plainTable(command.flags.on("no-headers") ? undefined : ruleColumns, ruleRows(rules)));
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

export const auth: Verb = { name: "auth", short: "Inspect authorization", verbs: [canI, reconcile, whoami] };
