import type { ApiRequest, ApiResponse } from "../api/request";
import type { Dict, Json, Ms, Random, Ref } from "../model";
import type { NetRequest, NetResponse, NetResult } from "../network/trace";

/** A container image: what it has on disk and what its programs do. */
export interface Image {
  /** Matches the image reference as written in the pod, registry and tag included. */
  readonly name: RegExp;
  /** Bytes. */
  readonly size: number;
  /** The uid it runs as when the pod says nothing. */
  readonly user: number;
  readonly entrypoint: readonly string[];
  readonly cmd: readonly string[];
  readonly env: Dict;
  readonly ports: readonly number[];
  /** Absolute path → content. */
  readonly files: Dict;
  /** Which everyday commands it carries besides its own: none means exec of `sh` fails with the OCI error and exit code 126. */
  readonly userland: "none" | "busybox" | "debian" | "alpine";
  /** More commands from the userland: "curl", "bash". */
  readonly tools?: readonly string[];
  /** The program that argv[0] names; undefined where it is none of the image's own (the userland is asked next, then exit 127). `reference` is the image as written. */
  program(argv: readonly string[], reference: string): Program | undefined;
  /** True for a reference that the registry does not have: a pull of it fails. */
  missing?(reference: string): boolean;
}

/** A process as a reducer over JSON: it sleeps in virtual time, replays, snapshots, and can be stopped between any two steps. */
export interface Program<S = Json> {
  start(context: ProcessContext): Step<S>;
  on(state: S, input: ProcessInput, context: ProcessContext): Step<S>;
}

export interface Step<S = Json> {
  readonly state: S;
  readonly do: readonly Effect[];
}

export type Signal = "TERM" | "KILL" | "INT" | "HUP" | "QUIT" | "PIPE" | "CHLD" | "USR1" | "USR2" | "CONT" | "STOP" | "TSTP";

export type ProcessInput =
  | { readonly is: "wake"; readonly id: string }
  | { readonly is: "signal"; readonly name: Signal }
  | { readonly is: "stdin"; readonly data: string }
  | { readonly is: "eof" }
  | { readonly is: "request"; readonly id: string; readonly request: NetRequest }
  | { readonly is: "reply"; readonly id: string; readonly result: NetResult }
  /** An open API stream (watch, logs, exec) delivered something; see StreamSink for the channels. */
  | { readonly is: "stream"; readonly id: string; readonly channel: number; readonly data: Json }
  | { readonly is: "end"; readonly id: string; readonly response: ApiResponse };

export type Effect =
  | { readonly do: "write"; readonly fd: 1 | 2; readonly data: string }
  /** Comes back as `wake` after `ms` of virtual time. */
  | { readonly do: "sleep"; readonly id: string; readonly ms: Ms }
  /** Forgets a sleep or a request. */
  | { readonly do: "cancel"; readonly id: string }
  | { readonly do: "listen"; readonly port: number }
  | { readonly do: "respond"; readonly id: string; readonly response: NetResponse; readonly after: Ms }
  /** Comes back as `reply`. */
  | { readonly do: "request"; readonly id: string; readonly request: NetRequest }
  /** Opens an API stream; comes back as `stream` and `end`. Note processes only. */
  | { readonly do: "connect"; readonly id: string; readonly request: ApiRequest }
  | { readonly do: "send"; readonly id: string; readonly channel: number; readonly data: string }
  | { readonly do: "close"; readonly id: string }
  /** A deed of the reader that is no API request (stop a node, break a probe); note processes only. */
  | { readonly do: "deed"; readonly deed: Json }
  /** Sends a signal to another process of the container; pid 1 is the entrypoint. */
  | { readonly do: "kill"; readonly pid: number; readonly signal: Signal }
  | { readonly do: "exit"; readonly code: number };

/** A file system: a container's layers and mounts, or the files of a note. Paths are absolute. */
export interface Files {
  read(path: string): string | undefined;
  /** The names in a directory; undefined where there is none. */
  list(path: string): readonly string[] | undefined;
  /** Creates missing nothing: the directory must exist. Returns an errno text ("Read-only file system") or undefined. */
  write(path: string, data: string): string | undefined;
  mkdir(path: string): string | undefined;
  remove(path: string): string | undefined;
}

export interface ProcessContext {
  readonly now: Ms;
  /** Unix ms of virtual time 0. */
  readonly epoch: number;
  /** Undefined for a process of the note (its console). */
  readonly pod?: Ref;
  readonly container: string;
  readonly pid: number;
  readonly argv: readonly string[];
  readonly env: Dict;
  readonly cwd: string;
  readonly hostname: string;
  /** The pod's address, or "" for a process of the note. */
  readonly address: string;
  readonly user: number;
  readonly tty: boolean;
  readonly files: Files;
  readonly random: Random;
  /** The ports that the pod declares for this container. */
  readonly ports?: readonly number[];
  /** The processes of the container, for ps and top. */
  processes(): readonly { readonly pid: number; readonly argv: readonly string[]; readonly start: Ms }[];
  /** The API server, for kubectl in a note's console; undefined in containers. */
  api?(request: ApiRequest): ApiResponse;
}

/** What a floor above gives to the cluster so that `sh -c …` and `exec` work: the program for a command of the userland. */
export type Userland = (argv: readonly string[], image: Image) => Program | undefined;
