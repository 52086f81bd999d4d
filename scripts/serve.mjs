// npm run serve [-- --note FILE.md --kubeconfig FILE --port N --speed N --seed N]: the simulated cluster for real clients, until stopped.
import { rmSync } from "node:fs";
import { join } from "node:path";
import { root, serveBundle } from "./serve-bundle.mjs";

const { readServeArguments, serveCommand } = await serveBundle();
let args;
try {
  args = readServeArguments(process.argv.slice(2), join(root, ".cache", "serve", "kubeconfig"));
} catch (error) {
  process.stderr.write(`${error.message}\n`);
  process.exit(2);
}
try {
  const served = await serveCommand(args);
  process.stdout.write(`Serving at ${served.url}. In another terminal:\n\n  export KUBECONFIG=${args.kubeconfig}\n  kubectl get pods -A\n\nCtrl-C stops it.\n`);
  const stop = async () => {
    rmSync(args.kubeconfig, { force: true });
    await served.stop();
    process.exit(0);
  };
  process.once("SIGINT", stop);
  process.once("SIGTERM", stop);
} catch (error) {
  process.stderr.write(`${error.code === "ENOENT" ? `${error.path}: no such note` : error.message}\n`);
  process.exit(1);
}
