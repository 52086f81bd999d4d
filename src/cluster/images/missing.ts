import type { ImageReference } from "../kubelet/image-reference";

/** Tags of nginx: minor versions from 1.7 on, with or without a patch number and a flavour. Odd minors are mainline, even ones stable; both exist. */
function nginxTag(tag: string): boolean {
  const flavour = "(-(perl|alpine(-slim|-perl|3\\.[0-9]+)?|alpine|otel|bookworm(-perl|-otel)?|bullseye|buster|stretch(-perl)?|slim|trixie))?";
  if (new RegExp(`^(latest|stable|mainline|alpine|perl|1)(-(alpine|perl|alpine-slim|otel|bookworm|trixie))*$`).test(tag)) return true;
  const match = new RegExp(`^1\\.([0-9]{1,3})(\\.([0-9]{1,2}))?${flavour}$`).exec(tag);
  if (!match) return false;
  const minor = Number(match[1]);
  const patch = match[3] === undefined ? 0 : Number(match[3]);
  if (minor < 7 || minor > 29) return false;
  const most: Readonly<Record<number, number>> = { 7: 12, 8: 1, 9: 15, 10: 3, 11: 13, 12: 2, 13: 12, 14: 2, 15: 12, 16: 1, 17: 10, 18: 0, 19: 10, 20: 2, 21: 6, 22: 1, 23: 4, 24: 0, 25: 5, 26: 3, 27: 5, 28: 3, 29: 8 };
  return patch <= (most[minor] ?? 0);
}

const versionLike: Readonly<Record<string, RegExp>> = {
  "library/busybox": /^(latest|stable|unstable|musl|glibc|uclibc|[01](\.[0-9]+){0,2})(-(musl|glibc|uclibc))?$/,
  "library/alpine": /^(latest|edge|[0-9]{8}|[23](\.[0-9]+){0,2})$/,
  "library/httpd": /^(latest|alpine|2(\.[0-9]+){0,2})(-(alpine[0-9.]*|bookworm|trixie|bullseye))?$/,
  "library/redis": /^(latest|alpine|bookworm|[2-8](\.[0-9]+){0,2})(-(alpine[0-9.]*|bookworm|bullseye|buster|stretch))?$/,
};
const hellok8s = /^(v[1-6]|latest|liveness|bad)$/;

export type Missing = "not-found" | "denied" | "no-host";

const verdicts = new WeakMap<ImageReference, { readonly why: Missing | undefined }>();

/** Why a registry does not have an image; undefined where it has. A reference is judged once. */
export function missingImage(reference: ImageReference): Missing | undefined {
  let verdict = verdicts.get(reference);
  if (verdict === undefined) verdicts.set(reference, verdict = { why: judge(reference) });
  return verdict.why;
}

/**
 * Nobody can list every tag in the world: what is known to be
 * impossible is missing (the tags of the images that are modelled, names that say so, registries that can't exist), and the rest exists.
 */
function judge(reference: ImageReference): Missing | undefined {
  const { registry, repository, tag } = reference;
  if (/\.(invalid|example|test|localdomain)(:\d+)?$/.test(registry) || /(^|\.)example\.(com|org|net)(:\d+)?$/.test(registry)) return "no-host";
  if (/^(example|private|myrepo|my-registry|yourname|your-username|username|nonexist(ent)?|does-not-exist)\//.test(repository)) return "denied";
  if (/(^|\/)(non-?exist(ent|ing)?|does-?not-?exist|no-?such-?image)$/.test(repository)) return "denied";
  if (/nonexist|non-existent|does-?not-?exist|no-?such|not-?found|invalid|^bad-|-bad$|wrong|typo|unknown/.test(tag)) return "not-found";
  if (registry !== "docker.io") return tag === "bad" ? "denied" : undefined;
  if (tag === "") return undefined;
  if (repository === "library/nginx") return nginxTag(tag) ? undefined : "not-found";
  if (repository === "guangzhengli/hellok8s") return hellok8s.test(tag) ? undefined : "not-found";
  const form = versionLike[repository];
  if (form && !form.test(tag)) return "not-found";
  return undefined;
}
