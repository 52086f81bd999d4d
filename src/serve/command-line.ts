import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { BlockRun } from "../session/block-run";
import { clusterOptions } from "../session/cluster-options";
import { NoteCluster } from "../session/note-cluster";
import { NoteFiles } from "../session/note-files";
import { plan } from "../session/plan";
import { readNote } from "../note/read";
import { wallDriver } from "./driver";
import { writeKubeconfig } from "./kubeconfig";
import { serve } from "./server";
import type { Served } from "./server";

export interface ServeArguments {
  readonly note: string | undefined;
  /** Where the kubeconfig goes. */
  readonly kubeconfig: string;
  readonly port: number;
  /** Virtual seconds a second. */
  readonly speed: number;
  readonly seed: number | undefined;
}

export const usage = "usage: npm run serve [-- --note FILE.md --kubeconfig FILE --port N --speed N --seed N]";

/** Throws an Error with the usage where an argument is none. */
export function readServeArguments(words: readonly string[], kubeconfig: string): ServeArguments {
  const given = new Map<string, string>();
  for (let at = 0; at < words.length; at++) {
    const [, name = "", inline] = /^--(note|kubeconfig|port|speed|seed)(?:=(.*))?$/.exec(words[at] ?? "") ?? [];
    const value = inline ?? words[++at];
    if (name === "" || value === undefined) throw new Error(usage);
    given.set(name, value);
  }
  const number = (name: string, otherwise: number): number => {
    const value = Number(given.get(name) ?? otherwise);
    if (!Number.isFinite(value) || value < 0) throw new Error(usage);
    return value;
  };
  return {
    note: given.get("note"), kubeconfig: resolve(given.get("kubeconfig") ?? kubeconfig),
    port: number("port", 0), speed: Math.max(0.01, number("speed", 1)), seed: given.has("seed") ? number("seed", 1) : undefined,
  };
}

/** The cluster of a note after its blocks have run, or an empty one. */
function noteCluster(path: string | undefined, seed: number | undefined): NoteCluster {
  const stopwatch = (): number => performance.now();
  if (path === undefined) return new NoteCluster(seed === undefined ? {} : { seed }, new NoteFiles(new Map()), stopwatch);
  const note = readNote(path, readFileSync(path, "utf8"));
  const blocks = note.blocks.filter((block) => block.is === "k8s-sim" && block.options["cluster"] === undefined);
  const cluster = new NoteCluster(clusterOptions(blocks, seed), new NoteFiles(new Map([...note.files].map(([name, file]) => [name, file.text] as const))), stopwatch);
  for (const block of blocks) if (!block.problems.some((problem) => problem.severity === "error")) new BlockRun(cluster, plan(block)).complete(5 * 60_000);
  return cluster;
}

/** Serves a cluster and writes its kubeconfig. Throws where the note or the port can't be had. */
export async function serveCommand(args: ServeArguments): Promise<Served> {
  const note = noteCluster(args.note, args.seed);
  note.align(Date.now());
  const served = await serve({ cluster: () => note.cluster, driver: wallDriver(() => note.cluster, args.speed), port: args.port });
  writeKubeconfig(args.kubeconfig, served.kubeconfig);
  return served;
}
