import { wireTypes } from "./names";
import { listSchema, modelSchema, reference, type Dialect, type Schema } from "./schemas";
import { responseKind, subresourcesOf, verbsOf } from "../resources";
import type { Kind, KindVersion } from "../kind";
import type { Verb } from "../request";

interface Group { readonly group: string; readonly version: string }
type Parameter = readonly [name: string, type: string];

const dryRun: Parameter = ["dryRun", "string"];
const writing: readonly Parameter[] = [dryRun, ["fieldManager", "string"], ["fieldValidation", "string"]];
const listing: readonly Parameter[] = [
  ["allowWatchBookmarks", "boolean"], ["continue", "string"], ["fieldSelector", "string"], ["labelSelector", "string"], ["limit", "integer"], ["resourceVersion", "string"],
  ["resourceVersionMatch", "string"], ["sendInitialEvents", "boolean"], ["timeoutSeconds", "integer"], ["watch", "boolean"],
];
const deleting: readonly Parameter[] = [dryRun, ["gracePeriodSeconds", "integer"], ["ignoreStoreReadErrorWithClusterBreakingPotential", "boolean"], ["orphanDependents", "boolean"], ["propagationPolicy", "string"]];
const customPatchTypes = ["application/apply-patch+yaml", "application/json-patch+json", "application/merge-patch+json"];
const patchTypes = [...customPatchTypes, "application/strategic-merge-patch+json"];

const article = (kind: string): string => (/^[AEIO]/.test(kind) ? "an" : "a");

interface Action {
  readonly method: string;
  readonly action: string;
  /** What operation ids and descriptions begin with. */
  readonly word: string;
  readonly about: (kind: string) => string;
  readonly parameters: readonly Parameter[];
  readonly codes: readonly number[];
}

const actions: Readonly<Partial<Record<Verb, Action>>> = {
  list: { method: "get", action: "list", word: "list", about: (kind) => `list or watch objects of kind ${kind}`, parameters: listing, codes: [200] },
  create: { method: "post", action: "post", word: "create", about: (kind) => `create ${article(kind)} ${kind}`, parameters: writing, codes: [200, 201, 202] },
  deletecollection: { method: "delete", action: "deletecollection", word: "delete", about: (kind) => `delete collection of ${kind}`, parameters: [...deleting, ...listing.filter(([name]) => name !== "allowWatchBookmarks" && name !== "watch")], codes: [200] },
  get: { method: "get", action: "get", word: "read", about: (kind) => `read the specified ${kind}`, parameters: [], codes: [200] },
  update: { method: "put", action: "put", word: "replace", about: (kind) => `replace the specified ${kind}`, parameters: writing, codes: [200, 201] },
  patch: { method: "patch", action: "patch", word: "patch", about: (kind) => `partially update the specified ${kind}`, parameters: [...writing, ["force", "boolean"]], codes: [200, 201] },
  delete: { method: "delete", action: "delete", word: "delete", about: (kind) => `delete ${article(kind)} ${kind}`, parameters: deleting, codes: [200, 202] },
};

const statusText: Readonly<Record<number, string>> = { 200: "OK", 201: "Created", 202: "Accepted" };
const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
const camel = (text: string): string => text.split(/[.-]/).map(capital).join("");

/** "apps/v1" as a path: /apis/apps/v1, /api/v1. */
export function rootPath({ group, version }: Group): string {
  return group === "" ? `/api/${version}` : `/apis/${group}/${version}`;
}

/** Writes one version of a group: its operations, and the schemas that those refer to. */
export class GroupWriter {
  readonly paths: Record<string, Schema> = {};
  readonly schemas: Record<string, Schema> = {};
  private readonly todo: string[] = [];
  private readonly seen = new Set<string>();
  private readonly own = new Map<string, Schema>();
  readonly dialect: Dialect;

  constructor(edition: 2 | 3, name: (model: string) => string, private readonly groupVersions: readonly Group[]) {
    this.dialect = {
      edition, name,
      uses: (model) => {
        if (this.seen.has(model)) return;
        this.seen.add(model);
        this.todo.push(model);
      },
    };
  }

  /** The discovery document of a path that is no resource. */
  discovery(path: string, model: string): void {
    this.paths[`${path}/`] = { get: { description: "get available resources", responses: this.responses([200], reference(this.dialect, model)) } };
  }

  kind(kind: Kind, version: KindVersion): void {
    const { group } = kind;
    const of = { group, version: version.name };
    const gvk = { group, kind: kind.kind, version: version.name };
    const model = version.model;
    const name = this.dialect.name(model);
    this.own.set(model, { "x-kubernetes-group-version-kind": [gvk] });
    const verbs = verbsOf(kind);
    if (version.schema !== undefined) {
      this.seen.add(model);
      this.schemas[name] = { ...version.schema, properties: { ...(version.schema["properties"] as object | undefined), metadata: reference(this.dialect, "V1ObjectMeta") }, "x-kubernetes-group-version-kind": [gvk] };
    }
    const object = reference(this.dialect, model);
    const list = `${name}List`;
    if (verbs.includes("list")) {
      this.dialect.uses("V1WatchEvent");
      this.schemas[list] = listSchema(this.dialect, kind.kind, model, { "x-kubernetes-group-version-kind": [{ ...gvk, kind: `${kind.kind}List` }] });
    }
    const lists = { $ref: object["$ref"] === undefined ? "" : `${object["$ref"] as string}List` };
    const base = rootPath(of);
    const collection = `${base}${kind.namespaced ? "/namespaces/{namespace}" : ""}/${kind.plural}`;
    const common: Parameter[] = [["pretty", "string"]];
    const scope = kind.namespaced ? "Namespaced" : "";
    const item: Group & { readonly kind: string } = gvk;
    const operation = (verb: Verb, subject: Group & { readonly kind: string }, suffix: string, result: Schema, body?: Schema): Schema => this.operation(verb, of, `${scope}${kind.kind}${suffix}`, subject, result, body, version.schema === undefined ? patchTypes : customPatchTypes);
    const put = (path: string, operations: Record<string, Schema>, named: boolean): void => {
      if (Object.keys(operations).length === 0) return;
      this.paths[path] = { ...operations, parameters: [...(named ? [this.parameter("name", "string", "path")] : []), ...(path.includes("{namespace}") ? [this.parameter("namespace", "string", "path")] : []), ...common.map(([of, type]) => this.parameter(of, type, "query"))] };
    };
    const made = (wanted: readonly Verb[], subject: Group & { readonly kind: string }, suffix: string, result: Schema, has: readonly Verb[]): Record<string, Schema> => Object.fromEntries(wanted.filter((verb) => has.includes(verb)).map((verb) => {
      const answer = verb === "list" ? lists : verb === "delete" || verb === "deletecollection" ? reference(this.dialect, "V1Status") : result;
      const body = verb === "delete" || verb === "deletecollection" ? reference(this.dialect, "V1DeleteOptions") : verb === "create" || verb === "update" ? result : undefined;
      return [actions[verb]?.method ?? verb, operation(verb, subject, suffix, answer, body)];
    }));
    if (kind.namespaced && verbs.includes("list")) put(`${base}/${kind.plural}`, { get: this.operation("list", of, `${kind.kind}ForAllNamespaces`, item, lists) }, false);
    put(collection, made(["list", "create", "deletecollection"], item, "", object, verbs), false);
    put(`${collection}/{name}`, made(["get", "update", "delete", "patch"], item, "", object, verbs), true);
    for (const [sub, verbsOfIt] of subresourcesOf(kind)) {
      const about = responseKind(kind, sub);
      const subModel = about.model ?? model;
      this.own.set(subModel, { "x-kubernetes-group-version-kind": [{ group: about.group === "" ? group : about.group, kind: about.kind, version: about.version === "" ? version.name : about.version }] });
      const plain = about.kind.endsWith("Options") || sub === "log";
      const result = plain ? { type: "string" } : reference(this.dialect, subModel);
      put(`${collection}/{name}/${sub}`, made(["get", "create", "update", "delete", "patch"], { group: about.group === "" ? group : about.group, version: about.version === "" ? version.name : about.version, kind: about.kind }, capital(sub), result, verbsOfIt), true);
    }
  }

  /** Writes what was referred to, and what that refers to. */
  finish(): void {
    for (let model = this.todo.pop(); model !== undefined; model = this.todo.pop()) {
      const what = model;
      const more = model === "V1DeleteOptions" || model === "V1WatchEvent"
        ? { "x-kubernetes-group-version-kind": this.groupVersions.map((of) => ({ ...of, kind: what.slice(2) })) }
        : model === "V1Status" ? { "x-kubernetes-group-version-kind": [{ group: "", kind: "Status", version: "v1" }] } : this.own.get(model);
      this.schemas[this.dialect.name(model)] = modelSchema(this.dialect, model, wireTypes[model] === undefined ? more : {});
    }
  }

  private parameter(name: string, type: string, where: "path" | "query"): Schema {
    const required = where === "path" ? { required: true } : {};
    return this.dialect.edition === 2 ? { uniqueItems: true, type, name, in: where, ...required } : { name, in: where, ...required, schema: { type, uniqueItems: true } };
  }

  private responses(codes: readonly number[], schema: Schema): Schema {
    const content = { "application/json": { schema }, "application/yaml": { schema } };
    const answers: Schema = { 401: { description: "Unauthorized" } };
    for (const code of codes) answers[code] = { description: statusText[code], ...(this.dialect.edition === 2 ? { schema } : { content }) };
    return answers;
  }

  private operation(verb: Verb, of: Group, subject: string, gvk: Group & { readonly kind: string }, result: Schema, body?: Schema, patches: readonly string[] = patchTypes): Schema {
    const action = actions[verb] as Action;
    const sent = verb === "patch" ? reference(this.dialect, "Patch") : body;
    const required = verb !== "delete" && verb !== "deletecollection";
    const parameters = action.parameters.map(([name, type]) => this.parameter(name, type, "query"));
    const groupName = of.group === "" ? "core" : of.group.replace(/\.k8s\.io$/, "");
    const kinds = { "x-kubernetes-action": action.action, "x-kubernetes-group-version-kind": gvk };
    const head = {
      tags: [`${camel(groupName).replace(/^./, (first) => first.toLowerCase())}_${of.version}`], description: action.about(gvk.kind),
      operationId: `${action.word}${camel(groupName)}${capital(of.version)}${verb === "deletecollection" ? "Collection" : ""}${subject}`,
    };
    if (this.dialect.edition === 2) {
      const withBody = sent === undefined ? parameters : [{ name: "body", in: "body", ...(required ? { required } : {}), schema: sent }, ...parameters];
      return { ...head, consumes: verb === "patch" ? patches : ["*/*"], produces: ["application/json", "application/yaml"], schemes: ["https"], parameters: withBody, responses: this.responses(action.codes, result), ...kinds };
    }
    const types = verb === "patch" ? patches : ["*/*"];
    const requestBody = sent === undefined ? {} : { requestBody: { content: Object.fromEntries(types.map((type) => [type, { schema: sent }])), ...(required ? { required } : {}) } };
    return { ...head, parameters, ...requestBody, responses: this.responses(action.codes, result), ...kinds };
  }
}
