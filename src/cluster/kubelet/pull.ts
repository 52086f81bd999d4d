import type { ImageReference } from "./image-reference";

/** Why a registry does not give an image. */
export type PullFailure = "not-found" | "denied" | "no-host";

/** containerd's words for a failed pull. */
export function pullError(reference: ImageReference, why: PullFailure): string {
  const { full, registry, repository, tag } = reference;
  const both = `failed to pull and unpack image "${full}": failed to resolve reference "${full}": `;
  switch (why) {
    case "not-found": return `rpc error: code = NotFound desc = ${both}${full}: not found`;
    case "denied": return `${both}pull access denied, repository does not exist or may require authorization: server message: insufficient_scope: authorization failed`;
    case "no-host": return `${both}failed to do request: Head "https://${registry}/v2/${repository}/manifests/${tag}": dial tcp: lookup ${registry}: no such host`;
  }
}

/** The policy that the API server fills in where a pod says nothing. */
export function defaultPolicy(image: string): "Always" | "IfNotPresent" {
  const name = image.split("@")[0];
  if (image.includes("@")) return "IfNotPresent";
  const tag = /:([^/]+)$/.exec(name)?.[1] ?? "latest";
  return tag === "latest" ? "Always" : "IfNotPresent";
}
