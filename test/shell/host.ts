import type { Effect, Files, ProcessContext, ProcessInput, Program } from "../../src/cluster/images/program";
import type { Json, Random } from "../../src/cluster/model";
import type { NetRequest, NetResult } from "../../src/cluster/network/trace";

/** A tiny container for one process: files in memory, virtual time, a network that a function answers. */
export interface Host {
  out: string;
  err: string;
  both: string;
  exit: number | undefined;
  now: number;
  readonly files: Map<string, string>;
  readonly dirs: Set<string>;
  readonly deeds: Effect[];
  state: Json;
  activations: number;
  send(input: ProcessInput): void;
  type(text: string): void;
  /** Runs until nothing waits, the process has ended, or the time is over. */
  run(ms?: number): void;
}

export interface HostOptions {
  readonly argv?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly files?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  readonly tty?: boolean;
  readonly pid?: number;
  readonly eof?: boolean;
  readonly stdin?: string;
  readonly net?: (request: NetRequest) => { readonly after?: number; readonly result: NetResult } | undefined;
  /** Writes the state down and reads it again between any two steps. */
  readonly snapshot?: boolean;
}

function random(): Random {
  let seed = 42;
  const next = (): number => {
    seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
    return seed / 4294967296;
  };
  const letters = "bcdfghjklmnpqrstvwxz2456789";
  return { next, int: (below) => Math.floor(next() * below), pick: (of) => of[Math.floor(next() * of.length)]!, suffix: (length) => Array.from({ length }, () => letters[Math.floor(next() * letters.length)]).join("") };
}

export function memoryFiles(files: Map<string, string>, dirs: Set<string>): Files {
  const trim = (path: string): string => (path.length > 1 ? path.replace(/\/+$/, "") : path);
  return {
    read: (path) => files.get(trim(path)),
    list(path) {
      const at = trim(path);
      if (!dirs.has(at)) return undefined;
      const base = at === "/" ? "/" : `${at}/`;
      return [...files.keys(), ...dirs].filter((p) => p !== at && p.startsWith(base) && !p.slice(base.length).includes("/")).map((p) => p.slice(base.length)).sort();
    },
    write(path, data) {
      if (dirs.has(trim(path))) return "Is a directory";
      files.set(trim(path), data);
      return undefined;
    },
    mkdir(path) {
      dirs.add(trim(path));
      return undefined;
    },
    remove(path) {
      if (!files.delete(trim(path))) dirs.delete(trim(path));
      return undefined;
    },
  };
}

export function host(program: Program<Json>, options: HostOptions = {}): Host {
  const files = new Map(Object.entries(options.files ?? {}));
  const dirs = new Set(["/", "/tmp", "/root", "/etc", options.cwd ?? "/work"]);
  for (const path of files.keys()) for (let at = path.lastIndexOf("/"); at > 0; at = path.lastIndexOf("/", at - 1)) dirs.add(path.slice(0, at));
  const draws = random();
  const queue: { at: number; seq: number; input: ProcessInput; id: string }[] = [];
  let seq = 0;
  const store = memoryFiles(files, dirs);
  const context = (): ProcessContext => ({
    now: self.now,
    epoch: Date.UTC(2025, 0, 1),
    container: "test",
    pid: options.pid ?? 100,
    argv: options.argv ?? ["bash"],
    env: { PATH: "/usr/bin:/bin", HOME: "/root", ...options.env },
    cwd: options.cwd ?? "/work",
    hostname: "web-0",
    address: "10.244.0.5",
    user: 0,
    tty: options.tty ?? false,
    files: store,
    random: draws,
    processes: () => [{ pid: options.pid ?? 100, argv: options.argv ?? ["bash"], start: 0 }],
  });
  const perform = (step: { readonly state: Json; readonly do: readonly Effect[] }): void => {
    self.activations++;
    self.state = options.snapshot ? (JSON.parse(JSON.stringify(step.state)) as Json) : step.state;
    for (const effect of step.do) {
      switch (effect.do) {
        case "write":
          if (effect.fd === 1) self.out += effect.data;
          else self.err += effect.data;
          self.both += effect.data;
          break;
        case "sleep":
          queue.push({ at: self.now + effect.ms, seq: seq++, input: { is: "wake", id: effect.id }, id: effect.id });
          break;
        case "cancel": {
          const at = queue.findIndex((q) => q.id === effect.id);
          if (at >= 0) queue.splice(at, 1);
          break;
        }
        case "request": {
          const answer = options.net?.(effect.request) ?? { result: { ok: false as const, why: "dns" as const, trace: "t" } };
          queue.push({ at: self.now + (answer.after ?? 1), seq: seq++, input: { is: "reply", id: effect.id, result: answer.result }, id: effect.id });
          break;
        }
        case "exit":
          self.exit = effect.code;
          break;
        default:
          self.deeds.push(effect);
      }
    }
  };
  const self: Host = {
    out: "",
    err: "",
    both: "",
    exit: undefined,
    now: 0,
    files,
    dirs,
    deeds: [],
    state: null,
    activations: 0,
    send(input) {
      if (self.exit === undefined) perform(program.on(self.state, input, context()));
    },
    type(text) {
      self.send({ is: "stdin", data: text });
    },
    run(ms = 3_600_000) {
      const until = self.now + ms;
      for (let steps = 0; self.exit === undefined && steps < 100_000; steps++) {
        queue.sort((a, b) => a.at - b.at || a.seq - b.seq);
        const next = queue[0];
        if (!next || next.at > until) break;
        queue.shift();
        self.now = Math.max(self.now, next.at);
        self.send(next.input);
      }
      if (self.exit === undefined && ms !== 3_600_000) self.now = until;
    },
  };
  perform(program.start(context()));
  if (options.stdin !== undefined) self.send({ is: "stdin", data: options.stdin });
  if (options.eof !== false && !options.tty) self.send({ is: "eof" });
  return self;
}
