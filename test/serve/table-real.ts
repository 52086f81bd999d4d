import { lineDifference } from "../conformance/normalise";
import { replayReal } from "./replay-real";
import { scenarios } from "./scenarios";
import type { Outcome } from "../conformance/replay";

const sides = [["recorded", "the real kubectl", "- recorded + real"], ["bytes", "ours to its bytes", "- real + ours"]] as const;

/** Two lines a recording: what the real kubectl prints against what was recorded, and what ours prints against the real one. */
export async function tableReal(words: readonly string[]): Promise<void> {
  const wanted = words.filter((word) => !word.startsWith("-"));
  const total = { recorded: { equal: 0, accepted: 0, different: 0 }, bytes: { equal: 0, accepted: 0, different: 0 } };
  const row = (name: string, about: string, of: { readonly equal: number; readonly accepted: number; readonly different: number }): void => {
    process.stdout.write(`${name.padEnd(34)} ${about.padEnd(18)} ${String(of.equal).padStart(4)} equal ${String(of.accepted).padStart(3)} accepted ${String(of.different).padStart(3)} different\n`);
  };
  for (const scenario of scenarios.filter((name) => wanted.length === 0 || wanted.some((word) => name.startsWith(word)))) {
    const found = await replayReal(scenario);
    for (const [side, about, legend] of sides) {
      const all = found.map((one) => one[side]).filter((one): one is Outcome => one !== undefined);
      const count = (result: Outcome["result"]): number => all.filter((one) => one.result === result).length;
      const here = { equal: count("equal") + count("needless"), accepted: count("accepted"), different: count("different") };
      for (const key of ["equal", "accepted", "different"] as const) total[side][key] += here[key];
      row(scenario, about, here);
      if (!words.includes("--diff")) continue;
      for (const one of all) {
        if (one.result === "accepted" && words.includes("--accepted")) process.stdout.write(`\naccepted: #${one.step} ${one.cmd} [${legend}] ${one.reason ?? ""}\n${lineDifference(one.recorded, one.ours)}`);
        if (one.result === "needless") process.stdout.write(`needless: #${one.step} ${one.cmd}\n`);
        if (one.result === "different") process.stdout.write(`\n=== ${scenario} #${one.step} ${one.cmd} [${legend}]\n${words.includes("--whole") ? `--- left\n${one.recorded}--- right\n${one.ours}\n` : lineDifference(one.recorded, one.ours)}`);
      }
    }
  }
  for (const [side, about] of sides) row("total", about, total[side]);
}
