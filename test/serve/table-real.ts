import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { golden } from "../conformance/replay";
import { replayReal } from "./replay-real";

/** Development: `node scripts/conformance.mjs --real [SCENARIO… --diff]`. */
export async function tableReal(words: readonly string[]): Promise<void> {
  const wanted = words.filter((word) => !word.startsWith("-"));
  const scenarios = readdirSync(golden).filter((name) => existsSync(join(golden, name, "transcript.json")) && !name.startsWith("45-")).filter((name) => wanted.length === 0 || wanted.some((word) => name.startsWith(word))).sort();
  for (const scenario of scenarios) {
    const began = performance.now();
    const found = await replayReal(scenario);
    for (const side of ["recorded", "bytes"] as const) {
      const all = found.map((one) => one[side]).filter((one) => one !== undefined);
      const count = (result: string): number => all.filter((one) => one.result === result).length;
      process.stdout.write(`${scenario.padEnd(42)} ${side === "recorded" ? "real kubectl" : "ours = real "} ${String(count("equal") + count("needless")).padStart(4)} equal ${String(count("accepted")).padStart(3)} accepted ${String(count("different")).padStart(3)} different ${count("needless")} needless\n`);
      if (words.includes("--diff")) {
        for (const one of all) {
          if (one.result !== "different") continue;
          const [a, b] = [one.recorded.split("\n"), one.ours.split("\n")];
          process.stdout.write(`\n=== ${scenario} #${one.step} ${one.cmd} [${side === "recorded" ? "- recorded + real" : "- real + ours"}]\n${a.filter((line) => !b.includes(line)).map((line) => `- ${line}\n`).join("")}${b.filter((line) => !a.includes(line)).map((line) => `+ ${line}\n`).join("")}`);
        }
      }
    }
    process.stdout.write(`${scenario} ${((performance.now() - began) / 1000).toFixed(1)} s\n`);
  }
}
