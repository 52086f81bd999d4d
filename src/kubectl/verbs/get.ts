import type { ApiRequest, ApiResponse } from "../../cluster/api/request";
import type { Json, KubeObject } from "../../cluster/model";
import type { Command, Verb } from "../command";
import { kindWord, type Mapping } from "../discovery";
import { CommandError, isNotFound, StatusError, throwAll, usageError } from "../errors";
import { ALL_NAMESPACES, bool, FIELD_SELECTOR, FILENAME_FLAGS, int, PRINT_FLAGS, SELECTOR, slice, text } from "../flags";
import { goJson } from "../print/go-json";
import { KNOWN_OUTPUTS, objectPrinter, outputFormat } from "../print/printer";
import { sortBy } from "../print/sort";
import { alignTable, headerLine, tableLines, type ServedTable, type TableOptions } from "../print/table";
import { fromFiles, itemsOf, list, multipleTypes, targets, type ListBody, type Target } from "../resource/arguments";
import { readManifests } from "../resource/manifests";

/** kubectl get: tables from the server, or whole objects; -w follows. */
export const get: Verb = {
  name: "get",
  short: "Display one or many resources",
  usage: "kubectl get [(-o|--output=)json|yaml|...] (TYPE[.VERSION][.GROUP] [NAME | -l label] | TYPE[.VERSION][.GROUP]/NAME ...) [flags] [options]",
  flags: [
    ...FILENAME_FLAGS, ...PRINT_FLAGS, SELECTOR, FIELD_SELECTOR, ALL_NAMESPACES,
    bool("watch", "After listing/getting the requested object, watch for changes.", { short: "w" }),
    bool("watch-only", "Watch for changes to the requested object(s), without listing/getting first."),
    bool("output-watch-events", "Output watch event objects when --watch or --watch-only is used."),
    bool("ignore-not-found", "If set to true, suppresses NotFound error for specific objects that do not exist."),
    bool("no-headers", "When using the default or custom-column output format, don't print headers (default print headers)."),
    bool("show-kind", "If present, list the resource type for the requested object(s)."),
    bool("show-labels", "When printing, show all labels as the last column (default hide labels column)"),
    slice("label-columns", "Accepts a comma separated list of labels that are going to be presented as columns.", { short: "L" }),
    text("sort-by", "If non-empty, sort list types using this field specification."),
    text("raw", "Raw URI to request from the server."),
    int("chunk-size", "Return large lists in chunks rather than all at once.", { default: "500" }),
    text("subresource", "If specified, gets the subresource of the requested object."),
    bool("server-print", "If true, have the server return the appropriate table output.", { default: "true" }),
  ],
  run(command) {
    const { flags } = command;
    if (flags.text("raw") !== "") {
      raw(command, flags.text("raw"));
      return undefined;
    }
    if (command.args.length === 0 && !fromFiles(command)) {
      command.err(`You must specify the type of resource to get. Use "kubectl api-resources" for a complete list of supported resources.\n\n`);
      throw usageError("kubectl get", 'Required resource not specified.\nUse "kubectl explain <resource>" for a detailed description of that resource (e.g. kubectl explain pods).'
        );
    }
    const wanted = named(command);
    const { name } = outputFormat(command);
    if (!KNOWN_OUTPUTS.has(name)) throwAll(fetchEach<KubeObject>(command, wanted, "object").errors);
    const printer = objectPrinter(command);
    if (flags.on("watch") || flags.on("watch-only")) return startWatch(command, wanted);
    if (printer) {
      printObjects(command, wanted, printer);
      return undefined;
    }
    printTables(command, wanted);
    return undefined;
  },
  on(state, input, command) {
    return onWatch(state as unknown as WatchState, input, command) as unknown as Json | undefined;
  },
};

function named(command: Command): readonly Target[] {
  if (!fromFiles(command)) return targets(command, { typeAlone: true });
  return readManifests(command, { validate: false }).map((read) => {
    if (read instanceof Error) throw read;
    return { is: "object", mapping: read.mapping, namespace: read.namespace, name: read.name };
  });
}

interface Fetched<T> {
  readonly target: Target;
  readonly body: T;
}

function fetchEach<T>(command: Command, wanted: readonly Target[], accept: "object" | "table"): { readonly got: readonly Fetched<T>[]; readonly errors: readonly Error[] } {
  const got: Fetched<T>[] = [];
  const errors: Error[] = [];
  const query: Record<string, string> = command.flags.text("sort-by") !== "" ? { includeObject: "Object" } : {};
  const subresource = command.flags.text("subresource");
  for (const target of wanted) {
    try {
      const body = target.is === "list"
        ? list<T>(command, target, { accept, query: accept === "table" ? query : {} })
        : command.ask<T>("get", target.mapping, { namespace: target.namespace, name: target.name, accept, query: accept === "table" ? query : {}, ...(subresource ? { subresource } : {}) });
      got.push({ target, body });
    } catch (error) {
      if (isNotFound(error) && target.is === "object" && command.flags.on("ignore-not-found")) continue;
      if (error instanceof StatusError && target.is === "list" && error.reason === "MethodNotAllowed") {
        errors.push(error);
        continue;
      }
      errors.push(error as Error);
    }
  }
  return { got, errors };
}

function tableOptions(command: Command, mapping: Mapping, withKind: boolean): TableOptions {
  const { flags } = command;
  return {
    wide: outputFormat(command).name === "wide",
    namespace: flags.on("all-namespaces") && mapping.namespaced,
    kind: withKind ? kindWord(mapping) : "",
    labels: flags.list("label-columns"),
    showLabels: flags.on("show-labels"),
    headers: !flags.on("no-headers"),
  };
}

function printTables(command: Command, wanted: readonly Target[]): void {
  const { flags } = command;
  const { got, errors } = fetchEach<ServedTable>(command, wanted, "table");
  const kinds = new Set(got.filter((g) => g.body.rows.length > 0).map((g) => kindWord(g.target.mapping)));
  const withKind = flags.on("show-kind") || multipleTypes(command.args) || kinds.size > 1;
  let written = 0;
  let lines: string[] = [];
  let last: { readonly mapping: Mapping; readonly columns: NonNullable<ServedTable["columnDefinitions"]> } | undefined;
  const flush = (): void => {
    command.out(alignTable(lines));
    lines = [];
  };
  for (const { target, body } of sorted(command, got)) {
    if (body.rows.length === 0) continue;
    const columns = body.columnDefinitions ?? last?.columns ?? [];
    const options = tableOptions(command, target.mapping, withKind);
    if (last?.mapping !== target.mapping) {
      flush();
      if (last && options.headers && written > 0) command.out("\n");
      if (options.headers) lines.push(headerLine(columns, options));
    }
    last = { mapping: target.mapping, columns };
    lines.push(...tableLines(columns, body.rows, options));
    written += body.rows.length;
  }
  flush();
  if (written === 0 && errors.length === 0 && !flags.on("ignore-not-found")) nothingFound(command, wanted);
  throwAll(errors);
}

/** --sort-by sorts every table; a field that nothing has leaves nothing to print. */
function sorted(command: Command, got: readonly Fetched<ServedTable>[]): readonly Fetched<ServedTable>[] {
  const path = command.flags.text("sort-by");
  if (path === "") return got;
  return got.map(({ target, body }) => ({ target, body: { ...body, rows: sortBy(body.rows, path, (row) => row.object) ?? [] } }));
}

function nothingFound(command: Command, wanted: readonly Target[]): void {
  const namespaced = !command.flags.on("all-namespaces") && wanted.every((t) => t.mapping.namespaced);
  command.err(namespaced ? `No resources found in ${command.namespace} namespace.\n` : "No resources found\n");
}

function printObjects(command: Command, wanted: readonly Target[], printer: NonNullable<ReturnType<typeof objectPrinter>>): void {
  const { got, errors } = fetchEach<KubeObject | ListBody>(command, wanted, "object");
  const single = wanted.length === 1 && wanted[0]?.is === "object";
  const objects = got.flatMap(({ target, body }) => (target.is === "list" ? itemsOf(body as ListBody, target.mapping) : [body as KubeObject]));
  const path = command.flags.text("sort-by");
  const items = path === "" ? objects : (sortBy(objects, path, (o) => o) ?? objects);
  if (single) {
    const [object] = items;
    if (object) command.out(printer(object));
  } else if (errors.length === 0 || items.length > 0) {
    if (items.length > 0 || outputFormat(command).name !== "name" ) command.out(printer({ apiVersion: "v1", items, kind: "List", metadata: { resourceVersion: "" } }));
    if (items.length === 0 && outputFormat(command).name === "name" && !command.flags.on("ignore-not-found")) nothingFound(command, wanted);
  }
  throwAll(errors);
}

interface WatchState {
  readonly widths: readonly number[];
  readonly columns: NonNullable<ServedTable["columnDefinitions"]>;
  readonly headed: boolean;
  readonly documents: number;
}

function startWatch(command: Command, wanted: readonly Target[]): Json | undefined {
  const [target, ...others] = wanted;
  if (!target || others.length > 0) throw new CommandError("watch is only supported on individual resources and resource collections - more than 1 resource was found");
  const printer = objectPrinter(command);
  const accept = printer ? "object" : "table";
  const { got, errors } = fetchEach<ServedTable & ListBody & KubeObject>(command, wanted, accept);
  throwAll(errors);
  const body = got[0]?.body;
  let state: WatchState = { widths: [], columns: body?.columnDefinitions ?? [], headed: false, documents: 0 };
  if (body && !command.flags.on("watch-only")) {
    if (printer) {
      const objects = target.is === "list" ? itemsOf(body, target.mapping) : [body];
      for (const object of objects) state = showObject(command, state, object, "ADDED");
    } else state = showRows(command, target.mapping, state, body, "ADDED");
  }
  const rv = body?.metadata.resourceVersion ?? "";
  command.connect("watch", command.request("watch", target.mapping, {
    namespace: target.mapping.namespaced ? target.namespace : undefined,
    accept,
    query: {
      watch: "true",
      resourceVersion: rv,
      labelSelector: command.flags.text("selector"),
      fieldSelector: target.is === "object" ? `metadata.name=${target.name}` : command.flags.text("field-selector"),
    },
  }));
  return state as unknown as Json;
}

function showRows(command: Command, mapping: Mapping, state: WatchState, table: ServedTable, type: string): WatchState {
  if (table.rows.length === 0) return state;
  const columns = table.columnDefinitions && table.columnDefinitions.length > 0 ? table.columnDefinitions : state.columns;
  const options = tableOptions(command, mapping, command.flags.on("show-kind"));
  const events = command.flags.on("output-watch-events");
  const lines = tableLines(columns, table.rows, options, events ? type : undefined);
  if (!state.headed && options.headers) lines.unshift(headerLine(columns, options, events));
  const widths = [...state.widths];
  command.out(alignTable(lines, widths));
  return { ...state, widths, columns, headed: true };
}

function showObject(command: Command, state: WatchState, object: KubeObject, type: string): WatchState {
  const printer = objectPrinter(command);
  if (!printer) return state;
  const shown = command.flags.on("output-watch-events") ? { object, type } : object;
  const separator = outputFormat(command).name === "yaml" && state.documents > 0 ? "---\n" : "";
  const headers = outputFormat(command).name.startsWith("custom-columns") && state.documents > 0;
  const printed = printer(shown);
  command.out(separator + (headers && !command.flags.on("no-headers") ? printed.slice(printed.indexOf("\n") + 1) : printed));
  return { ...state, documents: state.documents + 1 };
}

function onWatch(state: WatchState, input: Parameters<NonNullable<Verb["on"]>>[1], command: Command): WatchState | undefined {
  if (input.is === "signal") return undefined;
  if (input.is === "end") {
    if (input.response.code >= 400) throw new StatusError((input.response.body ?? {}));
    return undefined;
  }
  if (input.is !== "stream") return state;
  const event = input.data as unknown as { readonly type: string; readonly object: ServedTable & KubeObject };
  if (event.type === "BOOKMARK") return state;
  if (event.type === "ERROR") throw new StatusError(event.object);
  const [target] = named(command);
  if (!target) return state;
  return objectPrinter(command) ? showObject(command, state, event.object, event.type) : showRows(command, target.mapping, state, event.object, event.type);
}

/** --raw: a path of the API as it is written on the wire. */
function raw(command: Command, path: string): void {
  const request = requestOf(command, path);
  const response: ApiResponse | undefined = command.context.api?.(request);
  if (!response) throw new CommandError("The connection to the server localhost:8080 was refused - did you specify the right host or port?");
  const body = command.answer<unknown>(response);
  command.out(typeof body === "string" ? body : `${goJson(body, { keepOrder: true })}\n`);
}

/** Takes a path apart: /apis/GROUP/VERSION/namespaces/NS/RESOURCE/NAME/SUBRESOURCE?query. */
export function requestOf(command: Command, path: string): ApiRequest {
  const [bare = "", search = ""] = path.split("?");
  const query: Record<string, string> = {};
  for (const pair of search.split("&").filter((p) => p !== "")) {
    const [key = "", value = ""] = pair.split("=");
    query[decodeURIComponent(key)] = decodeURIComponent(value);
  }
  const parts = bare.split("/").filter((p) => p !== "");
  const base = { ...command.sender, query, accept: "object" as const };
  const rest = parts[0] === "api" ? parts.slice(2) : parts[0] === "apis" ? parts.slice(3) : [];
  const group = parts[0] === "apis" ? (parts[1] ?? "") : "";
  const version = (parts[0] === "apis" ? parts[2] : parts[1]) ?? "";
  if (rest.length === 0) return { ...base, verb: "get", group: "", version: "", resource: "", path: bare };
  const inNamespace = rest[0] === "namespaces" && rest.length > 2 && !["status", "finalize"].includes(rest[2] ?? "");
  const [resource = "", name, subresource] = inNamespace ? rest.slice(2) : rest;
  return {
    ...base, verb: name === undefined ? "list" : "get", group, version, resource,
    ...(inNamespace ? { namespace: rest[1] ?? "" } : {}),
    ...(name === undefined ? {} : { name }),
    ...(subresource === undefined ? {} : { subresource }),
  };
}

