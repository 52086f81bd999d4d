import type { Filter } from "../filter";
import { unfit } from "../filter";
import { hostPortsOf } from "../snapshot";

/** Two pods can't have one port of a node, unless on different addresses of it. */
export const nodePorts: Filter = {
  name: "NodePorts",
  helps: ["node", "pod-gone"],
  begin: (pod) => {
    const wanted = hostPortsOf(pod);
    if (wanted.length === 0) return undefined;
    return ({ info }) => wanted.some((port) => Object.keys(info.hostPorts).some((taken) => clash(port, taken)))
      ? unfit("node(s) didn't have free ports for the requested pod ports", true) : undefined;
  },
};

function clash(a: string, b: string): boolean {
  const [protocolA, addressA, portA] = a.split(" ");
  const [protocolB, addressB, portB] = b.split(" ");
  return protocolA === protocolB && portA === portB && (addressA === addressB || addressA === "0.0.0.0" || addressB === "0.0.0.0");
}
