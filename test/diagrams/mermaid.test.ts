// @vitest-environment happy-dom
import mermaid from "mermaid";
import { describe, expect, it } from "vitest";
import { concepts } from "../../src/diagrams/concepts/index";
import { rollingUpdate } from "../../src/diagrams/concepts/rolling-update";
import { mermaidOf } from "../../src/diagrams/mermaid";
import type { Scene } from "../../src/diagrams/scene";
import { ClusterModel } from "../../src/ui/cluster-model";
import { scenes } from "../ui/scenes";
import { rollingLog } from "./scripted-cluster";

mermaid.initialize({ startOnLoad: false, securityLevel: "strict" });

const parsed = async (text: string): Promise<string> => ((await mermaid.parse(text)) as { diagramType: string }).diagramType;

describe("copy as Mermaid", () => {
  it.each(Object.keys(scenes))("parses: %s", async (name) => {
    expect(await parsed(mermaidOf(scenes[name] as Scene))).toBe("flowchart-v2");
  });

  it("parses the rolling update, with its rows as frames", async () => {
    const focus = { resource: "deployments.apps", namespace: "default", name: "hellok8s" };
    const text = mermaidOf(rollingUpdate.scene(rollingLog().view(15_600), { focus, width: 720, level: 2 }));
    expect(await parsed(text)).toBe("flowchart-v2");
    expect(text).toContain("Deployment hellok8s");
  });

  it.each(concepts.map((concept) => [concept.id, concept] as const))("parses what an example shows: %s", async (_id, concept) => {
    const model = ClusterModel.example(concept);
    const view = model.view(model.scrubbed);
    const focus = concept.focus(view);
    if (focus === undefined) throw new Error("nothing to draw");
    for (const level of [0, 2] as const) {
      const scene = concept.scene(view, { focus, width: 700, level });
      const text = mermaidOf(scene);
      expect(await parsed(text)).toBe("flowchart-v2");
      // Every edge between two parts of the picture is in the text.
      expect(text.split("\n").filter((line) => /^ {2}n\d+ (-\.->|-->|==>|---)/.test(line)).length).toBeGreaterThanOrEqual(scene.edges.length === 0 ? 0 : 1);
    }
    model.dispose();
  });

  it("lets no name become syntax", async () => {
    const name = `end]"; click a "javascript:alert(1)" %%{init: {}}%% <b> |x| \`y\` #quot; {`;
    const scene: Scene = { root: { key: name, role: "node", title: name, tone: "none", children: [{ key: "a", role: "pod", title: name, tone: "failed" }, { key: "b", role: "pod", title: "end", tone: "ready" }] }, edges: [{ key: "e", from: "a", to: "b", means: "traffic", tone: "none", label: name }], packets: [], notes: [] };
    const text = mermaidOf(scene);
    expect(await parsed(text)).toBe("flowchart-v2");
    expect(text).not.toContain("<b>");
    expect(text.split("\n").filter((line) => /^\s*(click|%%|end\])/.test(line))).toEqual([]);
  });
});
