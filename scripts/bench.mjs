// npm run bench [-- --large --no-peer --only=ROW,… --runs=N]: how fast the simulated cluster is, beside the peer doing the same work in the same run;
// and how fast the plugin is in a browser.
import { build } from "esbuild";
import { execFileSync } from "node:child_process";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { pageBench } from "../test/bench/page.mjs";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const { values: options } = parseArgs({ options: { large: { type: "boolean" }, "no-peer": { type: "boolean" }, only: { type: "string" }, runs: { type: "string" } } });

execFileSync(process.execPath, [join(root, "scripts/generate.mjs")], { stdio: "ignore" });
const outfile = join(root, ".cache", "bench.mjs");
await build({
  entryPoints: [join(root, "test/bench/run.ts")], outfile, bundle: true, platform: "node", format: "esm", target: "node20", logLevel: "error",
  banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
});

const ms = (value) => `${value < 10 ? value.toFixed(1) : Math.round(value).toLocaleString("en")} ms`;
const kB = (value) => `${value.toFixed(1)} kB`;
const persecond = (value) => `${Math.round(value).toLocaleString("en")} /s`;
const share = (value) => `${value.toFixed(3)} CPU s per s`;

/** `warm` and `runs`: how often it is done before and while it is measured, by us and by the peer; 0 runs: the peer can't, or takes too long for its figure to matter. */
const rows = [
  { id: "ready", title: "cluster ready to use", show: ms, reach: "≤ 5 ms", ours: [10, 15], peers: [3, 7] },
  { id: "deploy-300", title: "Deployment of 300 until all are ready", show: ms, reach: "≤ 100 ms", ours: [6, 9], peers: [0, 1] },
  { id: "deploy-1000", title: "Deployment of 1,000", show: ms, reach: "≤ 500 ms", ours: [3, 5], peers: [0, 1] },
  { id: "rollout-300", title: "rolling update of 300", show: ms, reach: "≤ 300 ms", ours: [4, 7], peers: [0, 1] },
  { id: "crash-loop", title: "20 virtual minutes of a crash loop", show: ms, reach: "≤ 20 ms", ours: [5, 9], peers: [0, 3] },
  { id: "heap-per-pod", title: "heap a pod", show: kB, reach: "≤ 10 kB", ours: [1, 3], peers: [0, 1] },
  { id: "requests", title: "requests through a Service", show: persecond, reach: "≥ 300,000 /s", ours: [2, 5], peers: [1, 3], more: true },
  { id: "paused", title: "paused", show: share, reach: "0", ours: [0, 3], peers: [0, 1] },
  { id: "deploy-2500", title: "Deployment of 2,500 on 50 nodes", show: ms, reach: "", ours: [1, 3], peers: [0, 0] },
  { id: "deploy-5000", title: "Deployment of 5,000 on 100 nodes", show: ms, reach: "", ours: [1, 3], peers: [0, 0] },
  { id: "deploy-10000", title: "Deployment of 10,000 on 200 nodes", show: ms, reach: "", ours: [0, 3], peers: [0, 0] },
  { id: "deploy-150000", title: "Deployment of 150,000 on 5,000 nodes", show: ms, reach: "≤ 60 s, ≤ 2 GB", ours: [0, 1], peers: [0, 0], large: true },
];

/** `at` 4: with the CPU at a quarter of its speed, as a phone has it. Each run has a page of its own, so there is nothing to warm. */
const pageRows = [
  { id: "load", title: "loading main.js", reach: "≤ 80 ms", runs: 7 },
  { id: "load", at: 4, title: "loading main.js", reach: "≤ 300 ms", runs: 7 },
  { id: "onload", title: "onload", reach: "≤ 10 ms", runs: 7 },
  { id: "first-picture", title: "first picture alive after its note is shown", reach: "≤ 150 ms", runs: 5 },
  { id: "fifth-picture", title: "fifth picture alive", reach: "≤ 300 ms", runs: 3 },
  { id: "task-open", title: "longest task while a note with five pictures opens", reach: "≤ 50 ms", runs: 3 },
  { id: "task-open", at: 4, title: "longest task while a note with five pictures opens", reach: "≤ 50 ms", runs: 3 },
  { id: "update-60", title: "update of a diagram with 60 pods", reach: "≤ 4 ms", runs: 3 },
  { id: "frame-60", title: "longest frame of a rolling update of 60 pods", reach: "≤ 50 ms", runs: 3 },
  { id: "frame-60", at: 4, title: "longest frame of a rolling update of 60 pods", reach: "≤ 50 ms", runs: 3 },
  { id: "task-bad", title: "longest task of bad input", reach: "≤ 50 ms", runs: 3 },
  { id: "task-bad", at: 4, title: "longest task of bad input", reach: "≤ 50 ms", runs: 3 },
];

const median = (values) => [...values].sort((a, b) => a - b)[values.length >> 1];

function measure(side, row, [warm, runs]) {
  if (runs === 0) return undefined;
  const output = execFileSync(process.execPath, ["--expose-gc", ...(row.large ? ["--max-old-space-size=6000"] : []), outfile, side, row.id, String(warm), String(options.runs ?? runs)], { maxBuffer: 1e8, stdio: ["ignore", "pipe", "inherit"] });
  const { values, peak } = JSON.parse(String(output).trim().split("\n").at(-1));
  return { value: median(values), least: Math.min(...values), most: Math.max(...values), peak };
}

const only = options.only?.split(",");
process.stdout.write(`CPU time, median of several runs (least–most), Node ${process.version}; the peer is @ngrok/webernetes 0.3.5; until a picture is alive, and for loading, wall time\n\n| work | here | peer | ratio | to reach |\n|---|---|---|---|---|\n`);
for (const row of rows) {
  if (only ? !only.includes(row.id) : row.large && !options.large) continue;
  const here = measure("engine", row, row.ours);
  const peer = options["no-peer"] ? undefined : measure("peer", row, row.peers);
  const ratio = peer === undefined || here.value === 0 ? "" : `${(row.more ? here.value / peer.value : peer.value / here.value).toFixed(0)}×`;
  const told = `${row.show(here.value)} (${row.show(here.least)} – ${row.show(here.most)})${row.large ? `, ${(here.peak / 1e9).toFixed(1)} GB at most` : ""}`;
  process.stdout.write(`| ${row.title} | ${told} | ${peer === undefined ? "" : row.show(peer.value)} | ${ratio} | ${row.reach} |\n`);
}

const wanted = pageRows.filter(({ id }) => only === undefined || only.includes(id));
if (wanted.length > 0) {
  const bench = await pageBench();
  for (const { id, at = 1, title, reach, runs } of wanted) {
    const values = [];
    for (let run = 0; run < Number(options.runs ?? runs); run++) values.push(await bench.measure(id, at));
    const told = `${ms(median(values))} (${ms(Math.min(...values))} – ${ms(Math.max(...values))})`;
    process.stdout.write(`| ${title}${at === 1 ? "" : `, CPU at 1/${at}`} | ${told} | | | ${reach} |\n`);
  }
  await bench.close();
}
