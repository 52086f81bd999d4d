import { describe, expect, it } from "vitest";
import { createCluster } from "../../src/cluster/cluster";
import { BlockRun } from "../../src/session/block-run";
import { NoteCluster } from "../../src/session/note-cluster";
import { NoteClusters } from "../../src/session/note-clusters";
import { NoteFiles } from "../../src/session/note-files";
import { plan } from "../../src/session/plan";
import { saved } from "../../src/session/saved";
import { readNote } from "../../src/note/read";
import { userland } from "../../src/shell/shell";
import type { Cluster } from "../../src/cluster/cluster-contract";

/** A stopwatch by which every look takes a millisecond: work is cut into as many pieces as there can be. */
function ticking(): () => number {
  let at = 0;
  return () => (at += 1);
}

const files = (): NoteFiles => new NoteFiles(new Map());
const everything = (cluster: Cluster): string => JSON.stringify([cluster.now, cluster.rev, [...cluster.at().changes(-1e9)]]);
const many = (lines: readonly string[]): ReturnType<typeof plan> => {
  const [block] = readNote("a.md", `\`\`\`k8s-sim\n${lines.join("\n")}\n\`\`\`\n`).blocks;
  return block === undefined ? [] : plan(block);
};

describe("a cluster that is made piece by piece", () => {
  it("is, byte for byte, the one that is made at once", () => {
    const note = new NoteCluster({ seed: 3 }, files(), ticking());
    let pieces = 0;
    for (const _piece of note.opening()) pieces++;
    expect(pieces).toBeGreaterThan(10);
    const whole = createCluster({ seed: 3 }, { userland });
    expect(everything(note.cluster)).toBe(everything(whole));
    note.cluster.advance(60_000);
    whole.advance(60_000);
    expect(everything(note.cluster)).toBe(everything(whole));
  });

  it("is made to its end by whoever needs it first, and there is only one", () => {
    const note = new NoteCluster({ seed: 3 }, files(), ticking());
    const pieces = note.opening();
    for (let i = 0; i < 5; i++) pieces.next();
    expect(note.opened).toBe(false);
    const { cluster } = note;
    expect(pieces.next().done).toBe(true);
    expect(note.cluster).toBe(cluster);
    expect(everything(cluster)).toBe(everything(createCluster({ seed: 3 }, { userland })));
  });

  it("is not made when its note has gone meanwhile", () => {
    const note = new NoteCluster({}, files(), ticking());
    const pieces = note.opening();
    for (let i = 0; i < 5; i++) pieces.next();
    note.dispose();
    expect(pieces.next().done).toBe(true);
    expect(note.opened).toBe(false);
  });

  it("does not come back when everything was closed meanwhile", () => {
    const text = "```k8s-sim\nkubectl create configmap a\n```\n";
    const model = readNote("a.md", text);
    const before = new NoteClusters(ticking());
    const first = before.of(model);
    first.complete("kubectl create configmap a");
    const kept = saved(first, "1");
    if (kept === undefined) throw new Error("nothing was kept");
    for (const close of [false, true]) {
      const clusters = new NoteClusters(ticking());
      const pieces = clusters.restore(model, "", new Map(), kept, "1");
      for (let i = 0; i < 5; i++) pieces.next();
      if (close) clusters.dispose();
      while (pieces.next().done !== true) continue;
      expect(clusters.count).toBe(close ? 0 : 1);
    }
  });

  it("is made when a command waits for it, a few ms of work at a time", () => {
    const note = new NoteCluster({ seed: 3 }, files(), ticking());
    let told = 0;
    note.onChange(() => { told++; });
    let text = "";
    const run = note.run("echo $((6 * 7)); kubectl get ns default -o name", { write: (_fd, data) => { text += data; } });
    expect([note.opened, note.busy, told]).toEqual([false, true, 1]);
    let frames = 0;
    for (; !run.done; frames++) note.drive(note, 16, 1, 8);
    expect(frames).toBeGreaterThan(5);
    expect(text).toBe("42\nnamespace/default\n");
  });
});

describe("a block that is the first to ask for its cluster", () => {
  it("waits for it, and does what it does on one that is there", () => {
    const lines = ["kubectl create deployment web --image=nginx --replicas=2", "kubectl rollout status deployment/web", "kubectl get pods -o name"];
    const told = (open: boolean): { readonly text: string; readonly everything: string } => {
      const note = new NoteCluster({ seed: 3 }, files(), ticking());
      if (open) while (note.opening().next().done !== true) continue;
      const run = new BlockRun(note, many(lines));
      run.run();
      expect(note.opened).toBe(open);
      while (!run.done) note.drive(note, 16, 1, 8);
      return { text: run.entries.map(({ output }) => output.map(({ data }) => data).join("")).join(""), everything: everything(note.cluster) };
    };
    const waited = told(false);
    expect(waited.text).toContain("successfully rolled out");
    expect(waited.text).toMatch(/pod\/web-[a-z0-9-]+\npod\/web-/);
    expect(told(false)).toEqual(waited);
    expect(told(true).text).toBe(waited.text);
  });
});

describe("many commands that end at once", () => {
  it("are cut into pieces, and do the same", () => {
    const lines = Array.from({ length: 2000 }, (_, i) => `n=$((n + ${i})); echo $n`);
    const told = (stopwatch?: () => number): { readonly text: string; readonly frames: number } => {
      const note = new NoteCluster({ seed: 3 }, files(), stopwatch);
      const run = new BlockRun(note, many(lines));
      run.run();
      let frames = 0;
      for (; !run.done; frames++) note.drive(note, 16, 1, 8);
      return { text: run.entries.map(({ output }) => output.map(({ data }) => data).join("")).join(""), frames };
    };
    const whole = told();
    const cut = told(ticking());
    expect(whole.text.trim().split("\n").at(-1)).toBe(String((1999 * 2000) / 2));
    expect(cut.text).toBe(whole.text);
    expect(whole.frames).toBe(0);
    expect(cut.frames).toBeGreaterThan(200);
  });

  it("are not all taken in one piece after one that waited", () => {
    const note = new NoteCluster({ seed: 3 }, files(), ticking());
    const run = new BlockRun(note, many(["sleep 1", ...Array.from({ length: 500 }, (_, i) => `echo ${i}`)]));
    run.run();
    const done = (): number => run.entries.filter(({ state }) => state === "done").length;
    let most = 0;
    while (!run.done) {
      const before = done();
      note.drive(note, 16, 1, 8);
      most = Math.max(most, done() - before);
    }
    expect(run.entries.every(({ exit }) => exit === 0)).toBe(true);
    expect(most).toBeLessThan(20);
  });

  it("are stopped between any two", () => {
    const note = new NoteCluster({ seed: 3 }, files(), ticking());
    const run = new BlockRun(note, many(Array.from({ length: 3000 }, (_, i) => `echo ${i}`)));
    run.run();
    for (let i = 0; i < 60; i++) note.drive(note, 16, 1, 8);
    run.stop();
    note.drive(note, 16, 1, 8);
    expect(note.busy).toBe(false);
    expect(run.entries.some(({ state }) => state === "done")).toBe(true);
    expect(run.entries.at(-1)?.state).toBe("waiting");
    expect(note.complete("echo on").stdout).toBe("on\n");
  });
});
