import { reasonPhrases } from "../network/reason-phrases";
import type { StreamHandle, StreamSink } from "../api/request";
import type { Dict, Json, Ref } from "../model";
import type { Network } from "../network/port";
import type { NetRequest, NetResult } from "../network/trace";
import type { TimerHandler, World } from "../world";
import type { Processes } from "./processes";
import { podKey } from "./runtime-state";

/** How long a forwarded request waits for its answer, virtual ms. */
const patience = 60_000;

/** Text with one character a byte, as it travels, and the text that it encodes. */
function decoded(bytes: string): string {
  return new TextDecoder().decode(Uint8Array.from(bytes, (character) => character.charCodeAt(0)));
}

function encoded(text: string): string {
  let bytes = "";
  for (const byte of new TextEncoder().encode(text)) bytes += String.fromCharCode(byte);
  return bytes;
}

/** The first whole HTTP/1.x request of what a client sent, and what is left; undefined while it is not whole, "other" where it is no HTTP. */
function httpRequest(sent: string): { readonly request: Pick<NetRequest, "method" | "path" | "headers" | "body">; readonly rest: string; readonly keep: boolean } | "other" | undefined {
  const line = /^([A-Z]{3,10}) (\S+) HTTP\/1\.([01])\r?\n/.exec(sent);
  if (line === null) return sent.includes("\n") || sent.length > 8_192 ? "other" : undefined;
  const end = /\r?\n\r?\n/.exec(sent);
  if (end === null) return undefined;
  const headers: Record<string, string> = {};
  for (const header of sent.slice(line[0].length, end.index).split(/\r?\n/)) {
    const colon = header.indexOf(":");
    if (colon > 0) headers[header.slice(0, colon).toLowerCase()] = header.slice(colon + 1).trim();
  }
  const from = end.index + end[0].length;
  const size = Number(headers["content-length"] ?? "0") || 0;
  if (sent.length < from + size) return undefined;
  const asked = (headers["connection"] ?? "").toLowerCase();
  return {
    request: { method: line[1] ?? "GET", path: line[2] ?? "/", headers, ...(size === 0 ? {} : { body: decoded(sent.slice(from, from + size)) }) },
    rest: sent.slice(from + size), keep: line[3] === "1" ? asked !== "close" : asked === "keep-alive",
  };
}

function httpResponse(result: NetResult & { ok: true }, method: string | undefined): string {
  const { status, headers, body } = result.response;
  const bytes = encoded(body);
  const given = Object.entries(headers).filter(([name]) => !/^(content-length|transfer-encoding)$/i.test(name)).map(([name, value]) => `${name}: ${value}\r\n`).join("");
  return `HTTP/1.1 ${status} ${reasonPhrases[status] ?? ""}\r\n${given}Content-Length: ${bytes.length}\r\n\r\n${method === "HEAD" ? "" : bytes}`;
}

export interface PortForwarding {
  open(world: World, pod: Ref, ports: readonly number[], sink: StreamSink): StreamHandle;
  readonly timers: Dict<TimerHandler>;
}

interface Connection {
  readonly port: number;
  received: string;
  busy: boolean;
  over: boolean;
  /** Of the request under way; undefined where it is no HTTP. */
  method: string | undefined;
  keep: boolean;
}

interface Forward {
  readonly pod: Ref;
  readonly connections: readonly Connection[];
  readonly sink: StreamSink;
}

/**
 * portforward: bytes for ports inside a pod. For the i-th port channel 2i is data and 2i + 1 the error's text, one character a byte.
 * HTTP is carried request by request, so that it can be seen on its way; anything else as one packet of text.
 */
export function portForwarding(processes: Processes, network: () => Network | undefined): PortForwarding {
  const open = new Map<number, Forward>();
  let next = 1;

  const finish = (id: number, forward: Forward, at: number): void => {
    const connection = forward.connections[at];
    if (connection !== undefined) connection.over = true;
    if (!forward.connections.every((of) => of.over)) return;
    open.delete(id);
    forward.sink.end({ code: 200, body: null, warnings: [] });
  };
  const refuse = (world: World, id: number, forward: Forward, at: number): void => {
    const { port } = forward.connections[at] ?? { port: 0 };
    const uid = world.store.get(forward.pod)?.metadata.uid ?? "";
    forward.sink.data(2 * at + 1, `error forwarding port ${port} to pod ${uid}, uid : failed to execute portforward in network namespace "/var/run/netns/cni-${uid}": failed to connect to localhost:${port} inside namespace "${uid}", IPv4: dial tcp4 127.0.0.1:${port}: connect: connection refused IPv6 dial tcp6 [::1]:${port}: connect: connection refused `);
    finish(id, forward, at);
  };
  const pump = (world: World, id: number, forward: Forward, at: number): void => {
    const connection = forward.connections[at];
    if (connection === undefined || connection.busy || connection.over || connection.received === "") return;
    const found = httpRequest(connection.received);
    if (found === undefined) return;
    const to = { to: "127.0.0.1", port: connection.port, timeout: patience };
    const request: NetRequest = found === "other" ? { protocol: "tcp", ...to, body: decoded(connection.received) } : { protocol: "http", ...to, ...found.request };
    connection.received = found === "other" ? "" : found.rest;
    connection.busy = true;
    connection.keep = found === "other" || found.keep;
    connection.method = request.method;
    network()?.send(world, forward.pod, request, { kind: "port-forward", args: { forward: id, at } });
  };

  return {
    open(world, pod, ports, sink) {
      const id = next++;
      const forward: Forward = { pod, sink, connections: ports.map((port) => ({ port, received: "", busy: false, over: false, method: undefined, keep: true })) };
      open.set(id, forward);
      return {
        write: (channel, data) => {
          const at = channel / 2;
          const connection = forward.connections[at];
          if (connection === undefined || connection.over) return;
          if (!processes.listens(world, podKey(pod), connection.port)) {
            refuse(world, id, forward, at);
            return;
          }
          // The client has said everything: what was asked is still answered.
          if (data === "") {
            if (!connection.busy) finish(id, forward, at);
            else connection.keep = false;
            return;
          }
          connection.received += data;
          pump(world, id, forward, at);
        },
        close: () => { open.delete(id); },
      };
    },
    timers: {
      "port-forward": (world, args: Json) => {
        const { forward: id, at, result } = args as unknown as { readonly forward: number; readonly at: number; readonly result: NetResult };
        const forward = open.get(id);
        const connection = forward?.connections[at];
        if (forward === undefined || connection === undefined) return;
        connection.busy = false;
        if (!result.ok) {
          refuse(world, id, forward, at);
          return;
        }
        forward.sink.data(2 * at, connection.method === undefined ? encoded(result.response.body) : httpResponse(result, connection.method));
        if (!connection.keep) finish(id, forward, at);
        else pump(world, id, forward, at);
      },
    },
  };
}
