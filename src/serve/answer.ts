import { randomUUID } from "node:crypto";
import { gzipSync } from "node:zlib";
import { openApiProtobuf } from "./openapi-protobuf";
import { goYaml } from "../kubectl/print/yaml";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import type { ApiResponse } from "../cluster/api/request";
import type { Answer } from "./negotiate";

/** From here on an answer is compressed where the client can read that (apiserver, defaultGzipThresholdBytes). */
const gzipFrom = 128 * 1024;

/** Longer answers in YAML stay JSON, which is YAML too: to lay them out would keep everyone waiting. */
const longestYaml = 100_000;

function usual(): Record<string, string> {
  return { "Audit-Id": randomUUID(), "Cache-Control": "no-cache, private" };
}

export function streamHeaders(json: boolean): Record<string, string> {
  return { ...usual(), "Content-Type": json ? "application/json" : "text/plain" };
}

/** Browsers and curl are shown indented JSON, as by the API server. */
function indented(request: IncomingMessage): boolean {
  const asked = /[?&]pretty=([^&]*)/.exec(request.url ?? "")?.[1];
  return asked === undefined ? /^(curl|Wget|Mozilla\/5\.0)/.test(request.headers["user-agent"] ?? "") : asked === "true" || asked === "1";
}

/** RFC 7234's warn-value with code 299; bytes of UTF-8 go as they are, control characters don't go. */
function warningHeader(text: string): string {
  return `299 - "${Buffer.from(text.replace(/\p{Cc}/gu, " ").replace(/["\\]/g, "\\$&")).toString("latin1")}"`;
}

/** Writes an answer of the cluster as the client wants it. */
export function sendAnswer(request: IncomingMessage, response: ServerResponse, { code, body, warnings }: ApiResponse, wants: Answer): void {
  const plain = typeof body === "string";
  const hash = /^\/openapi\/.*[?&]hash=([0-9A-Za-z]+)/.exec(request.url ?? "")?.[1];
  const json = plain || wants.type.endsWith("+protobuf") ? "" : JSON.stringify(body ?? null, undefined, indented(request) ? 2 : undefined);
  let bytes = wants.type.endsWith("+protobuf") && code === 200 ? openApiProtobuf(body as object) : Buffer.from(plain ? body : wants.type === "application/yaml" && json.length < longestYaml ? goYaml(body) : indented(request) ? json : `${json}\n`);
  const headers: Record<string, string | string[]> = {
    ...usual(),
    "Content-Type": plain ? "text/plain; charset=utf-8" : wants.type,
    ...(warnings.length === 0 ? {} : { Warning: warnings.map(warningHeader) }),
    // What is asked for by its hash never changes.
    ...(code === 200 && hash !== undefined ? { "Cache-Control": "public, immutable", ETag: `"${hash}"`, Vary: "Accept" } : {}),
    ...(code === 429 ? { "Retry-After": "1" } : {}),
  };
  if (hash !== undefined && code === 200 && request.headers["if-none-match"] === `"${hash}"`) {
    response.writeHead(304, { ETag: `"${hash}"` });
    response.end();
    return;
  }
  if (bytes.length >= gzipFrom && /\bgzip\b/.test(String(request.headers["accept-encoding"] ?? ""))) {
    bytes = gzipSync(bytes, { level: 1 });
    headers["Content-Encoding"] = "gzip";
    headers["Vary"] = "Accept-Encoding";
  }
  response.writeHead(code, { ...headers, "Content-Length": String(bytes.length) });
  response.end(request.method === "HEAD" ? undefined : bytes);
}

/** An answer on a connection that has no response object: an upgrade that is refused, a request that is none. */
export function sendPlainly(socket: Duplex, { code, body }: ApiResponse): void {
  const text = JSON.stringify(body);
  socket.end(`HTTP/1.1 ${code} Refused\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(text)}\r\nConnection: close\r\n\r\n${text}`);
}
