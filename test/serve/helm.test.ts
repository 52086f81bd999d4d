import { cpSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { NoteCluster } from "../../src/session/note-cluster";
import { NoteFiles } from "../../src/session/note-files";
import { realShell } from "./real-shell";
import type { RealShell } from "./real-shell";

/** The longest that a step may take, virtual ms. */
const most = 5 * 60_000;

let note: NoteCluster;
let shell: RealShell;
beforeAll(async () => {
  note = new NoteCluster({ seed: 5, epoch: "2026-01-05T08:00:00Z" }, new NoteFiles(new Map()));
  shell = await realShell(() => note.cluster);
  cpSync(join(import.meta.dirname, "chart"), join(shell.folder, "chart"), { recursive: true });
});
afterAll(async () => {
  await shell.close();
  note.dispose();
});

/** What a command line prints; it must succeed. */
async function run(line: string): Promise<string> {
  const { stdout, stderr, exit } = await shell.run(line, most);
  expect(exit, `${line}\n${stdout}${stderr}`).toBe(0);
  return stdout;
}

const state = (): Promise<string> => run("kubectl get deploy web -o jsonpath='{.spec.template.spec.containers[0].image} {.status.readyReplicas}/{.spec.replicas} {.metadata.generation}={.status.observedGeneration}' && kubectl get cm web -o jsonpath=' {.data.GREETING}'");

describe("the real helm", () => {
  it("installs, upgrades, rolls back and uninstalls a chart, and waits for each", async () => {
    expect(await run("helm install web ./chart --wait")).toContain("STATUS: deployed");
    expect(await state()).toBe("nginx:1.27 2/2 1=1 Welcome");
    expect(await run("kubectl get ing web -o jsonpath='{.spec.rules[0].host}'")).toBe("shop.example.com");
    expect(await run("kubectl get endpointslices -l kubernetes.io/service-name=web -o jsonpath='{.items[*].endpoints[*].conditions.ready}'")).toBe("true true");

    expect(await run("helm upgrade web ./chart --set image=nginx:1.28,greeting=Hello,replicas=3 --wait")).toContain("REVISION: 2");
    expect(await state()).toBe("nginx:1.28 3/3 2=2 Hello");

    await run("helm rollback web 1 --wait");
    expect(await state()).toBe("nginx:1.27 2/2 3=3 Welcome");
    expect((await run("helm history web -o json | tr ',' '\\n' | grep '\"status\"'")).replace(/[^a-z\n]/g, "").trim().split("\n")).toEqual(["statussuperseded", "statussuperseded", "statusdeployed"]);

    expect(await run("helm uninstall web --wait")).toContain('release "web" uninstalled');
    expect(await run("kubectl get deploy,svc,cm,ing,secret -l app=web -o name; kubectl get deploy,ing,secret -o name")).toBe("");
    expect(await run("helm list -q")).toBe("");
  });

  it("is told why a chart that fails fails", async () => {
    const { stderr, exit } = await shell.run("helm install bad ./chart --set replicas=-1", most);
    expect(exit).toBe(1);
    expect(stderr).toContain('Deployment.apps "bad" is invalid: spec.replicas: Invalid value: -1: must be greater than or equal to 0');
  });
});
