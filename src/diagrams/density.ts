import { shortPodName } from "./pod-state";
import type { Box, Edge, Scene } from "./scene";

/** Above this many pods an edge ends at the frame around them, and a pod is a chip with the end of its name. */
export const bundleAbove = 60;
/** Above this many pods a pod is a dot in its frame. */
export const dotsAbove = 200;

const isPod = (box: Box): boolean => box.role === "pod" && (box.children?.length ?? 0) === 0;

function countPods(box: Box): number {
  return (isPod(box) ? 1 : 0) + (box.children ?? []).reduce((sum, child) => sum + countPods(child), 0);
}

/** The same scene with as much in it as one can read: many pods make their edges end at their frame, very many become dots. */
export function thinOut(scene: Scene): Scene {
  const pods = countPods(scene.root);
  if (pods <= bundleAbove) return scene;
  const frameOf = new Map<string, string>();
  const dots = pods > dotsAbove;
  const walk = (box: Box): Box => {
    const children = box.children?.map((child) => {
      if (!isPod(child)) return walk(child);
      frameOf.set(child.key, box.key);
      const { key, ref, tone, label, tip, version, slot, dim, lit, progress } = child;
      return {
        key, tone, role: dots ? "dot" : "chip", title: shortPodName(ref?.name ?? child.title), label: label ?? child.title, tip: tip ?? label ?? child.title,
        ...(ref === undefined ? {} : { ref }), ...(version === undefined ? {} : { version }), ...(slot === undefined ? {} : { slot }), ...(dim === undefined ? {} : { dim }), ...(lit === undefined ? {} : { lit }), ...(progress === undefined ? {} : { progress }),
      };
    });
    return children === undefined ? box : { ...box, children, ...(children.some(({ role }) => role === "dot" || role === "chip") ? { flow: "grid" as const } : {}) };
  };
  const root = walk(scene.root);
  const seen = new Map<string, Edge>();
  for (const edge of scene.edges) {
    const from = frameOf.get(edge.from) ?? edge.from;
    const to = frameOf.get(edge.to) ?? edge.to;
    if (from === to) continue;
    const bundled = from === edge.from && to === edge.to ? edge : { ...edge, key: `${from}→${to}/${edge.means}`, from, to };
    if (!seen.has(bundled.key)) seen.set(bundled.key, bundled);
  }
  return { ...scene, root, edges: [...seen.values()] };
}
