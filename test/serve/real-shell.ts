import { spawn } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { realClients } from "../../scripts/real-clients.mjs";
import { manualDriver } from "../../src/serve/driver";
import { serve } from "../../src/serve/server";
import type { ChildProcess } from "node:child_process";
import type { Cluster } from "../../src/cluster/cluster-contract";
import type { Served } from "../../src/serve/server";

export interface RealOutput { readonly stdout: string; readonly stderr: string; readonly exit: number }

/** A shell of this machine in a folder of its own, whose kubectl is the real one, on a cluster whose time only this shell moves. */
export interface RealShell {
  readonly served: Served;
  readonly folder: string;
  readonly home: string;
  /** Runs a command line; while it waits for the cluster, the cluster's time runs on, at most `most` virtual ms. */
  run(line: string, most: number): Promise<RealOutput>;
  close(): Promise<void>;
}

/** All processes below one, itself included. */
function family(pid: number): readonly number[] {
  let children: readonly number[];
  try {
    children = readdirSync(`/proc/${pid}/task`).flatMap((thread) => readFileSync(`/proc/${pid}/task/${thread}/children`, "utf8").split(" ").filter((word) => word !== "").map(Number));
  } catch {
    return [];
  }
  return [pid, ...children.flatMap(family)];
}

/** What the processes have done so far, and whether any thread of theirs is at work or wants to be. */
function activity(pid: number): { readonly busy: boolean; readonly done: string } {
  let busy = false;
  let done = "";
  for (const process of family(pid)) {
    try {
      for (const thread of readdirSync(`/proc/${process}/task`)) {
        const fields = readFileSync(`/proc/${process}/task/${thread}/stat`, "utf8").replace(/^.*\) /, "").split(" ");
        if (fields[0] !== "S" && fields[0] !== "Z") busy = true;
        done += `${thread}:${fields[11] ?? ""}:${fields[12] ?? ""} `;
      }
    } catch {
      // It ended while it was looked at.
      busy = true;
    }
  }
  return { busy, done };
}

/** After some ms, or sooner where a child has ended. */
const soon = (ms: number, ended: Promise<unknown>): Promise<unknown> => {
  let timer: ReturnType<typeof setTimeout> | undefined;
  return Promise.race([ended, new Promise((resolve) => { timer = setTimeout(resolve, ms); })]).finally(() => { clearTimeout(timer); });
};

/** Looks in a row, 2 ms apart, after which processes count as still; and many more where they may only be thinking. */
const looks = 3;
const longLooks = 40;
/** From one look to the next while they are at work, ms: looking costs processor time too, which they want. */
const pause = 8;
/** How far time runs on at each look at a client that waits for the cluster, virtual ms: client-go polls its own caches ten times a second, and must not be overtaken meanwhile. */
const stride = 400;

/**
 * Resolves when a process and its children have done everything they can: they sleep, and the server has nothing to answer. Nothing
 * here counts time: a slow machine takes longer and sees the same. To when they were last seen at work (0 if not at all), by this
 * machine's clock, or to undefined where they ended.
 */
async function still(child: ChildProcess, served: Served, ended: Promise<unknown>): Promise<number | undefined> {
  let before = "";
  let worked = 0;
  for (let same = 0; same < (served.streams > 0 ? looks : longLooks);) {
    await soon(same > 0 ? 2 : pause, ended);
    if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return undefined;
    const { busy, done } = activity(child.pid);
    const works = busy || served.busy > 0 || (before !== "" && done !== before);
    if (works) worked = performance.now();
    same = works || before === "" ? 0 : same + 1;
    before = done;
  }
  return worked;
}

/** Serves a cluster and opens a shell for it; `files` are copied into its folder from `from`. */
export async function realShell(cluster: () => Cluster, from?: string): Promise<RealShell> {
  const served = await serve({ cluster, driver: manualDriver });
  const { kubectl, helm } = realClients();
  const home = mkdtempSync(join(tmpdir(), "k8s-sim-real-"));
  const folder = join(home, "work");
  const bin = join(home, "bin");
  for (const path of [folder, bin, join(home, ".kube")]) mkdirSync(path, { recursive: true });
  symlinkSync(kubectl, join(bin, "kubectl"));
  symlinkSync(helm, join(bin, "helm"));
  writeFileSync(join(home, ".kube/config"), served.kubeconfig, { mode: 0o600 });
  mkdirSync(join(home, ".kube/pki"));
  writeFileSync(join(home, ".kube/pki/ca.crt"), served.ca);
  if (from !== undefined) {
    for (const name of readdirSync(from, { recursive: true, encoding: "utf8" })) {
      if (!/\.[a-z]+$/.test(name) || /^(transcript|watch-|final)/.test(name)) continue;
      mkdirSync(dirname(join(folder, name)), { recursive: true });
      copyFileSync(join(from, name), join(folder, name));
    }
  }
  const env = { PATH: `${bin}:${process.env["PATH"] ?? ""}`, HOME: home, KUBECONFIG: join(home, ".kube/config"), LANG: "C.UTF-8", TERM: "xterm", TZ: "UTC" };
  /** As if it were served where the recorded cluster was. */
  const shown = (text: string): string => text.replaceAll(served.url, "https://127.0.0.1:6443").replaceAll(served.url.slice(8), "127.0.0.1:6443").replaceAll(home, "/home/user");

  const run = async (line: string, most: number): Promise<RealOutput> => {
    const child = spawn("bash", ["-c", line], { cwd: folder, env, detached: true, stdio: ["ignore", "pipe", "pipe"] });
    const text = ["", ""];
    [child.stdout, child.stderr].forEach((stream, at) => stream.setEncoding("utf8").on("data", (data: string) => { text[at] += data; }));
    const exit = new Promise<number>((resolve) => { child.once("close", (code) => { resolve(code ?? 130); }); });
    let over = false;
    void exit.then(() => { over = true; });
    const until = cluster().now + most;
    // A client's own time limit is counted by this machine's clock, and then the cluster keeps to that too. Where the limit is all there is to it,
    // the cluster's time runs on as ever up to the limit, and stands there until the client's clock has come as far.
    const limit = /^kubectl (?:wait|rollout status) .*--timeout=(\d+)s$/.exec(line)?.[1];
    const end = limit === undefined ? until : Math.min(until, cluster().now + Number(limit) * 1000);
    const wall = limit === undefined && /^helm |timeoutSeconds=|--timeout|--request-timeout|\btimeout \d|\bsleep \d/.test(line);
    let last = performance.now();
    while (!over) {
      if (end < until && cluster().now >= end) {
        await exit;
        break;
      }
      const worked = await still(child, served, exit);
      if (worked === undefined) {
        if (!over) await soon(1, exit);
        last = performance.now();
        continue;
      }
      // The cluster's time stands still while the client works, however slowly.
      const elapsed = performance.now() - Math.max(last, worked);
      last = performance.now();
      const { sent, streams } = served;
      // It waits for the cluster, or for the clock.
      if (streams > 0 && !wall) cluster().advance(Math.min(end, cluster().now + stride), undefined, () => served.sent > sent);
      else cluster().advance(Math.min(end, cluster().now + elapsed), undefined, () => served.sent > sent);
      if (cluster().now >= until && child.pid !== undefined) process.kill(-child.pid, "SIGINT");
    }
    return { stdout: shown(text[0] ?? ""), stderr: shown(text[1] ?? ""), exit: await exit };
  };
  return {
    served, folder, home, run,
    close: async () => {
      await served.stop();
      rmSync(home, { recursive: true, force: true });
    },
  };
}
