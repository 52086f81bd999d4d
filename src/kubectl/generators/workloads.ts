import type { KubeObject } from "../../cluster/model";
import type { Verb } from "../command";
import { CommandError } from "../errors";
import { array, int, text } from "../flags";
import { at, obj, type Obj } from "../objects";
import { commandWords, emit, GENERATOR_FLAGS, meta, nameOf, required } from "./emit";

/** "reg.io/a/my-app:v1" → "my-app" */
export function containerName(image: string): string {
  const last = image.split("/").at(-1) ?? image;
  return last.replace(/[:@].*$/, "").replace(/[^a-zA-Z0-9-]/g, "-").toLowerCase();
}

export const deployment: Verb = {
  name: "deployment",
  aliases: ["deploy"],
  short: "Create a deployment with the specified name",
  usage: "kubectl create deployment NAME --image=image -- [COMMAND] [args...] [options]",
  flags: [...GENERATOR_FLAGS, array("image", "Image names to run. A deployment can have multiple images set for multi-container pod."), int("replicas", "Number of replicas to create. Default is 1.", { short: "r", default: "1" }), int("port", "The containerPort that this deployment exposes.", { default: "-1" })],
  run(command) {
    required(command, "image");
    const name = nameOf(command);
    const images = command.flags.list("image").flatMap((i) => i.split(","));
    const words = commandWords(command);
    if (words.length > 0 && images.length > 1) throw new CommandError("cannot specify multiple --image options and command");
    const port = command.flags.number("port");
    const labels = { app: name };
    const containers = images.map((image) => ({ name: containerName(image), image, ...(words.length > 0 ? { command: words } : {}), ...(port >= 0 ? { ports: [{ containerPort: port }] } : {}), resources: {} }));
    emit(command, {
      kind: "Deployment", apiVersion: "apps/v1", metadata: meta(name, { labels }),
      spec: { replicas: command.flags.number("replicas"), selector: { matchLabels: labels }, template: { metadata: { creationTimestamp: null, labels }, spec: { containers } }, strategy: {} },
      status: {},
    }, { what: "deployment" });
  },
};

export const job: Verb = {
  name: "job",
  short: "Create a job with the specified name",
  usage: "kubectl create job NAME --image=image [--from=cronjob/name] -- [COMMAND] [args...] [options]",
  flags: [...GENERATOR_FLAGS, text("image", "Image name to run."), text("from", "The name of the resource to create a Job from (only cronjob is supported).")],
  run(command) {
    const name = nameOf(command);
    const { flags } = command;
    const from = flags.text("from");
    if ((flags.text("image") === "") === (from === "")) throw new CommandError("either --image or --from must be specified");
    const words = commandWords(command);
    if (from !== "") {
      const [type = "", source = ""] = from.split("/");
      const mapping = command.mapper.resource(type);
      if (mapping.kind !== "CronJob") throw new CommandError(`from must be an existing cronjob`);
      const cron = command.ask<KubeObject>("get", mapping, { namespace: command.namespace, name: source });
      const template = obj(at(cron, "spec", "jobTemplate"));
      emit(command, {
        kind: "Job", apiVersion: "batch/v1",
        metadata: meta(name, { labels: at(template, "metadata", "labels"), annotations: { ...obj(at(template, "metadata", "annotations")), "cronjob.kubernetes.io/instantiate": "manual" }, ownerReferences: [{ apiVersion: "batch/v1", kind: "CronJob", name: cron.metadata.name, uid: cron.metadata.uid, controller: true }] }),
        spec: template["spec"], status: {},
      }, { what: "job" });
      return;
    }
    emit(command, {
      kind: "Job", apiVersion: "batch/v1", metadata: meta(name),
      spec: { template: { metadata: { creationTimestamp: null }, spec: { containers: [{ name, image: flags.text("image"), ...(words.length > 0 ? { command: words } : {}), resources: {} }], restartPolicy: "Never" } } },
      status: {},
    }, { what: "job" });
  },
};

export const cronjob: Verb = {
  name: "cronjob",
  aliases: ["cj"],
  short: "Create a cron job with the specified name",
  usage: "kubectl create cronjob NAME --image=image --schedule='0/5 * * * ?' -- [COMMAND] [args...] [flags] [options]",
  flags: [...GENERATOR_FLAGS, text("image", "Image name to run."), text("schedule", "A schedule in the Cron format the job should be run with."), text("restart", "job's restart policy. supported values: OnFailure, Never", { default: "OnFailure" })],
  run(command) {
    required(command, "image", "schedule");
    const name = nameOf(command);
    const words = commandWords(command);
    const container: Obj = { name, image: command.flags.text("image"), ...(words.length > 0 ? { command: words } : {}), resources: {} };
    emit(command, {
      kind: "CronJob", apiVersion: "batch/v1", metadata: meta(name),
      spec: { schedule: command.flags.text("schedule"), jobTemplate: { metadata: meta(name), spec: { template: { metadata: { creationTimestamp: null }, spec: { containers: [container], restartPolicy: command.flags.text("restart") } } } } },
      status: {},
    }, { what: "cronjob" });
  },
};
