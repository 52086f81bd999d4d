import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { NoteCluster } from "../../src/session/note-cluster";
import { NoteFiles } from "../../src/session/note-files";

// Each file holds command lines and what kubectl 1.33.9 printed for them, one after the other on the same cluster, which was served to it
// over HTTP. A line "# NAME: text" is a file beside the shell; "\" marks an output that ends without a newline.
const folder = join(import.meta.dirname, "said");

function show({ stdout, stderr, exit }: { readonly stdout: string; readonly stderr: string; readonly exit: number }): string {
  return `${stdout}${stderr === "" ? "" : `[stderr]\n${stderr}`}${exit === 0 ? "" : `[exit ${exit}]\n`}`;
}

describe.each(readdirSync(folder).sort())("%s", (name) => {
  const [head = "", ...steps] = readFileSync(join(folder, name), "utf8").split(/^\$ (?=\S)/m);
  const files = new Map([...head.matchAll(/^# (\S+): (".*")$/gm)].map(([, file = "", text = '""']) => [file, JSON.parse(text) as string]));
  const note = new NoteCluster({ seed: 7, epoch: "2026-01-05T08:00:00Z" }, new NoteFiles(files));
  note.cluster.advance(5000);
  it.each(steps.map((step) => [step.slice(0, step.indexOf("\n")), step.slice(step.indexOf("\n") + 1)]))("%s", (line = "", said = "") => {
    expect(show(note.complete(line, 60_000))).toBe(said.endsWith("\n\\\n") ? said.slice(0, -3) : said);
  });
});
