import type { Round } from "./round";

/** The next free address of a node's range, going round as the host-local plugin does: .1 is the bridge, pods begin at .2. */
export function giveAddress(round: Pick<Round, "node" | "pod">): string {
  const { node, pod } = round;
  if (pod.spec.hostNetwork === true) return node.address;
  for (let i = 0; i < 253; i++) {
    node.lastAddress = node.lastAddress >= 254 ? 2 : node.lastAddress + 1;
    const address = `${rangeOf(node.index)}.${node.lastAddress}`;
    if (!node.addresses.has(address)) {
      node.addresses.add(address);
      return address;
    }
  }
  // A range of 254 never fills up at 110 pods a node; a node told to hold more goes on beside it.
  return `${rangeOf(node.index)}.254`;
}

/** The first three numbers of a node's pod range: 10.244.N for the first 256 nodes. */
export function rangeOf(index: number): string {
  const beyond = 244 + Math.floor(index / 256);
  return `10.${beyond}.${index % 256}`;
}
