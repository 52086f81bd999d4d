import type { ProcessHandle, ProcessOptions } from "../cluster-contract";
import type { Api, ApiRequest, StreamHandle } from "../api/request";
import type { Effect, Files, Image, ProcessContext, ProcessInput, Program, Signal, Step, Userland } from "../images/program";
import type { Dict, Json, Ms, Ref } from "../model";
import type { Crossing, Doors, Network, ReplyTo } from "../network/port";
import type { NetRequest, NetResponse, NetResult } from "../network/trace";
import type { TimerHandler, World } from "../world";
import { ContainerContext } from "./container-context";
import { containerFiles } from "./container-files";
import { append, type LogBounds } from "./container-log";
import { Bag, listen, logOf, podKey, runtime, type ContainerRecord, type LogLine, type ProcessRecord } from "./runtime-state";

/** Where the output of a process that somebody attached to goes. */
export interface ProcessSink {
  write(fd: 1 | 2, data: string): void;
  exit(code: number): void;
}

/** Why runc could not start a process: its text, and the exit code that the shell's user sees. */
export interface StartFailure {
  readonly message: string;
  readonly code: 126 | 127;
}

/** What becomes of a further process of a container: somebody watches, or its result comes back through a timer. */
export interface ExecTo {
  readonly tty?: boolean;
  readonly sink?: ProcessSink;
  readonly done?: ReplyTo;
}

/** How much of a probe's output is kept (pkg/probe/exec: 10 kB). */
const mostOutput = 10_240;

export interface ProcessHostParts {
  /** The image that a reference names; an unknown one has a stand-in. */
  image(reference: string): Image;
  /** Asked on each start, so that it may be given later than the cluster. */
  userland?(): Userland | undefined;
  network?(): Network | undefined;
  readonly logBounds: LogBounds;
  /** A container's first process ended; told once. */
  exited(world: World, container: ContainerRecord): void;
  nodeUp(world: World, node: string): boolean;
}

/** The container runtimes' half of the kubelet: runs programs as reducers over JSON and carries out their effects. */
export interface Processes extends Doors {
  /** Handlers of the timers that processes set. */
  readonly timers: Dict<TimerHandler>;
  /** Makes a container; nothing runs in it yet. The log of a former container of the same key becomes the previous one. */
  create(world: World, container: ContainerRecord): void;
  /** Starts the container's first process. */
  start(world: World, key: string): StartFailure | undefined;
  /** Starts one more process in a running container. Its output goes to the sink; at its end `done` fires with `code` and `output` added. */
  exec(world: World, key: string, argv: readonly string[], to: ExecTo): number | StartFailure;
  /** Sends the output of the first process to a sink too; the answer detaches. */
  attach(world: World, key: string, sink: ProcessSink): () => void;
  /** Calls back for every whole line of a container's log from now on, and with undefined at its end. */
  follow(key: string, line: (line: LogLine | undefined) => void): () => void;
  deliver(world: World, process: number, input: ProcessInput): void;
  /** KILL ends the process at once; what the others do is up to the program. */
  signal(world: World, process: number, name: Signal): void;
  /** Ends a process as a fault of its own does. */
  crash(world: World, process: number, code: number): void;
  running(world: World, process: number): boolean;
  /** The first process of a container, while it runs. */
  main(world: World, key: string): number | undefined;
  /** Ends every process of a container and forgets it, its log included. */
  remove(world: World, key: string): void;
  files(world: World, key: string): Files | undefined;
  /** Starts a process of the note, outside every container. */
  note(world: World, api: Api, program: Program, options: ProcessOptions, deed: (deed: Json) => void): ProcessHandle;
}

/** What is made anew for a process where it is not known; its context lasts as long, and works out what changes when it is asked for it. */
interface Running {
  readonly program: Program;
  readonly context: ProcessContext;
}

interface NoteProcess {
  readonly record: ProcessRecord;
  readonly options: ProcessOptions;
  readonly api: Api;
  readonly streams: Map<string, StreamHandle>;
  deed(deed: Json): void;
}


const tellAll = (listening: ReadonlySet<(line: LogLine) => void>) => (line: LogLine): void => { for (const tell of [...listening]) tell(line); };

/** One host of processes for all nodes and the note. What is not JSON in it (sinks, programs) is rebuilt or belongs to the reader. */
export function processHost(parts: ProcessHostParts): Processes {
  const running = new Map<number, Running>();
  const sinks = new Map<number, Set<ProcessSink>>();
  const followers = new Map<string, Set<(line: LogLine | undefined) => void>>();
  const notes = new Map<number, NoteProcess>();
  const files = new WeakMap<ContainerRecord, Files>();
  /** What the processes of a container are called as senders of requests. */
  const senders = new WeakMap<ContainerRecord, Ref>();
  let nextNote = -1;
  let virtualZero: number | undefined;

  const recordOf = (world: World, id: number): ProcessRecord | undefined => (id < 0 ? notes.get(id)?.record : runtime(world).processes[id]);

  const filesOf = (world: World, container: ContainerRecord): Files => {
    let found = files.get(container);
    if (!found) {
      found = containerFiles(container, parts.image(container.image), () => runtime(world));
      files.set(container, found);
    }
    return found;
  };

  /** The program of a command line in a container, or runc's words why there is none. */
  const resolve = (world: World, container: ContainerRecord, argv: readonly string[]): Program | StartFailure => {
    const image = parts.image(container.image);
    const command = argv[0] ?? "";
    const own = image.program(argv, container.image);
    if (own) return own;
    const userland = parts.userland?.();
    const plain = command.startsWith("/") ? command.slice(command.lastIndexOf("/") + 1) : command;
    const standard = !command.includes("/") || /^\/(usr\/)?(local\/)?s?bin\/[^/]+$/.test(command);
    if (image.userland !== "none" && standard) {
      const found = userland?.([plain, ...argv.slice(1)], image);
      if (found) return found;
    }
    if (command.includes("/")) {
      const path = command.startsWith("/") ? command : `${container.cwd === "/" ? "" : container.cwd}/${command}`;
      const box = filesOf(world, container);
      const script = box.read(path);
      if (script !== undefined) {
        const interpreter = /^#!\s*(\S+)(?:\s+(\S+))?/.exec(script);
        const shell = interpreter ? (interpreter[1]).replace(/^.*\//, "") : "sh";
        const name = shell === "env" ? interpreter?.[2] ?? "sh" : shell;
        const found = image.userland === "none" ? undefined : userland?.([name, path, ...argv.slice(1)], image);
        if (found) return found;
        return { message: `exec: "${command}": permission denied`, code: 126 };
      }
      if (box.list(path) !== undefined) return { message: `exec: "${command}": is a directory: permission denied`, code: 126 };
      return { message: `exec: "${command}": stat ${command}: no such file or directory`, code: 127 };
    }
    return { message: `exec: "${command}": executable file not found in $PATH`, code: 127 };
  };

  const contextOf = (world: World, record: ProcessRecord): ProcessContext => {
    const epoch = (virtualZero ??= Date.parse(world.timestamp(0)));
    const note = notes.get(record.id);
    if (note) {
      return {
        get now() { return world.clock.now; },
        epoch, container: "", pid: record.pid, argv: record.argv, env: note.options.env, cwd: note.options.cwd,
        hostname: "note", address: "", user: 1000, tty: record.tty, files: note.options.files, random: world.random("note"),
        processes: () => [...notes.values()].map((other) => ({ pid: other.record.pid, argv: other.record.argv, start: other.record.start })),
        api: (request) => note.api.handle(request),
      };
    }
    return new ContainerContext(world, record, runtime(world).containers.get(record.container) as ContainerRecord, epoch, filesOf);
  };

  const runningOf = (world: World, record: ProcessRecord): Running | undefined => {
    const known = running.get(record.id);
    if (known) return known;
    const container = runtime(world).containers.get(record.container);
    const program = container && resolve(world, container, record.argv);
    if (!program || "message" in program) return undefined;
    const made: Running = { program, context: contextOf(world, record) };
    running.set(record.id, made);
    return made;
  };

  const isBackground = (world: World, record: ProcessRecord): boolean =>
    record.id > 0 && record.pid === 1 && runtime(world).containers.get(record.container)?.background === true;

  /** Writes go to the log of the container (first process) and to whoever is attached. */
  const write = (world: World, record: ProcessRecord, fd: 1 | 2, data: string): void => {
    if (data === "") return;
    const note = record.id < 0 ? notes.get(record.id) : undefined;
    if (note) return note.options.write(fd, data);
    if (record.pid === 1) {
      const log = logOf(runtime(world), record.container);
      const listening = followers.get(record.container);
      append(log, world.clock.now, fd, data, parts.logBounds, listening && tellAll(listening));
    }
    if (record.done && record.output !== undefined && record.output.length < mostOutput) record.output = (record.output + data).slice(0, mostOutput);
    const watching = sinks.get(record.id);
    if (watching) for (const sink of [...watching]) sink.write(record.tty ? 1 : fd, data);
  };

  // The request that a process is being asked. Most are answered on the spot, so that it is kept among the open ones only afterwards.
  let asked: ProcessRecord | undefined;
  let askedId = "";
  let askedReply: ReplyTo | Crossing | undefined;
  const keepAsked = (): void => {
    if (asked && askedReply) {
      asked.nextTaken++;
      asked.taken[askedId] = askedReply;
    }
    asked = askedReply = undefined;
  };
  /** Where the answer to an open request goes; the request is open no longer. */
  const takenReply = (record: ProcessRecord, id: string): ReplyTo | Crossing | undefined => {
    let reply: ReplyTo | Crossing | undefined;
    if (asked === record && askedId === id) {
      reply = askedReply;
      asked = askedReply = undefined;
    } else {
      reply = record.taken[id];
      if (reply) delete record.taken[id];
    }
    return reply;
  };

  /** Passes on what a process says after so many ms to a request it took; null: it died first. */
  const settle = (world: World, reply: ReplyTo | Crossing, response: NetResponse | null, after: Ms): void => {
    if (!("args" in reply)) parts.network?.()?.answer(world, reply, response, after);
    else world.clock.after(after, reply.kind, { ...reply.args, response: response as unknown as Json }, reply.args["background"] === true);
  };

  /** The end of a process: its timers, doors and open requests go with it; the first process takes the container along. */
  const end = (world: World, record: ProcessRecord, code: number, signal?: string): void => {
    for (const timer of Object.values(record.sleeps)) world.clock.cancel(timer);
    if (asked === record) keepAsked();
    for (const reply of Object.values(record.taken)) settle(world, reply, null, 0);
    if (record.done) world.clock.after(0, record.done.kind, { ...record.done.args, code, output: record.output ?? "" }, record.done.args["background"] === true);
    running.delete(record.id);
    ends++;
    const note = notes.get(record.id);
    if (note) {
      notes.delete(record.id);
      for (const stream of note.streams.values()) stream.close();
      note.options.exit(code);
      return;
    }
    const state = runtime(world);
    const container = state.containers.get(record.container);
    delete state.processes[record.id];
    if (container) {
      delete container.pids[record.pid];
      const pod = podKey(container.pod);
      const listening = state.ports.get(pod);
      if (listening?.some(({ process }) => process === record.id) === true) state.ports.set(pod, listening.filter(({ process }) => process !== record.id));
    }
    const watching = [...(sinks.get(record.id) ?? [])];
    sinks.delete(record.id);
    if (container && record.pid === 1) {
      for (const id of Object.values(container.pids)) {
        const other = state.processes[id];
        if (other) end(world, other, 137, "KILL");
      }
      const message = filesOf(world, container).read("/dev/termination-log");
      container.exit = { code, at: world.clock.now, ...(signal === undefined ? {} : { signal }), ...(message ? { message } : {}) };
      const listening = followers.get(record.container);
      followers.delete(record.container);
      if (listening) for (const tell of listening) tell(undefined);
    }
    for (const sink of watching) sink.exit(code);
    if (container && record.pid === 1) parts.exited(world, container);
  };

  const send = (world: World, record: ProcessRecord, id: string, request: NetRequest): void => {
    record.sent[id] = true;
    const reply: ReplyTo = { kind: "process.reply", args: { process: record.id, id } };
    const container = record.id < 0 ? undefined : runtime(world).containers.get(record.container);
    let from = container && senders.get(container);
    if (container && !from) senders.set(container, from = { ...container.pod, part: `container/${container.name}` });
    const network = parts.network?.();
    // What the note asks of the cluster from outside is a deed: a replay must ask it again.
    notes.get(record.id)?.deed({ is: "request", from: "external", request: request as unknown as Json });
    if (network) network.send(world, from ?? "external", request, reply);
    else world.clock.after(0, reply.kind, { ...reply.args, result: { ok: false, why: "unreachable", trace: "" } });
  };

  const connect = (world: World, record: ProcessRecord, id: string, request: ApiRequest): void => {
    const note = notes.get(record.id);
    // The stream may speak before connect has returned, and after the process has ended.
    note?.streams.set(id, note.api.connect(request, {
      data: (channel, data) => deliver(world, record.id, { is: "stream", id, channel, data }),
      end: (response) => {
        note.streams.delete(id);
        deliver(world, record.id, { is: "end", id, response });
      },
    }));
  };

  const effect = (world: World, record: ProcessRecord, does: Effect): void => {
    switch (does.do) {
      case "write": return write(world, record, does.fd, does.data);
      case "sleep": {
        const timer = world.clock.after(does.ms, "process.wake", { process: record.id, id: does.id }, isBackground(world, record));
        record.sleeps[does.id] = timer;
        return;
      }
      case "cancel": {
        const timer = record.sleeps[does.id];
        if (timer !== undefined) world.clock.cancel(timer);
        delete record.sleeps[does.id];
        delete record.sent[does.id];
        return;
      }
      case "listen": {
        const container = runtime(world).containers.get(record.container);
        if (container) listen(runtime(world), podKey(container.pod), does.port, record.id);
        return;
      }
      case "respond": {
        const reply = takenReply(record, does.id);
        return reply && settle(world, reply, does.response, does.after);
      }
      case "request": return send(world, record, does.id, does.request);
      case "kill": {
        const container = runtime(world).containers.get(record.container);
        const target = container ? container.pids[does.pid] : [...notes.values()].find((note) => note.record.pid === does.pid)?.record.id;
        if (target !== undefined) signal(world, target, does.signal);
        return;
      }
      case "exit": return end(world, record, does.code);
      case "connect": return connect(world, record, does.id, does.request);
      case "send": return notes.get(record.id)?.streams.get(does.id)?.write(does.channel, does.data);
      case "close": {
        const streams = notes.get(record.id)?.streams;
        const stream = streams?.get(does.id);
        streams?.delete(does.id);
        return stream?.close();
      }
      case "deed": return notes.get(record.id)?.deed(does.deed);
    }
  };

  /** Counts the ends of processes: while none ends, nobody needs to ask whether this one still runs. */
  let ends = 0;
  const carryOut = (world: World, record: ProcessRecord, step: Step): void => {
    record.state = step.state;
    let known = -1;
    for (const does of step.do) {
      if (known !== ends && recordOf(world, record.id) !== record) return;
      known = ends;
      effect(world, record, does);
    }
    if (record.id < 0) notes.get(record.id)?.options.stepped?.(step.state);
  };

  const take = (world: World, id: number, input: ProcessInput): void => {
    const record = recordOf(world, id);
    const found = record && runningOf(world, record);
    if (found) carryOut(world, record, found.program.on(record.state, input, found.context));
  };

  // A delivery while another is carried out (a signal to oneself, a stream that answers at once) waits for its turn.
  const waiting: { readonly world: World; readonly id: number; readonly input: ProcessInput }[] = [];
  let busy = false;
  const drain = (): void => {
    if (busy) return;
    busy = true;
    try {
      for (let next = waiting.shift(); next; next = waiting.shift()) take(next.world, next.id, next.input);
    } finally {
      busy = false;
    }
  };
  const deliver = (world: World, id: number, input: ProcessInput): void => {
    if (busy || waiting.length > 0) {
      waiting.push({ world, id, input });
      drain();
      return;
    }
    busy = true;
    try {
      take(world, id, input);
    } finally {
      busy = false;
    }
    if (waiting.length > 0) drain();
  };

  const signal = (world: World, id: number, name: Signal): void => {
    const record = recordOf(world, id);
    if (!record) return;
    if (name === "KILL") end(world, record, 137, "KILL");
    else deliver(world, id, { is: "signal", name });
  };

  const launch = (world: World, container: ContainerRecord, argv: readonly string[], to: ExecTo): number | StartFailure => {
    const program = resolve(world, container, argv);
    if ("message" in program) return program;
    const state = runtime(world);
    const id = state.nextProcess++;
    const record: ProcessRecord = {
      id, container: container.key, pid: container.nextPid++, argv, tty: to.tty === true, start: world.clock.now, state: null, sleeps: new Bag<number>(), sent: new Bag<true>(), taken: new Bag<ReplyTo | Crossing>(), nextTaken: 1,
      ...(to.done ? { done: to.done, output: "" } : {}),
    };
    state.processes[id] = record;
    if (record.pid === 1) container.pids = { 1: id };
    else container.pids[record.pid] = id;
    const context = contextOf(world, record);
    running.set(id, { program, context });
    if (to.sink) sinks.set(id, new Set([to.sink]));
    const outer = busy;
    busy = true;
    try {
      carryOut(world, record, program.start(context));
    } finally {
      busy = outer;
    }
    drain();
    return id;
  };

  const kill = (world: World, container: ContainerRecord): void => {
    for (const id of Object.values(container.pids)) {
      const record = runtime(world).processes[id];
      if (record) end(world, record, 137, "KILL");
    }
  };

  const listener = (world: World, pod: string, port: number): ProcessRecord | undefined => {
    const { ports, processes } = runtime(world);
    const found = ports.get(pod)?.find((one) => one.port === port);
    return found && processes[found.process];
  };

  return {
    timers: {
      "process.wake": (world, args) => {
        const { process, id } = args as { process: number; id: string };
        const record = recordOf(world, process);
        if (!record) return;
        delete record.sleeps[id];
        deliver(world, process, { is: "wake", id });
      },
      "process.reply": (world, args) => {
        const { process, id, result } = args as unknown as { process: number; id: string; result: NetResult };
        const record = recordOf(world, process);
        if (!record?.sent[id]) return;
        delete record.sent[id];
        deliver(world, process, { is: "reply", id, result });
      },
    },
    create(world, container) {
      const state = runtime(world);
      const former = state.logs.get(container.key);
      state.containers.set(container.key, container);
      state.logs.set(container.key, { lines: [], bytes: 0, previous: former?.lines });
    },
    start(world, key) {
      const container = runtime(world).containers.get(key);
      if (!container) return { message: "container not found", code: 126 };
      container.startedAt = world.clock.now;
      const started = launch(world, container, container.argv, { tty: container.tty });
      if (typeof started !== "number") return started;
      // Without `stdin: true` there is nothing to read: whoever tries finds the end of the file.
      if (!container.stdin) deliver(world, started, { is: "eof" });
      return undefined;
    },
    exec(world, key, argv, to) {
      const container = runtime(world).containers.get(key);
      if (!container) return { message: "container not found", code: 126 };
      const started = launch(world, container, argv, to);
      // Nobody can type to a probe or a hook.
      if (typeof started === "number" && to.sink === undefined) deliver(world, started, { is: "eof" });
      return started;
    },
    attach(world, key, sink) {
      const id = runtime(world).containers.get(key)?.pids[1];
      if (id === undefined) return () => undefined;
      const all = sinks.get(id) ?? new Set();
      sinks.set(id, all.add(sink));
      return () => void all.delete(sink);
    },
    follow(key, line) {
      const all = followers.get(key) ?? new Set();
      followers.set(key, all.add(line));
      return () => void all.delete(line);
    },
    deliver,
    signal,
    crash(world, process, code) {
      const record = recordOf(world, process);
      if (record) end(world, record, code);
    },
    running: (world, process) => recordOf(world, process) !== undefined,
    main: (world, key) => runtime(world).containers.get(key)?.pids[1],
    remove(world, key) {
      const state = runtime(world);
      const container = state.containers.get(key);
      if (container) kill(world, container);
      state.containers.delete(key);
      state.logs.delete(key);
    },
    files(world, key) {
      const container = runtime(world).containers.get(key);
      return container && filesOf(world, container);
    },
    note(world, api, program, options, deed) {
      const id = nextNote--;
      const record: ProcessRecord = { id, container: "", pid: -id, argv: options.argv, tty: options.tty, start: world.clock.now, state: null, sleeps: {}, sent: {}, taken: {}, nextTaken: 1 };
      const streams = new Map<string, StreamHandle>();
      notes.set(id, { record, options, api, streams, deed });
      const context = contextOf(world, record);
      running.set(id, { program, context });
      const outer = busy;
      busy = true;
      try {
        carryOut(world, record, program.start(context));
      } finally {
        busy = outer;
      }
      drain();
      return {
        pid: record.pid,
        get running() { return notes.has(id); },
        get waiting() {
          if (!notes.has(id)) return undefined;
          if (streams.size > 0 || Object.keys(record.sent).length > 0) return "stream";
          return Object.keys(record.sleeps).length > 0 ? "time" : "input";
        },
        input: (data) => deliver(world, id, { is: "stdin", data }),
        eof: () => deliver(world, id, { is: "eof" }),
        signal: (name) => signal(world, id, name),
        kill: () => signal(world, id, "KILL"),
      };
    },
    accept(world, pod, port, request, reply) {
      const record = listener(world, pod, port);
      if (!record) return false;
      const id = String(record.nextTaken);
      keepAsked();
      asked = record;
      askedId = id;
      askedReply = reply;
      if (busy) keepAsked();
      deliver(world, record.id, { is: "request", id, request });
      keepAsked();
      return true;
    },
    listens: (world, pod, port) => listener(world, pod, port) !== undefined,
    nodeUp: (world, node) => parts.nodeUp(world, node),
  };
}

/** The answer that an HTTP-like process gave, from the arguments of a reply timer; null where it died first. */
export function responseOf(args: Json): NetResponse | null {
  return (args as unknown as { response: NetResponse | null }).response;
}

