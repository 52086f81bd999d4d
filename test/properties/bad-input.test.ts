import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { BlockRun } from "../../src/session/block-run";
import { readNote } from "../../src/note/read";
import { plan } from "../../src/session/plan";
import { open } from "./actions";
import type { NoteCluster } from "../../src/session/note-cluster";

const text = fc.oneof(
  fc.string({ unit: "binary", maxLength: 200 }),
  fc.array(fc.constantFrom("---", "- ", "apiVersion: v1\n", "kind: Pod\n", "kind: Deployment\n", "metadata:\n  name: x\n", "spec:\n", "  containers:\n", "  replicas: -1\n", "&a [*a]", "{", "}", "\t", "!!binary x", "\u0000", "name: {}\n", "%YAML 9\n", "'", "\"", "|", ">", "?", "1e999", "~"), { maxLength: 14 }).map((parts) => parts.join("")),
);
const words = fc.array(fc.constantFrom("kubectl", "get", "apply", "-f", "-", "pods", "--all-namespaces", "-o", "yaml", "jsonpath={.items[", "wide", "|", "||", "&&", ";", "&", "(", ")", "{", "}", "<<EOF", "<<<", ">", "<", "2>&1", "$(", "`", "$((1/0))", "$((", "'", "\"", "\\", "while true; do", "done", "for i in", "if", "fi", "then", "echo", "sleep 1", "cat", "grep -E '(a+)+$'", "yes", "exit 3", "set -e", "exec", "trap '' INT", "f() { f; }", "f", "${x:?no}", "[[", "]]", "delete", "--all", "set", "image", "deploy/web", "x=", "wait", "read", "head -1", "--replicas=1000000000", "scale", "run", "--image="), { minLength: 1, maxLength: 9 }).map((parts) => parts.join(" "));

/** Whether the cluster still does what it should: a fresh deployment in its own namespace becomes ready. */
function unharmed(note: NoteCluster): void {
  note.kill();
  note.cluster.advance(note.cluster.now + 1_000);
  expect(note.complete("kubectl create namespace sound-again").exit).toBe(0);
  expect(note.complete("kubectl -n sound-again create deployment sound --image=nginx").exit).toBe(0);
  const { exit, stdout, stderr } = note.complete("kubectl -n sound-again rollout status deployment/sound --timeout=300s");
  expect(`${exit} ${stdout.trim().split("\n").at(-1) ?? ""}${stderr}`).toBe('0 deployment "sound" successfully rolled out');
}

describe("any bytes", () => {
  it("as a note are a result or a clear error", () => {
    const fence = fc.constantFrom("k8s-sim", "yaml", "bash", "console", "k8s-sim nodes=2", "yaml k8s-sim");
    fc.assert(fc.property(fc.array(fc.tuple(fence, fc.oneof(text, words)), { minLength: 1, maxLength: 3 }), text, (fences, around) => {
      const source = `${around}\n\n${fences.map(([info, body]) => `\`\`\`${info}\n${body}\n\`\`\`\n`).join("\n")}`;
      const note = readNote("any.md", source);
      const cluster = open();
      for (const block of note.blocks) {
        for (const problem of block.problems) expect(problem.key).not.toBe("");
        if (block.problems.some((problem) => problem.severity === "error")) continue;
        const run = new BlockRun(cluster, plan(block));
        const before = cluster.cluster.now;
        run.complete(20_000);
        expect(run.done).toBe(true);
        expect(cluster.cluster.now - before).toBeLessThanOrEqual((run.entries.length + 1) * 60_000);
      }
      unharmed(cluster);
      cluster.dispose();
    }), { seed: 20261124, numRuns: 60 });
  });

  it("as a manifest are applied or refused with words", () => {
    fc.assert(fc.property(text, (body) => {
      const note = open();
      expect(note.files.write("/home/user/any.yaml", body)).toBeUndefined();
      const before = note.cluster.now;
      const { exit, stdout, stderr } = note.complete("kubectl apply -f any.yaml", 60_000);
      expect(note.cluster.now - before).toBeLessThanOrEqual(120_000);
      if (exit === 0) expect(stdout + stderr).not.toBe("");
      else expect(stderr).not.toBe("");
      expect(stderr).not.toMatch(/TypeError|is not a function|Cannot read propert|undefined \(/);
      unharmed(note);
      note.dispose();
    }), { seed: 20261124, numRuns: 120 });
  });

  it("as a command line end, in bounded virtual time", () => {
    fc.assert(fc.property(fc.oneof({ weight: 3, arbitrary: words }, { weight: 1, arbitrary: text }), (line) => {
      const note = open({ limits: { pods: 200 } });
      const before = note.cluster.now;
      const { stderr } = note.complete(line, 20_000);
      expect(note.cluster.now - before).toBeLessThanOrEqual(60_000);
      expect(stderr).not.toMatch(/TypeError|is not a function|Cannot read propert/);
      note.dispose();
    }), { seed: 20261124, numRuns: 150 });
  });
});
