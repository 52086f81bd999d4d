import { execFile } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { networkInterfaces, tmpdir } from "node:os";
import { connect } from "node:net";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { realClients } from "../../scripts/real-clients.mjs";
import { readServeArguments, serveCommand } from "../../src/serve/command-line";
import { serveNote } from "../../src/serve/note-server";
import { NoteCluster } from "../../src/session/note-cluster";
import { NoteFiles } from "../../src/session/note-files";

const run = promisify(execFile);
const kubectl = async (kubeconfig: string, ...words: readonly string[]): Promise<string> => (await run(realClients().kubectl, words, { env: { KUBECONFIG: kubeconfig, HOME: dirname(kubeconfig) } })).stdout;
const refused = (host: string, port: number): Promise<boolean> => new Promise((resolve) => {
  const socket = connect({ host, port }, () => {
    socket.destroy();
    resolve(false);
  });
  socket.on("error", () => { resolve(true); });
});

describe("a note's cluster that is served", () => {
  it("keeps what it was, tells the time, and lets nobody else drive", async () => {
    const note = new NoteCluster({ seed: 4 }, new NoteFiles(new Map()));
    note.complete("kubectl create deployment web --image=nginx:1.27 && kubectl rollout status deployment/web");
    const uid = note.cluster.at().get({ resource: "deployments.apps", namespace: "default", name: "web" })?.metadata.uid;
    let ended = 0;
    const served = await serveNote(note, () => { ended++; });
    expect(await kubectl(served.kubeconfig, "get", "deploy", "web", "-o", "jsonpath={.metadata.uid} {.status.readyReplicas}")).toBe(`${uid ?? ""} 1`);
    expect(Math.abs(Date.parse(note.cluster.options.epoch) + note.cluster.now - Date.now())).toBeLessThan(60_000);
    const { now } = note.cluster;
    expect(note.drive({}, 60_000, 1, 8)).toBe("other");
    expect(note.cluster.now).toBe(now);
    // A reset is served on.
    note.reset();
    expect(await kubectl(served.kubeconfig, "get", "deploy", "-o", "name")).toBe("");
    note.dispose();
    expect(ended).toBe(1);
    expect(existsSync(served.kubeconfig)).toBe(false);
  });

  it("is reached from this machine's loopback alone, by who may read the kubeconfig", async () => {
    const note = new NoteCluster({ seed: 4 }, new NoteFiles(new Map()));
    const served = await serveNote(note, () => undefined);
    expect(statSync(served.kubeconfig).mode & 0o777).toBe(0o600);
    expect(statSync(dirname(served.kubeconfig)).mode & 0o777).toBe(0o700);
    const port = Number(/:(\d+)\n/.exec(readFileSync(served.kubeconfig, "utf8"))?.[1]);
    expect(await refused("127.0.0.1", port)).toBe(false);
    for (const { address, internal } of Object.values(networkInterfaces()).flatMap((of) => of ?? [])) if (!internal && !address.startsWith("fe80")) expect(await refused(address, port)).toBe(true);
    served.stop();
    note.dispose();
  });
});

describe("npm run serve", () => {
  it("serves the cluster that a note's blocks make", async () => {
    const home = mkdtempSync(join(tmpdir(), "k8s-sim-test-"));
    const served = await serveCommand(readServeArguments(["--note", "test/vault/Rolling update.md", "--speed=5"], join(home, "kubeconfig")));
    expect(statSync(join(home, "kubeconfig")).mode & 0o777).toBe(0o600);
    expect(await kubectl(join(home, "kubeconfig"), "get", "deploy", "-o", "name")).toContain("deployment.apps/");
    await served.stop();
    rmSync(home, { recursive: true });
  });

  it("says how it is used", () => {
    expect(() => readServeArguments(["--nonsense", "1"], "x")).toThrow(/^usage: /);
    expect(() => readServeArguments(["--port"], "x")).toThrow(/^usage: /);
    expect(() => readServeArguments(["--speed", "fast"], "x")).toThrow(/^usage: /);
  });
});
