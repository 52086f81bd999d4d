import type { Json, KubeObject } from "../../cluster/model";
import type { Command, Verb } from "../command";
import { sendChange } from "../change";
import { replicaSetsOf, bareTemplate } from "../describe/deployment";
import { templateLines } from "../describe/pod-template";
import { describingOf } from "../describe/text";
import { groupResource, kindWord, type Mapping } from "../discovery";
import { CommandError, StatusError, throwAll } from "../errors";
import { bool, DRY_RUN, duration, fieldManager, FILENAME_FLAGS, int, PRINT_FLAGS, SELECTOR } from "../flags";
import { at, num, obj, setAt, strings, type Obj } from "../objects";
import { objectPrinter, reporter } from "../print/printer";
import { fetchAll, fromFiles } from "../resource/arguments";
import type { Info } from "../resource/info";
import { rolloutStatus } from "./rollout-status";

type Live = Info & { readonly object: KubeObject };

const REVISION = "deployment.kubernetes.io/revision";
const CAUSE = "kubernetes.io/change-cause";

function objects(command: Command): { readonly infos: readonly Live[]; readonly errors: readonly Error[] } {
  if (command.args.length === 0 && !fromFiles(command)) throw new CommandError("required resource not specified");
  return fetchAll(command, { typeAlone: true });
}

/** Runs one change on each object and reports it. */
function each(command: Command, task: (info: Live) => void): void {
  const { infos, errors: unread } = objects(command);
  const errors = [...unread];
  for (const info of infos) {
    try {
      task(info);
    } catch (error) {
      errors.push(error as Error);
    }
  }
  throwAll(errors);
}

/** A revision in the history of a workload. */
interface Revision {
  readonly number: number;
  readonly cause: string;
  readonly template: Obj;
  readonly source: KubeObject;
}

function revisionsOf(command: Command, info: Live): readonly Revision[] {
  const about = describingOf(command, info.object);
  if (info.mapping.kind === "Deployment") {
    return replicaSetsOf(about, info.object)
      .map((rs) => ({ number: num(strings(rs.metadata.annotations)[REVISION]), cause: strings(rs.metadata.annotations)[CAUSE] ?? "", template: obj(at(rs, "spec", "template")), source: rs }))
      .filter((r) => r.number > 0)
      .sort((a, b) => a.number - b.number);
  }
  return about.list("controllerrevisions.apps", info.namespace)
    .filter((r) => r.metadata.ownerReferences?.some((o) => o.uid === info.object.metadata.uid))
    .map((r) => ({ number: num(r["revision"]), cause: strings(r.metadata.annotations)[CAUSE] ?? "", template: obj(at(r, "data", "spec", "template")), source: r }))
    .sort((a, b) => a.number - b.number);
}

function supported(info: Live, what: string): void {
  if (!["Deployment", "StatefulSet", "DaemonSet"].includes(info.mapping.kind)) throw new CommandError(`no ${what} has been implemented for ${JSON.stringify(info.mapping.kind)}`);
}

const history: Verb = {
  name: "history",
  short: "View rollout history",
  flags: [...FILENAME_FLAGS, ...PRINT_FLAGS, SELECTOR, int("revision", "See the details, including podTemplate of the revision specified", { default: "0" })],
  run(command) {
    const wanted = command.flags.number("revision");
    if (wanted < 0) throw new CommandError(`revision must be a positive integer: ${wanted}`);
    const printer = objectPrinter(command);
    each(command, (info) => {
      supported(info, "history viewer");
      const revisions = revisionsOf(command, info);
      const title = `${kindWord(info.mapping)}/${info.name}`;
      if (wanted > 0) {
        const found = revisions.find((r) => r.number === wanted);
        if (!found) throw new CommandError("unable to find the specified revision");
        if (printer) {
          command.out(printer(found.source));
          return;
        }
        const template = found.cause === "" ? found.template : setAt(found.template, ["metadata", "annotations", CAUSE], found.cause);
        command.out(`${title} with revision #${wanted}\n${templateLines(template)}\n`);
        return;
      }
      if (printer) {
        for (const r of revisions) command.out(printer(r.source));
        return;
      }
      const rows = revisions.map((r) => `${String(r.number).padEnd(10)}${r.cause === "" ? "<none>" : r.cause}\n`).join("");
      command.out(revisions.length === 0 ? `${title} \nNo rollout history found.\n` : `${title} \nREVISION  CHANGE-CAUSE\n${rows}\n`);
    });
  },
};

const undo: Verb = {
  name: "undo",
  short: "Undo a previous rollout",
  flags: [...FILENAME_FLAGS, ...PRINT_FLAGS, SELECTOR, DRY_RUN, int("to-revision", "The revision to rollback to. Default to 0 (last revision).", { default: "0" })],
  run(command) {
    const report = reporter(command);
    const to = command.flags.number("to-revision");
    each(command, (info) => {
      supported(info, "rollbacker");
      const { object } = info;
      if (info.mapping.kind === "Deployment" && at(object, "spec", "paused") === true) {
        throw new CommandError(`you cannot rollback a paused deployment; resume it first with 'kubectl rollout resume deployment/${info.name}' and try again`);
      }
      const revisions = revisionsOf(command, info);
      const found = to > 0 ? revisions.find((r) => r.number === to) : revisions.at(-2);
      if (to > 0 && !found) throw new CommandError(`unable to find specified revision ${to} in history`);
      if (!found) throw new CommandError(`no rollout history found for ${info.mapping.singular} ${JSON.stringify(info.name)}`);
      const template = obj(JSON.parse(bareTemplate(found.template)));
      const current = bareTemplate(obj(at(object, "spec", "template")));
      if (bareTemplate(found.template) === current) {
        report(info.mapping, object, `skipped rollback (current template already matches revision ${found.number})`);
        return;
      }
      if (command.dryRun === "client") {
        report(info.mapping, object, `Pod Template:\n${templateLines(found.template).replace(/^Pod Template:\n/, "")}`);
        return;
      }
      const query = command.dryRun === "server" ? { dryRun: "All" } : {};
      if (info.mapping.kind === "Deployment") {
        const kept = ["kubectl.kubernetes.io/last-applied-configuration", REVISION, "deployment.kubernetes.io/revision-history", "deployment.kubernetes.io/desired-replicas", "deployment.kubernetes.io/max-replicas", "deprecated.deployment.rollback.to"];
        const own = strings(object.metadata.annotations);
        const old = strings(found.source.metadata.annotations);
        const annotations = {
          ...Object.fromEntries(Object.entries(own).filter(([k]) => kept.includes(k))),
          ...Object.fromEntries(Object.entries(old).filter(([k]) => !kept.includes(k))),
        };
        command.ask("patch", info.mapping, { namespace: info.namespace, name: info.name, contentType: "application/json-patch+json", query, body: [{ op: "replace", path: "/spec/template", value: template }, { op: "replace", path: "/metadata/annotations", value: annotations }] });
      } else {
        const { $patch: _marker, ...rest } = template;
        command.ask("patch", info.mapping, { namespace: info.namespace, name: info.name, contentType: "application/json-patch+json", query, body: [{ op: "replace", path: "/spec/template", value: rest }] });
      }
      report(info.mapping, object, "rolled back");
    });
  },
};

/** pause and resume. */
function pausing(name: string, value: boolean, done: string): Verb {
  return {
    name,
    short: value ? "Mark the provided resource as paused" : "Resume a paused resource",
    flags: [...FILENAME_FLAGS, ...PRINT_FLAGS, SELECTOR, fieldManager("kubectl-rollout")],
    run(command) {
      const report = reporter(command);
      each(command, (info) => {
        if (info.mapping.kind !== "Deployment") throw new CommandError(value ? "pausing is not supported" : "resuming is not supported");
        if ((at(info.object, "spec", "paused") === true) === value) throw new CommandError(`${groupResource(info.mapping)} ${JSON.stringify(info.name)} ${value ? "is already paused" : "is not paused"}`);
        const next = setAt(info.object as unknown as Obj, ["spec", "paused"], value ? true : undefined);
        report(info.mapping, sendChange(command, info, info.object, next, "kubectl-rollout").object, done);
      });
    },
  };
}

const restart: Verb = {
  name: "restart",
  short: "Restart a resource",
  flags: [...FILENAME_FLAGS, ...PRINT_FLAGS, SELECTOR, fieldManager("kubectl-rollout")],
  run(command) {
    const report = reporter(command);
    each(command, (info) => {
      supported(info, "restarter");
      if (at(info.object, "spec", "paused") === true) throw new CommandError("can't restart paused deployment (run rollout resume first)");
      const time = `${new Date(command.unix).toISOString().slice(0, 19)}Z`;
      const next = setAt(info.object as unknown as Obj, ["spec", "template", "metadata", "annotations", "kubectl.kubernetes.io/restartedAt"], time);
      const { object, changed } = sendChange(command, info, info.object, next, "kubectl-rollout");
      if (!changed) throw new CommandError(`if restart has already been triggered within the past second, please wait before attempting to trigger another`);
      report(info.mapping, object, "restarted");
    });
  },
};

interface Waiting {
  readonly mapping: Mapping;
  readonly namespace: string;
  readonly name: string;
}

const status: Verb = {
  name: "status",
  short: "Show the status of the rollout",
  flags: [
    ...FILENAME_FLAGS, SELECTOR,
    bool("watch", "Watch the status of the rollout until it's done.", { short: "w", default: "true" }),
    int("revision", "Pin to a specific revision for showing its status. Defaults to 0 (last revision).", { default: "0" }),
    duration("timeout", "The length of time to wait before ending watch, zero means never. Any other values should contain a corresponding time unit (e.g. 1s, 2m, 3h).", { default: "0s" }),
  ],
  run(command) {
    const { infos, errors } = objects(command);
    throwAll(errors);
    for (const info of infos) if (!["Deployment", "StatefulSet", "DaemonSet"].includes(info.mapping.kind)) throw new CommandError(`no status viewer has been implemented for ${info.mapping.kind}`);
    const timeout = command.flags.duration("timeout");
    if (timeout > 0) command.sleep("timeout", timeout);
    return next(command, infos) as unknown as Json | undefined;
  },
  on(raw, input, command) {
    const waiting = raw as unknown as readonly Waiting[];
    const [first, ...rest] = waiting;
    if (!first) return undefined;
    if (input.is === "wake") throw new CommandError("timed out waiting for the condition");
    if (input.is === "end") {
      if (input.response.code >= 400) throw new StatusError((input.response.body ?? {}));
      return watch(command, waiting) as unknown as Json;
    }
    if (input.is !== "stream") return raw;
    const event = input.data as unknown as { readonly type: string; readonly object: KubeObject };
    if (event.type === "DELETED") throw new CommandError("object has been deleted");
    if (event.type !== "ADDED" && event.type !== "MODIFIED") return raw;
    if (!show(command, first.mapping, event.object)) return raw;
    command.close("rollout");
    return next(command, rest.map((info) => info)) as unknown as Json | undefined;
  },
};

/** Prints the state of one object; true when its rollout is done. */
function show(command: Command, mapping: Mapping, object: KubeObject): boolean {
  const { text, done } = rolloutStatus({ ...object, kind: mapping.kind }, command.flags.number("revision"));
  command.out(text);
  return done;
}

function next(command: Command, infos: readonly Waiting[]): readonly Waiting[] | undefined {
  let left = infos;
  for (;;) {
    const [first, ...rest] = left;
    if (!first) return undefined;
    const live = command.ask<KubeObject>("get", first.mapping, { namespace: first.namespace, name: first.name });
    if (!show(command, first.mapping, live) && command.flags.text("watch") !== "false") {
      return watch(command, left.map(({ mapping, namespace, name }) => ({ mapping, namespace, name })), live.metadata.resourceVersion);
    }
    left = rest;
  }
}

function watch(command: Command, waiting: readonly Waiting[], resourceVersion = ""): readonly Waiting[] {
  const [first] = waiting;
  if (first) command.connect("rollout", command.request("watch", first.mapping, { namespace: first.namespace, query: { watch: "true", fieldSelector: `metadata.name=${first.name}`, resourceVersion } }));
  return waiting;
}

/** kubectl rollout */
export const rollout: Verb = { name: "rollout", short: "Manage the rollout of a resource", verbs: [history, pausing("pause", true, "paused"), restart, pausing("resume", false, "resumed"), status, undo] };

