import { sha256 } from "../shell/tools/hash";
import { str, type Obj } from "./objects";
import { goJson } from "./print/go-json";

const readable: Readonly<Record<string, string>> = { 0: "g", 1: "h", 3: "k", a: "m", e: "t" };

/** Ten characters of the SHA-256 of a config map's or secret's content, written with few vowels: the suffix of `--append-hash` and of kustomize. */
export function nameHash(object: Obj, name = str((object["metadata"] as Obj | undefined)?.["name"])): string {
  const kind = str(object["kind"]);
  const optional = kind === "Secret" ? ["stringData"] : ["binaryData"];
  const content = { kind, name, data: object["data"] ?? "", ...(kind === "Secret" ? { type: str(object["type"]) } : {}), ...Object.fromEntries(optional.filter((key) => object[key] !== undefined).map((key) => [key, object[key]])) };
  return [...sha256(goJson(content)).slice(0, 10)].map((c) => readable[c] ?? c).join("");
}
