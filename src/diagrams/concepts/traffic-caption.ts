import type { RequestTrace } from "../../cluster/network/trace";
import type { View } from "../../cluster/view";
import { shortPodName } from "../pod-state";
import type { Sentence } from "../scene";
import { ledTo, ruling, type ServiceFacts } from "./traffic-facts";
import { chance } from "./traffic-parts";
import { tallies } from "./traffic-tally";

export const say = (key: string, args: Sentence["args"] = {}): Sentence => ({ key, args });

/** Why nobody can answer; undefined: somebody can. */
export function nobodyAnswers(service: ServiceFacts): Sentence | undefined {
  if (service.ready.length > 0) return undefined;
  const { name, selectorText: selector } = service;
  if (service.selector === undefined) return say("traffic.caption.selector", { name });
  const standing = service.pods.filter(({ leaving }) => !leaving);
  if (standing.length === 0) return say("traffic.caption.match", { selector });
  const [first] = standing;
  return standing.length === 1 ? say("traffic.caption.unready.one", { pod: shortPodName(first?.name ?? ""), selector }) : say("traffic.caption.unready.all", { n: standing.length, selector });
}

/** What became of a request that nothing stopped on its way to the rules; undefined: it was answered. */
export function troubleOf(trace: RequestTrace, service: ServiceFacts): Sentence | undefined {
  if (trace.end === Infinity && trace.out.some(({ role }) => role === "process")) return undefined;
  if (trace.result.ok) return undefined;
  const rule = ruling(trace);
  if (rule?.verdict === "reject") return nobodyAnswers(service) ?? say("traffic.caption.refused", { address: rule.packet.dst });
  const led = ledTo(trace);
  const policy = trace.out.find(({ role }) => role === "policy");
  if (policy !== undefined) return say("traffic.caption.policy", { policy: policy.ref.name, pod: shortPodName(led ?? "") });
  if (led !== undefined && trace.result.why === "refused") return say("traffic.caption.target", { pod: shortPodName(led), port: service.targetPort });
  if (led !== undefined) return say("traffic.caption.lost", { pod: shortPodName(led) });
  return undefined;
}

/** Fewer requests than this say nothing about chance. */
const telling = 10;

/** "a 36 · b 31 · c 33", and what one expects; undefined: too few were chosen among just the pods that are ready now. */
export function tallyCaption(view: View, service: ServiceFacts, traces: readonly RequestTrace[]): Sentence | undefined {
  const now = service.ready.map(({ name }) => name).sort().join(" ");
  const alike = traces.filter((trace) => ruling(trace)?.choice?.of.map(({ name }) => name).sort().join(" ") === now);
  const { total, counts } = tallies(view, alike);
  if (total < telling) return undefined;
  const list = service.ready.map((one) => `\`${shortPodName(one.name)}\` ${counts.get(one.name) ?? 0}`).join(" · ");
  return say("traffic.caption.tally", { total, list, chance: chance(service.ready.length) });
}
