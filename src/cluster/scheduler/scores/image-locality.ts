import { best } from "../score";
import type { Candidate } from "../filter";
import type { Score } from "../score";

const least = 23 * 1024 * 1024;
const mostEach = 1000 * 1024 * 1024;

/** Prefers nodes that have the pod's images, weighed by how many nodes have them, so that one node does not draw everything. */
export const imageLocality: Score = {
  name: "ImageLocality",
  weight: 1,
  rate: (pod, nodes, cycle) => {
    if (!cycle.facts.images) return undefined;
    const containers = [...(pod.spec.initContainers ?? []), ...pod.spec.containers];
    const wanted = containers.map((container) => normalImage(container.image ?? ""));
    const sizeOn = ({ node }: Candidate, name: string): number => node.status?.images?.find((image) => image.names?.includes(name) === true)?.sizeBytes ?? 0;
    const holders = wanted.map((name) => cycle.candidates.filter((candidate) => sizeOn(candidate, name) > 0).length);
    if (holders.every((count) => count === 0)) return undefined;
    const most = mostEach * containers.length;
    return nodes.map((candidate) => {
      const sum = wanted.reduce((total, name, at) => total + Math.floor(sizeOn(candidate, name) * ((holders[at] ?? 0) / cycle.candidates.length)), 0);
      return Math.floor((best * (Math.min(most, Math.max(least, sum)) - least)) / (most - least));
    });
  },
};

/** With a tag, as nodes list their images. */
function normalImage(image: string): string {
  return image.lastIndexOf(":") <= image.lastIndexOf("/") ? `${image}:latest` : image;
}
