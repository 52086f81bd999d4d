import type { Api, ApiRequest, ApiResponse, Caller } from "./api/request";
import type { Cancel, Dict, Json, Ms, Ref, Rev } from "./model";
import type { Files, Program, Signal } from "./images/program";
import type { NetRequest, RequestTrace } from "./network/trace";
import type { View } from "./view";

export type Deed =
  | { readonly is: "api"; readonly request: ApiRequest }
  | { readonly is: "request"; readonly from: Ref | "external"; readonly request: NetRequest }
  | { readonly is: "node"; readonly name: string; readonly op: "add" | "stop" | "start" | "remove" }
  /** Breaks or mends something inside: "crash", "kill-pause", "fail-liveness", "fail-readiness", "fail-startup", "mend". */
  | { readonly is: "fault"; readonly ref: Ref; readonly op: string }
  /** A stream that a reader opened into a container: exec, attach; `request` opens it, `data` types into it, `close` ends it. */
  | { readonly is: "stream"; readonly stream: number; readonly request?: ApiRequest; readonly channel?: number; readonly data?: string; readonly close?: boolean };

/** What the reader and the note did, logged at the API boundary: replaying it needs no shell. */
export type Action = Deed & { readonly at: Ms; readonly seq: number };

export interface NodeOptions {
  readonly name: string;
  readonly labels?: Dict;
  readonly taints?: Json;
  readonly capacity?: Dict;
}

export interface ClusterOptions {
  readonly seed: number;
  /** RFC 3339: what virtual time 0 is called. */
  readonly epoch: string;
  readonly nodes: readonly NodeOptions[];
  /** Whether a cloud's controller gives Services of type LoadBalancer their address; without it they stay pending, as on bare machines. */
  readonly loadBalancer?: boolean;
  /** recorded: components lag and work as long as in the recordings; zero: as little as order allows. */
  readonly latency: "zero" | "recorded";
  /** objects, pods, logLines, logBytes (of the store's history), outputBytes. */
  readonly limits: Dict<number>;
}

/** A process outside every container (the note's console). Not logged and not replayed; what it does to the API is. */
export interface ProcessHandle {
  readonly pid: number;
  readonly running: boolean;
  /** It has nothing to do until virtual time passes, a stream delivers, or someone types. */
  readonly waiting: "time" | "stream" | "input" | undefined;
  input(data: string): void;
  eof(): void;
  signal(name: Signal): void;
  kill(): void;
}

export interface ProcessOptions {
  readonly argv: readonly string[];
  readonly env: Dict;
  readonly cwd: string;
  readonly tty: boolean;
  readonly files: Files;
  write(fd: 1 | 2, data: string): void;
  exit(code: number): void;
  /** Called after each step, when its effects have been carried out, with the program's state. */
  stepped?(state: Json): void;
}

export interface Cluster extends Api {
  readonly options: ClusterOptions;
  readonly now: Ms;
  readonly rev: Rev;
  /** When the next timer is due; undefined where there is none. */
  readonly next: Ms | undefined;
  readonly actions: readonly Action[];
  /** Whom a bearer token of this cluster stands for; undefined: 401. */
  authenticate(token: string): Pick<Caller, "user" | "groups" | "uid" | "extra"> | undefined;
  /** Does a deed now and logs it. */
  act(deed: Deed): ApiResponse | RequestTrace | undefined;
  /** Runs the cluster up to `until`. Synchronous; stops after `budget` wall-clock ms as the injected stopwatch counts them, or as soon as `stop` says so (asked after every timer; the clock stays there). "settled": only background timers remain. */
  advance(until: Ms, budget?: number, stop?: () => boolean): "reached" | "settled" | "budget" | "limit" | "stopped";
  /** Runs until only background timers remain, at most up to `until`. */
  settle(until: Ms): "settled" | "reached" | "limit";
  start(program: Program, options: ProcessOptions): ProcessHandle;
  /** Now (no argument) or the past. */
  at(time?: Ms): View;
  /** A new cluster that replayed the actions up to `time`; `epoch` (RFC 3339) names its virtual time 0 anew. */
  branch(time: Ms, epoch?: string): Cluster;
  /** On a new cluster of the same options: does these actions again and runs up to `time`, piece by piece; it yields every few ms of work. */
  replay(actions: readonly Action[], time: Ms): Generator<void, void>;
  subscribe(fn: (upTo: Rev) => void): Cancel;
  dispose(): void;
}
