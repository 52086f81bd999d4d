import { isEmpty } from "../empty";
import { extended } from "../extended";
import { scalar } from "../scalar";
import { pruned, type Schema } from "./custom/schema";
import { equalJson } from "./equal";
import { jsonPatch } from "./patch/json";
import { mergePatch } from "./patch/merge";
import { goText } from "./patch/patch-rules";
import { strategicMerge } from "./patch/strategic";
import { applyConfiguration } from "./managed/apply";
import { managersGiven, managersOf, mark, ownMetadata, sameManagers, stampOf, withManagedFields } from "./managed/record";
import { StoreConflict } from "./memory-store";
import { DecodeError, decode as readBody } from "./schema/decode";
import { alreadyExists, badRequest, conflict, forbidden, invalid, notFound, staleObject, unsupportedMediaType, ApiError } from "./status";
import { podPart } from "./pod-subresources";
import { uuid } from "../time/random";
import { deleteOptions, isDryRun, managerOf, strictness } from "./write-options";
import type { DeleteOptions } from "./write-options";
import type { Kind } from "./kind";
import type { Admission, AdmissionPlugin } from "./admission/plugin";
import type { MemoryStore } from "./memory-store";
import type { Managers, Writing } from "./managed/managers";
import type { Stamp } from "./managed/record";
import type { RegisteredKind, Registry } from "./registry";
import type { ApiRequest } from "./request";
import type { Json, KubeObject, ObjectMeta, Ref } from "../model";
import type { World } from "../world";

/** A custom resource's body: what its schema does not know is told, and dropped. */
function readCustom(schema: Schema, body: unknown): { readonly object: KubeObject; readonly problems: readonly string[] } {
  const unknown: string[] = [];
  const object = pruned(schema, body, unknown) as KubeObject;
  return { object, problems: unknown.sort().map((path) => `unknown field "${path}"`) };
}

type Loose = Record<string, unknown>;

interface Plugins {
  readonly mutating: readonly (AdmissionPlugin & Required<Pick<AdmissionPlugin, "mutate">>)[];
  readonly validating: readonly (AdmissionPlugin & Required<Pick<AdmissionPlugin, "validate">>)[];
}

/** The writing half of the pipeline. */
export class Writer {
  private readonly plugins = new Map<string, Plugins>();

  constructor(private readonly world: World, private readonly objects: MemoryStore, private readonly registry: Registry, private readonly admission: readonly AdmissionPlugin[]) {}

  /** The plugins that a request for a resource goes by. */
  private pluginsOf(resource: string): Plugins {
    let plugins = this.plugins.get(resource);
    if (plugins === undefined) {
      const concerned = this.admission.filter(({ of }) => of === undefined || of.includes(resource));
      plugins = {
        mutating: concerned.filter((plugin): plugin is Plugins["mutating"][number] => plugin.mutate !== undefined),
        validating: concerned.filter((plugin): plugin is Plugins["validating"][number] => plugin.validate !== undefined),
      };
      this.plugins.set(resource, plugins);
    }
    return plugins;
  }

  create(request: ApiRequest, registered: RegisteredKind, warnings: string[]): KubeObject {
    const decoded = this.decode(request, registered, request.body, warnings);
    return this.insert(request, registered, this.toStored(registered, decoded), warnings, managersGiven(managedFieldsIn(request.body)));
  }

  /** Makes a decoded object; `managers` where a body or an apply says who owns its fields. */
  private insert(request: ApiRequest, registered: RegisteredKind, body: KubeObject, warnings: string[], given: Managers | undefined, applied?: Managers): KubeObject {
    const { kind } = registered;
    let object = body;
    const namespace = kind.namespaced ? request.namespace ?? "" : "";
    const own = object.metadata?.namespace;
    if (kind.namespaced && own !== undefined && own !== "" && own !== namespace) throw badRequest(`the namespace of the provided object does not match the namespace sent on the request`);
    const wish = (object.metadata ?? {}) as Partial<ObjectMeta>;
    const base = wish.generateName;
    const generated = (wish.name === undefined || wish.name === "") && base !== undefined && base !== "";
    const name = generated ? this.freeName(registered, namespace, base) : wish.name ?? "";
    const metadata = ownMetadata(name, {
      generateName: base, uid: uuid(this.world.random(`uid/${registered.resource}`)), generation: kind.generation === true ? 1 : wish.generation, creationTimestamp: this.world.timestamp(),
      labels: wish.labels, annotations: wish.annotations, ownerReferences: wish.ownerReferences, finalizers: wish.finalizers,
    }, kind.namespaced ? namespace : undefined);
    object = withMetadata(kind, object, metadata);
    if (wish.resourceVersion !== undefined && wish.resourceVersion !== "" && request.caller.origin !== "component") throw badRequest("resourceVersion should not be set on objects to be created");
    if (kind.subresources["status"] !== undefined && request.caller.origin !== "component") object = dropped(object, "status");
    const asked = object;
    object = this.mutate(request, object, undefined);
    object = kind.prepare?.(object, undefined) ?? object;
    this.check(request, registered, object, undefined, warnings);
    object = kind.allocate?.(object, undefined, this.world) ?? object;
    this.admit(request, registered, object, undefined);
    const ref: Ref = { resource: registered.resource, namespace, name };
    if (this.objects.get(ref) !== undefined) throw alreadyExists(kind.plural, kind.group, name);
    mark(object.metadata, applied === undefined ? stampOf(undefined, this.writing(request, registered), object === asked ? undefined : asked, given) : applied);
    return isDryRun(request) ? withoutRevision(object) : this.objects.commit(ref, object).object;
  }

  /** A generated name that nothing has: seven more are tried where chance falls on a taken one. */
  private freeName(registered: RegisteredKind, namespace: string, base: string): string {
    const random = this.world.random(`name/${registered.resource}/${namespace}/${base}`);
    for (let more = 7; ; more--) {
      const name = [base.slice(0, 58), random.suffix(5)].join("");
      if (more === 0 || this.objects.get({ resource: registered.resource, namespace, name }) === undefined) return name;
    }
  }

  /** `subresource`: the one through which the write comes, where it is carried out on the object itself (scale). */
  update(request: ApiRequest, registered: RegisteredKind, warnings: string[], subresource = request.subresource ?? ""): KubeObject {
    const { kind } = registered;
    const old = this.current(request, registered);
    const body = (request.body ?? {}) as KubeObject;
    const decoded = this.decode(request, registered, body, warnings);
    const name = decoded.metadata?.name;
    if (name !== undefined && name !== "" && name !== request.name) throw badRequest(`the name of the object (${name}) does not match the name on the URL (${request.name ?? ""})`);
    if (kind.namespaced && decoded.metadata?.namespace !== undefined && decoded.metadata.namespace !== "" && decoded.metadata.namespace !== (request.namespace ?? "")) throw badRequest("the namespace of the provided object does not match the namespace sent on the request");
    return this.replace(request, registered, old, this.toStored(registered, decoded), warnings, this.writing(request, registered, subresource), { given: given(request, body, old) });
  }

  /** `made`: an apply made the object. */
  patch(request: ApiRequest, registered: RegisteredKind, warnings: string[]): { readonly object: KubeObject; readonly made: boolean } {
    if (request.contentType === "application/apply-patch+yaml") return this.apply(request, registered, warnings);
    const old = this.current(request, registered);
    const patch = request.body as Json;
    // Who owns what is only looked up for a patch that touches it.
    const managed = request.caller.origin !== "component" && JSON.stringify(patch)?.includes("managedFields") === true;
    const versioned = this.fromStored(registered, managed ? withManagedFields(old) : old) as unknown as Json;
    let next: Json;
    switch (request.contentType) {
      case undefined:
      case "application/merge-patch+json": next = mergePatch(versioned, patch); break;
      case "application/strategic-merge-patch+json":
        if (registered.version.structural !== undefined) throw unsupportedMediaType("the body of the request was in an unknown format - accepted media types include: application/json-patch+json, application/merge-patch+json, application/apply-patch+yaml");
        next = strategicMerge(registered.version.model, versioned, patch); break;
      case "application/json-patch+json": next = jsonPatch(versioned, patch); break;
      default: throw unsupportedMediaType();
    }
    const before = old.metadata;
    const after = (next as unknown as KubeObject).metadata;
    if (after.name !== before.name) throw badRequest(`the name of the object (${String(after.name)}) does not match the name on the URL (${before.name})`);
    if (after.namespace !== before.namespace) throw badRequest("the namespace of the provided object does not match the namespace sent on the request");
    const decoded = this.decode(request, registered, next, warnings, "patch");
    return { object: this.replace(request, registered, old, this.toStored(registered, decoded), warnings, this.writing(request, registered), { given: managed ? given(request, next, old) : undefined }), made: false };
  }

  /** Server-side apply: the object is made if it is not there. */
  private apply(request: ApiRequest, registered: RegisteredKind, warnings: string[]): { readonly object: KubeObject; readonly made: boolean } {
    const { kind, apiVersion, version } = registered;
    const config = request.body as KubeObject;
    if (typeof config !== "object" || config === null || Array.isArray(config)) throw badRequest(`error decoding YAML: error unmarshaling JSON: while decoding JSON: json: cannot unmarshal ${Array.isArray(config) ? "array" : typeof config} into Go value of type map[string]interface {}`);
    if (config.apiVersion !== apiVersion || config.kind !== kind.kind) {
      const [name, group = ""] = scalar(config.apiVersion ?? "").split("/").reverse();
      throw badRequest(`invalid object type: ${group}/${name}, Kind=${scalar(config.kind ?? "")}`);
    }
    const metadata = (config.metadata ?? {}) as Partial<ObjectMeta>;
    if (metadata["managedFields"] !== undefined && metadata["managedFields"] !== null) throw badRequest("metadata.managedFields must be nil");
    const old = this.existing(request, registered);
    if (old === undefined && request.subresource !== undefined) throw notFound(kind.plural, kind.group, request.name ?? "");
    const writing = this.writing(request, registered);
    const { object, managers } = applyConfiguration({
      writing, config: { ...config, metadata: metadata as ObjectMeta }, stored: old, live: old === undefined ? undefined : this.fromStored(registered, old),
      managers: old === undefined ? [] : managersOf(old), force: request.query["force"] === "true",
      toStored: (versioned) => this.toStored(registered, versioned),
    });
    const uid = object.metadata?.uid;
    if (old === undefined && uid !== undefined && uid !== "") throw conflict(kind.plural, kind.group, request.name ?? "", `uid mismatch: the provided object specified uid ${uid}, and no existing object was found`);
    if (kind.namespaced && metadata.namespace !== undefined && metadata.namespace !== "" && metadata.namespace !== (request.namespace ?? "")) throw badRequest("the namespace of the provided object does not match the namespace sent on the request");
    const name = object.metadata?.name;
    if (name === undefined || name === "") throw badRequest(`the name of the object (${request.name ?? ""} based on URL) was undeterminable: name must be provided`);
    if (name !== request.name) throw badRequest(`the name of the object (${name}) does not match the name on the URL (${request.name ?? ""})`);
    const problems = request.problems ?? [];
    const mode = strictness(request);
    if (problems.length > 0 && mode === "Strict") throw badRequest(`error strict decoding YAML: ${problems.join(", ")}`);
    if (mode === "Warn") warnings.push(...problems);
    const { object: read } = version.structural === undefined ? readBody(version.model, object, "Ignore") : readCustom(version.structural, object);
    const body = this.toStored(registered, this.defaulted(registered, { ...read, apiVersion, kind: kind.kind }, request.subresource));
    return old === undefined ? { object: this.insert(request, registered, body, warnings, undefined, managers), made: true }
      : { object: this.replace(request, registered, old, body, warnings, writing, { applied: managers }), made: false };
  }

  /** `gone`: the object was removed at once, and `body` is a Status; else `body` is the object as it now stands, on its way out. */
  delete(request: ApiRequest, registered: RegisteredKind): { gone: boolean; body: unknown } {
    const { kind } = registered;
    const old = this.current(request, registered);
    const options = deleteOptions(request);
    const { uid, resourceVersion } = options.preconditions ?? {};
    if (uid !== undefined && uid !== old.metadata.uid) throw conflict(kind.kind, kind.group, old.metadata.name, `the UID in the precondition (${uid}) does not match the UID in record (${old.metadata.uid}). The object might have been deleted and then recreated`);
    if (resourceVersion !== undefined && resourceVersion !== old.metadata.resourceVersion) throw conflict(kind.kind, kind.group, old.metadata.name, `the ResourceVersion in the precondition (${resourceVersion}) does not match the ResourceVersion in record (${old.metadata.resourceVersion}). The object might have been modified`);
    this.admit(request, registered, undefined, old);
    const ref = this.refOf(registered, old);
    const grace = this.grace(registered, old, options);
    let finalizers = old.metadata.finalizers ?? [];
    const policy = options.propagationPolicy ?? (options.orphanDependents === true ? "Orphan" : options.orphanDependents === false ? "Background" : "");
    finalizers = withFinalizer(finalizers, "foregroundDeletion", policy === "Foreground", policy !== "");
    finalizers = withFinalizer(finalizers, "orphan", policy === "Orphan", policy !== "");
    if (kind.cleanup !== undefined && old.metadata.deletionTimestamp === undefined && !finalizers.includes(kind.cleanup)) finalizers = [...finalizers, kind.cleanup];
    const held = finalizers.length > 0 || namespaceHeld(old);
    const success = { kind: "Status", apiVersion: "v1", metadata: {}, status: "Success", details: { name: old.metadata.name, ...(kind.group === "" ? {} : { group: kind.group }), kind: kind.plural, uid: old.metadata.uid } };
    const dry = isDryRun(request) || (options.dryRun?.length ?? 0) > 0;
    if (grace === 0 && !held) {
      if (!dry) this.objects.commit(ref, undefined);
      return { gone: true, body: success };
    }
    if (old.metadata.deletionTimestamp !== undefined && (old.metadata.deletionGracePeriodSeconds ?? 0) <= grace && equalJson(finalizers, old.metadata.finalizers ?? [])) return { gone: false, body: old };
    const first = old.metadata.deletionTimestamp === undefined;
    const { generateName, namespace, uid: own, generation, creationTimestamp, labels, annotations, ownerReferences } = old.metadata;
    const next: KubeObject = {
      ...old,
      metadata: ownMetadata(old.metadata.name, {
        generateName, namespace, uid: own, resourceVersion: old.metadata.resourceVersion, creationTimestamp, labels, annotations, ownerReferences,
        generation: first && generation !== undefined ? generation + 1 : generation,
        finalizers: finalizers.length === 0 ? undefined : finalizers,
        deletionTimestamp: this.world.timestamp(this.world.clock.now + grace * 1000),
        // Namespaces and definitions have a deletion of their own, without a grace.
        deletionGracePeriodSeconds: registered.resource === "namespaces" || kind.cleanup !== undefined ? undefined : grace,
      }),
      ...(registered.resource === "namespaces" ? { status: { ...(old["status"] as object | undefined), phase: "Terminating" } } : {}),
    };
    mark(next.metadata, stampOf(old, undefined));
    return { gone: false, body: dry ? next : this.objects.commit(ref, next).object };
  }

  /** Commits `next` in place of `old` as it is: for subresources that are their own authority (binding). */
  store(registered: RegisteredKind, old: KubeObject, next: KubeObject): KubeObject {
    const metadata = ownMetadata(old.metadata.name, next.metadata);
    mark(metadata, stampOf(old, undefined));
    return this.objects.commit(this.refOf(registered, old), withMetadata(registered.kind, next, metadata)).object;
  }

  private replace(request: ApiRequest, registered: RegisteredKind, old: KubeObject, body: KubeObject, warnings: string[], writing: Writing, owned: { readonly given?: Managers | undefined; readonly applied?: Managers }): KubeObject {
    const { kind } = registered;
    const { name } = old.metadata;
    const wanted = body.metadata?.resourceVersion;
    const uid = body.metadata?.uid;
    if (uid !== undefined && uid !== "" && uid !== old.metadata.uid) {
      const key = `/registry/${kind.plural}/${kind.namespaced ? `${old.metadata.namespace ?? ""}/` : ""}${name}`;
      throw conflict(kind.plural, kind.group, name, `StorageError: invalid object, Code: 4, Key: ${key}, ResourceVersion: 0, AdditionalErrorMsg: Precondition failed: UID in precondition: ${uid}, UID in object meta: ${old.metadata.uid}`);
    }
    if (wanted !== undefined && wanted !== "") {
      if (wanted !== old.metadata.resourceVersion) throw conflict(kind.plural, kind.group, name, staleObject);
    } else if (kind.conditional === true && request.verb === "update" && request.caller.origin !== "component") {
      throw invalid(kind.plural, kind.group, name, [{ field: "metadata.resourceVersion", type: "Invalid", value: { go: "0x0" }, detail: "must be specified for an update" }]);
    }
    const sub = request.subresource;
    const keepsStatus = kind.subresources["status"] !== undefined;
    const metadata = this.metadata(old, body, sub);
    let next: KubeObject;
    if (sub === "ephemeralcontainers" || sub === "resize") next = { ...old, metadata, spec: podPart(sub, old, body) };
    else if (sub === "status") next = !("status" in body) ? { ...old, metadata } : "status" in old ? kind.withStatus?.(old, metadata, body["status"]) ?? { ...old, metadata, status: body["status"] } : extended(old, { metadata, status: body["status"] });
    else if (!keepsStatus) next = withMetadata(kind, body, metadata);
    else if (!("status" in old)) next = dropped(withMetadata(kind, body, metadata), "status");
    else next = "status" in body ? kind.withStatus?.(body, metadata, old["status"]) ?? { ...body, metadata, status: old["status"] } : extended(body, { metadata, status: old["status"] });
    const asked = next;
    if (sub === undefined) next = this.mutate(request, next, old);
    next = kind.prepare?.(next, old, sub) ?? next;
    let more = next === asked ? undefined : asked;
    if (kind.generation === true && sub !== "status" && !equalJson(next["spec"], old["spec"])) next = { ...next, metadata: ownMetadata(name, { ...next.metadata, generation: (old.metadata.generation ?? 0) + 1 }) };
    this.check(request, registered, next, old, warnings);
    const checked = next;
    next = kind.allocate?.(next, old, this.world) ?? next;
    if (next !== checked) more ??= checked;
    this.admit(request, registered, next, old);
    const { given: set, applied } = owned;
    const stamp = (): Stamp => (applied === undefined ? stampOf(old, writing, more, set) : applied);
    if (isDryRun(request)) {
      mark(next.metadata, stamp());
      return next;
    }
    const ref = this.refOf(registered, old);
    if (next.metadata.deletionTimestamp !== undefined && (next.metadata.finalizers ?? []).length === 0 && (next.metadata.deletionGracePeriodSeconds ?? 0) === 0 && !namespaceHeld(next)) {
      return this.objects.commit(ref, undefined).object;
    }
    // What changes nothing is not written: etcd's no-op updates keep the revision.
    if (set === undefined && (applied === undefined || sameManagers(applied, managersOf(old))) && unchanged(next, old)) return old;
    mark(next.metadata, stamp());
    try {
      return this.objects.commit(ref, next).object;
    } catch (error) {
      if (error instanceof StoreConflict) throw conflict(kind.plural, kind.group, name, staleObject);
      throw error;
    }
  }

  /** The metadata of an update: what the server owns stays as it was. */
  private metadata(old: KubeObject, body: KubeObject, sub: string | undefined): ObjectMeta {
    const was = old.metadata;
    const wish: Partial<ObjectMeta> = body.metadata ?? {};
    const { labels, annotations, finalizers, ownerReferences } = sub === "status" && wish.labels === undefined && wish.annotations === undefined ? was : wish;
    const owners = sub === "status" ? was.ownerReferences : ownerReferences;
    return ownMetadata(was.name, {
      generateName: was.generateName, namespace: was.namespace, uid: was.uid, resourceVersion: was.resourceVersion, generation: was.generation, creationTimestamp: was.creationTimestamp,
      deletionTimestamp: was.deletionTimestamp, deletionGracePeriodSeconds: was.deletionGracePeriodSeconds,
      labels: isEmpty(labels) ? undefined : labels, annotations: isEmpty(annotations) ? undefined : annotations,
      finalizers: finalizers?.length === 0 ? undefined : finalizers, ownerReferences: owners?.length === 0 ? undefined : owners,
    });
  }

  /** A request's body as an object of the kind: decoded as strictly as the request wants, and defaulted. Throws ApiError. */
  decode(request: ApiRequest, registered: RegisteredKind, body: unknown, warnings: string[], how: "body" | "patch" = "body"): KubeObject {
    const { kind, version, apiVersion } = registered;
    if (request.caller.origin === "component") return this.defaulted(registered, body as KubeObject, request.subresource);
    if (typeof body !== "object" || body === null || Array.isArray(body)) throw badRequest(`the object provided is unrecognized (must be of type ${version.goType}): couldn't get version/kind; json parse error: ${JSON.stringify(body) ?? "unexpected end of JSON input"}`);
    const typed = body as Loose;
    const given = { apiVersion: typed["apiVersion"] ?? apiVersion, kind: typed["kind"] ?? kind.kind };
    if (given.kind !== kind.kind || given.apiVersion !== apiVersion) {
      throw badRequest(`${scalar(given.kind)} in version ${JSON.stringify(scalar(given.apiVersion).split("/").pop())} cannot be handled as a ${kind.kind}: no kind ${JSON.stringify(given.kind)} is registered for version ${JSON.stringify(given.apiVersion)} in scheme "pkg/api/legacyscheme/scheme.go:30"`);
    }
    const mode = strictness(request);
    try {
      const { object, problems: found } = version.structural === undefined ? readBody(version.model, typed, mode === "Ignore" ? mode : "Warn") : readCustom(version.structural, typed);
      // A patched object has lost the order of the body: its fields are told by name.
      const problems = [...(mode === "Ignore" ? [] : request.problems ?? []), ...(how === "patch" ? [...found].sort() : found)];
      if (problems.length > 0 && mode === "Strict") {
        if (how === "patch") throw patchInvalid(request, typed, `strict decoding error: ${problems.join(", ")}`);
        throw badRequest(`${kind.kind} in version ${JSON.stringify(version.name)} cannot be handled as a ${kind.kind}: strict decoding error: ${problems.join(", ")}`);
      }
      if (mode === "Warn") warnings.push(...problems);
      return this.defaulted(registered, { ...object, apiVersion, kind: kind.kind }, request.subresource);
    } catch (error) {
      if (!(error instanceof DecodeError)) throw error;
      if (how === "patch") throw patchInvalid(request, typed, isStrategic(request) ? error.patchCause : error.message);
      throw badRequest(error.message);
    }
  }

  private defaulted(registered: RegisteredKind, object: KubeObject, sub: string | undefined): KubeObject {
    return sub === "status" ? object : registered.version.defaults?.(object) ?? object;
  }

  private toStored(registered: RegisteredKind, object: KubeObject): KubeObject {
    const hub = this.registry.hub(registered.resource) ?? registered;
    if (registered.apiVersion === hub.apiVersion) return object;
    return { ...(registered.version.toHub?.(object) ?? object), apiVersion: hub.apiVersion };
  }

  private fromStored(registered: RegisteredKind, object: KubeObject): KubeObject {
    if (registered.version.name === registered.kind.hub) return object;
    return { ...(registered.version.fromHub?.(object) ?? object), apiVersion: registered.apiVersion };
  }

  private mutate(request: ApiRequest, object: KubeObject, old: KubeObject | undefined): KubeObject {
    let about = this.attributes(request, object, old);
    for (const plugin of this.pluginsOf(request.resource).mutating) {
      const next = plugin.mutate(about);
      if (next !== about.object) about = this.attributes(request, next, old);
    }
    return about.object as KubeObject;
  }

  private check(request: ApiRequest, registered: RegisteredKind, object: KubeObject, old: KubeObject | undefined, warnings: string[]): void {
    const errors = registered.kind.validate?.(object, old, this.objects, request.subresource) ?? [];
    if (errors.length > 0) throw invalid(registered.version.goType, registered.kind.group, object.metadata.name, errors);
    if (request.caller.origin !== "component") warnings.push(...(registered.kind.warnings?.(object, old) ?? []));
  }

  private admit(request: ApiRequest, registered: RegisteredKind, object: KubeObject | undefined, old: KubeObject | undefined): void {
    const about = this.attributes(request, object, old);
    for (const plugin of this.pluginsOf(request.resource).validating) {
      const answer = plugin.validate(about);
      if (answer === undefined) continue;
      const name = (object ?? old)?.metadata.name ?? "";
      if (typeof answer === "string") throw forbidden(registered.kind.plural, registered.kind.group, name, answer);
      if (answer.length > 0) throw invalid(registered.version.goType, registered.kind.group, name, answer);
    }
  }

  private attributes(request: ApiRequest, object: KubeObject | undefined, old: KubeObject | undefined): Admission {
    return { request, reader: this.objects, world: this.world, object, old };
  }

  private writings: Writing[] = [];

  /** Components write much at the same second: they share what is said of it. */
  private writing(request: ApiRequest, registered: RegisteredKind, subresource = request.subresource ?? ""): Writing {
    const manager = managerOf(request);
    const time = this.world.timestamp();
    if (this.writings.length > 0 && this.writings[0].time !== time) this.writings = [];
    for (const one of this.writings) if (one.registered === registered && one.subresource === subresource && one.manager === manager) return one;
    const writing: Writing = { registered, subresource, manager, time };
    this.writings.push(writing);
    return writing;
  }

  private existing(request: ApiRequest, { kind, resource }: RegisteredKind): KubeObject | undefined {
    return this.objects.get({ resource, namespace: kind.namespaced ? request.namespace ?? "" : "", name: request.name ?? "" });
  }

  private current(request: ApiRequest, registered: RegisteredKind): KubeObject {
    const { kind } = registered;
    const old = this.existing(request, registered);
    if (old === undefined) throw notFound(kind.plural, kind.group, request.name ?? "");
    return old;
  }

  private refOf(registered: RegisteredKind, object: KubeObject): Ref {
    return { resource: registered.resource, namespace: registered.kind.namespaced ? object.metadata.namespace ?? "" : "", name: object.metadata.name };
  }

  private grace(registered: RegisteredKind, old: KubeObject, options: DeleteOptions): number {
    if (registered.resource !== "pods") return 0;
    const spec = old["spec"] as { nodeName?: string };
    const phase = (old["status"] as { phase?: string } | undefined)?.phase;
    if (spec.nodeName === undefined || spec.nodeName === "" || phase === "Succeeded" || phase === "Failed") return 0;
    // A negative wish counts as one second.
    const asked = options.gracePeriodSeconds ?? registered.kind.grace?.(old) ?? 0;
    const wish = asked < 0 ? 1 : asked;
    const running = old.metadata.deletionTimestamp === undefined ? undefined : old.metadata.deletionGracePeriodSeconds;
    return running === undefined ? wish : Math.min(wish, running);
  }
}

const isStrategic = (request: ApiRequest): boolean => request.contentType === "application/strategic-merge-patch+json";

/** A patch whose outcome can't be read: of a strategic one the patch is shown, of the others what came out. */
function patchInvalid(request: ApiRequest, outcome: object, detail: string): ApiError {
  return invalid("", "", "", [{ field: "patch", type: "Invalid", value: isStrategic(request) ? goText(request.body) : JSON.stringify(outcome), detail }]);
}

function managedFieldsIn(body: unknown): unknown {
  return (body as { metadata?: { managedFields?: unknown } } | undefined)?.metadata?.managedFields;
}

/** The managers that an update sets: undefined where it says nothing new. A subresource can't set them. */
function given(request: ApiRequest, body: unknown, old: KubeObject): Managers | undefined {
  if (request.subresource !== undefined) return undefined;
  const managers = managersGiven(managedFieldsIn(body));
  return managers === undefined || sameManagers(managers, managersOf(old)) ? undefined : managers;
}

function withFinalizer(finalizers: readonly string[], name: string, wanted: boolean, decided: boolean): readonly string[] {
  if (!decided || finalizers.includes(name) === wanted) return finalizers;
  return wanted ? [...finalizers, name] : finalizers.filter((other) => other !== name);
}

/** A namespace goes only when its own finalizers (spec.finalizers) are gone. */
function namespaceHeld(object: KubeObject): boolean {
  return object.kind === "Namespace" && ((object["spec"] as { finalizers?: readonly string[] } | undefined)?.finalizers ?? []).length > 0;
}

/** A copy of an object with other metadata. */
function withMetadata(kind: Kind, object: KubeObject, metadata: ObjectMeta): KubeObject {
  return "metadata" in object ? kind.copy?.(object, metadata) ?? { ...object, metadata } : extended(object, { metadata });
}

function without(object: object, keys: readonly string[]): object {
  const rest: Loose = {};
  for (const key in object) {
    const value = (object as Loose)[key];
    if (value !== undefined && !keys.includes(key)) rest[key] = value;
  }
  return rest;
}

/** Whether an update changes nothing but the revision, which is not the writer's to choose. */
function unchanged(next: KubeObject, old: KubeObject): boolean {
  for (const key in next) if (key !== "metadata" && !equalJson(next[key], old[key])) return false;
  for (const key in old) if (old[key] !== undefined && next[key] === undefined) return false;
  return equalJson(next.metadata.resourceVersion === old.metadata.resourceVersion ? next.metadata : { ...next.metadata, resourceVersion: old.metadata.resourceVersion }, old.metadata);
}

function dropped(object: KubeObject, key: string): KubeObject {
  return key in object ? without(object, [key]) as KubeObject : object;
}

function withoutRevision(object: KubeObject): KubeObject {
  return { ...object, metadata: without(object.metadata, ["resourceVersion"]) as ObjectMeta };
}
