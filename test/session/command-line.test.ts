import { describe, expect, it } from "vitest";
import { readArguments, runNotes } from "../../src/session/command-line";

const fence = "```";
const notes: Readonly<Record<string, string>> = {
  "good.md": `${fence}bash\n$ kubectl get ns default -o name\nnamespace/default\n${fence}\n`,
  "old.md": `Text\n\n${fence}bash\n$ kubectl get ns default -o name\nnamespace/other\n${fence}\n`,
  "bad.md": `${fence}k8s-sim\n---\nnods: 2\n---\nkubectl get pods\n${fence}\n`,
};
const run = (...argv: string[]): { text: string; exit: number } => runNotes(readArguments(argv), (path) => notes[path] ?? "", () => new Map());

describe("the command line", () => {
  it("prints each command with its output, and fails where a recorded one differs or a block is wrong, by line", () => {
    expect(run("good.md")).toEqual({ text: "$ kubectl get ns default -o name\nnamespace/default\n", exit: 0 });
    const old = run("old.md");
    expect(old.exit).toBe(1);
    expect(old.text).toContain("old.md:4: differs from what the note recorded:\n  | namespace/other\n");
    expect(run("bad.md")).toMatchObject({ exit: 1, text: expect.stringMatching(/^bad\.md:3: .*`nods`.*`nodes`/) as string });
  });

  it("speaks JSON to other programs, with lines that an editor would name", () => {
    const [first, second] = JSON.parse(run("--json", "old.md", "bad.md").text) as { differs: number; blocks: { line: number; entries: { line: number; differs: boolean }[]; problems: { line: number; message: string }[] }[] }[];
    expect(first).toMatchObject({ differs: 1, blocks: [{ line: 3, entries: [{ line: 4, differs: true }] }] });
    expect(second).toMatchObject({ problems: 1, blocks: [{ line: 1, entries: [], problems: [{ line: 3 }] }] });
  });

  it("adds virtual time, takes a seed, and says what it does not understand", () => {
    const pods = `${fence}k8s-sim\nkubectl create deployment web --image=nginx\n${fence}\n${fence}k8s-sim\nkubectl get pods --no-headers\n${fence}\n`;
    const named = (...argv: string[]): string => runNotes(readArguments([...argv, "x.md"]), () => pods, () => new Map()).text;
    expect(named("--at", "30s")).toMatch(/web-\w+-\w+ +1\/1 +Running +0 +30s/);
    expect(named("--at", "30s", "--seed", "5")).not.toBe(named("--at", "30s", "--seed", "6"));
    expect(named("--at", "30s", "--seed", "5")).toBe(named("--at", "30s", "--seed", "5"));
    for (const argv of [["--at", "soon", "x.md"], ["--seed", "x", "x.md"], ["--other", "x.md"], []]) expect(() => readArguments(argv)).toThrow();
  });
});
