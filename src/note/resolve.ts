import type { Picture } from "./model";

/** What the resolver must know of a concept. */
export interface Recognisable {
  readonly id: string;
  /** The more general concept that this one refines: "pod" of "pod-network". */
  readonly parent?: string;
  readonly evidence: readonly { readonly word: RegExp; readonly weight: number }[];
}

/** What a picture is about; `certain` where the evidence is strong enough to replace an existing image. */
export interface Resolution {
  readonly concept: string;
  readonly certain: boolean;
  readonly score: number;
}

/** How much each place of evidence weighs: the file name most, the lines around least. */
const places = { file: 5, alt: 4, heading: 3, upper: 1.2, title: 0.8, list: 1.5, before: 1.2, after: 0.5 } as const;
const threshold = 4;
const certainty = 9;
/** What speaks against a diagram: pictures of screens. */
const against = /screen.?shot|截图|截屏|屏幕|error|报错|错误|grafana|dashboard|仪表|面板|pasted image|^image[-_ ]?\d|^img[-_ ]?\d|console|terminal|终端|prometheus|kibana|logo|avatar|头像/i;

/** Which concept a picture shows, from its name, alt text, headings, title and surroundings; undefined: leave it as it is. */
export function resolve(picture: Picture, concepts: readonly Recognisable[]): Resolution | undefined {
  if (picture.override === "off") return undefined;
  if (picture.override !== undefined) {
    const chosen = concepts.find((concept) => concept.id === picture.override);
    return chosen === undefined ? undefined : { concept: chosen.id, certain: true, score: Infinity };
  }
  const file = stem(picture.linktext);
  if (against.test(file) || against.test(picture.alt)) return undefined;
  const { context } = picture;
  const headings = context.headings;
  // A place right after a command or a manifest is where results are shown, not ideas.
  const damp = /```\s*$/.test(context.before) ? 0.5 : 1;
  const scored = concepts.map((concept) => {
    const own = strength(concept, file) * places.file + strength(concept, picture.alt) * places.alt;
    const around = strength(concept, headings[headings.length - 1] ?? "") * places.heading
      + strength(concept, headings.slice(0, -1).join("\n")) * places.upper
      + strength(concept, context.title) * places.title
      + strength(concept, context.list) * places.list
      + strength(concept, context.before) * places.before
      + strength(concept, context.after) * places.after;
    return { concept, own, score: own + around * damp };
  });
  const names = [file, picture.alt, context.title, ...headings].join(" ");
  if (!aboutKubernetes(names, `${names} ${context.before} ${context.list} ${context.after}`) && !scored.some((one) => one.own >= 2 * threshold * places.file)) return undefined;
  // What is specific beats the generic: a refinement that has evidence of its own takes its parent's.
  const byId = new Map(scored.map((one) => [one.concept.id, one]));
  const ranked = scored.map((one) => {
    const parent = one.concept.parent === undefined ? undefined : byId.get(one.concept.parent);
    return { ...one, total: one.score >= 2 && parent !== undefined ? one.score + parent.score : one.score };
  }).sort((a, b) => b.total - a.total || (a.concept.id < b.concept.id ? -1 : 1));
  const best = ranked[0];
  if (best === undefined || best.total < threshold) return undefined;
  return { concept: best.concept.id, certain: best.own >= certainty * 0.5 && best.total >= certainty, score: best.total };
}

/** Words that only Kubernetes has, or two different ones that it shares with the rest of the world (peas have pods, ships containers). */
const certainly = /k8s|kube|\bsvc\b|集群|nodeport|clusterip|replica ?set|minikube|helm/i;
const perhaps: readonly RegExp[] = [/\bpods?\b|pod网络/i, /\bdeploy(ment)?s?\b/i, /\bingress(es)?\b/i, /\breplicas?\b|副本/i, /\bveth|docker|\bcni/i, /\beth0\b/i, /容器/, /滚动(升级|更新)|rolling[- ]update/i, /\bnamespaces?\b|命名空间/i, /\byaml\b/i];

function aboutKubernetes(names: string, all: string): boolean {
  if (certainly.test(names)) return true;
  return perhaps.some((word) => word.test(names)) && perhaps.filter((word) => word.test(all)).length >= 2;
}

/** The weightiest words of a concept in a text: each word counts once, and later ones less. */
function strength(concept: Recognisable, text: string): number {
  if (text === "") return 0;
  const found = concept.evidence.filter((of) => of.word.test(text)).map((of) => of.weight).sort((a, b) => b - a);
  return found.reduce((sum, weight, at) => sum + weight / (1 + at * 0.5), 0);
}

/** A file's name without folders, ending and sub-path, with its separators as spaces. */
function stem(linktext: string): string {
  return (linktext.split("#")[0] ?? "").replace(/^.*\//, "").replace(/\.[a-z0-9]+$/i, "").replace(/[-_.]+/g, " ");
}
