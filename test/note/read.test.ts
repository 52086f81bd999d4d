import { describe, expect, it } from "vitest";
import { readNote, readingNote } from "../../src/note/read";
import type { NoteModel } from "../../src/note/model";

const fence = "```";
const lines = (...of: string[]): string => of.join("\n");

describe("pictures", () => {
  it("finds embeds with their headings, list and place, and passes over code", () => {
    const text = lines("---", "title: 网络", "---", "# Pods", "", "## Pod network", "1. eth0 is the node's card", "  ![[a/k8s-pod.png|600]]", fence, "![[in-code.png]]", fence, "`![[inline.png]]` and ![net](b%20c.svg)", "![[k8s-pod.png]] ![[a/k8s-pod.png|k8s-sim:ingress|300]]");
    const { pictures } = readNote("notes/x.md", text);
    expect(pictures.map((of) => [of.linktext, of.ordinal, of.override, of.alone, of.alt])).toEqual([
      ["a/k8s-pod.png", 0, undefined, true, ""],
      ["b c.svg", 0, undefined, false, "net"],
      ["k8s-pod.png", 0, undefined, false, ""],
      ["a/k8s-pod.png", 1, "ingress", false, ""],
    ]);
    expect(pictures[0]?.context).toMatchObject({ title: "网络", headings: ["Pods", "Pod network"], list: "eth0 is the node's card" });
    for (const picture of pictures) expect(text.slice(picture.span.from, picture.span.to)).toMatch(/^!\[.*[\])]$/);
  });

  it("reads a size in a table's cell, where a bar is escaped", () => {
    expect(readNote("x.md", "| a |\n|---|\n| ![[k8s-pod.png\\|200]] |\n").pictures.map(({ linktext, alt }) => [linktext, alt])).toEqual([["k8s-pod.png", ""]]);
  });

  it("takes front matter that never closes as text", () => {
    const { pictures } = readNote("k8s.md", lines("---", "title: k8s", "slug:", "--", "-", "![[k8s-ingress.png]]"));
    expect(pictures.map((of) => [of.linktext, of.context.title])).toEqual([["k8s-ingress.png", "k8s"]]);
  });
});

describe("blocks", () => {
  it("splits a k8s-sim block into options, manifests and scripts, not inside a heredoc", () => {
    const { blocks, problems } = readNote("x.md", lines(`${fence}k8s-sim`, "---", "nodes: 3", "diagram: service", "---", "kind: Pod", "---", "kubectl apply -f - <<EOF", "a: b", "---", "c: d", "EOF", "kubectl get pods", fence));
    const [block] = blocks;
    expect(block?.options).toEqual({ nodes: 3, diagram: "service" });
    expect(block?.parts.map((part) => part.is)).toEqual(["manifest", "script"]);
    const script = block?.parts[1];
    expect(script?.is === "script" ? script.commands.map((command) => command.text) : []).toEqual(["kubectl apply -f - <<EOF\na: b\n---\nc: d\nEOF", "kubectl get pods"]);
    // A forgotten apiVersion is an error of a manifest, never a command.
    expect(problems.map((problem) => [problem.key, problem.span.line])).toEqual([["problem.missing-apiVersion", 5]]);
  });

  it("names the line of bad YAML and the option that was meant", () => {
    const text = lines("text", `${fence}k8s-sim`, "node: 2", "---", "apiVersion: v1", "kind: Pod", "spec: [", fence);
    const { problems } = readNote("x.md", text);
    expect(problems.map((problem) => [problem.key, problem.span.line])).toEqual([["problem.option-near", 2], ["problem.yaml", 6]]);
    expect(problems[0]?.args).toEqual({ option: "node", near: "nodes" });
  });

  it("reads a transcript: prompts, recorded output, comments, a session in a pod", () => {
    const { blocks } = readNote("x.md", lines(`> ${fence}bash`, "> $ kubectl get pods", "> NAME  READY", "> web   1/1", "> $ kubectl exec -it web -- sh", "> / # hostname", "> web", "> / # exit", "> $ kubectl get ns", `> ${fence}`));
    const part = blocks[0]?.parts[0];
    const commands = part?.is === "script" ? part.commands : [];
    expect(blocks[0]?.is).toBe("transcript");
    expect(commands.map((command) => [command.text, command.where, command.recorded?.lines])).toEqual([
      ["kubectl get pods", "note", ["NAME  READY", "web   1/1"]],
      ["kubectl exec -it web -- sh", "note", undefined],
      ["hostname", { pod: "web" }, ["web"]],
      ["exit", { pod: "web" }, undefined],
      ["kubectl get ns", "note", undefined],
    ]);
  });

  it("types into an open session what is no kubectl, until exit", () => {
    const { blocks } = readNote("x.md", lines(`${fence}k8s-sim`, "kubectl exec -it web -- bash", "echo $HOSTNAME", "exit", "echo outside", fence));
    const part = blocks[0]?.parts[0];
    expect(part?.is === "script" ? part.commands.map((command) => [command.text, command.where]) : []).toEqual([
      ["kubectl exec -it web -- bash", "note"], ["echo $HOSTNAME", { pod: "web" }], ["exit", { pod: "web" }], ["echo outside", "note"],
    ]);
  });

  it("knows the file names that a note gives to its manifests", () => {
    const { files } = readNote("x.md", lines("Save as `a.yaml`:", "", `${fence}yaml`, "kind: A", fence, `${fence}yaml title="b.yml"`, "kind: B", fence, `${fence}yaml`, "# c.yaml", "kind: C", fence));
    expect([...files].map(([name, file]) => [name, file.text])).toEqual([["a.yaml", "kind: A\n"], ["b.yml", "kind: B\n"], ["c.yaml", "# c.yaml\nkind: C\n"]]);
  });

  it("says of an option or a manifest that is an alias of nothing, or of itself, that it can't be read", () => {
    for (const [body, message] of [
      ["seed: *x\n---\nls", "Unresolved alias"], ["apiVersion: v1\nkind: &a [*a]", "anchor 'a' value contains itself"], ["apiVersion: v1\nkind: Pod\nspec: *x", "Unresolved alias"],
    ] as const) {
      const { blocks } = readNote("x.md", lines(`${fence}k8s-sim`, body, fence));
      expect(blocks[0]?.problems[0]).toMatchObject({ key: "problem.yaml", severity: "error" });
      expect(blocks[0]?.problems[0]?.args["message"]).toContain(message);
    }
  });

  it("survives any text", () => {
    for (const text of ["", "```", "~~~k8s-sim", "![[", "---", "> ```k8s-sim\n> a: [", "![[a.png|"]) expect(() => readNote("x.md", text)).not.toThrow();
  });
});

describe("a note that is read piece by piece", () => {
  it("is the one that is read at once, and moves its places with its text", () => {
    const part = (i: number): string => `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c${i}}\ndata:\n  a: "${i}"${i === 7 ? "\n   b: wrong" : ""}`;
    const body = `\`\`\`k8s-sim\n${Array.from({ length: 30 }, (_, i) => part(i)).join("\n---\n")}\n---\nkind: Pod\n\`\`\`\n`;
    const pieces = readingNote("a.md", body);
    let count = 0;
    let model = pieces.next();
    for (; model.done !== true; count++) model = pieces.next();
    expect(count).toBeGreaterThan(30);
    expect(model.value).toEqual(readNote("a.md", body));
    const lower = readNote("a.md", `One.\n\nTwo.\n\n${body}`);
    const lines = (of: NoteModel): readonly number[] => of.problems.map(({ span }) => span.line);
    expect(lines(model.value).length).toBe(2);
    expect(lines(lower)).toEqual(lines(model.value).map((line) => line + 4));
    expect(lower.problems.map(({ kubernetes }) => kubernetes)).toEqual(model.value.problems.map(({ kubernetes }) => kubernetes));
  });
});
