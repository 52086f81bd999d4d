import type { Signal } from "../../cluster/images/program";
import { formatDate } from "./dates";
import { nameOf } from "./files";
import { readOptions } from "./options";
import { type Io, instant, tool } from "./tool";

/** "1.5", "2m", "1h": ms; undefined where it is no duration. Infinity for "infinity". */
export function duration(text: string): number | undefined {
  if (/^inf(inity)?$/i.test(text)) return Infinity;
  const found = /^(\d+\.?\d*|\.\d+)([smhd]?)$/.exec(text);
  return found ? Number(found[1]) * { "": 1000, s: 1000, m: 60000, h: 3600000, d: 86400000 }[found[2] as "" | "s" | "m" | "h" | "d"] : undefined;
}

export const sleep = tool<{ ms: number }>({
  start(io) {
    const args = io.argv.slice(1);
    if (args.length === 0) {
      io.err(io.flavour === "busybox" ? "BusyBox v1.36.1 (2023-11-07 18:53:09 UTC) multi-call binary.\n\nUsage: sleep [N]...\n" : "sleep: missing operand\nTry 'sleep --help' for more information.\n");
      return 1;
    }
    let total = 0;
    for (const arg of args) {
      const ms = duration(arg);
      if (ms === undefined) {
        io.err(io.flavour === "busybox" ? `sleep: invalid number '${arg}'\n` : `sleep: invalid time interval '${arg}'\nTry 'sleep --help' for more information.\n`);
        return 1;
      }
      total += ms;
    }
    if (total === 0) return 0;
    // Endless, but as a timer that a snapshot can hold.
    io.sleep("sleep", total === Infinity ? 3.15e12 : Math.round(total));
    return { ms: 0 };
  },
  wake: (io) => io.exit(0),
});

export const ps = instant((io, args) => {
  const list = io.processes();
  const user = io.context.user === 0 ? "root" : String(io.context.user);
  const clock = formatDate(io.context.epoch + io.context.now, "%H:%M");
  if (io.flavour === "busybox") {
    io.out(`PID   USER     TIME  COMMAND\n${list.map((p) => `${String(p.pid).padStart(5)} ${user.padEnd(8)}  0:00 ${p.argv.join(" ")}\n`).join("")}`);
    return 0;
  }
  const flags = args.join("");
  if (/aux|u/.test(flags)) io.out(`USER         PID %CPU %MEM    VSZ   RSS TTY      STAT START   TIME COMMAND\n${list.map((p) => `${user.padEnd(8)} ${String(p.pid).padStart(7)}  0.0  0.0   2576  1536 ?        S    ${formatDate(io.context.epoch + p.start, "%H:%M")}   0:00 ${p.argv.join(" ")}\n`).join("")}`);
  else if (/f/.test(flags)) io.out(`UID          PID    PPID  C STIME TTY          TIME CMD\n${list.map((p) => `${user.padEnd(8)} ${String(p.pid).padStart(7)} ${String(p.pid === 1 ? 0 : 1).padStart(7)}  0 ${clock} ?        00:00:00 ${p.argv.join(" ")}\n`).join("")}`);
  else io.out(`    PID TTY          TIME CMD\n${list.map((p) => `${String(p.pid).padStart(7)} ?        00:00:00 ${nameOf(p.argv[0] ?? "")}\n`).join("")}`);
  return 0;
});

export const top = tool<{ left: number; ms: number }>({
  start(io) {
    const options = readOptions(io, { short: "bn:d:", posix: true });
    if (typeof options === "number") return options;
    const s = { left: Number(options.flags["n"] ?? 1e9), ms: Number(options.flags["d"] ?? 3) * 1000 };
    return topDraw(io, s) ? s : 0;
  },
  wake(io, s) {
    if (!topDraw(io, s)) io.exit(0);
  },
});

function topDraw(io: Io, s: { left: number; ms: number }): boolean {
  const list = io.processes();
  io.out(`${io.tty(1) ? "\u001b[H\u001b[2J" : ""}Mem: 2048000K used, 6144000K free, 0K shrd, 128000K buff, 1024000K cached\nCPU:   1% usr   1% sys   0% nic  98% idle   0% io   0% irq   0% sirq\nLoad average: 0.10 0.10 0.10 1/${list.length} ${list.at(-1)?.pid ?? 1}\n  PID  PPID USER     STAT   VSZ %VSZ CPU %CPU COMMAND\n${list.map((p) => `${String(p.pid).padStart(5)} ${String(p.pid === 1 ? 0 : 1).padStart(5)} ${(io.context.user === 0 ? "root" : String(io.context.user)).padEnd(8)} S     4400   0%   0   0% ${p.argv.join(" ")}\n`).join("")}`);
  if (--s.left <= 0) return false;
  io.sleep("top", s.ms);
  return true;
}

export const kill = instant((io, args) => {
  let signal: Signal = "TERM";
  const list = [...args];
  if (list[0]?.startsWith("-")) {
    const text = list[0] === "-s" ? (list.shift(), list[0] ?? "") : list[0].slice(1);
    list.shift();
    const numbers: Record<string, Signal> = { 1: "HUP", 2: "INT", 3: "QUIT", 9: "KILL", 10: "USR1", 12: "USR2", 15: "TERM", 18: "CONT", 19: "STOP" };
    signal = numbers[text] ?? (text.toUpperCase().replace(/^SIG/, "") as Signal);
  }
  let status = 0;
  for (const pid of list) {
    const why = io.kill(Number(pid), signal);
    if (why !== undefined) {
      io.err(io.flavour === "busybox" ? `kill: can't kill pid ${pid}: ${why}\n` : `kill: (${pid}): ${why}\n`);
      status = 1;
    }
  }
  return status;
});
