import type { Effect, ProcessContext, ProcessInput, Step } from "../cluster/images/program";
import type { Json } from "../cluster/model";
import { failShell, stepShell, wakeShell } from "./interpreter";
import { type Commands, emit, end, ioOf, kill, listener, type Machine, stepProgram, stepProgramInput, stepTool, write } from "./machine";
import { copyState, type Kernel, type Proc } from "./state";

/** The work of one activation in steps of the shell, what a step of a tool counts, and the steps of one process before the next has its turn. */
const stepsInAll = 2000;
const toolStep = 30;
const stepsInTurn = 40;

/** Makes the kernel of a new process, its three streams wired to the host. */
export function boot(context: ProcessContext): Kernel {
  return {
    next: context.pid + 1,
    nextFile: 4,
    root: context.pid,
    files: {
      1: { is: "host-in", refs: 1, text: "", eof: false },
      2: { is: "host-out", refs: 1, fd: 1 },
      3: { is: "host-out", refs: 1, fd: 2 },
    },
    procs: {},
    listens: {},
    sources: {},
    charge: 0,
    ticking: false,
    done: false,
  };
}

/** One activation of a process: `prepare` sets it up or takes an input in, then everything that can run does. */
export function activate(kernel: Kernel, context: ProcessContext, commands: Commands, prepare: (m: Machine) => void): Step<Json> {
  const m: Machine = { k: kernel, context, commands, effects: [] as Effect[], written: 0, waited: false };
  prepare(m);
  if (!m.k.done) work(m);
  return { state: m.k as unknown as Json, do: m.effects };
}

/** An input of the host, given to the process inside that waits for it. */
export function receive(state: Json, input: ProcessInput, context: ProcessContext, commands: Commands): Step<Json> {
  const kernel = copyState(state) as unknown as Kernel;
  return activate(kernel, context, commands, (m) => {
    if (!m.k.done) route(m, input);
  });
}

function route(m: Machine, input: ProcessInput): void {
  switch (input.is) {
    case "stdin": {
      m.k.charge = 0;
      for (const file of Object.values(m.k.files)) if (file.is === "host-in" && file.text.length < 4_000_000) file.text += input.data;
      return;
    }
    case "eof":
      for (const file of Object.values(m.k.files)) if (file.is === "host-in") file.eof = true;
      return;
    case "signal":
      signal(m, input.name);
      return;
    case "request": {
      const p = listener(m, input.request.port);
      if (p?.is === "program") stepProgram(m, p, input);
      else if (p?.is === "tool") m.commands.tool(p.tool)?.request?.(ioOf(m, p), p.state, input.id, input.request);
      return;
    }
    default: {
      if (input.is === "wake" && input.id === "charge") {
        m.k.ticking = false;
        return;
      }
      const at = input.id.indexOf(":");
      const p = m.k.procs[input.id.slice(0, at)];
      const id = input.id.slice(at + 1);
      if (!p || p.status !== undefined) return;
      m.k.charge = 0;
      if (input.is !== "stream") delete p.waits[id];
      if (p.is === "program") stepProgram(m, p, { ...input, id });
      else if (p.is === "tool") {
        const tool = m.commands.tool(p.tool);
        if (input.is === "wake") tool?.wake?.(ioOf(m, p), p.state, id);
        else if (input.is === "reply") tool?.reply?.(ioOf(m, p), p.state, id, input.result);
      } else if (input.is === "wake") wakeShell(m, p, id);
    }
  }
}

function signal(m: Machine, name: Parameters<typeof kill>[2]): void {
  const root = m.k.procs[m.k.root];
  if (!root) return;
  m.k.charge = 0;
  if (name === "INT" || name === "QUIT" || name === "TSTP") {
    // The terminal sends these to the whole foreground group.
    for (const p of Object.values(m.k.procs)) if (p !== root && !behind(m, p)) kill(m, p, name);
  }
  kill(m, root, name);
}

/** True for a process in the background, or below one. */
function behind(m: Machine, p: Proc): boolean {
  for (let at: Proc | undefined = p; at; at = m.k.procs[at.parent]) {
    if (at.background) return true;
    if (at.pid === m.k.root) return false;
  }
  return false;
}

function work(m: Machine): void {
  if (m.k.ticking) return;
  let steps = 0;
  let moved = true;
  while (moved && !m.k.done) {
    moved = false;
    for (const pid of Object.keys(m.k.procs)) {
      for (let turn = 0; turn < stepsInTurn; turn++) {
        const p = m.k.procs[pid];
        if (!p || p.status !== undefined || m.k.done) break;
        if (!step(m, p)) break;
        moved = true;
        steps += p.is === "shell" ? 1 : toolStep;
        if (steps >= stepsInAll) break;
      }
      if (m.k.done) return;
    }
    if (steps >= stepsInAll || (m.written >= 131072 && moved)) {
      // Work without waiting costs virtual time, ever more of it, so that the clock goes on.
      return charge(m);
    }
  }
  if (m.written >= 131072) charge(m);
}

/** One step of a process; what it throws ends that process and nothing else. */
function step(m: Machine, p: Proc): boolean {
  try {
    return p.is === "shell" ? stepShell(m, p) : p.is === "tool" ? stepTool(m, p) : stepProgramInput(m, p);
  } catch (problem) {
    const why = problem instanceof RangeError ? "recursion too deep" : problem instanceof Error ? problem.message : String(problem);
    if (p.is === "shell") failShell(m, p, why);
    else {
      write(m, p, 2, `${p.argv[0] ?? ""}: ${why}\n`);
      end(m, p, 2);
    }
    return true;
  }
}

function charge(m: Machine): void {
  m.k.charge = Math.min(1000, Math.max(1, m.k.charge * 1.25));
  m.k.ticking = true;
  emit(m, { do: "sleep", id: "charge", ms: Math.round(m.k.charge) });
}
