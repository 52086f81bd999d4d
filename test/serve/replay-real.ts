import { readFileSync } from "node:fs";
import { join } from "node:path";
import { NoteCluster } from "../../src/session/note-cluster";
import { NoteFiles } from "../../src/session/note-files";
import { accepted, epochs, seeds } from "../conformance/accepted";
import { normalise, sameOutput, sameRollout } from "../conformance/normalise";
import { golden, recordedFiles, show } from "../conformance/replay";
import { realShell } from "./real-shell";
import { acceptedBytes, acceptedReal, moments } from "./accepted";
import type { Outcome, Recording } from "../conformance/replay";

/** How long a cluster had stood when a recording began, virtual ms. */
const before = 30_000;
/** What our kubectl takes to start, virtual ms: the real one is given the same. */
const startUp = 60;
const week = 7 * 86_400_000;

export interface RealOutcome {
  /** The real kubectl against what was recorded. */
  readonly recorded: Outcome;
  /** Ours against the real one, on clusters that are the same in everything. */
  readonly bytes: Outcome | undefined;
}

/** What a client tells by its own clock, which the cluster's does not follow here, or names by chance: ages, temporary files, its log's time and process. */
function plain(text: string): string {
  return text
    .replace(/\b(LIVE|MERGED)-\d+/g, "$1-<n>").replace(/^((?:---|\+\+\+) \S+\t).*$/gm, "$1<time>").replace(/^[IWE]\d{4} [\d:.]+ +\d+ /gm, "<log> ")
    .replace(/\b(?:\d+[dhms])+(?: \(x\d+ over (?:\d+[dhms])+\))?(?= |$|\n|\)|,)/gm, "<age>").replace(/<age> ago/g, "<age>").replace(/ {2,}/g, "  ").replace(/ +$/gm, "");
}

/** What the real kubectl prints in an order that it leaves to chance. */
const unordered: readonly (readonly [pattern: RegExp, why: string])[] = [
  [/^kubectl (describe (cm|configmaps?|secrets?|ns|namespaces?|limits|limitranges?)\b|(annotate|label) .*--list|logs .*(--all-containers|-l |--selector))/, "It walks a Go map, which has no order."],
  [/^kubectl (events\b|.*--sort-by)/, "Go's sort leaves equal elements in any order, and events of one second are equal."],
];

function anyOrder(line: string, text: string): string {
  return unordered.some(([pattern]) => pattern.test(line)) ? plain(text).split("\n").sort().join("\n") : plain(text);
}

function outcome(step: number, cmd: string, same: boolean, reason: string | undefined, needless: boolean, recorded: string, ours: string): Outcome {
  const result = same ? (reason !== undefined && needless ? "needless" : "equal") : reason === undefined ? "different" : "accepted";
  return { step, cmd, result, recorded, ours, ...(reason === undefined ? {} : { reason }) };
}

/** An epoch at the same time of the same weekday that lies behind us, so that a client finds no object from the future. */
function past(epoch: string): string {
  let at = Date.parse(epoch);
  while (at + 6 * 3_600_000 > Date.now()) at -= week;
  return new Date(at).toISOString();
}

/** The curl lines of the recordings show their certificates; ours show a token. */
function withToken(line: string, url: string, token: string): string {
  return line.replace(/--cert \S+ \S+\/admin\.crt --key \S+ \S+\/admin\.key/g, `-H "Authorization: Bearer ${token}"`).replace(/https:\/\/127\.0\.0\.1:6443/g, url);
}

/** Replays a recording twice, command by command: by the real kubectl over HTTP, and by ours on a twin of that cluster. */
export async function replayReal(scenario: string, only?: (step: number) => boolean): Promise<readonly RealOutcome[]> {
  const folder = join(golden, scenario);
  const recording = JSON.parse(readFileSync(join(folder, "transcript.json"), "utf8")) as Recording;
  const options = { seed: seeds[scenario] ?? 11, epoch: past(epochs[scenario] ?? "2026-11-23T14:00:00Z") };
  const note = new NoteCluster(options, new NoteFiles(new Map()));
  let twin = new NoteCluster(options, new NoteFiles(recordedFiles(folder)));
  const shell = await realShell(() => note.cluster, folder);
  const outcomes: RealOutcome[] = [];
  try {
    for (const [at, step] of recording.steps.entries()) {
      if (only?.(at) === false) break;
      const moment = Math.max(note.cluster.now, twin.cluster.now, before + step.at * 1000);
      for (const { cluster } of [note, twin]) cluster.advance(moment);
      const most = Math.max(60_000, (step.took ?? 0) * 2000);
      // One that went another way is exchanged for a twin of what the real one made.
      if (twin.cluster.rev !== note.cluster.rev) {
        twin.dispose();
        twin = new NoteCluster(options, twin.files, undefined, note.cluster.branch(note.cluster.now));
      }
      const ours = twin.complete(step.cmd, most);
      note.cluster.advance(moment + startUp);
      const real = await shell.run(withToken(step.cmd, shell.served.url, shell.served.token), most);
      const texts = { recorded: show(step.stdout, step.stderr, step.exit), real: show(real.stdout, real.stderr, real.exit), ours: show(ours.stdout, ours.stderr, ours.exit) };
      const free = step.setup === true || step.unstable === true;
      const same = free || sameOutput(texts.recorded, texts.real) || anyOrder(step.cmd, normalise(texts.recorded)) === anyOrder(step.cmd, normalise(texts.real)) || (/^kubectl rollout status/.test(step.cmd) && sameRollout(texts.recorded, texts.real));
      const find = (list: Readonly<Record<string, Readonly<Record<string, string>>>>): string | undefined => list[scenario]?.[step.cmd] ?? list[scenario]?.[String(at)];
      const mine = find(acceptedReal);
      const asks = /\bkubectl\b/.test(step.cmd);
      const bytes = find(acceptedBytes);
      outcomes.push({
        recorded: outcome(at, step.cmd, same, mine ?? (/note's shell/.test(find(accepted) ?? "") ? undefined : find(accepted)), mine !== undefined && mine !== moments, texts.recorded, texts.real),
        bytes: asks ? outcome(at, step.cmd, texts.real === texts.ours || anyOrder(step.cmd, texts.real) === anyOrder(step.cmd, texts.ours), bytes, bytes !== undefined && bytes !== moments, texts.real, texts.ours) : undefined,
      });
    }
  } finally {
    await shell.close();
    note.dispose();
    twin.dispose();
  }
  return outcomes;
}
