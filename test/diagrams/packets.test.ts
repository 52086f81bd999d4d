import { describe, expect, it } from "vitest";
import { layout } from "../../src/diagrams/layout";
import { packetAt } from "../../src/diagrams/packets";
import type { Packet, Point, Scene } from "../../src/diagrams/scene";
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
