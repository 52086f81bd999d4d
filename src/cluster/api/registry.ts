import { qualified } from "./status";
import type { Kind, KindVersion } from "./kind";
import type { TableShape } from "./memory-store";

/** A kind as the server looks it up: `resource` is its name in Refs. */
export interface RegisteredKind {
  readonly kind: Kind;
  readonly version: KindVersion;
  readonly resource: string;
  /** "apps/v1", "v1" */
  readonly apiVersion: string;
}

/** Versions that Kubernetes served once and 1.33 does not: known as removed, so that the reader can be told what to write today. */
export const removedVersions: Readonly<Record<string, string>> = {
  "extensions/v1beta1": "apps/v1 or networking.k8s.io/v1",
  "apps/v1beta1": "apps/v1",
  "apps/v1beta2": "apps/v1",
  "networking.k8s.io/v1beta1": "networking.k8s.io/v1",
  "batch/v1beta1": "batch/v1",
  "policy/v1beta1": "policy/v1",
  "rbac.authorization.k8s.io/v1beta1": "rbac.authorization.k8s.io/v1",
  "autoscaling/v2beta1": "autoscaling/v2",
  "autoscaling/v2beta2": "autoscaling/v2",
  "storage.k8s.io/v1beta1": "storage.k8s.io/v1",
  "apiextensions.k8s.io/v1beta1": "apiextensions.k8s.io/v1",
};

/** The served versions of a kind. Made once: all clusters share the built-in ones. */
function servedOf(kind: Kind): readonly RegisteredKind[] {
  let served = servedVersions.get(kind);
  if (served === undefined) {
    const resource = kind.storedAs ?? qualified(kind.plural, kind.group);
    served = kind.versions.filter((version) => version.served).map((version) => ({ kind, version, resource, apiVersion: kind.group === "" ? version.name : `${kind.group}/${version.name}` }));
    servedVersions.set(kind, served);
  }
  return served;
}

const servedVersions = new WeakMap<Kind, readonly RegisteredKind[]>();

/** The kinds that a server serves. */
export class Registry {
  /** By plural; the few that share one are told apart by group and version. */
  private readonly byPlural = new Map<string, RegisteredKind[]>();
  private readonly hubs = new Map<string, RegisteredKind>();
  private all: readonly Kind[];

  constructor(kinds: readonly Kind[]) {
    this.all = kinds;
    for (const kind of kinds) this.enter(kind);
  }

  get kinds(): readonly Kind[] {
    return this.all;
  }

  add(kind: Kind): void {
    this.remove(kind);
    this.all = [...this.all, kind];
    this.enter(kind);
  }

  private enter(kind: Kind): void {
    for (const registered of servedOf(kind)) {
      const others = this.byPlural.get(kind.plural);
      if (others === undefined) this.byPlural.set(kind.plural, [registered]);
      else others.push(registered);
      if (registered.version.name === kind.hub && kind.storedAs === undefined) this.hubs.set(registered.resource, registered);
    }
  }

  remove(kind: Kind): void {
    this.all = this.all.filter((other) => other.group !== kind.group || other.plural !== kind.plural);
    const same = (registered: RegisteredKind): boolean => registered.kind.group === kind.group && registered.kind.plural === kind.plural;
    for (const [key, registered] of this.hubs) if (same(registered)) this.hubs.delete(key);
    const others = this.byPlural.get(kind.plural)?.filter((registered) => !same(registered));
    if (others !== undefined) this.byPlural.set(kind.plural, others);
  }

  find(group: string, version: string, plural: string): RegisteredKind | undefined {
    const found = this.byPlural.get(plural);
    if (found !== undefined) for (const registered of found) if (registered.version.name === version && registered.kind.group === group) return registered;
    return undefined;
  }

  findKind(apiVersion: string, kind: string): RegisteredKind | undefined {
    for (const one of this.all) if (one.kind === kind) for (const registered of servedOf(one)) if (registered.apiVersion === apiVersion) return registered;
    return undefined;
  }

  /** By the resource of a Ref, at its hub version. */
  hub(resource: string): RegisteredKind | undefined {
    return this.hubs.get(resource);
  }

  shape(resource: string): TableShape {
    const kind = this.hubs.get(resource)?.kind;
    return { indexes: kind?.indexes ?? {}, selectable: kind?.selectable ?? {} };
  }
}
