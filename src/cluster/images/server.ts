import type { Effect, ProcessContext, Program, Step } from "./program";
import type { Json } from "../model";
import type { NetRequest, NetResponse } from "../network/trace";

/** What a request is answered with: the response, how long that takes (ms), and the lines it leaves in the log. */
export interface Answer {
  readonly response: NetResponse;
  readonly after?: number;
  readonly log?: string;
  readonly error?: string;
}

export interface ServerOptions {
  /** The ports to listen on. */
  ports(context: ProcessContext): readonly number[];
  /** Lines at the start, to stdout and stderr. */
  boot?(context: ProcessContext): readonly { readonly fd: 1 | 2; readonly text: string }[];
  answer(request: NetRequest, context: ProcessContext, started: number): Answer;
  /** The answer follows from the request, the process and the second alone: no file, no chance, no counter. What was answered to the like in the same second is said again. */
  steady?: true;
  /** Lines when TERM or QUIT ends it. */
  farewell?(context: ProcessContext, signal: string): string;
  /** How long it takes to go, ms; -1 where TERM is ignored. */
  leaves?: number;
  /** The code that TERM ends it with. */
  code?: number;
}

interface Said {
  readonly id: string;
  readonly request: NetRequest;
  readonly second: number;
  readonly step: Step;
}

/** Whether two requests ask for the same in the same words. */
function alike(a: NetRequest, b: NetRequest): boolean {
  if (a.path !== b.path || a.method !== b.method || a.to !== b.to || a.port !== b.port || a.protocol !== b.protocol || a.body !== b.body) return false;
  if (a.headers === b.headers) return true;
  const names = Object.keys(a.headers ?? {});
  return names.length === Object.keys(b.headers ?? {}).length && names.every((name) => a.headers?.[name] === b.headers?.[name]);
}

/** A program that serves until it is told to stop. */
export function server(options: ServerOptions): Program {
  const last = new WeakMap<ProcessContext, Said>();
  const say = (id: string, request: NetRequest, context: ProcessContext, state: Json): Step => {
    const second = options.steady ? secondOf(context) : 0;
    const before = options.steady && last.get(context);
    if (before && before.second === second && before.id === id && alike(before.request, request)) return before.step;
    const { response, after = 1, log, error } = options.answer(request, context, state as number);
    const effects: Effect[] = [];
    if (log !== undefined) effects.push({ do: "write", fd: 1, data: `${log}\n` });
    if (error !== undefined) effects.push({ do: "write", fd: 2, data: `${error}\n` });
    effects.push({ do: "respond", id, response, after });
    const step: Step = { state, do: effects };
    if (options.steady) last.set(context, { id, request, second, step });
    return step;
  };
  const stop = (context: ProcessContext, signal: string): Effect[] => {
    const words = options.farewell?.(context, signal);
    return [
      ...(words ? [{ do: "write", fd: 2, data: words } as const] : []),
      options.leaves ? { do: "sleep", id: "leave", ms: options.leaves } : { do: "exit", code: options.code ?? 0 },
    ];
  };
  return {
    start(context) {
      return {
        state: context.now,
        do: [
          ...(options.boot?.(context) ?? []).map(({ fd, text }) => ({ do: "write", fd, data: `${text}\n` }) as const),
          ...options.ports(context).map((port) => ({ do: "listen", port }) as const),
        ],
      };
    },
    on(state, input, context) {
      if (input.is === "request") return say(input.id, input.request, context, state);
      if (input.is === "signal" && (input.name === "TERM" || input.name === "QUIT" || input.name === "INT")) {
        return options.leaves === -1 && input.name !== "QUIT" ? { state, do: [] } : { state, do: stop(context, input.name) };
      }
      if (input.is === "wake" && input.id === "leave") return { state, do: [{ do: "exit", code: options.code ?? 0 }] };
      return { state, do: [] };
    },
  };
}

/** A program that writes, and ends at once. */
export function oneShot(text: string, code: number, fd: 1 | 2 = 1): Program {
  return {
    start: () => ({ state: null, do: [...(text === "" ? [] : [{ do: "write", fd, data: text } as const]), { do: "exit", code }] }),
    on: (state) => ({ state, do: [] }),
  };
}

/** A program that waits until it is told to stop. */
export function idle(code = 0): Program {
  return {
    start: () => ({ state: null, do: [] }),
    on: (state, input) => ({ state, do: input.is === "signal" && (input.name === "TERM" || input.name === "INT") ? [{ do: "exit", code }] : [] }),
  };
}

/** The path of a request without its query. */
export function pathOf(request: NetRequest): string {
  const whole = request.path ?? "/";
  if (!/[?#%]/.test(whole)) return whole;
  const path = whole.split(/[?#]/)[0];
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

/** The value of a request's header, whatever its case. */
export function header(request: NetRequest, name: string): string | undefined {
  const { headers } = request;
  if (headers === undefined) return undefined;
  const wanted = name.toLowerCase();
  for (const key in headers) if (key === name || (key.length === name.length && key.toLowerCase() === wanted)) return headers[key];
  return undefined;
}

/** The parameters of a request's query. */
export function queryOf(request: NetRequest): URLSearchParams {
  return new URLSearchParams((request.path ?? "").split("?")[1] ?? "");
}

/** The length of a text in UTF-8, bytes. */
function lengthOf(text: string): number {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) > 127) return new TextEncoder().encode(text).length;
  return text.length;
}

/** A body and its length in UTF-8, as a response. */
export function respond(status: number, body: string, type = "text/plain; charset=utf-8", more: Readonly<Record<string, string>> = {}): NetResponse {
  return { status, headers: { "Content-Type": type, "Content-Length": String(lengthOf(body)), ...more }, body };
}

/** The second that it is for a process, since 1970. */
const secondOf = (context: ProcessContext): number => Math.floor((context.epoch + context.now) / 1000);

/** The second as a text, which is kept until the next one. */
function stamped(print: (at: Date) => string): (context: ProcessContext) => string {
  let second = NaN;
  let text = "";
  return (context) => {
    const now = secondOf(context);
    if (now !== second) {
      text = print(new Date(now * 1000));
      second = now;
    }
    return text;
  };
}

/** "Mon, 05 Jan 2026 08:00:00 GMT" */
export const httpDate = stamped((at) => at.toUTCString());

const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** The time as an access log prints it: "05/Jan/2026:08:00:00 +0000". */
export const logDate = stamped((at) => {
  const text = at.toISOString();
  return `${text.slice(8, 10)}/${months[Number(text.slice(5, 7)) - 1]}/${text.slice(0, 4)}:${text.slice(11, 19)} +0000`;
});

const protocols: Readonly<Record<string, string>> = { http: "HTTP/1.1", https: "HTTP/1.1" };

/** A line of the combined log format. */
export function accessLine(request: NetRequest, context: ProcessContext, status: number, length: number): string {
  const from = header(request, "X-Simulated-From") ?? "10.244.0.1";
  return `${from} - - [${logDate(context)}] "${request.method ?? "GET"} ${request.path ?? "/"} ${protocols[request.protocol] ?? "HTTP/1.1"}" ${status} ${length} "${header(request, "Referer") ?? "-"}" "${header(request, "User-Agent") ?? "-"}" "${header(request, "X-Forwarded-For") ?? "-"}"`;
}

const types: Readonly<Record<string, string>> = {
  html: "text/html", htm: "text/html", css: "text/css", js: "application/javascript", json: "application/json", txt: "text/plain", xml: "text/xml", svg: "image/svg+xml", png: "image/png",
};

/** The media type of a path's extension. */
export function typeOf(path: string): string {
  return types[path.slice(path.lastIndexOf(".") + 1).toLowerCase()] ?? "application/octet-stream";
}
