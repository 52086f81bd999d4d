import type { Edge } from "../scene";
import { bridgeKey, containerKey, ethKey, loKey, nicKey, vethOf, type NetNode } from "./pod-network";
import { outside } from "./pod-network-way";

/** The lines of the picture: containers use the devices of their pod, a veth pair is one cable through the pod's border, the bridge leads to the node's card, a wire joins the nodes. */
export function netEdges(nodes: readonly NetNode[]): readonly Edge[] {
  const edges: Edge[] = [];
  for (const node of nodes) {
    for (const one of node.pods) {
      edges.push({ key: `veth>${one.key}`, from: ethKey(one.key), to: bridgeKey(node.name), means: "wire", ends: ["", vethOf(one.pod)], tone: "none" });
      for (const container of one.containers) {
        const own = containerKey(one.key, container.name);
        if (one.containers.length > 1) edges.push({ key: `${own}>lo`, from: own, to: loKey(one.key), means: "uses", tone: "none" });
        edges.push({ key: `${own}>eth0`, from: own, to: ethKey(one.key), means: "uses", tone: "none" });
      }
    }
    edges.push({ key: `route:${node.name}`, from: bridgeKey(node.name), to: nicKey(node), means: "wire", tone: "none" });
  }
  const [first, second] = nodes;
  if (first !== undefined && second !== undefined) edges.push({ key: "wire", from: nicKey(first), to: nicKey(second), means: "wire", tone: "none" });
  for (const node of nodes) edges.push({ key: `${nicKey(node)}>${outside}`, from: nicKey(node), to: outside, means: "uses", tone: "none" });
  return edges;
}
