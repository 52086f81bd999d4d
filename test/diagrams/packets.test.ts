import { describe, expect, it } from "vitest";
import { draw, type Shape } from "../../src/diagrams/draw";
import { extent, layout } from "../../src/diagrams/layout";
import { packetAt } from "../../src/diagrams/packets";
import type { Packet, Point, Rect, Scene } from "../../src/diagrams/scene";
import { scenes } from "../ui/scenes";

describe("packets", () => {
  const placement = layout(scenes["service"] as Scene, 720);
  const line = placement.lines.get("client→svc") as readonly Point[];
  const packet: Packet = {
    key: "p",
    kind: "request",
    label: "10.104.96.153:3000",
    legs: [
      { on: "client→svc", from: 100, until: 500 },
      { on: "svc", from: 500, until: 800, label: "10.244.1.3:3000" },
      { on: "-client→svc", from: 800, until: 1200 },
    ],
  };

  it("is nowhere before and after", () => {
    expect(packetAt(packet, 99, placement)).toBeUndefined();
    expect(packetAt(packet, 1200, placement)).toBeUndefined();
  });

  it("begins at the line's beginning, and comes back the same way", () => {
    const [x, y] = line[0] as Point;
    expect(packetAt(packet, 100, placement)).toMatchObject({ x, y, on: "client→svc", label: "10.104.96.153:3000", dwelling: false });
    const there = packetAt(packet, 300, placement);
    const back = packetAt(packet, 1000, placement);
    expect([back?.x, back?.y]).toEqual([there?.x, there?.y]);
  });

  it("dwells in the box that handles it, with its rewritten address", () => {
    const box = placement.boxes.get("svc");
    const spot = packetAt(packet, 600, placement);
    expect(spot).toMatchObject({ on: "svc", dwelling: true, label: "10.244.1.3:3000" });
    expect(spot?.x).toBeGreaterThan(box?.x ?? 0);
    expect(spot?.y).toBeLessThan((box?.y ?? 0) + (box?.h ?? 0));
  });
});

describe("a packet's label", () => {
  const shapes = (list: readonly Shape[]): readonly Shape[] => list.flatMap((one) => [one, ...shapes(one.children ?? [])]);
  const scene = scenes["network"] as Scene;
  const wide: Rect[] = [];
  const packets = scene.edges.map((edge, i): Packet => ({ key: edge.key, kind: "request", label: "10.244.0.2 → 10.244.1.2:3000", legs: [{ on: edge.key, from: i * 1000, until: i * 1000 + 1000 }] }));

  it.each([360, 720])("covers no word of the picture wherever the packet is, at %i px", (width) => {
    const placement = layout(scene, width);
    const words = [...placement.texts.values(), ...placement.labels.values()].flat().map(extent);
    for (let at = 50; at < packets.length * 1000; at += 150) {
      const drawn = shapes(draw({ ...scene, packets }, placement, { time: at, still: false }));
      const packet = drawn.find(({ class: of }) => of?.startsWith("k8s-sim-packet is-") === true);
      const plate = packet?.children?.find(({ key }) => key === "plate");
      const [, px = "0", py = "0"] = /translate\(([-\d.]+) ([-\d.]+)\)/.exec(String(packet?.attrs?.["transform"])) ?? [];
      const [, x = "0", y = "0", w = "0"] = /^M([-\d.]+) ([-\d.]+)h([-\d.]+)/.exec(String(plate?.attrs?.["d"])) ?? [];
      const rect = { x: Number(px) + Number(x) - 5, y: Number(py) + Number(y), w: Number(w) + 10, h: 18 };
      wide.push(rect);
      expect(rect.x).toBeGreaterThanOrEqual(0);
      expect(rect.x + rect.w).toBeLessThanOrEqual(placement.width);
      const covered = words.filter((word) => word.x + 2 < rect.x + rect.w && word.x + word.w - 2 > rect.x && word.y + 3 < rect.y + rect.h && word.y + word.h - 3 > rect.y);
      expect(covered, `at ${at}`).toEqual([]);
    }
    expect(wide.length).toBeGreaterThan(20);
  });
});
