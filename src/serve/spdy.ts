import { createInflate } from "node:zlib";
import { spdyDictionary } from "./spdy-dictionary";

/** The part of SPDY/3.1 that `kubectl port-forward` speaks inside its WebSocket: streams that the client opens. Its library (spdystream) knows no flow control, so there is none. */
export interface SpdyStream {
  readonly headers: Readonly<Record<string, string>>;
  /** Sends; `last` ends our half. */
  send(data: Buffer, last?: boolean): void;
  reset(): void;
}

export interface SpdyEvents {
  /** A stream was opened and accepted; what comes on it goes to what is returned. */
  opened(stream: SpdyStream): Handlers;
}

const synStream = 1;
const synReply = 2;
const rstStream = 3;
const settings = 4;
const pingFrame = 6;
const goAway = 7;
const headersFrame = 8;
const windowUpdate = 9;
const fin = 1;
const mostStreams = 200;
const longestFrame = 1024 * 1024;

interface Handlers { data(data: Buffer): void; ended(): void; reset(): void }

function control(type: number, flags: number, body: Buffer): Buffer {
  const head = Buffer.alloc(8);
  head.writeUInt16BE(0x8003, 0);
  head.writeUInt16BE(type, 2);
  head.writeUInt32BE((flags << 24) | body.length, 4);
  return Buffer.concat([head, body]);
}

function words(...numbers: readonly number[]): Buffer {
  const body = Buffer.alloc(numbers.length * 4);
  numbers.forEach((number, at) => body.writeUInt32BE(number >>> 0, at * 4));
  return body;
}

/** An empty stored block: readers give out what they have only when they see one. */
const syncFlush = [0, 0, 0, 0xff, 0xff] as const;

/** No headers at all, in stored blocks of one zlib stream: what we say needs no compressor. The stream's head names the dictionary (RFC 1950). */
function headerBlock(first: boolean): Buffer {
  const none = words(0);
  return Buffer.concat([first ? Buffer.from([0x78, 0xbb, 0xe3, 0xc6, 0xa7, 0xc2]) : Buffer.alloc(0), Buffer.from([0, none.length, 0, 0xff ^ none.length, 0xff]), none, Buffer.from(syncFlush)]);
}

/** Names and values of a header block; undefined where it is malformed. */
function headersOf(block: Buffer): Record<string, string> | undefined {
  const headers: Record<string, string> = {};
  let at = 0;
  const text = (): string | undefined => {
    if (at + 4 > block.length) return undefined;
    const size = block.readUInt32BE(at);
    at += 4 + size;
    return at > block.length ? undefined : block.toString("latin1", at - size, at);
  };
  if (block.length < 4) return undefined;
  const count = block.readUInt32BE(0);
  at = 4;
  for (let i = 0; i < count && i < 100; i++) {
    const name = text();
    const value = text();
    if (name === undefined || value === undefined) return undefined;
    headers[name.toLowerCase()] = value;
  }
  return headers;
}

/** A session on a pipe of bytes: `receive` takes what came, in order; `close` ends it, as does what breaks the protocol. */
export function spdySession(send: (data: Buffer) => void, close: () => void, events: SpdyEvents): { receive(data: Buffer): void; closed(): void } {
  const streams = new Map<number, Handlers>();
  const inflate = createInflate({ dictionary: spdyDictionary(), maxOutputLength: 64 * 1024 });
  inflate.on("error", close);
  let replied = false;
  let held: Buffer = Buffer.alloc(0);
  let busy = false;
  let over = false;

  const open = (id: number, flags: number, headers: Record<string, string>): void => {
    if (streams.size >= mostStreams || streams.has(id)) {
      send(control(rstStream, 0, words(id, 3)));
      return;
    }
    // The answer comes first: what is opened may speak at once.
    send(control(synReply, 0, Buffer.concat([words(id), headerBlock(!replied)])));
    replied = true;
    const stream = events.opened({
      headers,
      send: (data, last = false) => { send(Buffer.concat([words(id, (last ? fin << 24 : 0) | data.length), data])); },
      reset: () => { if (streams.delete(id)) send(control(rstStream, 0, words(id, 5))); },
    });
    streams.set(id, stream);
    if ((flags & fin) !== 0) stream.ended();
  };
  const dataFrame = (id: number, flags: number, data: Buffer): void => {
    const stream = streams.get(id);
    if (data.length > 0) stream?.data(data);
    if ((flags & fin) !== 0) stream?.ended();
  };
  const controlFrame = async (type: number, flags: number, body: Buffer): Promise<void> => {
    if (type === synStream && body.length >= 10) {
      const headers = await inflated(body.subarray(10));
      if (headers === undefined) close();
      else if (!over) open(body.readUInt32BE(0) & 0x7fffffff, flags, headers);
    } else if (type === rstStream && body.length >= 8) {
      const id = body.readUInt32BE(0);
      streams.get(id)?.reset();
      streams.delete(id);
    } else if (type === pingFrame && body.length >= 4) send(control(pingFrame, 0, body));
    else if (type === goAway) close();
    else if (type !== settings && type !== synReply && type !== headersFrame && type !== windowUpdate) close();
  };
  /** The headers of one frame: the blocks of a session are one zlib stream. */
  const inflated = (block: Buffer): Promise<Record<string, string> | undefined> => new Promise((resolve) => {
    inflate.write(block, () => {
      const out = inflate.read() as Buffer | null;
      resolve(out === null ? undefined : headersOf(out));
    });
    inflate.once("close", () => { resolve(undefined); });
  });
  const work = async (): Promise<void> => {
    if (busy) return;
    busy = true;
    while (!over && held.length >= 8) {
      const size = held.readUInt32BE(4) & 0xffffff;
      if (size > longestFrame) {
        close();
        break;
      }
      if (held.length < 8 + size) break;
      const [head, flags] = [held.readUInt32BE(0), held[4] ?? 0];
      const body = held.subarray(8, 8 + size);
      held = held.subarray(8 + size);
      if ((head & 0x80000000) === 0) dataFrame(head, flags, body);
      else if (((head >>> 16) & 0x7fff) !== 3) close();
      else await controlFrame(head & 0xffff, flags, body);
    }
    busy = false;
  };
  return {
    receive(data) {
      if (over) return;
      held = Buffer.concat([held, data]);
      void work();
    },
    closed() {
      over = true;
      for (const stream of streams.values()) stream.reset();
      streams.clear();
      inflate.destroy();
    },
  };
}
