import type { Ref } from "../../cluster/model";
import type { View } from "../../cluster/view";
import { numberAt } from "../fields";
import { podState, shortPodName } from "../pod-state";
import { deploymentOfPod, rolloutsOf } from "../rollout";
import type { Sentence } from "../scene";
import { setsOf } from "./deployment";
import { deedsOf, type Deed } from "./deployment-tale";

/** How long a deed stays the news, virtual ms. */
const news = 4000;

/** One sentence: who did what to whom, and why. */
export function deploymentCaption(view: View, ref: Ref): Sentence {
  const say = (key: string, args: Sentence["args"] = {}): Sentence => ({ key: `deployment.caption.${key}`, args: { name: ref.name, ...args } });
  const deployment = view.get(ref);
  if (deployment === undefined) return { key: "deployment.empty", args: {} };
  const replicas = numberAt(deployment, "spec", "replicas") ?? 1;
  const state = rolloutsOf(view, ref.namespace, ref.name);
  const sets = setsOf(view, deployment, state);
  const deeds = deedsOf(view, ref);
  const recent = deeds.filter(({ at }) => view.time - at < news);
  const missed = [...recent].reverse().find((deed): deed is Extract<Deed, { is: "gone" }> => deed.is === "gone" && deed.missed);
  if (missed !== undefined && sets.length > 0) {
    const heir = recent.find((deed): deed is Extract<Deed, { is: "created" }> => deed.is === "created" && deed.set === missed.set && deed.at >= missed.at);
    const args = { pod: shortPodName(missed.name), set: hash(missed.set), left: missed.left, wanted: missed.wanted, heir: heir === undefined ? "" : shortPodName(heir.name) };
    return say(heir === undefined ? "gone" : "replaced", args);
  }
  const template = [...recent].reverse().find((deed) => deed.is === "template");
  if (template?.is === "template") {
    const fresh = recent.find((deed) => deed.is === "set" && deed.fresh && deed.at >= template.at);
    return fresh?.is === "set" ? say("template", { tag: template.tag, set: hash(fresh.set) }) : say("template.known", { tag: template.tag });
  }
  const scaled = [...recent].reverse().find((deed) => deed.is === "scaled");
  if (scaled?.is === "scaled") {
    const set = hash([...recent].reverse().find((deed) => deed.is === "set")?.set ?? sets.at(-1)?.metadata.name ?? "");
    const by = Math.abs(scaled.to - scaled.from);
    return scaled.to > scaled.from ? say("up", { from: scaled.from, to: scaled.to, set, by }) : say("down", { from: scaled.from, to: scaled.to, set, by });
  }
  if (replicas === 0) return say("zero");
  const pods = view.list("pods", { namespace: ref.namespace }).filter((pod) => deploymentOfPod(pod) === `${ref.namespace}/${ref.name}` && pod.metadata.deletionTimestamp === undefined);
  const failed = pods.find((pod) => podState(pod).tone === "failed");
  if (failed !== undefined) return say("failed", { pod: shortPodName(failed.metadata.name), reason: podState(failed).word });
  const busy = sets.filter((set) => (numberAt(set, "spec", "replicas") ?? 0) > 0);
  if (busy.length > 1) return say("moving", { old: hash(busy[0]?.metadata.name ?? ""), new: hash(busy.at(-1)?.metadata.name ?? "") });
  const ready = pods.filter((pod) => podState(pod).tone === "ready").length;
  if (ready < replicas) return say("starting", { ready, replicas });
  return say("steady", { set: hash(busy[0]?.metadata.name ?? ""), replicas });
}

const hash = (set: string): string => set.split("-").pop() ?? set;
