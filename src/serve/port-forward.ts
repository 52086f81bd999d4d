import { spdySession } from "./spdy";
import type { Session } from "./channels";
import type { StreamHandle, StreamSink } from "../cluster/api/request";
import type { SpdyStream } from "./spdy";
import type { WebSocket } from "./websocket";

/** Protocols of port-forward: kubectl's SPDY in a WebSocket, and plain channels. */
export const portForward: readonly string[] = ["SPDY/3.1+portforward.k8s.io", "v4.channel.k8s.io"];

type Connect = (sink: StreamSink) => StreamHandle;

/** Bytes travel through the cluster as text with one character a byte. */
const text = (data: Buffer): string => data.toString("latin1");
const bytes = (data: string): Buffer => Buffer.from(data, "latin1");

/**
 * kubectl's way: each connection is a pair of SPDY streams with the same requestID, one for errors and one for data, and its own
 * stream of the cluster (channel 0 data, 1 the error's text).
 */
export function forwardTunnel(connect: (port: string) => Connect, turn: () => void): Session {
  const errors = new Map<string, SpdyStream>();
  let session: ReturnType<typeof spdySession> | undefined;
  return {
    begin(socket: WebSocket) {
      session = spdySession((data) => { socket.send(data); }, () => { socket.close(); }, {
        opened(stream) {
          const { streamtype, port = "", requestid = "" } = stream.headers;
          if (streamtype !== "data") {
            errors.set(requestid, stream);
            return { data: () => undefined, ended: () => undefined, reset: () => undefined };
          }
          const failed = errors.get(requestid);
          errors.delete(requestid);
          let over = false;
          const handle = connect(port)({
            data: (channel, data) => {
              if (channel === 0) stream.send(bytes(data as string));
              else failed?.send(Buffer.from(data as string));
            },
            end: () => {
              over = true;
              failed?.send(Buffer.alloc(0), true);
              stream.send(Buffer.alloc(0), true);
            },
          });
          const close = (): void => {
            if (!over) handle.close();
            over = true;
            turn();
          };
          return {
            data: (data) => { handle.write(0, text(data)); turn(); },
            ended: () => {
              // The client has said everything and may still read; when it has read, it ends the connection's answer too.
              if (over) return;
              handle.write(0, "");
              turn();
            },
            reset: close,
          };
        },
      });
    },
    events: {
      message: (data) => { session?.receive(data); },
      closed: () => { session?.closed(); turn(); },
    },
  };
}

/** The plain way: for the i-th port channel 2i is data and 2i + 1 errors, and the first message on each is the port's number. */
export function forwardChannels(ports: readonly string[], stream: { readonly handle: StreamHandle; to(sink: StreamSink): void }, turn: () => void): Session {
  let over = false;
  return {
    begin(socket) {
      ports.forEach((port, at) => {
        const number = Buffer.alloc(2);
        number.writeUInt16LE(Number(port) & 0xffff);
        for (const channel of [2 * at, 2 * at + 1]) socket.send(Buffer.concat([Buffer.from([channel]), number]));
      });
      stream.to({
        data: (channel, data) => { socket.send(Buffer.concat([Buffer.from([channel]), bytes(data as string)])); },
        end: () => {
          over = true;
          socket.close();
        },
      });
      turn();
    },
    events: {
      message: (data) => {
        const [channel = 0] = data;
        if (channel % 2 === 0 && channel / 2 < ports.length && data.length > 1) stream.handle.write(channel, text(data.subarray(1)));
        turn();
      },
      closed: () => {
        if (!over) stream.handle.close();
        over = true;
        turn();
      },
    },
  };
}
