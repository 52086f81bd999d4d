import type { KubeObject } from "../../cluster/model";
import { humanDuration } from "../../cluster/api/kinds/human-duration";
import type { Command, Verb } from "../command";
import { CommandError } from "../errors";
import { ALL_NAMESPACES, bool, PRINT_FLAGS, slice, text } from "../flags";
import { at, num, str } from "../objects";
import { objectPrinter } from "../print/printer";
import { alignTable } from "../print/table";
import { itemsOf, type ListBody } from "../resource/arguments";

/** kubectl events: the events in the order of time. */
export const events: Verb = {
  name: "events",
  short: "List events",
  flags: [...PRINT_FLAGS, ALL_NAMESPACES, text("for", "Filter events to only those pertaining to the specified resource."), slice("types", "Output only events of given types."), bool("watch", "After listing the requested events, watch for more events.", { short: "w" }), bool("no-headers", "When using the default output format, don't print headers.")],
  run(command) {
    const mapping = command.mapper.resource("events");
    const everywhere = command.flags.on("all-namespaces");
    const namespace = everywhere ? "" : command.namespace;
    const body = command.ask<ListBody>("list", mapping, { namespace });
    const keep = filterOf(command);
    const items = itemsOf(body, mapping).filter(keep).map((e, i) => ({ e, i })).sort((a, b) => timeOf(a.e) - timeOf(b.e) || a.i - b.i).map(({ e }) => e);
    const printer = objectPrinter(command);
    const following = command.flags.on("watch");
    if (printer) {
      command.out(printer({ apiVersion: "v1", items, kind: "List", metadata: { resourceVersion: "" } }));
      return undefined;
    }
    if (items.length === 0 && !following) {
      command.err(everywhere ? "No events found.\n" : `No events found in ${command.namespace} namespace.\n`);
      return undefined;
    }
    const widths: number[] = [];
    if (items.length > 0) command.out(alignTable([...(command.flags.on("no-headers") ? [] : [header(everywhere)]), ...items.map((e) => row(command, e, everywhere))], widths));
    if (!following) return undefined;
    command.connect("events", command.request("watch", mapping, { namespace, query: { watch: "true", resourceVersion: body.metadata.resourceVersion ?? "" } }));
    return { widths, headed: items.length > 0 };
  },
  on(raw, input, command) {
    if (input.is !== "stream") return input.is === "end" ? undefined : raw;
    const state = raw as unknown as { readonly widths: readonly number[]; readonly headed: boolean };
    const event = input.data as unknown as { readonly type: string; readonly object: KubeObject };
    if (event.type === "DELETED" || event.type === "BOOKMARK" || !filterOf(command)(event.object)) return raw;
    const widths = [...state.widths];
    const everywhere = command.flags.on("all-namespaces");
    command.out(alignTable([...(state.headed ? [] : [header(everywhere)]), row(command, event.object, everywhere)], widths));
    return { widths, headed: true };
  },
};

function header(everywhere: boolean): string {
  return `${everywhere ? "NAMESPACE\t" : ""}LAST SEEN\tTYPE\tREASON\tOBJECT\tMESSAGE`;
}

function timeOf(event: KubeObject): number {
  return Date.parse(str(at(event, "series", "lastObservedTime")) || str(event["lastTimestamp"]) || str(event["eventTime"]) || event.metadata.creationTimestamp);
}

function row(command: Command, event: KubeObject, everywhere: boolean): string {
  const first = Date.parse(str(event["firstTimestamp"]) || str(event["eventTime"]) || event.metadata.creationTimestamp);
  const count = num(at(event, "series", "count")) || num(event["count"]);
  const seen = humanDuration(command.unix - timeOf(event));
  const age = count > 1 ? `${seen} (x${count} over ${humanDuration(command.unix - first)})` : seen;
  return [...(everywhere ? [event.metadata.namespace ?? ""] : []), age, str(event["type"]), str(event["reason"]), `${str(at(event, "involvedObject", "kind"))}/${str(at(event, "involvedObject", "name"))}`, str(event["message"]).trim()].join("\t");
}

function filterOf(command: Command): (event: KubeObject) => boolean {
  const types = command.flags.list("types").map((t) => t.toLowerCase());
  for (const type of types) if (type !== "normal" && type !== "warning") throw new CommandError("valid --types are Normal or Warning");
  const about = command.flags.text("for");
  if (about === "") return (event) => types.length === 0 || types.includes(str(event["type"]).toLowerCase());
  const [type = "", name = ""] = about.split("/");
  if (name === "") throw new CommandError("--for must be in resource/name form");
  const { kind } = command.mapper.resource(type);
  return (event) => str(at(event, "involvedObject", "kind")) === kind && str(at(event, "involvedObject", "name")) === name && (types.length === 0 || types.includes(str(event["type"]).toLowerCase()));
}
