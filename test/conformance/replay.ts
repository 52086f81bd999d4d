import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { kubectl } from "../../src/kubectl/kubectl";
import { NoteCluster } from "../../src/session/note-cluster";
import { home, NoteFiles } from "../../src/session/note-files";
import { accepted, epochs, seeds } from "./accepted";
import { sameOutput, sameRollout, watchSequences } from "./normalise";

export const golden = join(import.meta.dirname, "golden");

interface Step { readonly cmd: string; readonly stdout: string; readonly stderr: string; readonly exit: number; readonly at: number; readonly took?: number; readonly setup?: boolean; readonly unstable?: boolean; readonly unstableWhy?: string }
export interface Recording { readonly scenario: string; readonly steps: readonly Step[] }

export interface Outcome {
  readonly step: number;
  readonly cmd: string;
  readonly result: "equal" | "accepted" | "different" | "needless";
  readonly reason?: string;
  readonly recorded: string;
  readonly ours: string;
}

/** How long a cluster had stood when a recording began, virtual ms: its nodes are ready. */
const before = 30_000;

/** The files that the commands of a recording read. */
export function recordedFiles(folder: string): Map<string, string> {
  const names = readdirSync(folder, { recursive: true, encoding: "utf8" });
  return new Map(names.filter((name) => /\.(ya?ml|json|properties|env|txt|conf|sh|crt|key)$/.test(name) && !/^(transcript|watch-|final)/.test(name)).map((name) => [name.replaceAll("\\", "/"), readFileSync(join(folder, name), "utf8")]));
}

/** Replays a recording on a simulated cluster: each command at its recorded moment. `inspect` sees the cluster at the end. */
export function replay(scenario: string, seed = seeds[scenario] ?? 11, inspect?: (note: NoteCluster) => void): { readonly steps: readonly Outcome[]; readonly watches: readonly Outcome[] } {
  const folder = join(golden, scenario);
  const recording = JSON.parse(readFileSync(join(folder, "transcript.json"), "utf8")) as Recording;
  const names = readdirSync(folder, { recursive: true, encoding: "utf8" });
  const files = recordedFiles(folder);
  const note = new NoteCluster({ seed, epoch: epochs[scenario] ?? "2026-11-23T14:00:00Z" }, new NoteFiles(files));
  note.cluster.advance(before);
  const ends = recording.steps.map((step) => before + step.at * 1000);
  const watches = names.filter((name) => /^watch-[a-z0-9-]+\.timed\.txt$/.test(name)).map((name) => startWatch(note, folder, name, ends)).filter((watch) => watch !== undefined);
  const list = accepted[scenario] ?? {};
  const steps = recording.steps.map((step, at): Outcome => {
    const moment = before + step.at * 1000;
    for (const watch of watches) if (!watch.started && watch.at <= moment) {
      note.cluster.advance(Math.max(note.cluster.now, watch.at));
      watch.start();
    }
    if (note.cluster.now < moment) note.cluster.advance(moment);
    const { stdout, stderr, exit } = note.complete(step.cmd, Math.max(60_000, (step.took ?? 0) * 2000));
    const ours = show(stdout, stderr, exit);
    const recorded = show(step.stdout, step.stderr, step.exit);
    const same = sameOutput(recorded, ours) || (/^kubectl rollout status/.test(step.cmd) && sameRollout(recorded, ours)) || step.setup === true || step.unstable === true;
    const reason = list[step.cmd] ?? list[String(at)];
    return outcome(at, step.cmd, same, reason, recorded, ours);
  });
  const last = recording.steps[recording.steps.length - 1];
  note.cluster.advance(Math.max(note.cluster.now, before + ((last?.at ?? 0) + (last?.took ?? 0)) * 1000) + 1000);
  const watched = watches.map((watch, at): Outcome => {
    const recorded = watchSequences(watch.recorded).join("\n");
    const ours = watchSequences(watch.output()).join("\n");
    return outcome(at, watch.name, recorded === ours, list[watch.name], recorded, ours);
  });
  inspect?.(note);
  note.dispose();
  return { steps, watches: watched };
}

function outcome(step: number, cmd: string, same: boolean, reason: string | undefined, recorded: string, ours: string): Outcome {
  const result = same ? reason === undefined ? "equal" : "needless" : reason === undefined ? "different" : "accepted";
  return { step, cmd, result, recorded, ours, ...(reason === undefined ? {} : { reason }) };
}

export function show(stdout: string, stderr: string, exit: number): string {
  return `${stdout}${stderr === "" ? "" : `[stderr]\n${stderr}`}${exit === 0 ? "" : `[exit ${exit}]\n`}`;
}

/** A recorded `--watch` of a table; watches in other forms are not compared. */
function startWatch(note: NoteCluster, folder: string, name: string, ends: readonly number[]): { readonly name: string; readonly at: number; readonly recorded: string; started: boolean; start(): void; output(): string } | undefined {
  const text = readFileSync(join(folder, name), "utf8");
  const header = /^# (kubectl .*?)\s+\(started at ([\d.]+)s/.exec(text);
  if (header === null || /-o |events/.test(header[1] ?? "")) return undefined;
  const argv = (header[1] ?? "").split(/\s+/);
  let output = "";
  // A watch was stopped before the first command of whose doings it tells nothing.
  const last = Math.max(0, ...text.split("\n").map((line) => Number(/^\s*([\d.]+)  /.exec(line)?.[1] ?? 0)));
  const end = ends.find((at) => at > before + last * 1000) ?? Infinity;
  const watch = {
    name: name.replace(".timed.txt", ""), at: before + Number(header[2]) * 1000, recorded: text.split("\n").filter((line) => !line.startsWith("#")).join("\n"), started: false,
    start: () => {
      watch.started = true;
      note.cluster.start(kubectl(), { argv, env: { HOME: home }, cwd: home, tty: false, files: note.files, write: (fd, data) => { if (fd === 1 && note.cluster.now < end) output += data; }, exit: () => undefined });
    },
    output: () => output,
  };
  return watch;
}
