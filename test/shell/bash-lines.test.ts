import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { shell } from "../../src/shell/shell";
import { host } from "./host";

interface Recorded {
  readonly line: string;
  readonly out: string;
  readonly err: string;
  readonly code: number;
}

const recorded = JSON.parse(readFileSync(new URL("./bash-lines.json", import.meta.url), "utf8")) as readonly Recorded[];
const bash = shell({ commands: () => undefined, flavour: "bash" });

function run(line: string, snapshot: boolean): { readonly out: string; readonly err: string; readonly code: number | undefined } {
  const h = host(bash, { argv: ["bash", "-c", line], snapshot, files: { "/etc/passwd": "root:x:0:0:root:/root:/bin/bash\n" } });
  h.run();
  return { out: h.out, err: h.err, code: h.exit };
}

describe("a line of bash", () => {
  for (const { line, out, err, code } of recorded)
    it(line.replace(/\s+/g, " ").slice(0, 90), () => {
      expect(run(line, false)).toEqual({ out, err, code });
    });
});

describe("a snapshot between any two steps", () => {
  it("changes no line's output", () => {
    for (const { line } of recorded) expect([line, run(line, true)]).toEqual([line, run(line, false)]);
  });
});
