import type { KubeObject, Ref } from "../cluster/model";
import { currentLanguage, t } from "../i18n/index";
import { field, listAt, textAt } from "./fields";
import type { Tone } from "./scene";

/** The state of a pod as every picture tells it. */
export interface PodState {
  readonly tone: Tone;
  /** One or two words: ours for the usual course ("starting"), Kubernetes' own for trouble ("ImagePullBackOff"). */
  readonly word: string;
  /** Kubernetes' reason where something is wrong. */
  readonly reason?: string;
}

const troubles = /BackOff|^Err|^Invalid|^CreateContainer|^RunContainer|^OOMKilled$|^Error$/;

const known = new WeakMap<KubeObject, { readonly language: string; readonly state: PodState }>();

/** Tone and word of a pod from its own status, in the order in which kubectl decides what to print. Asked again and again for every frame, so it remembers: objects never change. */
export function podState(pod: KubeObject): PodState {
  const language = currentLanguage();
  const found = known.get(pod);
  if (found?.language === language) return found.state;
  const state = told(pod);
  known.set(pod, { language, state });
  return state;
}

function told(pod: KubeObject): PodState {
  if (pod.metadata.deletionTimestamp !== undefined) return { tone: "leaving", word: t("state.leaving") };
  const phase = textAt(pod, "status", "phase");
  const reason = textAt(pod, "status", "reason");
  if (phase === "Failed") return { tone: "failed", word: reason ?? t("state.failed"), reason: reason ?? "Failed" };
  if (phase === "Succeeded") return { tone: "off", word: "Completed" };
  let ready = false;
  for (const condition of listAt(pod, "status", "conditions")) if (textAt(condition, "type") === "Ready") ready = textAt(condition, "status") === "True";
  for (const part of ["initContainerStatuses", "containerStatuses"])
    for (const status of listAt(pod, "status", part)) {
      const waiting = textAt(status, "state", "waiting", "reason");
      if (waiting !== undefined && troubles.test(waiting)) return { tone: "failed", word: waiting, reason: waiting };
      const ended = textAt(status, "state", "terminated", "reason");
      if (part === "containerStatuses" && ended !== undefined && ended !== "Completed") return { tone: "failed", word: ended, reason: ended };
    }
  if (ready) return { tone: "ready", word: t("state.ready") };
  if (phase === "Pending") {
    if (field(pod, "spec", "nodeName") === undefined) return { tone: "pending", word: t("state.pending") };
    return { tone: "pending", word: t("state.starting") };
  }
  return { tone: "pending", word: t("state.unready") };
}

export const podRef = (pod: KubeObject): Ref => ({ resource: "pods", namespace: pod.metadata.namespace ?? "", name: pod.metadata.name });

/** What tells pods of one set apart: the end of the name. */
export const shortPodName = (name: string): string => /-([a-z0-9]{5}|\d+)$/.exec(name)?.[1] ?? name;
