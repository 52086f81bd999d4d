import type { Change, Reader } from "./api/store";
import type { Ms, Ref, Rev } from "./model";
import type { RequestTrace } from "./network/trace";

/** A moment of a cluster. Now and the past are of one type: a diagram can't tell them apart. */
export interface View extends Reader {
  readonly time: Ms;
  readonly rev: Rev;
  readonly live: boolean;
  /** Unix ms of virtual time 0. */
  readonly epoch: number;
  /** Identifies the cluster, for caches that fold its log. */
  readonly cluster: object;
  /** The changes from `from` (virtual ms) up to this moment, oldest first. */
  changes(from: Ms): Iterable<Change>;
  /** The requests that were under way at or after `from`, up to this moment. */
  traces(from: Ms): Iterable<RequestTrace>;
  /** The last lines of a container's log; ref.part is "container/NAME". */
  logs(ref: Ref, last: number): readonly { readonly at: Ms; readonly line: string }[];
  /** When the kubelet last wrote a pod's ConfigMap and Secret volumes; undefined: it has none, or is gone. */
  mounted(ref: Ref): Ms | undefined;
  /** What will happen to it next, if that is known: "restarts in 8 s". `what` is a key such as "restart", "probe", "kill", "pull", "mount". */
  due(ref: Ref): { readonly at: Ms; readonly what: string } | undefined;
}
