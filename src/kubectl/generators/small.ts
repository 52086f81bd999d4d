import type { Verb } from "../command";
import { CommandError } from "../errors";
import { array, bool, duration, int, text } from "../flags";
import { at, str } from "../objects";
import { emit, GENERATOR_FLAGS, meta, nameOf, pairs, required } from "./emit";

export const namespace: Verb = {
  name: "namespace",
  aliases: ["ns"],
  short: "Create a namespace with the specified name",
  flags: GENERATOR_FLAGS,
  run(command) {
    emit(command, { kind: "Namespace", apiVersion: "v1", metadata: meta(nameOf(command)), spec: {}, status: {} });
  },
};

export const serviceaccount: Verb = {
  name: "serviceaccount",
  aliases: ["sa"],
  short: "Create a service account with the specified name",
  flags: GENERATOR_FLAGS,
  run(command) {
    emit(command, { kind: "ServiceAccount", apiVersion: "v1", metadata: meta(nameOf(command)) }, { what: "serviceaccount" });
  },
};

export const quota: Verb = {
  name: "quota",
  aliases: ["resourcequota"],
  short: "Create a quota with the specified name",
  flags: [...GENERATOR_FLAGS, text("hard", "A comma-delimited set of resource=quantity pairs that define a hard limit."), text("scopes", "A comma-delimited set of quota scopes that must all match each object tracked by the quota.")],
  run(command) {
    const hard = Object.fromEntries(command.flags.text("hard").split(",").filter((word) => word !== "").map((word) => {
      const [name = "", amount, ...more] = word.split("=");
      if (amount === undefined || more.length > 0) throw new CommandError(`Invalid argument syntax ${word}, expected <resource>=<value>`);
      return [name, amount];
    }));
    const scopes = command.flags.text("scopes");
    emit(command, { kind: "ResourceQuota", apiVersion: "v1", metadata: meta(nameOf(command)), spec: { ...(Object.keys(hard).length > 0 ? { hard } : {}), ...(scopes === "" ? {} : { scopes: scopes.split(",") }) }, status: {} }, { what: "resource quota" });
  },
};

const intOrPercent = (value: string): string | number => (/^\d+$/.test(value) ? Number(value) : value);

export const pdb: Verb = {
  name: "poddisruptionbudget",
  aliases: ["pdb"],
  short: "Create a pod disruption budget with the specified name",
  flags: [...GENERATOR_FLAGS, text("selector", "A label selector to use for this budget. Only equality-based selector requirements are supported."), text("min-available", "The minimum number or percentage of available pods this budget requires."), text("max-unavailable", "The maximum number or percentage of unavailable pods this budget requires.")],
  run(command) {
    const [selector, least, most] = ["selector", "min-available", "max-unavailable"].map((f) => command.flags.text(f));
    if (selector === "") throw new CommandError("a selector must be specified");
    if (least === "" && most === "") throw new CommandError("one of min-available or max-unavailable must be specified");
    if (least !== "" && most !== "") throw new CommandError("min-available and max-unavailable cannot be both specified");
    emit(command, {
      kind: "PodDisruptionBudget", apiVersion: "policy/v1", metadata: meta(nameOf(command)),
      spec: { ...(least ? { minAvailable: intOrPercent(least) } : {}), selector: { matchLabels: pairs(selector ?? "") }, ...(most ? { maxUnavailable: intOrPercent(most) } : {}) },
      status: { disruptionsAllowed: 0, currentHealthy: 0, desiredHealthy: 0, expectedPods: 0 },
    }, { what: "poddisruptionbudgets" });
  },
};

export const priorityclass: Verb = {
  name: "priorityclass",
  aliases: ["pc"],
  short: "Create a priority class with the specified name",
  flags: [...GENERATOR_FLAGS, int("value", "the value of this priority class.", { default: "0" }), bool("global-default", "global-default specifies whether this PriorityClass should be considered as the default priority."), text("description", "description is an arbitrary string that usually provides guidelines on when this priority class should be used."), text("preemption-policy", "preemption-policy is the policy for preempting pods with lower priority.", { default: "PreemptLowerPriority" })],
  run(command) {
    const name = nameOf(command);
    required(command, "value");
    const description = command.flags.text("description");
    emit(command, { kind: "PriorityClass", apiVersion: "scheduling.k8s.io/v1", metadata: meta(name), value: command.flags.number("value"), ...(command.flags.on("global-default") ? { globalDefault: true } : {}), ...(description === "" ? {} : { description }), preemptionPolicy: command.flags.text("preemption-policy") }, { what: "priorityclass" });
  },
};

export const token: Verb = {
  name: "token",
  short: "Request a service account token",
  flags: [text("output", "Output format.", { short: "o" }), array("audience", "Audience of the requested token."), duration("duration", "Requested lifetime of the issued token.", { default: "0s" }), text("bound-object-kind", "Kind of an object to bind the token to."), text("bound-object-name", "Name of an object to bind the token to."), text("bound-object-uid", "UID of an object to bind the token to.")],
  run(command) {
    const name = nameOf(command);
    const seconds = command.flags.duration("duration") / 1000;
    const answer = command.ask<unknown>("create", command.mapper.resource("serviceaccounts"), {
      namespace: command.namespace, name, subresource: "token",
      body: { kind: "TokenRequest", apiVersion: "authentication.k8s.io/v1", metadata: {}, spec: { audiences: command.flags.list("audience"), ...(seconds > 0 ? { expirationSeconds: seconds } : {}) } },
    });
    command.out(`${str(at(answer, "status", "token"))}\n`);
  },
};
