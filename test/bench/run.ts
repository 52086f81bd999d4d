import { rows as engine } from "./engine";
import { rows as peer } from "./peer";

/** One row of the bench in this process: node bundle.mjs engine|peer ROW WARM RUNS; prints its measurements as JSON. */
const [side, row = "", warm = "0", runs = "1"] = process.argv.slice(2);
const measure = (side === "peer" ? peer : engine)[row];
if (measure === undefined) throw new Error(`no row ${row}`);
const found: number[] = [];
for (let run = -Number(warm); run < Number(runs); run++) {
  const one = await measure();
  if (run >= 0) found.push(one);
}
process.stdout.write(`${JSON.stringify({ values: found, peak: process.resourceUsage().maxRSS * 1024 })}\n`);
process.exit(0);
