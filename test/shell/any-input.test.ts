import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { noteShell, promptReady, shell } from "../../src/shell/shell";
import { host } from "./host";

const lines = JSON.parse(readFileSync(new URL("./lines.json", import.meta.url), "utf8")) as readonly string[];
const bash = shell({ commands: () => undefined, flavour: "bash" });
const note = noteShell(() => undefined);

/** Pieces that shells trip over, glued in any order, and real lines cut and joined. */
const token = fc.constantFrom("echo", " ", "\n", ";", "|", "&&", "||", "&", "(", ")", "{", "}", "$(", "`", '"', "'", "$", "${", "}", "x", "=", "1", "[[", "]]", "((", "))", "<", ">", "<<EOF", "EOF\n", "if", "then", "fi", "while", "do", "done", "for", "in", "case", "esac", "*", "?", "[", "]", "~", "\\", "#", "!", "-", "+", "/", "%", "@", "a[0]", "$((", "<(", "read x", "exit 3", "set -e", "trap", "eval", "f()", "$@", "${x:-", "${x//", "sed", "awk", "jq", "s/a/b/", "{print", "yes", "head", "sort", "grep", "true", "false", "break", "return", "wait", "sleep 1");
const glued = fc.array(token, { maxLength: 24 }).map((t) => t.join(""));
const spaced = fc.array(token, { maxLength: 24 }).map((t) => t.join(" "));
const cut = fc.tuple(fc.constantFrom(...lines), fc.constantFrom(...lines), fc.nat(), fc.nat()).map(([a, b, i, j]) => a.slice(0, i % (a.length + 1)) + b.slice(j % (b.length + 1)));

describe("any command line", () => {
  it("ends or waits, in bounded work, and throws nothing", () => {
    fc.assert(
      fc.property(fc.oneof(glued, spaced, cut, fc.string()), (line) => {
        const h = host(bash, { argv: ["bash", "-c", line] });
        h.run(20_000);
        expect(h.activations).toBeLessThan(2000);
        if (h.exit === undefined) expect(h.now).toBeGreaterThanOrEqual(20_000);
      }),
      { numRuns: 600, seed: 7 },
    );
  });
  it("leaves a note's shell able to go on after Ctrl-C", () => {
    fc.assert(
      fc.property(fc.oneof(glued, spaced, cut), (line) => {
        const h = host(note, { argv: [], eof: false });
        h.type(`${line}\n`);
        h.run(3_000);
        if (h.exit !== undefined) return;
        h.send({ is: "signal", name: "INT" });
        h.run(3_000);
        h.send({ is: "signal", name: "INT" });
        h.run(3_000);
        if (h.exit !== undefined) return;
        expect([line, promptReady(h.state).ready]).toEqual([line, true]);
      }),
      { numRuns: 400, seed: 11 },
    );
  });
});
