import type { ApiResponse, StreamHandle, StreamSink } from "../cluster/api/request";
import type { WebSocket, WebSocketEvents } from "./websocket";

/** Protocols of exec and attach, the best first. v5 can end stdin without ending the session; both tell the exit code as a Status. */
export const remoteCommand: readonly string[] = ["v5.channel.k8s.io", "v4.channel.k8s.io"];

const error = 3;
const resize = 4;
const closeSignal = 255;
/** A client that does not read is left. */
const mostQueued = 8 * 1024 * 1024;

/** A stream of the cluster that a WebSocket is about to carry. */
export interface Session {
  readonly events: WebSocketEvents;
  /** What the cluster says at once is held until the socket is there. */
  begin(socket: WebSocket): void;
}

/** What the cluster answers to an attempt to open a stream: a refusal, or the stream, whose first words are kept for `to`. */
export function tryOpen(connect: (sink: StreamSink) => StreamHandle): { readonly refused: ApiResponse } | { readonly refused: undefined; readonly handle: StreamHandle; to(sink: StreamSink): void } {
  const held: ((sink: StreamSink) => void)[] = [];
  let sink: StreamSink | undefined;
  let refused: ApiResponse | undefined;
  const tell = (say: (to: StreamSink) => void): void => {
    if (sink === undefined) held.push(say);
    else say(sink);
  };
  const handle = connect({
    data: (channel, data) => { tell((to) => { to.data(channel, data); }); },
    end: (last) => {
      if (sink === undefined && held.length === 0 && last.code >= 400) refused = last;
      else tell((to) => { to.end(last); });
    },
  });
  if (refused !== undefined) return { refused };
  return { refused, handle, to: (real) => { sink = real; for (const say of held.splice(0)) say(real); } };
}

/** Each message is one byte of channel and its data. */
function message(channel: number, data: string): Buffer {
  return Buffer.concat([Buffer.from([channel]), Buffer.from(data)]);
}

/** Ties the streams of an exec or attach to a WebSocket: 0 stdin, 1 stdout, 2 stderr, 3 the final Status, 4 the terminal's size. */
export function remoteSession(protocol: string, stream: { readonly handle: StreamHandle; to(sink: StreamSink): void }, turn: () => void): Session {
  let over = false;
  const decoder = new TextDecoder();
  const write = (channel: number, data: string): void => {
    stream.handle.write(channel, data);
    turn();
  };
  return {
    begin(socket) {
      const send = (channel: number, data: string): void => {
        if (socket.queued > mostQueued) socket.close(1008);
        else socket.send(message(channel, data));
      };
      send(1, "");
      stream.to({
        data: (channel, data) => {
          if (channel === error) send(error, JSON.stringify(data));
          else if (typeof data === "string") send(channel, data);
        },
        end: (last) => {
          if (last.code >= 400) send(error, JSON.stringify(last.body));
          over = true;
          socket.close();
        },
      });
      turn();
    },
    events: {
      message(data) {
        const [channel] = data;
        if (channel === closeSignal && protocol === remoteCommand[0] && data[1] === 0) write(0, "");
        else if (channel === 0 && data.length > 1) write(0, decoder.decode(data.subarray(1), { stream: true }));
        else if (channel === resize) write(resize, data.toString("utf8", 1));
      },
      closed() {
        if (!over) stream.handle.close();
        over = true;
        turn();
      },
    },
  };
}
