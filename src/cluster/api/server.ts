import { attributesOf, Authorizer, forbiddenTo } from "./access/authorizer";
import { refuseEscalation } from "./access/escalation";
import { impersonate } from "./access/impersonation";
import { followDefinitions } from "./custom/kind";
import { nonResource } from "./discovery";
import { continueExpired, continueToken, listExpired, readContinue, revisionProblem, tooLarge, validateListOptions, watchExpired, type ListParameters } from "./list-options";
import { evict, bind } from "./pod-subresources";
import { Registry } from "./registry";
import { readScale, scaleFrom, withReplicas } from "./scale";
import { compileFieldSelector, compileLabelSelector } from "./selectors";
import { ApiError, badRequest, fieldErrorText, internalError, invalid, methodNotAllowed, noSuchResource, notFound } from "./status";
import { partialMetadata, tableOf } from "./table";
import { withManagedFields } from "./managed/record";
import { Watches } from "./watch";
import { Writer } from "./write";
import { checkOptions } from "./write-options";
import type { AdmissionPlugin } from "./admission/plugin";
import type { Kind } from "./kind";
import type { RegisteredKind } from "./registry";
import type { Api, ApiRequest, ApiResponse, StreamHandle, StreamSink } from "./request";
import type { MemoryStore } from "./memory-store";
import type { Reader } from "./store";
import type { Json, KubeObject, Ref, Rev } from "../model";
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
      of: ["roles", "clusterroles", "rolebindings", "clusterrolebindings"],
      mutate: (admission) => {
        refuseEscalation(admission, this.authorizer);
        return admission.object as KubeObject;
      },
    };
    store.onCommit((change) => { followDefinitions(registry, change); });
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
    const deprecated = deprecation(registered);
    if (deprecated !== undefined) warnings.push(deprecated);
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
      case "get":
        this.reached(request);
        return { code: 200, body: this.shown(request, registered, this.existing(request, registered)), warnings };
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

  /** A get may ask for a state at least as new as a revision. */
  private reached(request: ApiRequest): void {
    if (request.query["resourceVersion"] === undefined) return;
    const wanted = queryValue(request, "resourceVersion");
    const problem = revisionProblem(wanted);
    if (problem !== undefined) throw badRequest(`invalid resource version: ${fieldErrorText(problem)}`);
    if (Number(wanted) > this.store.rev) throw tooLarge(Number(wanted), this.store.rev);
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
    return tableOf(registered, [versioned], { resourceVersion: object.metadata.resourceVersion }, this.world.clock.now, this.epoch, included(request));
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
    const { continue: token, resourceVersion, match } = parameters(request);
    const limit = Math.max(0, Number(queryValue(request, "limit") || "0"));
    const from = token === "" ? undefined : readContinue(token);
    if (from !== undefined && resourceVersion !== "" && resourceVersion !== "0") throw badRequest("specifying resource version is not allowed when using continue");
    const wanted = Number(resourceVersion || "0");
    if (wanted > this.store.rev) throw tooLarge(wanted, this.store.rev);
    // A limit with a revision and nothing said means that very revision, as it always did; revision 0 comes from the cache, which knows no limit.
    const exact = match === "Exact" || (match === "" && limit > 0 && wanted > 0);
    const rev = from !== undefined && from.rev > 0 ? from.rev : exact ? wanted : this.store.rev;
    if (rev < this.store.oldest) throw from === undefined ? listExpired() : continueExpired(from.start);
    const inNamespace = request.namespace !== undefined && request.namespace !== "";
    const key = ({ metadata }: KubeObject): string => (inNamespace || metadata.namespace === undefined ? metadata.name : `${metadata.namespace}/${metadata.name}`);
    let objects = this.select(request, registered, rev === this.store.rev ? this.store : this.store.readAt(rev));
    if (from !== undefined) objects = objects.filter((object) => key(object) >= from.start);
    let metadata: { resourceVersion: string; continue?: string; remainingItemCount?: number } = { resourceVersion: String(rev) };
    const last = objects[limit - 1];
    if (limit > 0 && resourceVersion !== "0" && last !== undefined && objects.length > limit) {
      const selects = queryValue(request, "labelSelector") !== "" || queryValue(request, "fieldSelector") !== "";
      metadata = { resourceVersion: String(rev), continue: continueToken({ rev, start: key(last) }), ...(selects ? {} : { remainingItemCount: objects.length - limit }) };
      objects = objects.slice(0, limit);
    }
    objects = objects.map((object) => fromHub(registered, managed(request, object)));
    if (request.accept === "table") return tableOf(registered, objects, metadata, this.world.clock.now, this.epoch, included(request));
    if (request.accept === "partial") return { kind: "PartialObjectMetadataList", apiVersion: "meta.k8s.io/v1", metadata, items: objects.map(partialMetadata) };
    return this.listObject(registered, objects, metadata);
  }

  private listObject(registered: RegisteredKind, items: readonly KubeObject[], metadata: object): unknown {
    return { kind: `${registered.kind.kind}List`, apiVersion: registered.apiVersion, metadata, items };
  }

  private watch(request: ApiRequest, registered: RegisteredKind, sink: StreamSink): StreamHandle {
    const { resourceVersion: since, sendInitialEvents } = parameters({ ...request, verb: "watch" });
    const labels = queryValue(request, "labelSelector");
    const fields = queryValue(request, "fieldSelector");
    const byLabels = labels === "" ? undefined : compileLabelSelector(checkedLabels(labels));
    const byFields = fields === "" ? undefined : compileFieldSelector(checkedFields(fields, registered), registered.kind.selectable ?? {});
    const initial = sendInitialEvents === "" ? since === "" || since === "0" : isTrue(sendInitialEvents);
    const rev: Rev | undefined = initial ? undefined : since === "" || since === "0" ? this.store.rev : Number(since);
    // Too late is no refusal: the watch begins, and ends with the error as its only event.
    if (rev !== undefined && rev < this.store.oldest - 1) {
      sink.data(0, { type: "ERROR", object: watchExpired(rev, this.store.oldest - 1).status } as unknown as Json);
      sink.end({ code: 200, body: undefined, warnings: [] });
      return { write: () => undefined, close: () => undefined };
    }
    return this.watches.open({
      registered, sink, accept: request.accept, include: included(request), rev,
      bookmarks: isTrue(queryValue(request, "allowWatchBookmarks")), endOfInitial: initial && sendInitialEvents !== "",
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

const isTrue = (text: string): boolean => text === "true" || text === "1";

/** The parameters that say from when a list or watch is. Throws ApiError where they do not go together. */
function parameters(request: ApiRequest): ListParameters {
  const found: ListParameters = {
    resourceVersion: queryValue(request, "resourceVersion"), match: queryValue(request, "resourceVersionMatch"), continue: queryValue(request, "continue"),
    sendInitialEvents: queryValue(request, "sendInitialEvents"), watch: request.verb === "watch",
  };
  for (const name of ["limit", "timeoutSeconds"]) {
    const text = queryValue(request, name);
    if (text !== "" && !/^[+-]?\d+$/.test(text)) throw badRequest(`strconv.ParseInt: parsing ${JSON.stringify(text)}: invalid syntax`);
  }
  validateListOptions(found);
  const problem = revisionProblem(found.resourceVersion);
  if (problem === undefined) return found;
  if (found.watch) throw invalid(request.resource, request.group, "", [problem]);
  throw badRequest(`invalid resource version: ${fieldErrorText(problem)}`);
}

/** What a Table's rows hold beside their cells. */
function included(request: ApiRequest): string {
  const include = queryValue(request, "includeObject");
  if (request.accept === "table" && !["", "None", "Metadata", "Object"].includes(include)) throw badRequest(`unrecognized includeObject value: ${JSON.stringify(include)}`);
  return include;
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
function deprecation(registered: RegisteredKind): string | undefined {
  if (registered.resource === "componentstatuses") return "v1 ComponentStatus is deprecated in v1.19+";
  return registered.resource === "endpoints" ? "v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice" : undefined;
}
