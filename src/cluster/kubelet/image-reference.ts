import { remembered } from "../remembered";
import { sha256 } from "../sha256";

/** An image reference taken apart and completed, as containerd names it. */
export interface ImageReference {
  readonly registry: string;
  /** "library/nginx" */
  readonly repository: string;
  readonly tag: string;
  readonly digest?: string;
  /** "docker.io/library/nginx:1.25" */
  readonly full: string;
}

const component = /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*$/;
const tagForm = /^[\w][\w.-]{0,127}$/;
const digestForm = /^sha256:[0-9a-f]{64}$/;
const hostForm = /^[a-zA-Z0-9]([a-zA-Z0-9.-]*[a-zA-Z0-9])?(:[0-9]+)?$/;

/** Reads a reference after the rules of distribution's reference grammar; undefined where it is invalid. One object for each text. */
export const parseImage = remembered((text): ImageReference | undefined => {
  let rest = text;
  let digest: string | undefined;
  const at = rest.indexOf("@");
  if (at >= 0) {
    digest = rest.slice(at + 1);
    rest = rest.slice(0, at);
    if (!digestForm.test(digest)) return undefined;
  }
  let tag = "";
  const colon = rest.lastIndexOf(":");
  if (colon > rest.lastIndexOf("/")) {
    tag = rest.slice(colon + 1);
    rest = rest.slice(0, colon);
    if (!tagForm.test(tag)) return undefined;
  }
  const slash = rest.indexOf("/");
  const first = slash < 0 ? "" : rest.slice(0, slash);
  const hosted = first !== "" && (first.includes(".") || first.includes(":") || first === "localhost" || first.toLowerCase() !== first);
  const registry = hosted ? (first === "index.docker.io" ? "docker.io" : first) : "docker.io";
  let repository = hosted ? rest.slice(slash + 1) : rest;
  if (hosted && !hostForm.test(first)) return undefined;
  if (!repository.split("/").every((part) => component.test(part))) return undefined;
  if (registry === "docker.io" && !repository.includes("/")) repository = `library/${repository}`;
  if (tag === "" && digest === undefined) tag = "latest";
  const full = `${registry}/${repository}${tag === "" ? "" : `:${tag}`}${digest === undefined ? "" : `@${digest}`}`;
  return { registry, repository, tag, ...(digest === undefined ? {} : { digest }), full };
});

/** The whole text, so that the pods of one image share it: a digest stands after the repository. */
const taggedId = remembered((full) => `${full.slice(0, full.lastIndexOf(":"))}@sha256:${sha256(full)}`);

/** What a container status prints as imageID: "docker.io/library/nginx@sha256:…". */
export function imageId(reference: ImageReference): string {
  if (reference.digest !== undefined) return `${reference.registry}/${reference.repository}@${reference.digest}`;
  return taggedId(reference.full);
}
