import type { Ref } from "../../cluster/model";
import type { View } from "../../cluster/view";
import { imageTag } from "../fields";
import { shortPodName } from "../pod-state";
import { ladder, rolloutsOf, versionText, type Chip } from "../rollout";
import type { Sentence } from "../scene";
import { strategyOf } from "../strategy";
import { requestsSince, startOf } from "./rolling-update";

/** How long "… is ready" stays the news, virtual ms. */
const news = 1500;

/** One sentence with the real names: what the controller is doing now, and which number allows it. */
export function rollingCaption(view: View, ref: Ref): Sentence {
  const say = (key: string, args: Sentence["args"] = {}): Sentence => ({ key: `rolling.caption.${key}`, args });
  const deployment = view.get(ref);
  if (deployment === undefined) return { key: "rolling.empty", args: {} };
  const { replicas, min, surge, recreate, paused } = strategyOf(deployment);
  if (replicas === 0) return say("zero", { name: ref.name });
  const state = rolloutsOf(view, ref.namespace, ref.name);
  const chips: readonly Chip[] = state.steps.at(-1)?.chips ?? [];
  const wanted = state.changes.at(-1);
  const newest = [...state.sets.values()].filter(({ image }) => image === wanted?.image).sort((a, b) => b.index - a.index)[0]?.name ?? "";
  // Before its ReplicaSet exists, a version is only an image that somebody asked for.
  const version = newest === "" ? imageTag(wanted?.image ?? "") : versionText(state, newest);
  const fresh = chips.filter(({ set }) => set === newest);
  const old = chips.filter(({ set }) => set !== newest);
  const oldReady = old.filter(({ tone }) => tone === "ready").length;
  const ready = chips.filter(({ tone }) => tone === "ready").length;
  const leaving = [...state.pods.values()].filter((pod) => pod.leaving).length;
  const failed = fresh.find(({ tone }) => tone === "failed");
  const first = state.changes.length <= 1;

  if (failed !== undefined) {
    if (oldReady === 0 && fresh.every(({ tone }) => tone !== "ready")) return say("stuck.dark", { version });
    if (oldReady > 0) return say(/Image|Pull/.test(failed.word) ? "stuck" : "stuck.crash", { version, old: oldReady });
  }
  if (paused && (old.length > 0 || fresh.length < replicas)) return say("paused", { new: fresh.length, old: old.length });
  if (first && (ready < replicas || old.length > 0)) return say("create", { ready, replicas, version });
  const news_ = state.becameReady;
  if (old.length > 0 && news_ !== undefined && news_.set === newest && view.time - news_.at < news) {
    const may = Math.max(0, ready - min);
    if (may >= old.length) return say(old.length === 1 ? "ready.last" : "ready", { version, pod: shortPodName(news_.name), may: old.length });
    if (may > 0) return say("ready", { version, pod: shortPodName(news_.name), may });
  }
  if (recreate && ready === 0) return say("gap");
  if (old.length > 0) {
    const since = view.time - (wanted?.at ?? 0);
    if (since < news && fresh.every(({ tone }) => tone !== "ready")) {
      return min < replicas ? say("first", { min, replicas, gone: Math.max(1, replicas - min) }) : say("first.none", { replicas, surge });
    }
    const starting = fresh.filter(({ tone }) => tone === "pending").length;
    return starting > 0 ? say("starting", { new: starting, old: oldReady }) : say("behind", { old: old.length, new: fresh.length, ready, replicas });
  }
  if (ready < replicas) {
    if (fresh.length < replicas && wanted !== undefined && fresh.length === 0) return say("gap");
    return leaving > 0 ? say("last", { ready, replicas, version, leaving }) : say("scale", { ready, replicas });
  }
  if (leaving > 0) return say("drain", { replicas, version, leaving });
  if (first) return say("steady", { replicas, version });
  const { ok, refused } = requestsSince(view, ref, startOf(state, ladder(state, view.time)));
  return ok + refused === 0 ? say("done.quiet", { replicas, version }) : say("done", { replicas, version, requests: ok, refused });
}
