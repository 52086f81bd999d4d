// npm run kubectl -- ARGUMENTS…: the real kubectl on a fresh simulated cluster (with K8S_SIM_NOTE=FILE.md on a note's).
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { realClients } from "./real-clients.mjs";
import { serveBundle } from "./serve-bundle.mjs";

const { kubectl } = realClients();
const { readServeArguments, serveCommand } = await serveBundle();
const home = mkdtempSync(join(tmpdir(), "k8s-sim-"));
const args = readServeArguments(process.env.K8S_SIM_NOTE === undefined ? [] : ["--note", process.env.K8S_SIM_NOTE], join(home, "kubeconfig"));
const served = await serveCommand(args);
const child = spawn(kubectl, process.argv.slice(2), { stdio: "inherit", env: { ...process.env, KUBECONFIG: args.kubeconfig } });
process.on("SIGINT", () => undefined);
child.on("close", async (code) => {
  rmSync(home, { recursive: true, force: true });
  await served.stop();
  process.exit(code ?? 1);
});
