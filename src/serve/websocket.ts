import { createHash } from "node:crypto";
import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";

/** The server's end of a WebSocket (RFC 6455), as much of it as the streams of the API need: no extensions. */
export interface WebSocket {
  /** Binary. */
  send(data: Buffer): void;
  /** Ends it; 1000 is a normal end. */
  close(code?: number, reason?: string): void;
  /** Bytes that wait to be sent. */
  readonly queued: number;
}

export interface WebSocketEvents {
  message(data: Buffer): void;
  /** Once, whoever ended it. */
  closed(): void;
}

const continuation = 0;
const binary = 2;
const closing = 8;
const ping = 9;
const pong = 10;
/** A client that sends more in one message is not one of ours. */
const longestMessage = 4 * 1024 * 1024;

/** Whether a request asks for a WebSocket, and for which protocols. */
export function wantsWebSocket(request: IncomingMessage): readonly string[] | undefined {
  if (request.headers.upgrade?.toLowerCase() !== "websocket" || request.headers["sec-websocket-version"] !== "13" || request.headers["sec-websocket-key"] === undefined) return undefined;
  return (request.headers["sec-websocket-protocol"] ?? "").split(",").map((name) => name.trim()).filter((name) => name !== "");
}

function frame(opcode: number, data: Buffer): Buffer {
  const size = data.length;
  const head = Buffer.alloc(size < 126 ? 2 : size < 65_536 ? 4 : 10);
  head[0] = 0x80 | opcode;
  if (size < 126) head[1] = size;
  else if (size < 65_536) {
    head[1] = 126;
    head.writeUInt16BE(size, 2);
  } else {
    head[1] = 127;
    head.writeBigUInt64BE(BigInt(size), 2);
  }
  return Buffer.concat([head, data]);
}

/** Takes a connection over. What breaks the protocol ends it with 1002, what is too long with 1009. */
export function acceptWebSocket(request: IncomingMessage, socket: Duplex, first: Buffer, protocol: string | undefined, events: WebSocketEvents): WebSocket {
  const key = request.headers["sec-websocket-key"] ?? "";
  const accept = createHash("sha1").update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest("base64");
  socket.write(`HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n${protocol === undefined ? "" : `Sec-WebSocket-Protocol: ${protocol}\r\n`}\r\n`);
  let held: Buffer = Buffer.alloc(0);
  let parts: Buffer[] = [];
  let gathered = 0;
  let open = true;
  const gone = (): void => {
    if (!open) return;
    open = false;
    events.closed();
  };
  const close = (code = 1000, reason = ""): void => {
    if (!open) return;
    const data = Buffer.alloc(2 + Buffer.byteLength(reason));
    data.writeUInt16BE(code);
    data.write(reason, 2);
    socket.end(frame(closing, data));
    gone();
  };
  const message = (opcode: number, last: boolean, data: Buffer): void => {
    if (opcode === closing) {
      close(data.length >= 2 ? data.readUInt16BE() : 1000);
    } else if (opcode === ping) socket.write(frame(pong, data));
    else if (opcode <= binary) {
      gathered += data.length;
      if ((opcode === continuation) !== parts.length > 0 || gathered > longestMessage) {
        close(gathered > longestMessage ? 1009 : 1002);
        return;
      }
      parts.push(data);
      if (!last) return;
      const whole = Buffer.concat(parts);
      parts = [];
      gathered = 0;
      events.message(whole);
    } else if (opcode !== pong) close(1002);
  };
  const read = (chunk: Buffer): void => {
    held = held.length === 0 ? chunk : Buffer.concat([held, chunk]);
    while (open && held.length >= 2) {
      const [head = 0, second = 0] = held;
      let size = second & 0x7f;
      let at = 2;
      if (size === 126) {
        if (held.length < 4) return;
        size = held.readUInt16BE(2);
        at = 4;
      } else if (size === 127) {
        if (held.length < 10) return;
        size = Number(held.readBigUInt64BE(2));
        at = 10;
      }
      const control = (head & 0x08) !== 0;
      // Reserved bits belong to extensions; a client masks; control frames are short and whole.
      if ((head & 0x70) !== 0 || (second & 0x80) === 0 || (control && (size > 125 || (head & 0x80) === 0))) {
        close(1002);
        return;
      }
      if (size > longestMessage) {
        close(1009);
        return;
      }
      if (held.length < at + 4 + size) return;
      const mask = held.subarray(at, at + 4);
      const data = Buffer.from(held.subarray(at + 4, at + 4 + size));
      for (let i = 0; i < size; i++) data[i] = (data[i] ?? 0) ^ (mask[i & 3] ?? 0);
      held = held.subarray(at + 4 + size);
      message(head & 0x0f, (head & 0x80) !== 0, data);
    }
  };
  socket.on("data", read);
  socket.on("close", gone);
  socket.on("error", gone);
  socket.on("end", () => { socket.end(); gone(); });
  if (first.length > 0) queueMicrotask(() => { read(first); });
  return {
    send: (data) => { if (open) socket.write(frame(binary, data)); },
    close,
    get queued() { return socket.writableLength; },
  };
}
