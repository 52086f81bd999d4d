import { readdirSync, existsSync } from "node:fs";
import { join } from "node:path";
import { lineDifference } from "./normalise";
import { golden, replay } from "./replay";
import { tableReal } from "../serve/table-real";

/** `npm run conformance [-- SCENARIO…]`: one line a recording: equal, accepted, different; with `--diff` what differs, with `--real` the same by the real kubectl, and ours against its bytes. */
const words = process.argv.slice(2);
const wanted = words.filter((word) => !word.startsWith("-"));
const scenarios = readdirSync(golden).filter((name) => existsSync(join(golden, name, "transcript.json"))).filter((name) => wanted.length === 0 || wanted.some((word) => name.startsWith(word))).sort();
const total = { equal: 0, accepted: 0, different: 0 };
const search = words.includes("--seeds");
if (search) {
  for (const scenario of scenarios) {
    const tries = Array.from({ length: Number(process.env["SEEDS"] ?? 40) }, (_, i) => i + 1).map((seed) => {
      const { steps, watches } = replay(scenario, seed);
      return { seed, different: [...steps, ...watches].filter((one) => one.result === "different") };
    }).sort((a, b) => a.different.length - b.different.length);
    process.stdout.write(`${scenario}: ${tries.slice(0, 3).map((one) => `seed ${one.seed}: ${one.different.map((of) => of.cmd.slice(0, 40)).join(" | ")}`).join("\n   ")}\n`);
  }
}
for (const scenario of search ? [] : scenarios) {
  const { steps, watches } = replay(scenario);
  const all = [...steps, ...watches];
  const count = (result: string): number => all.filter((one) => one.result === result).length;
  const row = { equal: count("equal") + count("needless"), accepted: count("accepted"), different: count("different") };
  total.equal += row.equal;
  total.accepted += row.accepted;
  total.different += row.different;
  process.stdout.write(`${scenario.padEnd(42)} ${String(row.equal).padStart(4)} equal ${String(row.accepted).padStart(3)} accepted ${String(row.different).padStart(3)} different\n`);
  if (words.includes("--diff")) for (const one of all) if (one.result === "different") process.stdout.write(`\n=== ${scenario} #${one.step} ${one.cmd}\n${words.includes("--whole") ? `--- recorded\n${one.recorded}--- ours\n${one.ours}\n` : lineDifference(one.recorded, one.ours)}`);
}
process.stdout.write(`${"total".padEnd(42)} ${String(total.equal).padStart(4)} equal ${String(total.accepted).padStart(3)} accepted ${String(total.different).padStart(3)} different\n`);
if (words.includes("--real")) await tableReal(words);
