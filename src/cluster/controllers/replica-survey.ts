import type { Pod, ReplicaSet } from "../api/types";
import { isPodActive, isPodReady } from "./pod-state";

/** What a sync must know of a pod, as bits; none where it is another's. */
const active = 1;
const ready = 2;
const labelled = 4;

/**
 * What the last sync of an owner found out of each pod, in the order of the cache's list. A pod in the cache is never changed, only
 * replaced: a sync of a set of thousands looks again only at those that are new or others.
 */
export interface Survey {
  owner: ReplicaSet | undefined;
  pods: readonly Pod[];
  marks: number[];
  active: number;
  ready: number;
  labelled: number;
}

export function newSurvey(): Survey {
  return { owner: undefined, pods: [], marks: [], active: 0, ready: 0, labelled: 0 };
}

/** Brings a survey up to `pods`; `claim` tells which of the new ones belong to the owner. */
export function update(survey: Survey, owner: ReplicaSet, pods: readonly Pod[], claim: (pods: readonly Pod[]) => readonly Pod[]): void {
  const { template } = owner.spec;
  const before = survey.owner;
  // Another selector, template or fate of the owner makes another judgement of every pod.
  const known = before !== undefined && before.spec === owner.spec && before.metadata.uid === owner.metadata.uid && before.metadata.deletionTimestamp === owner.metadata.deletionTimestamp;
  const old = known ? survey.pods : [];
  const marks: number[] = [];
  const fresh: Pod[] = [];
  const places: number[] = [];
  let at = 0;
  for (let i = 0; i < pods.length; i++) {
    const pod = pods[i];
    // Both lists are in the order of names: what is not here any more is passed over.
    while (at < old.length && old[at] !== pod && old[at].metadata.name < pod.metadata.name) at++;
    if (at < old.length && old[at] === pod) marks.push(survey.marks[at++]);
    else {
      places.push(marks.length);
      fresh.push(pod);
      marks.push(0);
    }
  }
  if (fresh.length > 0) {
    const labels = template?.metadata?.labels;
    const wanted = Object.entries(labels ?? {});
    const own = claim(fresh);
    let next = 0;
    for (let i = 0; i < fresh.length; i++) {
      const pod = fresh[i];
      if (own[next] !== pod) continue;
      next++;
      const complete = pod.metadata.labels === labels || wanted.every(([name, value]) => pod.metadata.labels?.[name] === value);
      marks[places[i]] = (isPodActive(pod) ? active : 0) | (isPodReady(pod) ? ready : 0) | (complete ? labelled : 0);
    }
  }
  survey.active = survey.ready = survey.labelled = 0;
  for (let i = 0; i < marks.length; i++) {
    const mark = marks[i];
    if ((mark & active) === 0) continue;
    survey.active++;
    if ((mark & ready) !== 0) survey.ready++;
    if ((mark & labelled) !== 0) survey.labelled++;
  }
  survey.owner = owner;
  survey.pods = pods;
  survey.marks = marks;
}

/** The pods that count. */
export function activePods(survey: Survey): readonly Pod[] {
  return survey.pods.filter((_pod, at) => (survey.marks[at] & active) !== 0);
}
