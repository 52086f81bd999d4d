import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parseAllDocuments } from "yaml";
import { admission } from "../../../../src/cluster/api/admission/index";
import { kinds } from "../../../../src/cluster/api/kinds/index";
import { MemoryStore } from "../../../../src/cluster/api/memory-store";
import { Registry } from "../../../../src/cluster/api/registry";
import { ApiServer } from "../../../../src/cluster/api/server";
import { VirtualClock } from "../../../../src/cluster/time/virtual-clock";
import { randomOver, streamState } from "../../../../src/cluster/time/random";
import type { ApiResponse, Verb } from "../../../../src/cluster/api/request";
import type { Dict, KubeObject } from "../../../../src/cluster/model";
import type { World } from "../../../../src/cluster/world";

const epoch = Date.parse("2026-01-01T00:00:00Z");

/** An API server alone: every kind and admission plugin, no controllers. */
export function apiBench() {
  const clock = new VirtualClock();
  const registry = new Registry(kinds);
  const store = new MemoryStore((resource) => registry.shape(resource), () => clock.now, 100_000);
  const streams = new Map<string, ReturnType<typeof randomOver>>();
  const slices = new Map<string, unknown>();
  const world: World = {
    clock, store, api: { handle: (request) => server.handle(request), connect: (request, sink) => server.connect(request, sink) },
    random(name) {
      let stream = streams.get(name);
      if (stream === undefined) streams.set(name, stream = randomOver(streamState(1, name)));
      return stream;
    },
    slice<S>(owner: string, initial: () => S): S {
      if (!slices.has(owner)) slices.set(owner, initial());
      return slices.get(owner) as S;
    },
    epoch: 0,
    timestamp: (at = clock.now) => new Date(epoch + at).toISOString().replace(/\.\d+Z$/, "Z"),
  };
  const nodes = { log: () => "", connect: () => { throw new Error("no nodes"); } };
  const server = new ApiServer(world, store, registry, { kinds, admission, nodes }, epoch);
  const caller = { user: "admin", groups: ["system:masters"], agent: "kubectl", origin: "reader" } as const;

  function send(verb: Verb, object: KubeObject, query: Dict = {}, subresource?: string, contentType?: string, body: unknown = object): ApiResponse {
    const [group, version] = object.apiVersion.includes("/") ? object.apiVersion.split("/") as [string, string] : ["", object.apiVersion];
    const registered = registry.findKind(object.apiVersion, object.kind);
    if (registered === undefined) throw new Error(`no kind ${object.apiVersion} ${object.kind}`);
    const { kind } = registered;
    return server.handle({
      caller, verb, group, version, resource: kind.plural, query, accept: "object",
      ...(kind.namespaced ? { namespace: object.metadata?.namespace ?? "default" } : {}),
      ...(verb === "create" && subresource === undefined ? {} : { name: object.metadata.name }), ...(subresource === undefined ? {} : { subresource }), ...(contentType === undefined ? {} : { contentType }),
      ...(verb === "get" || verb === "delete" ? {} : { body }),
    });
  }
  const create = (object: object, query: Dict = { fieldValidation: "Strict" }): ApiResponse => send("create", object as KubeObject, query);
  for (const name of ["default", "kube-system"]) {
    create({ apiVersion: "v1", kind: "Namespace", metadata: { name } });
    create({ apiVersion: "v1", kind: "ServiceAccount", metadata: { name: "default", namespace: name } });
  }
  return { clock, store, world, registry, server, send, create, epoch };
}

export interface Step { readonly cmd: string; readonly stdout: string; readonly stderr: string; readonly exit: number }

const golden = fileURLToPath(new URL("../../../conformance/golden/", import.meta.url));

/** The steps of a recording. */
export function stepsOf(recording: string): readonly Step[] {
  return (JSON.parse(readFileSync(`${golden}${recording}/transcript.json`, "utf8")) as { steps: readonly Step[] }).steps;
}

/** The manifests of a file of a recording; kubectl reads YAML 1.1, where `y` is true. */
export function manifests(recording: string, file: string): readonly KubeObject[] {
  return parseAllDocuments(readFileSync(`${golden}${recording}/${file}`, "utf8"), { uniqueKeys: false, version: "1.1" }).map((document) => document.toJS() as KubeObject);
}

/** The message of a failure. */
export function messageOf(response: ApiResponse): string {
  return (response.body as { message?: string }).message ?? "";
}
