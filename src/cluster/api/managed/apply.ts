import { equalJson } from "../equal";
import { goJson } from "../go-json";
import { zeroStruct } from "../schema/decode";
import { ApiError } from "../status";
import { compare } from "./compare";
import { typeOfVersion } from "./field-type";
import { afterUpdate, changesByVersion, ownable, sameManager, takenFrom } from "./managers";
import { difference, intersection, paths, union } from "./fields";
import { fieldsOf, mergeTyped, removeFields, typedErrors, withNamedFields } from "./merge";
import type { Fields } from "./fields";
import type { FieldType } from "./field-type";
import type { Manager, Managers, Writing } from "./managers";
import type { KubeObject } from "../../model";

/** A server-side apply. */
export interface Application {
  readonly writing: Writing;
  /** The live object as stored and at the version of the request; undefined where there is none. */
  readonly stored: KubeObject | undefined;
  readonly live: KubeObject | undefined;
  readonly managers: Managers;
  readonly config: KubeObject;
  readonly force: boolean;
  readonly toStored: (object: KubeObject) => KubeObject;
}

export interface Applied {
  /** At the version of the request, before defaults. */
  readonly object: KubeObject;
  readonly managers: Managers;
}

export const lastApplied = "kubectl.kubernetes.io/last-applied-configuration";

interface Conflict { readonly manager: Manager; readonly fields: Fields }
class Conflicts extends Error {
  constructor(readonly all: readonly Conflict[]) {
    super();
  }
}

/**
 * What an apply makes of the live object, and who owns what then. kubectl alone, as the manager of that name, also takes over what
 * it had applied by itself before and keeps its annotation in step.
 *
 * @throws ApiError: 409 with a cause for each field that others own, 500 for a configuration against the schema
 */
export function applyConfiguration(application: Application): Applied {
  const { writing, live, config } = application;
  const known = application.managers.length > 0 || application.stored === undefined ? application
    : { ...application, managers: afterUpdate([], { ...writing, manager: "before-first-apply" }, undefined, application.stored) };
  let applied: Applied;
  try {
    applied = merged(known);
  } catch (error) {
    if (!(error instanceof Conflicts)) throw error;
    const own = writing.manager === "kubectl" ? formerlyApplied(writing, live) : undefined;
    const left = own === undefined ? error.all : error.all.flatMap(({ manager, fields }) => {
      const rest = difference(fields, own);
      return rest === undefined ? [] : [{ manager, fields: rest }];
    });
    if (left.length > 0) throw conflictError(left);
    applied = merged({ ...known, force: true });
  }
  const annotations = applied.object.metadata.annotations;
  if (writing.manager !== "kubectl" || annotations?.[lastApplied] === undefined || annotations[lastApplied] === "") return applied;
  return { ...applied, object: { ...applied.object, metadata: { ...applied.object.metadata, annotations: { ...annotations, [lastApplied]: `${goJson(withoutLastApplied(config))}\n` } } } };
}

function withoutLastApplied(config: KubeObject): KubeObject {
  if (config.metadata.annotations === undefined) return config;
  const { [lastApplied]: _gone, ...annotations } = config.metadata.annotations;
  return { ...config, metadata: { ...config.metadata, annotations } };
}

function merged({ writing, stored, live, managers, config, force, toStored }: Application): Applied {
  const { registered, manager, subresource, time } = writing;
  const { apiVersion, version: { model } } = registered;
  const type = typeOfVersion(registered.version);
  const errors = typedErrors(type, config);
  if (errors.length > 0) {
    const { group, kind } = registered.kind;
    const text = errors.length === 1 ? errors[0] ?? "" : ["errors:", ...errors.map((error) => `  ${error}`)].join("\n");
    throw new ApiError(500, "", `failed to create typed patch object (${config.metadata.namespace ?? ""}/${config.metadata.name}; ${group}/${registered.version.name}, Kind=${kind}): ${text}`);
  }
  const before = live ?? { ...zeroStruct(model), apiVersion, kind: registered.kind.kind } as unknown as KubeObject;
  const self = { manager, operation: "Apply", apiVersion, subresource } as const;
  const last = managers.find((one) => sameManager(one, self));
  const others = managers.filter((one) => one !== last);
  const set = ownable(fieldsOf(type, config), writing);
  const object = pruned(type, mergeTyped(type, before, config), last?.fields, [...others.map((one) => one.fields), set]) as KubeObject;
  const changed = changesByVersion(writing, stored, toStored(object));
  if (!force) {
    const conflicts = others.flatMap((one): Conflict[] => {
      const fields = intersection(one.fields, changed(one.apiVersion)?.set);
      return fields === undefined ? [] : [{ manager: one, fields }];
    });
    if (conflicts.length > 0) throw new Conflicts(conflicts);
  }
  const left = takenFrom(others, (version) => {
    const found = changed(version);
    return union(found?.set, found?.removed);
  });
  const at = equalJson(object, before) ? last?.time : time;
  return { object, managers: set === undefined ? left : [...left, { ...self, fields: set, ...(at === undefined ? {} : { time: at }) }] };
}

/** The merged object without what the manager applied last time and now no more, unless somebody else owns it. */
function pruned(type: FieldType, value: unknown, last: Fields | undefined, owned: readonly (Fields | undefined)[]): unknown {
  if (last === undefined) return value;
  const named = (fields: Fields | undefined): Fields | undefined => withNamedFields(type, fields);
  const all = named(fieldsOf(type, value));
  const without = named(fieldsOf(type, removeFields(type, value, named(last))));
  const keep = union(without, named(owned.reduce(union, undefined)));
  const kept = named(fieldsOf(type, removeFields(type, value, difference(all, keep))));
  return removeFields(type, value, intersection(difference(all, kept), named(last)));
}

/** What kubectl applied from its side and is still so: it may take that over without a conflict. */
function formerlyApplied(writing: Writing, live: KubeObject | undefined): Fields | undefined {
  const text = live?.metadata.annotations?.[lastApplied];
  if (text === undefined || text === "") return undefined;
  const type = typeOfVersion(writing.registered.version);
  try {
    const config = JSON.parse(text) as KubeObject;
    if (config.apiVersion !== writing.registered.apiVersion) return undefined;
    const { set, removed } = compare(type, config, live) ?? {};
    return difference(fieldsOf(type, config), union(set, removed));
  } catch {
    return undefined;
  }
}

function managerText({ manager, subresource, operation, apiVersion }: Manager): string {
  return `${JSON.stringify(manager)}${subresource === "" ? "" : ` with subresource ${JSON.stringify(subresource)}`}${operation === "Update" ? ` using ${apiVersion}` : ""}`;
}

function conflictError(conflicts: readonly Conflict[]): ApiError {
  const found = conflicts.map(({ manager, fields }) => ({ who: managerText(manager), paths: paths(fields) })).sort((a, b) => (a.who < b.who ? -1 : 1));
  const causes = found.flatMap(({ who, paths: at }) => at.map((field) => ({ reason: "FieldManagerConflict", message: `conflict with ${who}`, field })));
  const [first] = causes;
  const message = causes.length === 1 && first !== undefined ? `Apply failed with 1 conflict: ${first.message}: ${first.field}`
    : `Apply failed with ${causes.length} conflicts: ${found.map(({ who, paths: at }) => [`conflicts with ${who}:`, ...at.map((path) => `- ${path}`)].join("\n")).join("\n")}`;
  return new ApiError(409, "Conflict", message, { causes });
}
