import type { Ms } from "../model";
import type { BackOff } from "./kubelet-state";

/** kubelet.go: backOffPeriod and MaxContainerBackOff, for crashes and pulls alike. */
export const firstBackOff: Ms = 10_000;
export const longestBackOff: Ms = 300_000;

/** An entry that was not touched for twice the longest delay starts over (client-go util/flowcontrol). */
function expired(entry: BackOff, event: Ms): boolean {
  return event - entry.updated > 2 * longestBackOff;
}

/** Until when a back-off holds that is measured from `event`; undefined where it holds no longer. */
export function heldUntil(entry: BackOff | undefined, event: Ms, now: Ms): Ms | undefined {
  if (!entry || expired(entry, event)) return undefined;
  return now - event < entry.delay ? event + entry.delay : undefined;
}

/** The entry after one more try: twice the delay, from ten seconds up to five minutes. */
export function next(entry: BackOff | undefined, event: Ms, now: Ms): BackOff {
  const delay = !entry || expired(entry, event) ? firstBackOff : Math.min(entry.delay * 2, longestBackOff);
  return { delay, updated: now };
}

/** A duration as Go prints it: "10s", "2m40s", "988ms", "1.001s". */
export function goDuration(ms: Ms): string {
  if (ms === 0) return "0s";
  if (ms < 1000) return `${Math.round(ms)}ms`;
  const seconds = Math.round(ms) / 1000;
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor((seconds % 3600) / 60);
  const rest = Math.round((seconds % 60) * 1000) / 1000;
  return `${hours > 0 ? `${hours}h` : ""}${hours > 0 || minutes > 0 ? `${minutes}m` : ""}${rest}s`;
}
