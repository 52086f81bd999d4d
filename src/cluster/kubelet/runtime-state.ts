import type { Dict, Json, Ms, Ref } from "../model";
import type { Crossing, ReplyTo } from "../network/port";
import type { World } from "../world";

/** What the container runtimes of all nodes remember. Plain data: it is the world's slice "runtime". */
export interface Runtime {
  nextProcess: number;
  readonly processes: Record<string, ProcessRecord>;
  /** By container key: "<pod uid>/<container name>". */
  readonly containers: Map<string, ContainerRecord>;
  readonly logs: Map<string, ContainerLog>;
  /** The trees of files that pods mount, by volume key. */
  readonly volumes: Map<string, VolumeTree>;
  /** The volumes that live and die with a pod: uid → keys. */
  readonly podVolumes: Map<string, string[]>;
  /** Listening processes: "<namespace>/<pod>" → who listens on which port. */
  readonly ports: Map<string, readonly Listener[]>;
}

export interface ProcessRecord {
  readonly id: number;
  /** The container's key, or "" for a process of the note. */
  readonly container: string;
  readonly pid: number;
  readonly argv: readonly string[];
  readonly tty: boolean;
  readonly start: Ms;
  state: Json;
  /** Sleeps under way: the program's id → the clock's timer. */
  readonly sleeps: Record<string, number>;
  /** Requests that this process sent and that are not answered yet. */
  readonly sent: Record<string, true>;
  /** Requests that this process took and has not answered yet. */
  readonly taken: Record<string, ReplyTo | Crossing>;
  nextTaken: number;
  /** Who waits for its end, and what it has written for them. */
  readonly done?: ReplyTo;
  output?: string;
}

export interface ContainerRecord {
  readonly key: string;
  readonly uid: string;
  readonly pod: Ref;
  readonly node: string;
  readonly name: string;
  /** containerd's id, 64 hexadecimal digits. */
  readonly id: string;
  readonly image: string;
  readonly argv: readonly string[];
  readonly env: Dict;
  readonly cwd: string;
  readonly user: number;
  readonly hostname: string;
  readonly address: string;
  readonly tty: boolean;
  readonly stdin: boolean;
  readonly ports: readonly number[];
  readonly readOnlyRoot: boolean;
  /** Longest path first. */
  readonly mounts: readonly MountPoint[];
  /** Files that the container was given besides its image: /etc/hosts and the like. */
  readonly given: { readonly files: Dict };
  /** Its sleeps do not keep the cluster from being settled: a server, a loop. */
  readonly background: boolean;
  /** The writable layer: null marks what was removed from the image. */
  readonly layer: Record<string, string | null>;
  readonly directories: Record<string, true>;
  /** Pid → process. */
  pids: Record<string, number>;
  nextPid: number;
  startedAt?: Ms;
  exit?: Exit;
}

export interface Exit {
  readonly code: number;
  readonly at: Ms;
  readonly signal?: string;
  readonly reason?: string;
  readonly message?: string;
}

export interface MountPoint {
  readonly path: string;
  readonly volume: string;
  /** Where in the volume's tree: "" for its root. */
  readonly base: string;
  readonly readOnly: boolean;
}

export interface VolumeTree {
  /** Relative path → content. */
  files: Record<string, string>;
  directories: Record<string, true>;
  /** Files whose text is made when it is first read; their names are among `files`. */
  late: Readonly<Record<string, LateText>> | undefined;
}

/** A record in which most containers never enter anything: `{}` would keep room for four. */
export class Bag<T> {
  [key: string]: T;
}

export interface LateText { text(): string }

/** Writes down what of a tree is made late. */
export function writeLate(tree: VolumeTree): void {
  const { late } = tree;
  tree.late = undefined;
  for (const path in late) tree.files[path] = late[path].text();
}

export interface LogLine {
  readonly at: Ms;
  readonly fd: 1 | 2;
  readonly text: string;
  /** The line has no newline yet. */
  readonly partial?: true;
}

export interface ContainerLog {
  lines: LogLine[];
  bytes: number;
  /** The log of the run before. */
  previous?: LogLine[];
}

const initial = (): Runtime => ({ nextProcess: 1, processes: {}, containers: new Map(), logs: new Map(), volumes: new Map(), podVolumes: new Map(), ports: new Map() });

/** The runtimes' slice of the world's state. */
export function runtime(world: World): Runtime {
  return world.slice("runtime", initial);
}

/** The log of a container, begun where there is none yet. */
export function logOf({ logs }: Runtime, container: string): ContainerLog {
  let log = logs.get(container);
  if (log === undefined) logs.set(container, log = { lines: [], bytes: 0, previous: undefined });
  return log;
}

export interface Listener { readonly port: number; readonly process: number }

/** A process begins to listen on a port of its pod. */
export function listen({ ports }: Runtime, pod: string, port: number, process: number): void {
  const others = ports.get(pod)?.filter((one) => one.port !== port);
  ports.set(pod, others === undefined || others.length === 0 ? [{ port, process }] : [...others, { port, process }]);
}

/** "<namespace>/<name>" */
export function podKey(pod: { readonly namespace: string; readonly name: string }): string {
  return `${pod.namespace}/${pod.name}`;
}
