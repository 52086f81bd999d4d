import { attributesOf, Authorizer, forbiddenTo } from "./access/authorizer";
import { refuseEscalation } from "./access/escalation";
import { impersonate } from "./access/impersonation";
import { nonResource } from "./discovery";
import { evict, bind } from "./pod-subresources";
import { Registry } from "./registry";
import { readScale, scaleFrom, withReplicas } from "./scale";
import { compileFieldSelector, compileLabelSelector } from "./selectors";
import { ApiError, badRequest, expired, internalError, methodNotAllowed, noSuchResource, notFound } from "./status";
import { partialMetadata, tableOf } from "./table";
import { withManagedFields } from "./managed/record";
import { Watches } from "./watch";
import { checkOptions, Writer } from "./write";
import type { AdmissionPlugin } from "./admission/plugin";
import type { Kind } from "./kind";
import type { RegisteredKind } from "./registry";
import type { Api, ApiRequest, ApiResponse, StreamHandle, StreamSink } from "./request";
import type { MemoryStore } from "./memory-store";
import type { Reader } from "./store";
import type { KubeObject, Ref, Rev } from "../model";
import type { World } from "../world";

/** What the node side gives to the API server: logs and sessions in containers. */
export interface NodeEndpoint {
  /** GET pods/NAME/log without follow: the text. Throws ApiError. */
  log(world: World, pod: KubeObject, request: ApiRequest): string;
  /** log?follow, exec, attach, port-forward. Throws ApiError. */
  connect(world: World, pod: KubeObject, request: ApiRequest, sink: StreamSink): StreamHandle;
}

export interface ServerParts {
  readonly kinds: readonly Kind[];
  readonly admission: readonly AdmissionPlugin[];
  readonly nodes: NodeEndpoint;
}

/** One value of a query parameter; the last one where it is repeated. */
export function queryValue(request: ApiRequest, name: string): string {
  const value = request.query[name];
  return value === undefined ? "" : typeof value === "string" ? value : value[value.length - 1] ?? "";
}

/**
 * The API server: one pipeline for every kind. authenticate → authorise → decode → default → admit → validate → allocate → store.
 * Synchronous, and a function of the store, the clock and the seeded streams alone.
 */
export class ApiServer implements Api {
  readonly registry: Registry;
  readonly watches: Watches;
  readonly authorizer: Authorizer;
  private readonly writer: Writer;

  constructor(private readonly world: World, private readonly store: MemoryStore, registry: Registry, private readonly parts: ServerParts, private readonly epoch: number) {
    this.registry = registry;
    this.watches = new Watches(world, store, epoch);
    this.authorizer = new Authorizer(store);
    const noEscalation: AdmissionPlugin = {
      name: "rbac",
      mutate: (admission) => {
        refuseEscalation(admission, this.authorizer);
        return admission.object as KubeObject;
      },
    };
    this.writer = new Writer(world, store, registry, [noEscalation, ...parts.admission]);
  }

  handle(wanted: ApiRequest): ApiResponse {
    const warnings: string[] = [];
    let request = wanted;
    try {
      request = this.admitted(wanted);
      if (request.path !== undefined) return { code: 200, body: nonResource(request.path, this.registry, request), warnings };
      const registered = this.resolve(request);
      const answer = this.dispatch(request, registered, warnings);
      return answer ?? new ApiError(405, "MethodNotAllowed", methodNotAllowed().message).response(warnings);
    } catch (error) {
      if (error instanceof ApiError) return error.response(warnings);
      if (request.caller.origin === "component") throw error;
      return internalError(error instanceof Error ? error.message : String(error)).response(warnings);
    }
  }

  connect(wanted: ApiRequest, sink: StreamSink): StreamHandle {
    const none: StreamHandle = { write: () => undefined, close: () => undefined };
    try {
      const request = this.admitted(wanted);
      const registered = this.resolve(request);
      if (request.verb === "watch") return this.watch(request, registered, sink);
      if (registered.resource === "pods" && request.subresource !== undefined && request.name !== undefined) {
        return this.parts.nodes.connect(this.world, this.existing(request, registered), request, sink);
      }
      throw methodNotAllowed();
    } catch (error) {
      const failure = error instanceof ApiError ? error : internalError(error instanceof Error ? error.message : String(error));
      sink.end(failure.response());
      return none;
    }
  }

  /** The request as the one who is allowed to make it: impersonation first, then 403 before any 404. Components are not held up. */
  private admitted(request: ApiRequest): ApiRequest {
    if (request.caller.origin === "component") return request;
    const { impersonate: wish, ...rest } = request;
    const admitted = wish === undefined ? request : { ...rest, caller: impersonate(request.caller, wish, this.authorizer) };
    const asked = attributesOf(admitted);
    const { allowed, reason } = this.authorizer.decide(admitted.caller, asked);
    if (!allowed) throw forbiddenTo(admitted.caller, asked, reason);
    return admitted;
  }

  private resolve(request: ApiRequest): RegisteredKind {
    const registered = this.registry.find(request.group, request.version, request.resource);
    if (registered === undefined) throw noSuchResource();
    if (request.subresource !== undefined && registered.kind.subresources[request.subresource] === undefined) throw noSuchResource();
    return registered;
  }

  private dispatch(request: ApiRequest, registered: RegisteredKind, warnings: string[]): ApiResponse | undefined {
    for (const warning of deprecation(registered)) warnings.push(warning);
    if (request.caller.origin !== "component") checkOptions(request);
    const sub = request.subresource;
    if (registered.kind.answer !== undefined) return this.answer(request, registered, warnings);
    if (sub !== undefined) {
      const own = registered.kind.subresources[sub];
      if (own !== undefined && !own.verbs.includes(request.verb) && !(request.verb === "patch" && own.verbs.includes("update"))) throw methodNotAllowed();
      if (own?.handle !== undefined) return own.handle(request, this.world);
      if (sub === "scale") return this.scale(request, registered, warnings);
      if (sub === "log") return { code: 200, body: this.parts.nodes.log(this.world, this.existing(request, registered), request), warnings };
      if (sub === "binding") return { code: 201, body: bind(this.world, this.writer, registered, request), warnings };
      if (sub === "eviction") return { code: 201, body: evict(this.writer, registered, request, this.store), warnings };
    }
    switch (request.verb) {
      case "get": return { code: 200, body: this.shown(request, registered, this.existing(request, registered)), warnings };
      case "list": return { code: 200, body: this.list(request, registered), warnings };
      case "create": return { code: 201, body: this.shown(request, registered, this.writer.create(request, registered, warnings)), warnings };
      case "update": {
        if (request.name === undefined || request.name === "") throw methodNotAllowed();
        return { code: 200, body: this.shown(request, registered, this.writer.update(request, registered, warnings)), warnings };
      }
      case "patch": {
        const { object, made } = this.writer.patch(request, registered, warnings);
        return { code: made ? 201 : 200, body: this.shown(request, registered, object), warnings };
      }
      case "delete": {
        const { gone, body } = this.writer.delete(request, registered);
        return { code: 200, body: gone ? body : this.shown(request, registered, body as KubeObject), warnings };
      }
      case "deletecollection": {
        const selected = this.select(request, registered, this.store).map((object) => managed(request, object));
        for (const object of selected) this.writer.delete({ ...request, name: object.metadata.name, ...(object.metadata.namespace === undefined ? {} : { namespace: object.metadata.namespace }) }, registered);
        return { code: 200, body: this.listObject(registered, selected, { resourceVersion: String(this.store.rev) }), warnings };
      }
      default: return undefined;
    }
  }

  /** A kind that is asked, not stored. */
  private answer(request: ApiRequest, registered: RegisteredKind, warnings: string[]): ApiResponse | undefined {
    const { answer } = registered.kind;
    if (request.verb !== "create" || answer === undefined) return undefined;
    const pods = this.registry.find("", "v1", "pods");
    if (registered.resource === "bindings" && pods !== undefined) {
      const name = (request.body as { readonly metadata?: { readonly name?: string } } | undefined)?.metadata?.name ?? "";
      return this.dispatch({ ...request, resource: "pods", name, subresource: "binding" }, pods, warnings);
    }
    const object = this.writer.decode(request, registered, request.body, warnings);
    return { code: 201, body: answer({ ...object, metadata: { ...object.metadata, ...unborn } }, request, { world: this.world, authorizer: this.authorizer }), warnings };
  }

  private existing(request: ApiRequest, registered: RegisteredKind): KubeObject {
    const object = registered.kind.objects === undefined ? this.store.get(refOf(request, registered)) : registered.kind.objects(this.world).find(({ metadata }) => metadata.name === request.name);
    if (object === undefined) throw notFound(registered.kind.plural, registered.kind.group, request.name ?? "");
    return object;
  }

  /** An object as the request wants to see it: version, Table or metadata alone. */
  private shown(request: ApiRequest, registered: RegisteredKind, object: KubeObject): unknown {
    const versioned = fromHub(registered, managed(request, object));
    if (request.accept === "object") return versioned;
    if (request.accept === "partial") return partialMetadata(versioned);
    return tableOf(registered, [versioned], { resourceVersion: object.metadata.resourceVersion }, this.world.clock.now, this.epoch, queryValue(request, "includeObject"));
  }

  private select(request: ApiRequest, registered: RegisteredKind, reader: Reader): readonly KubeObject[] {
    const labels = queryValue(request, "labelSelector");
    const fields = queryValue(request, "fieldSelector");
    const name = request.name;
    const list = registered.kind.objects?.(this.world) ?? reader.list(registered.resource, {
      ...(request.namespace === undefined || request.namespace === "" ? {} : { namespace: request.namespace }),
      ...(labels === "" ? {} : { labels: checkedLabels(labels) }),
      ...(fields === "" ? {} : { fields: checkedFields(fields, registered) }),
    });
    return name === undefined || name === "" ? list : list.filter((object) => object.metadata.name === name);
  }

  private list(request: ApiRequest, registered: RegisteredKind): unknown {
    const token = queryValue(request, "continue");
    const from = token === "" ? undefined : continuation(token);
    const rev = from?.rev ?? this.store.rev;
    if (from !== undefined && rev < this.store.oldest) throw new ApiError(410, "Expired", "The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue parameter.");
    let objects = this.select(request, registered, from === undefined ? this.store : this.store.readAt(rev)).map((object) => fromHub(registered, object));
    if (from !== undefined) objects = objects.filter((object) => sortKey(object) > from.after);
    const limit = Number(queryValue(request, "limit") || "0");
    let metadata: { resourceVersion: string; continue?: string; remainingItemCount?: number } = { resourceVersion: String(rev) };
    if (limit > 0 && objects.length > limit) {
      const last = objects[limit - 1];
      metadata = { resourceVersion: String(rev), continue: `${rev}:${sortKey(last)}`, remainingItemCount: objects.length - limit };
      objects = objects.slice(0, limit);
    }
    objects = objects.map((object) => managed(request, object));
    if (request.accept === "table") return tableOf(registered, objects, metadata, this.world.clock.now, this.epoch, queryValue(request, "includeObject"));
    if (request.accept === "partial") return { kind: "PartialObjectMetadataList", apiVersion: "meta.k8s.io/v1", metadata, items: objects.map(partialMetadata) };
    return this.listObject(registered, objects, metadata);
  }

  private listObject(registered: RegisteredKind, items: readonly KubeObject[], metadata: object): unknown {
    return { kind: `${registered.kind.kind}List`, apiVersion: registered.apiVersion, metadata, items };
  }

  private watch(request: ApiRequest, registered: RegisteredKind, sink: StreamSink): StreamHandle {
    const since = queryValue(request, "resourceVersion");
    const labels = queryValue(request, "labelSelector");
    const fields = queryValue(request, "fieldSelector");
    const byLabels = labels === "" ? undefined : compileLabelSelector(checkedLabels(labels));
    const byFields = fields === "" ? undefined : compileFieldSelector(checkedFields(fields, registered), registered.kind.selectable ?? {});
    const rev: Rev | undefined = since === "" || since === "0" ? undefined : Number(since);
    if (rev !== undefined && rev < this.store.oldest - 1) throw expired();
    if (rev !== undefined && !Number.isFinite(rev)) throw badRequest(`Invalid value: ${JSON.stringify(since)}: invalid resourceVersion`);
    return this.watches.open({
      registered, sink, accept: request.accept, include: queryValue(request, "includeObject"), rev,
      convert: (object) => fromHub(registered, managed(request, object)),
      selects: (object) => (request.namespace === undefined || request.namespace === "" || object.metadata.namespace === request.namespace)
        && (request.name === undefined || request.name === "" || object.metadata.name === request.name)
        && (byLabels === undefined || byLabels(object.metadata.labels ?? {})) && (byFields === undefined || byFields(object)),
      timeout: Number(queryValue(request, "timeoutSeconds") || "0") * 1000,
    });
  }

  private scale(request: ApiRequest, registered: RegisteredKind, warnings: string[]): ApiResponse | undefined {
    const object = this.existing(request, registered);
    if (request.verb === "get") return { code: 200, body: readScale(object), warnings };
    if (request.verb !== "update" && request.verb !== "patch") return undefined;
    const { scale, replicas } = scaleFrom(request, object, registered);
    const { subresource: _dropped, ...main } = request;
    const next = this.writer.update({
      ...main, verb: "update", contentType: "application/json", body: withReplicas(object, replicas, scale),
      caller: { ...request.caller }, query: { ...request.query, fieldValidation: "Ignore" },
    }, registered, warnings, "scale");
    return { code: 200, body: readScale(next), warnings };
  }
}

/** The creation time of what is never created. */
const unborn = { creationTimestamp: null as unknown as string };

/** Clients see who owns which fields; components do without, and tables show none. */
function managed(request: ApiRequest, object: KubeObject): KubeObject {
  return request.caller.origin === "component" || request.accept === "table" ? object : withManagedFields(object);
}

/** The place that a request names. */
export function refOf(request: ApiRequest, registered: RegisteredKind): Ref {
  return { resource: registered.resource, namespace: registered.kind.namespaced ? request.namespace ?? "" : "", name: request.name ?? "" };
}

function fromHub(registered: RegisteredKind, object: KubeObject): KubeObject {
  return registered.version.fromHub === undefined || registered.version.name === registered.kind.hub ? object : registered.version.fromHub(object);
}

function sortKey(object: KubeObject): string {
  return `${object.metadata.namespace ?? ""}/${object.metadata.name}`;
}

function continuation(token: string): { rev: Rev; after: string } {
  const match = /^(\d+):(.*)$/.exec(token);
  if (match === null) throw badRequest("continue key is not valid: illegal base64 data at input byte 0");
  return { rev: Number(match[1]), after: match[2] ?? "" };
}

function checkedLabels(text: string): string {
  try {
    compileLabelSelector(text);
    return text;
  } catch (error) {
    throw badRequest(error instanceof Error ? error.message : String(error));
  }
}

function checkedFields(text: string, registered: RegisteredKind): string {
  try {
    compileFieldSelector(text, registered.kind.selectable ?? {});
    return text;
  } catch (error) {
    throw badRequest(error instanceof Error ? error.message : String(error));
  }
}

/** 1.33 warns at every request for Endpoints and component statuses. */
function deprecation(registered: RegisteredKind): readonly string[] {
  if (registered.resource === "componentstatuses") return ["v1 ComponentStatus is deprecated in v1.19+"];
  return registered.resource === "endpoints" ? ["v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice"] : [];
}
