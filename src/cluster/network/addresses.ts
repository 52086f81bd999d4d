/** Whether text is an IPv4 address. */
export function isAddress(text: string): boolean {
  return /^\d{1,3}(\.\d{1,3}){3}$/.test(text) && text.split(".").every((part) => Number(part) < 256);
}

function toNumber(address: string): number {
  return address.split(".").reduce((sum, part) => sum * 256 + Number(part), 0);
}

/** Whether an IPv4 address lies in a block such as 10.244.0.0/16. */
export function inBlock(address: string, block: string): boolean {
  const [base = "", length = "32"] = block.split("/");
  if (!isAddress(address) || !isAddress(base)) return false;
  const size = 2 ** (32 - Number(length));
  return Math.floor(toNumber(address) / size) === Math.floor(toNumber(base) / size);
}

/** Whether an address belongs to a private network: pods, services and machines have such. */
export function isPrivate(address: string): boolean {
  return ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "127.0.0.0/8", "169.254.0.0/16"].some((block) => inBlock(address, block));
}

/** Where the outside of the cluster calls from: an address of the documentation range. */
export const outsideAddress = "203.0.113.7";
/** The cluster's DNS server, as pods' resolv.conf names it. */
export const dnsAddress = "10.96.0.10";
export const clusterDomain = "cluster.local";
