import { randomBytes } from "node:crypto";
import { createServer } from "node:https";
import { authenticator } from "./caller";
import { addressed } from "./rest-path";
import { acceptWebSocket, wantsWebSocket } from "./websocket";
import { bodyOf, negotiate, plainAnswer } from "./negotiate";
import { forwardChannels, forwardTunnel, portForward } from "./port-forward";
import { refusal, tooMany, ApiError, badRequest } from "./refusals";
import { kubeconfig } from "./kubeconfig";
import { remoteCommand, remoteSession, tryOpen } from "./channels";
import { selfSigned } from "./certificate";
import { sendAnswer, sendPlainly, streamHeaders } from "./answer";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";
import type { Addressed } from "./rest-path";
import type { ApiRequest, ApiResponse, StreamHandle, StreamSink } from "../cluster/api/request";
import type { Cluster } from "../cluster/cluster-contract";
import type { Driver } from "./driver";
import type { Session } from "./channels";

export interface ServeOptions {
  /** Asked at each request: a reset exchanges it. */
  readonly cluster: () => Cluster;
  readonly driver: Driver;
  /** 0: one that is free. */
  readonly port?: number;
}

export interface Served {
  /** "https://127.0.0.1:41234" */
  readonly url: string;
  readonly token: string;
  /** PEM. */
  readonly ca: string;
  readonly kubeconfig: string;
  /** Streams that are open: watches, followed logs, sessions. */
  readonly streams: number;
  /** Requests that are being answered; a stream that is open is none. */
  readonly busy: number;
  /** How often something went out on a stream so far. */
  readonly sent: number;
  /** Ends every open stream and connection but goes on serving, as a restart of the API server does. */
  disconnect(): void;
  stop(): Promise<void>;
}

/** Bounds: what a client may cost. */
const mostConnections = 256;
const mostStreams = 500;
/** The API server's own (MaxRequestBodyBytes). */
const longestBody = 3 * 1024 * 1024;
/** A client that does not read what it watches is left. */
const mostQueued = 16 * 1024 * 1024;

/** Answers the API of a cluster on this machine's loopback, for real clients. Rejects where the port can't be had. */
export async function serve(options: ServeOptions): Promise<Served> {
  const token = randomBytes(32).toString("base64url");
  const { cert, key } = selfSigned(new Date());
  const server = createServer({ cert, key, minVersion: "TLSv1.2", maxHeaderSize: 64 * 1024, headersTimeout: 10_000, requestTimeout: 60_000, keepAliveTimeout: 90_000 });
  server.maxConnections = mostConnections;
  const sockets = new Set<Duplex>();
  const open = new Set<{ end(): void }>();
  let hosts: readonly string[] = [];
  let busy = 0;
  let sent = 0;

  const access = authenticator(token, () => hosts);

  /** A stream was opened; it is counted until what this returns is called. */
  const opened = (end: () => void): (() => void) => {
    const entry = { end };
    open.add(entry);
    return () => { open.delete(entry); };
  };

  const stream = (request: IncomingMessage, response: ServerResponse, api: ApiRequest): void => {
    if (open.size >= mostStreams) throw tooMany();
    const watches = api.verb === "watch";
    const begin = (): void => {
      if (response.headersSent) return;
      response.writeHead(200, streamHeaders(watches));
      response.flushHeaders();
    };
    let handle: StreamHandle | undefined;
    const closed = opened(() => { response.destroy(); });
    response.on("close", () => {
      closed();
      handle?.close();
      options.driver.turn();
    });
    handle = options.cluster().connect(api, {
      data: (_channel, data) => {
        begin();
        sent++;
        response.write(watches ? `${JSON.stringify(data)}\n` : data as string);
        if (response.writableLength > mostQueued) response.destroy();
      },
      end: (last) => {
        // A watch that comes too late is told so by its first event.
        if (last.code >= 400 && !response.headersSent && !(watches && last.code === 410)) sendAnswer(request, response, last, plainAnswer);
        else {
          begin();
          sent++;
          response.end(last.code >= 400 && watches ? `${JSON.stringify({ type: "ERROR", object: last.body })}\n` : "");
        }
      },
    });
    if (response.writableEnded) return;
    begin();
    options.driver.turn();
  };

  const answer = async (request: IncomingMessage, response: ServerResponse, answered: () => void): Promise<void> => {
    const who = access.who(request, options.cluster());
    const { to, query } = aim(request);
    const wants = negotiate(request.headers.accept, to.path);
    const method = request.method ?? "GET";
    const reads = method === "GET" || method === "HEAD";
    const bytes = reads ? Buffer.alloc(0) : await read(request);
    const body = reads || (bytes.length === 0 && method === "DELETE") ? {} : bodyOf(request.headers["content-type"], bytes, method, () => kindAt(options.cluster(), { ...to, ...who, query: {}, accept: "object" }));
    const api: ApiRequest = { ...to, ...who, query, accept: wants.accept, ...body };
    if (to.verb === "connect") throw badRequest("Upgrade request required");
    options.driver.turn();
    if (to.verb === "watch" || (to.subresource === "log" && /^(true|1)$/.test(String(query["follow"])))) {
      stream(request, response, api);
      answered();
      return;
    }
    const done = options.cluster().handle(api);
    access.answered(api, done);
    sendAnswer(request, response, done, wants);
    options.driver.turn();
  };

  server.on("request", (request, response) => {
    let counted = true;
    busy++;
    const answered = (): void => {
      if (counted) busy--;
      counted = false;
    };
    response.once("close", answered);
    answer(request, response, answered).catch((error: unknown) => {
      if (response.headersSent) {
        response.destroy();
        return;
      }
      // What is left of a body is passed over, where it has an end.
      if (error instanceof ApiError && error.code === 413) response.shouldKeepAlive = false;
      else request.resume();
      sendAnswer(request, response, refusal(error), plainAnswer);
    });
  });

  /** Opens the stream that an upgrade asks for, or throws what is to be answered instead. */
  const session = (request: IncomingMessage): { readonly protocol: string; readonly session: Session } => {
    const who = access.who(request, options.cluster());
    const { to, query } = aim(request);
    if (to.verb !== "connect") throw badRequest("unable to upgrade: unsupported protocol");
    if (open.size >= mostStreams) throw tooMany();
    options.driver.turn();
    const api: ApiRequest = { ...to, ...who, query, accept: "object" };
    const forwards = to.subresource === "portforward";
    const asked = wantsWebSocket(request);
    const known = forwards ? portForward : remoteCommand;
    const protocol = known.find((name) => asked?.includes(name));
    const connect = (ports?: readonly string[]) => (sink: StreamSink): StreamHandle => {
      const counted: StreamSink = {
        data: (channel, data) => {
          sent++;
          sink.data(channel, data);
        },
        end: (last) => {
          sent++;
          sink.end(last);
        },
      };
      return options.cluster().connect(ports === undefined ? api : { ...api, query: { ...query, ports } }, counted);
    };
    if (forwards && protocol === portForward[0]) return { protocol, session: forwardTunnel((port) => connect([port]), options.driver.turn) };
    const ports = [query["ports"] ?? []].flat().flatMap((list) => list.split(","));
    const stream = tryOpen(connect(forwards ? ports : undefined));
    if (stream.refused !== undefined) throw new Refused(stream.refused);
    if (protocol === undefined) {
      stream.handle.close();
      throw badRequest(`unable to upgrade: unable to negotiate protocol: client supports [${(asked ?? []).join(" ")}], server accepts [${known.join(" ")}]`);
    }
    return { protocol, session: forwards ? forwardChannels(ports, stream, options.driver.turn) : remoteSession(protocol, stream, options.driver.turn) };
  };

  server.on("upgrade", (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    socket.on("error", () => { socket.destroy(); });
    try {
      const { protocol, session: found } = session(request);
      socket.once("close", opened(() => { socket.destroy(); }));
      found.begin(acceptWebSocket(request, socket, head, protocol, found.events));
    } catch (error) {
      sendPlainly(socket, error instanceof Refused ? error.answer : refusal(error));
    }
  });

  server.on("clientError", (_error, socket) => {
    if (socket.writable) sendPlainly(socket, badRequest("malformed HTTP request").response());
  });
  server.on("secureConnection", (socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
  });

  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(options.port ?? 0, "127.0.0.1", resolve);
  });
  const { port } = server.address() as AddressInfo;
  hosts = [`127.0.0.1:${port}`, `localhost:${port}`];
  const url = `https://127.0.0.1:${port}`;
  const disconnect = (): void => {
    for (const entry of [...open]) entry.end();
    for (const socket of sockets) socket.destroy();
  };
  return {
    url, token, ca: cert, kubeconfig: kubeconfig(url, cert, token),
    get streams() { return open.size; },
    get busy() { return busy; },
    get sent() { return sent; },
    disconnect,
    stop: () => new Promise((resolve) => {
      options.driver.stop();
      server.close(() => { resolve(); });
      disconnect();
    }),
  };
}

/** The cluster's own answer to a stream that it does not open. */
class Refused extends Error {
  constructor(readonly answer: ApiResponse) {
    super("refused");
  }
}

/** Where a request goes. Throws ApiError, or URIError where an escape is malformed. */
function aim(request: IncomingMessage): { readonly to: Addressed; readonly query: ApiRequest["query"] } {
  const [path = "/", search = ""] = (request.url ?? "/").split("?", 2);
  const query: Record<string, string | readonly string[]> = Object.create(null) as Record<string, never>;
  const given = new URLSearchParams(search);
  for (const name of new Set(given.keys())) {
    const all = given.getAll(name);
    query[name] = all.length === 1 ? all[0] ?? "" : all;
  }
  const to = addressed(request.method ?? "GET", path, query);
  if (to === undefined) throw new ApiError(405, "MethodNotAllowed", "the server does not allow this method on the requested resource");
  return { to, query };
}

/** The kind at a request's path, as discovery names it; the resource where it has none. */
function kindAt(cluster: Cluster, request: ApiRequest): string {
  const { group, version, resource } = request;
  const { body } = cluster.handle({ caller: { ...request.caller, user: "system:admin", groups: ["system:masters"] }, verb: "get", group: "", version: "", resource: "", path: group === "" ? `/api/${version}` : `/apis/${group}/${version}`, query: {}, accept: "object" });
  return (body as { resources?: readonly { name: string; kind: string }[] }).resources?.find(({ name }) => name === resource)?.kind ?? resource;
}

async function read(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > longestBody) throw new ApiError(413, "RequestEntityTooLarge", `Request entity too large: limit is ${longestBody}`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
