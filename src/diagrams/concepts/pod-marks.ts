import type { Change } from "../../cluster/api/store";
import type { KubeObject, Ms, Ref } from "../../cluster/model";
import type { View } from "../../cluster/view";
import { listAt, numberAt, textAt } from "../fields";
import { foldLog } from "../log-fold";
import type { Sentence } from "../scene";

/** A moment in the life of a pod. */
interface Moment {
  readonly at: Ms;
  readonly is: "ready" | "crash" | "restart" | "leaving" | "address";
  readonly container: string;
  readonly address: string;
  readonly n: number;
}

type Lives = ReadonlyMap<string, readonly Moment[]>;

const keyOf = (namespace: string, name: string): string => `${namespace}/${name}`;

const statusesOf = (pod: KubeObject | undefined): ReadonlyMap<string, unknown> => new Map([...listAt(pod, "status", "initContainerStatuses"), ...listAt(pod, "status", "containerStatuses")].map((status) => [textAt(status, "name") ?? "", status]));

const isReady = (pod: KubeObject | undefined): boolean => listAt(pod, "status", "conditions").some((one) => textAt(one, "type") === "Ready" && textAt(one, "status") === "True");

const lives = foldLog<Lives>(new Map(), (all, change) => {
  if (change.ref.resource !== "pods" || change.type === "DELETED") return all;
  const found = momentsOf(change);
  if (found.length === 0) return all;
  const key = keyOf(change.ref.namespace, change.ref.name);
  return new Map(all).set(key, [...(all.get(key) ?? []), ...found]);
});

function momentsOf(change: Change): readonly Moment[] {
  const { object, previous, at } = change;
  const address = textAt(object, "status", "podIP") ?? "";
  const found: Moment[] = [];
  const was = statusesOf(previous);
  for (const [container, status] of statusesOf(object)) {
    const before = was.get(container);
    const n = numberAt(status, "restartCount") ?? 0;
    const ended = numberAt(status, "state", "terminated", "exitCode") ?? numberAt(status, "lastState", "terminated", "exitCode") ?? 0;
    const run = textAt(status, "state", "terminated", "containerID") ?? textAt(status, "lastState", "terminated", "containerID");
    const runBefore = textAt(before, "state", "terminated", "containerID") ?? textAt(before, "lastState", "terminated", "containerID");
    if (run !== undefined && run !== runBefore && ended !== 0) found.push({ at, is: "crash", container, address, n });
    if (n > (numberAt(before, "restartCount") ?? 0)) found.push({ at, is: "restart", container, address, n });
  }
  const former = textAt(previous, "status", "podIP") ?? "";
  if (former !== "" && address !== "" && former !== address) found.push({ at, is: "address", container: "", address, n: 0 });
  if (isReady(object) && !isReady(previous)) found.push({ at, is: "ready", container: "", address, n: 0 });
  if (object.metadata.deletionTimestamp !== undefined && previous?.metadata.deletionTimestamp === undefined) found.push({ at, is: "leaving", container: "", address, n: 0 });
  return found;
}

/** What happened to the pod so far, oldest first; pods that bore its name before count too. */
export const lifeOf = (view: View, ref: Ref): readonly Moment[] => lives(view).get(keyOf(ref.namespace, ref.name)) ?? [];

export function podMarks(view: View, ref: Ref): readonly (Sentence & { readonly at: Ms })[] {
  return lifeOf(view, ref).map(({ at, is, container, address, n }) => ({ at, key: `pod.mark.${is}`, args: { name: ref.name, container, address, n } }));
}
