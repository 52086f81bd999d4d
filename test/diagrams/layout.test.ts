import { describe, expect, it } from "vitest";
import { thinOut } from "../../src/diagrams/density";
import { extent, layout } from "../../src/diagrams/layout";
import { isFrame } from "../../src/diagrams/measure";
import { hits, touch } from "../../src/diagrams/route";
import type { Box, Placement, Point, Scene } from "../../src/diagrams/scene";
import { scenes } from "../ui/scenes";

const boxesOf = (box: Box): Box[] => [box, ...(box.children ?? []).flatMap(boxesOf)];
const leavesOf = (scene: Scene): Box[] => boxesOf(scene.root).filter((box) => !isFrame(box) && box.role !== "group");

const pod = (key: string, slot: number, sub = "ready"): Box => ({ key, role: "pod", title: key, sub, tone: "ready", slot });
const set = (pods: readonly Box[]): Scene => ({ root: { key: "rs", role: "replicaset", title: "ReplicaSet web", tone: "none", flow: "grid", slots: 4, children: pods }, edges: [], packets: [], notes: [] });
const places = (placement: Placement, keys: readonly string[]): unknown => keys.map((key) => placement.boxes.get(key));

describe("slots", () => {
  it("moves nobody when a pod comes, goes, or says more", () => {
    const three = layout(set([pod("a", 0), pod("b", 1), pod("c", 2)]), 640);
    const more = layout(set([pod("a", 0), pod("b", 1), pod("c", 2), pod("d", 3)]), 640);
    const fewer = layout(set([pod("a", 0), pod("c", 2)]), 640);
    const longer = layout(set([pod("a", 0, "CreateContainerConfigError"), pod("b", 1), pod("c", 2)]), 640);
    expect(places(more, ["a", "b", "c"])).toEqual(places(three, ["a", "b", "c"]));
    expect(places(fewer, ["a", "c"])).toEqual(places(three, ["a", "c"]));
    expect(places(longer, ["a", "b", "c"])).toEqual(places(three, ["a", "b", "c"]));
    expect(three.boxes.get("b")?.x).toBeGreaterThan((three.boxes.get("a")?.x ?? 0) + 60);
  });
});

describe("a row of pods", () => {
  const marks = (width: number): unknown[] => {
    const { texts, boxes } = layout(set([{ ...pod("a-long-name", 0), tab: "v2" }, { ...pod("ab", 1), tab: "v2" }]), width);
    return ["a-long-name", "ab"].map((key) => (texts.get(key)?.find(({ as }) => as === "mark")?.y ?? NaN) - (boxes.get(key)?.y ?? 0));
  };

  it("has its marks on one line, whether they fit beside each name or not", () => {
    for (const width of [200, 240, 280, 320, 360, 640]) {
      const [long, short] = marks(width);
      expect(long).not.toBeNaN();
      expect(short, `at ${width} px`).toBe(long);
    }
  });
});

describe.each(Object.keys(scenes))("the %s scene", (name) => {
  const scene = thinOut(scenes[name] as Scene);
  it.each([360, 720, 1200])("keeps boxes apart and inside at %i px", (width) => {
    const { boxes, width: drawn } = layout(scene, width);
    const leaves = leavesOf(scene).filter(({ role }) => role !== "dot");
    expect(drawn).toBeLessThanOrEqual(width + 40);
    for (const [i, a] of leaves.entries()) {
      const rect = boxes.get(a.key);
      expect(rect).toBeDefined();
      if (rect === undefined) continue;
      expect(rect.x).toBeGreaterThanOrEqual(0);
      for (const b of leaves.slice(i + 1)) {
        const other = boxes.get(b.key);
        if (other !== undefined) expect(touch(rect, other), `${a.key} over ${b.key}`).toBe(false);
      }
    }
  });

  it("draws no line through a box that it has nothing to do with, nor through a title", () => {
    const { boxes, lines, texts } = layout(scene, 720);
    expect(lines.size).toBe(scene.edges.length);
    const titles = boxesOf(scene.root)
      .filter(isFrame)
      .flatMap(({ key }) => (texts.get(key) ?? []).filter(({ as }) => as === "title").map((text) => ({ key, rect: extent(text) })));
    for (const edge of scene.edges) {
      const points = lines.get(edge.key) as readonly Point[];
      for (let i = 1; i < points.length; i++) {
        const [p, q] = [points[i - 1] as Point, points[i] as Point];
        for (const leaf of leavesOf(scene)) {
          const mine = [edge.from, edge.to].some((end) => end === leaf.key || leaf.lines?.some(({ key }) => key === end) === true);
          const rect = boxes.get(leaf.key);
          if (!mine && rect !== undefined) expect(hits(p, q, rect), `${edge.key} through ${leaf.key}`).toBe(false);
        }
        for (const { key, rect } of titles) expect(hits(p, q, rect), `${edge.key} through the title of ${key}`).toBe(false);
      }
    }
  });

  it("puts labels beside their lines, on no box", () => {
    const { boxes, labels } = layout(scene, 720);
    for (const edge of scene.edges) if (edge.label !== undefined) expect(labels.get(edge.key)?.[0]?.text).toBeTruthy();
    for (const texts of labels.values())
      for (const text of texts)
        for (const leaf of leavesOf(scene)) {
          const rect = boxes.get(leaf.key);
          if (rect !== undefined) expect(touch(extent(text), rect), `${text.text} on ${leaf.key}`).toBe(false);
        }
  });
});

describe("density", () => {
  it("bundles edges to frames above 60 pods and draws dots above 200", () => {
    expect(thinOut(scenes["many"] as Scene).edges.map(({ to }) => to)).toEqual(["n1", "n2"]);
    const chips: readonly Box[] = Array.from({ length: 80 }, (_, i) => ({ key: `p${i}`, ref: { resource: "pods", namespace: "default", name: `web-7d9f8c-ab${String(i).padStart(3, "0")}` }, role: "pod", title: "web", sub: "ready", tone: "ready" }));
    const row = thinOut({ root: { key: "n", role: "node", title: "n", tone: "none", children: chips }, edges: [], packets: [], notes: [] });
    expect(new Set(row.root.children?.map(({ role }) => role))).toEqual(new Set(["chip"]));
    const placed = layout(row, 360);
    expect(placed.texts.get("p7")?.find(({ as }) => as === "title")?.text).toBe("ab007");
    expect(placed.width).toBe(360);
    expect(placed.height).toBeLessThan(800);
    const pods = Array.from({ length: 201 }, (_, i): Box => ({ key: `p${i}`, role: "pod", title: `p${i}`, tone: "ready" }));
    const crowd = thinOut({ root: { key: "n", role: "node", title: "n", tone: "none", children: pods }, edges: [], packets: [], notes: [] });
    expect(new Set(crowd.root.children?.map(({ role }) => role))).toEqual(new Set(["dot"]));
    expect(layout(crowd, 700).height).toBeLessThan(300);
  });
});
