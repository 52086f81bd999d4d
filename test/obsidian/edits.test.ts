import { describe, expect, it } from "vitest";
import { readNote } from "../../src/note/read";
import { fenceBelow, overrideEdit } from "../../src/obsidian/edits";
import type { Edit } from "../../src/obsidian/edits";
import { readSettings } from "../../src/obsidian/settings";

const done = (text: string, { from, to, insert }: Edit): string => text.slice(0, from) + insert + text.slice(to);
const named = (text: string, concept?: string): string => {
  const [picture] = readNote("n.md", text).pictures;
  if (picture === undefined) throw new Error("no picture");
  return done(text, overrideEdit(text, picture, concept));
};
const written = (text: string, body: string): string => {
  const note = readNote("n.md", text);
  const block = note.blocks.find(({ is }) => is === "k8s-sim");
  if (block === undefined) throw new Error("no block");
  return done(text, fenceBelow(note, block.span.from, block.span.to, "k8s-sim-output", body, ({ is }) => is === "output"));
};

describe("naming a picture's diagram", () => {
  it("keeps captions and sizes, and replaces an earlier name", () => {
    expect(named("a ![[x.png]] b", "ingress")).toBe("a ![[x.png|k8s-sim:ingress]] b");
    expect(named("![[x.png|600]]", "pod")).toBe("![[x.png|k8s-sim:pod|600]]");
    expect(named("![[x.png|k8s-sim:pod|cap|600]]", "off")).toBe("![[x.png|k8s-sim:off|cap|600]]");
    expect(named("![[x.png|k8s-sim:pod|600]]")).toBe("![[x.png|600]]");
    expect(named("![An image](x.png)", "pod")).toBe("![An image|k8s-sim:pod](x.png)");
  });

  it("is read back by the note", () => {
    expect(readNote("n.md", named("![[x.png|600]]", "pod")).pictures[0]?.override).toBe("pod");
    expect(readNote("n.md", named("![An image](x.png)", "pod")).pictures[0]?.override).toBe("pod");
  });
});

describe("writing output below a block", () => {
  it("adds a fence of its own, and replaces it the next time", () => {
    const once = written("```k8s-sim\necho\n```\nafter\n", "$ echo");
    expect(once).toBe("```k8s-sim\necho\n```\n\n```k8s-sim-output\n$ echo\n```\n\nafter\n");
    expect(written(once, "$ echo\nanew")).toBe(once.replace("$ echo\n", "$ echo\nanew\n"));
  });

  it("never touches another fence", () => {
    const text = "```k8s-sim\necho\n```\n\n```bash\nmine\n```\n";
    expect(written(text, "out")).toContain("```bash\nmine\n```");
  });

  it("stays in its quote, and outlasts backticks in the output", () => {
    const once = written("> ```k8s-sim\n> echo\n> ```\n", "a\n```\nb");
    expect(once).toBe("> ```k8s-sim\n> echo\n> ```\n>\n> ````k8s-sim-output\n> a\n> ```\n> b\n> ````\n");
    expect(written(once, "c")).toBe("> ```k8s-sim\n> echo\n> ```\n>\n> ```k8s-sim-output\n> c\n> ```\n");
  });
});

describe("settings", () => {
  it("survive a broken file", () => {
    const sound = { pictures: "found", speed: 1, motion: "system", serve: false };
    for (const broken of [null, 3, "x", [], { pictures: "loud", speed: -1, motion: 7, serve: "yes" }]) expect(readSettings(broken)).toEqual(sound);
    expect(readSettings({ pictures: "static", speed: 10, motion: "reduced", serve: true })).toEqual({ pictures: "static", speed: 10, motion: "reduced", serve: true });
  });
});
