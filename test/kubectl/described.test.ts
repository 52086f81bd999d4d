import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parseAllDocuments } from "yaml";
import { createCluster } from "../../src/cluster/cluster";
import { compileLabelSelector } from "../../src/cluster/api/selectors";
import { kubectl } from "../../src/kubectl/index";
import type { ApiRequest, ApiResponse } from "../../src/cluster/api/request";
import type { ProcessContext } from "../../src/cluster/images/program";
import type { KubeObject } from "../../src/cluster/model";
import { memoryFiles } from "./console";

const folder = join(import.meta.dirname, "described");
const objects = parseAllDocuments(readFileSync(join(folder, "objects.yaml"), "utf8")).map((document) => document.toJS() as KubeObject);
const cluster = createCluster({ seed: 1 }, { userland: () => undefined });

/** Serves the fixed objects as they stand, and the discovery of a real cluster. */
function serve(request: ApiRequest): ApiResponse {
  if (request.path !== undefined) return cluster.handle(request);
  const apiVersion = request.group === "" ? request.version : `${request.group}/${request.version}`;
  const kind = kindOf(apiVersion, request.resource);
  const mine = objects.filter((o) => o.apiVersion === apiVersion && o.kind === kind && ((request.namespace ?? "") === "" || o.metadata.namespace === request.namespace));
  if (request.verb === "get") return { code: 200, body: mine.find((o) => o.metadata.name === request.name), warnings: [] };
  const selects = compileLabelSelector((request.query["labelSelector"] as string | undefined) ?? "");
  return { code: 200, body: { kind: "List", apiVersion, metadata: {}, items: mine.filter((o) => selects(o.metadata.labels ?? {})) }, warnings: [] };
}

function kindOf(apiVersion: string, plural: string): string | undefined {
  const path = apiVersion === "v1" ? "/api/v1" : `/apis/${apiVersion}`;
  const { body } = cluster.handle({ caller: { user: "x", groups: ["system:masters"], agent: "kubectl", origin: "reader" }, verb: "get", group: "", version: "", resource: "", path, query: {}, accept: "object" });
  return (body as { resources: readonly { name: string; kind: string }[] }).resources.find((one) => one.name === plural)?.kind;
}

function run(line: string): string {
  const context: ProcessContext = {
    now: 0, epoch: Date.parse("2026-01-05T08:00:00Z"), container: "", pid: 1, argv: line.split(" "), env: { HOME: "/" }, cwd: "/", hostname: "", address: "", user: 0, tty: false,
    files: memoryFiles(), random: { next: () => 0 } as unknown as ProcessContext["random"], processes: () => [], api: serve,
  };
  return kubectl().start(context).do.map((effect) => (effect.do === "write" ? effect.data : "")).join("");
}

// described.txt is what kubectl 1.33.9 printed of the same objects, served over HTTP.
const described = readFileSync(join(folder, "described.txt"), "utf8").split(/^\$ (?=kubectl)/m).slice(1).map((text) => {
  const end = text.indexOf("\n");
  return { line: text.slice(0, end), text: text.slice(end + 1) };
});

describe("describe prints every kind as the real kubectl does", () => {
  it.each(described)("$line", ({ line, text }) => {
    expect(run(line)).toBe(text);
  });
  it("has an object of every kind that is described", () => {
    expect(described.length).toBe(objects.length);
  });
});
