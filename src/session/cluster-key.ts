/** By this a cluster is known: its note's path, or the name that notes share. */
export function clusterKey(path: string, name: string): string {
  return name === "" ? `note:${path}` : `name:${name}`;
}
