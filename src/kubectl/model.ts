import { struct } from "../cluster/api/schema/schema";
import type { Mapping } from "./discovery";

/** The Go struct of a built-in kind in the schema ("V1Pod", "CoreV1Event"); undefined for custom resources. */
export function modelOf({ group, version, kind }: Pick<Mapping, "group" | "version" | "kind">): string | undefined {
  if (group.includes(".") && !group.endsWith(".k8s.io")) return undefined;
  const own = `${version.charAt(0).toUpperCase()}${version.slice(1)}${kind}`;
  return [own, `Core${own}`].find((name) => struct(name) !== undefined);
}
