import type { Ref } from "../../cluster/model";
import type { View } from "../../cluster/view";
import { field, listAt, numberAt, textAt } from "../fields";
import type { Sentence } from "../scene";
import { containersOf, type ContainerFacts } from "./pod-containers";
import { lifeOf } from "./pod-marks";
import { followed } from "./pod-packets";
import { insideOf, partiesOf } from "./pod";

/** How long a crash stays the news, virtual ms. */
const news = 5000;

/** One sentence: what the containers share, or what is happening to one of them. */
export function podCaption(view: View, ref: Ref): Sentence {
  const say = (key: string, args: Sentence["args"] = {}): Sentence => ({ key: `pod.caption.${key}`, args: { name: ref.name, ...args } });
  const pod = view.get(ref);
  if (pod === undefined) return { key: "pod.empty", args: {} };
  const containers = containersOf(view, pod);
  const inits = containers.filter(({ kind }) => kind === "init");
  const staying = containers.filter(({ kind }) => kind !== "init");
  const address = textAt(pod, "status", "podIP") ?? "";
  if (pod.metadata.deletionTimestamp !== undefined) return say("leaving", { n: numberAt(pod, "metadata", "deletionGracePeriodSeconds") ?? 30, count: staying.length });
  const scheduled = listAt(pod, "status", "conditions").find((one) => textAt(one, "type") === "PodScheduled");
  if (field(pod, "spec", "nodeName") === undefined) return textAt(scheduled, "status") === "False" ? say("unschedulable", { message: textAt(scheduled, "message") ?? "" }) : say("pending");

  const trace = followed(view, (one) => insideOf(one, ref));
  if (trace !== undefined) {
    const { asks, answers } = partiesOf(trace, containers);
    const args = { asks: asks?.name ?? ref.name, answers: answers?.name ?? "", port: trace.request.port };
    return trace.end <= view.time && !trace.result.ok ? say("refused", args) : say(asks === answers || asks === undefined ? "localhost.self" : "localhost", args);
  }
  const pull = containers.find(({ reason }) => reason !== undefined && /Image|Pull/.test(reason));
  if (pull !== undefined) return say("pull", { container: pull.name, image: pull.image, reason: pull.reason ?? "" });
  const looping = staying.find(({ reason }) => reason === "CrashLoopBackOff");
  if (looping !== undefined) return say("loop", { container: looping.name, address, n: looping.restarts });
  const latest = lifeOf(view, ref).at(-1);
  const crash = [...lifeOf(view, ref)].reverse().find(({ is }) => is === "crash");
  if (crash !== undefined && view.time - crash.at < news) {
    const one = staying.find(({ name }) => name === crash.container);
    const other = staying.find(({ name, running }) => name !== crash.container && running);
    if (one !== undefined && !one.running) return other === undefined ? say("crash.alone", { container: one.name, address }) : say("crash", { container: one.name, other: other.name, address });
    if (one !== undefined) return say("restarted", { container: one.name, address, n: one.restarts });
  }
  if (latest?.is === "address" && view.time - latest.at < news) return say("sandbox", { address });
  const failing = staying.flatMap((one) => one.probes.filter(({ failed }) => failed > 0).map((probe) => ({ one, probe })))[0];
  if (failing !== undefined) return say(`probe.${failing.probe.kind === "readiness" ? "readiness" : "liveness"}`, { container: failing.one.name, kind: failing.probe.kind, failed: failing.probe.failed, threshold: failing.probe.threshold });
  if (textAt(pod, "status", "phase") === "Succeeded") return say("done");
  const init = inits.find(({ tone }) => tone !== "off");
  if (init !== undefined) return init.tone === "failed" ? say("init.failed", { container: init.name, reason: init.reason ?? "" }) : say("init", { container: init.name, n: inits.indexOf(init) + 1, total: inits.length, count: staying.length });
  const waiting = staying.filter(({ running }) => !running);
  if (waiting.length > 0) return waiting.some(({ tone }) => tone === "failed") ? say("failed", { container: waiting.find(({ tone }) => tone === "failed")?.name ?? "", reason: waiting.find(({ tone }) => tone === "failed")?.word ?? "" }) : say(address === "" ? "sandboxing" : "starting", { n: staying.length - waiting.length, count: staying.length, address });
  const unready = staying.find(({ tone }) => tone === "pending");
  if (unready !== undefined) return say("unready", { container: unready.name });
  return steady(say, pod, staying, address);
}

function steady(say: (key: string, args: Sentence["args"]) => Sentence, pod: unknown, staying: readonly ContainerFacts[], address: string): Sentence {
  if (staying.length === 1) return say("one", { container: staying[0]?.name ?? "", address });
  const names = staying.slice(0, 2).map(({ name }) => name);
  const shared = listAt(pod, "spec", "volumes")
    .map((volume) => textAt(volume, "name") ?? "")
    .find((volume) => !volume.startsWith("kube-api-access-") && staying.filter(({ mounts }) => mounts.some((mount) => mount.volume === volume)).length > 1);
  return say(shared === undefined ? "shared" : "shared.volume", { a: names[0] ?? "", b: names[1] ?? "", address, volume: shared ?? "" });
}
