import { describe, expect, it } from "vitest";
import type { Concept, Level } from "../../../src/diagrams/concept";
import { clusterConcept } from "../../../src/diagrams/concepts/cluster";
import { configMap, secret } from "../../../src/diagrams/concepts/configmap";
import { deploymentConcept } from "../../../src/diagrams/concepts/deployment";
import { dns } from "../../../src/diagrams/concepts/dns";
import { networkPolicy } from "../../../src/diagrams/concepts/networkpolicy";
import { node } from "../../../src/diagrams/concepts/node";
import { podConcept } from "../../../src/diagrams/concepts/pod";
import { podNetwork } from "../../../src/diagrams/concepts/pod-network";
import { probes } from "../../../src/diagrams/concepts/probes";
import { layout } from "../../../src/diagrams/layout";
import { packetAt } from "../../../src/diagrams/packets";
import type { Box, Scene } from "../../../src/diagrams/scene";
import { en } from "../../../src/i18n/en";
import { setLanguage, t } from "../../../src/i18n/index";
import { zh } from "../../../src/i18n/zh";
import { NoteCluster } from "../../../src/session/note-cluster";
import { NoteFiles } from "../../../src/session/note-files";
import type { View } from "../../../src/cluster/view";

interface Model {
  readonly concept: Concept;
  readonly note: NoteCluster;
  view(at: number): View;
}

/** A concept's scenario, played to its end on a cluster of its own. */
function play(concept: Concept): Model {
  const { nodes, manifests, actions, end } = concept.scenario;
  const note = new NoteCluster({ nodes }, new NoteFiles(new Map()));
  expect(note.complete(`kubectl apply -f - <<'M'\n${manifests}M`).exit).toBe(0);
  for (const { at, run } of actions) {
    if (note.cluster.now < at) note.cluster.advance(at);
    expect(note.complete(run), run).toMatchObject({ exit: 0 });
  }
  if (note.cluster.now < end) note.cluster.advance(end);
  return { concept, note, view: (at) => note.cluster.at(at) };
}

/** The picture at a moment; `at` Infinity is the end of the scenario. */
function picture(model: Model, at: number, level: Level = 0, width = 700): Scene {
  const view = model.view(at);
  const focus = model.concept.focus(view) ?? model.concept.focus(model.view(Infinity));
  if (focus === undefined) throw new Error("nothing to draw");
  return model.concept.scene(view, { focus, width, level, head: model.view(Infinity) });
}

function caption(model: Model, at: number): string {
  const view = model.view(at);
  const focus = model.concept.focus(view) ?? model.concept.focus(model.view(Infinity));
  if (focus === undefined) throw new Error("nothing to say");
  const { key, args } = model.concept.caption(view, focus);
  expect(en, key).toHaveProperty([key]);
  expect(zh, key).toHaveProperty([key]);
  return t(key, args);
}

const boxes = (box: Box): readonly Box[] => [box, ...(box.children ?? []).flatMap(boxes)];
const all = (scene: Scene): readonly Box[] => boxes(scene.root);
const titled = (scene: Scene, title: string): Box | undefined => all(scene).find((box) => box.title === title);

/** Runs a command line of an act in the scenario's shell, and lets time pass. */
function act(model: Model, id: string, ms: number): string {
  const view = model.view(Infinity);
  const focus = model.concept.focus(view);
  const one = model.concept.actions.find((of) => of.id === id);
  if (focus === undefined || one === undefined || one.possible?.(view, focus) === false) throw new Error(`cannot ${id}`);
  const line = one.run(view, focus)[0] ?? "";
  expect(model.note.complete(line, 5000).exit, line).toBeDefined();
  model.note.cluster.advance(model.note.cluster.now + ms);
  return line;
}

setLanguage("en");

describe.each([podConcept, podNetwork, deploymentConcept, clusterConcept, configMap, secret, networkPolicy, dns, probes, node])("$id", (concept) => {
  const model = play(concept);

  it("has every part laid out inside the picture at every width and level, all through its scenario", () => {
    for (let at = 500; at <= concept.scenario.end; at += 2900)
      for (const width of [340, 700])
        for (const level of [0, 1, 2] as const) {
          const scene = picture(model, at, level, width);
          const keys = all(scene).map(({ key }) => key);
          expect(new Set(keys).size, `keys at ${at}`).toBe(keys.length);
          const placement = layout(scene, width);
          expect(placement.width, `${at} ms, level ${level}`).toBeLessThanOrEqual(width);
          for (const edge of scene.edges) expect(keys, edge.key).toEqual(expect.arrayContaining([edge.from, edge.to]));
          for (const packet of scene.packets) for (const leg of packet.legs) expect(packetAt(packet, (leg.from + leg.until) / 2, placement), `${packet.key} on ${leg.on}`).toBeDefined();
        }
  });

  it("says at every moment something that both languages have words for, with every name filled in", () => {
    for (let at = 100; at <= concept.scenario.end; at += 400) expect(caption(model, at)).not.toMatch(/\{\w+[|}]|undefined|``/);
    const view = model.view(Infinity);
    for (const mark of concept.marks(view, concept.focus(view) as NonNullable<ReturnType<Concept["focus"]>>)) expect(t(mark.key, mark.args)).not.toMatch(/\{|\.mark\./);
    for (const { title } of concept.actions) expect(zh).toHaveProperty([title]);
  });
});

describe("pod", () => {
  it("shows Pod(…) > Container(…) > Application(…), and the mechanism one level down", () => {
    const model = play(podConcept);
    const plain = picture(model, Infinity);
    expect(plain.root.title).toBe("Pod(nginx-pod)");
    const container = titled(plain, "Container(nginx-container)");
    expect(container?.children?.map(({ title }) => title)).toEqual(["Application(nginx)"]);
    expect(titled(plain, "pause")).toBeUndefined();
    const mechanism = picture(model, Infinity, 1);
    for (const title of ["pause", "lo", "eth0", "html"]) expect(titled(mechanism, title), title).toBeDefined();
  });

  it("keeps the address and counts one restart when a container crashes", () => {
    const model = play(podConcept);
    const address = titled(picture(model, 12_000, 1), "eth0")?.sub;
    expect(address).toMatch(/^10\.244\./);
    expect(titled(picture(model, 12_000), "Container(nginx-container)")?.sub).toBe("ready");
    const after = picture(model, Infinity, 1);
    expect(titled(after, "eth0")?.sub).toBe(address);
    expect(titled(after, "Container(nginx-container)")?.sub).toBe("ready · restarts 1");
    expect(titled(after, "Container(sidecar)")?.sub).toBe("ready");
  });

  it("follows a request by localhost from the sidecar to nginx, inside the pod", () => {
    const model = play(podConcept);
    const trace = [...model.view(Infinity).traces(0)].find(({ purpose, from }) => purpose === "request" && from !== "external");
    expect(trace?.result.ok).toBe(true);
    const at = (trace?.start ?? 0) + 400;
    const [request] = picture(model, at, 1).packets;
    expect(request?.legs[0]?.on).toBe("app:sidecar");
    expect(request?.legs.some(({ on }) => on === "lo")).toBe(true);
    expect(request?.legs.at(-1)?.on).toBe("app:nginx-container");
    expect(caption(model, at)).toContain("`sidecar` asks `127.0.0.1:80`, and `nginx-container` answers");
    expect(picture(model, at, 1).root.children?.flatMap(boxes).find(({ key }) => key === "pause")?.dim).toBe(true);
  });

  it("restarts only the container whose liveness probe fails", () => {
    const model = play(podConcept);
    expect(act(model, "probe", 4000)).toBe("k8s-sim fault fail-liveness nginx-pod");
    expect(caption(model, Infinity)).toMatch(/liveness probe of `nginx-container` failed \d of 2 times/);
    act(model, "localhost", 10_000);
    expect(titled(picture(model, Infinity), "Container(nginx-container)")?.sub).toBe("ready · restarts 2");
    expect(titled(picture(model, Infinity), "Container(sidecar)")?.sub).toBe("ready");
  });
});

describe("pod-network", () => {
  const runs = (model: Model) => [...model.view(Infinity).traces(0)].filter(({ purpose }) => purpose === "request");
  const path = (model: Model, index: number): readonly string[] => {
    const trace = runs(model)[index];
    const [request] = picture(model, (trace?.start ?? 0) + 100).packets;
    return (request?.legs ?? []).map(({ on }) => on.replace(/^-/, "")).filter((on) => picture(model, Infinity).edges.some(({ key }) => key === on));
  };

  it("goes the four ways: seven steps to the other node, none out of the pod for localhost", () => {
    const model = play(podNetwork);
    expect(runs(model)).toHaveLength(4);
    expect(runs(model).every(({ result }) => result.ok)).toBe(true);
    const [localhost, same, other, outside] = [0, 1, 2, 3].map((i) => path(model, i));
    expect(localhost?.every((on) => on.endsWith(">lo"))).toBe(true);
    expect(same).toHaveLength(4);
    expect(other).toHaveLength(7);
    expect(other?.slice(2, 5)).toEqual(["route:node1", "wire", "route:node2"]);
    expect(outside?.at(-1)).toBe("nic:node1>outside");
  });

  it("bears source and destination, and the node's address once outside", () => {
    const model = play(podNetwork);
    const trace = runs(model)[3];
    const [request, response] = picture(model, (trace?.start ?? 0) + 100).packets;
    const labels = (request?.legs ?? []).map(({ label }) => label ?? "");
    expect(labels[0]).toMatch(/^10\.244\.0\.\d+ → 203\.0\.113\.7:80$/);
    expect(labels.at(-1)).toMatch(/^192\.168\.\d+\.\d+ → 203\.0\.113\.7:80$/);
    expect(response?.legs.at(-1)?.label).toMatch(/^203\.0\.113\.7:80 → 10\.244/);
  });

  it("gives a new address only when pause dies", () => {
    const model = play(podNetwork);
    const address = (): string => all(picture(model, Infinity)).find(({ title, role }) => title === "nginx-pod" && role === "pod")?.sub ?? "";
    const before = address();
    expect(act(model, "restart", 4000)).toMatch(/fault crash nginx-pod/);
    expect(address()).toBe(before);
    expect(caption(model, Infinity)).toContain(`the address stays \`${before}\``);
    act(model, "pause", 4000);
    expect(address()).not.toBe(before);
    expect(caption(model, Infinity)).toContain("a new sandbox");
  });

  it("stands for itself by the way to the other node", () => {
    const model = play(podNetwork);
    const view = model.view(Infinity);
    const { time } = podNetwork.poster(view, podNetwork.focus(view) as NonNullable<ReturnType<Concept["focus"]>>);
    expect(picture(model, time).packets[0]?.legs.some(({ on }) => on === "wire")).toBe(true);
  });
});

describe("deployment", () => {
  it("replaces a deleted pod in its own slot, and says that the ReplicaSet did it", () => {
    const model = play(deploymentConcept);
    const pods = (at: number): readonly string[] => all(picture(model, at)).filter(({ role }) => role === "pod").map(({ key }) => key);
    const before = pods(7500);
    const gone = model.concept.marks(model.view(Infinity), deploymentConcept.focus(model.view(Infinity)) as NonNullable<ReturnType<Concept["focus"]>>).find(({ key }) => key === "deployment.mark.gone");
    const after = pods((gone?.at ?? 0) + 500);
    expect(before).toHaveLength(3);
    expect(after).toHaveLength(3);
    expect(after.filter((key, i) => key === before[i])).toHaveLength(2);
    expect(caption(model, (gone?.at ?? 0) + 500)).toMatch(/had 2 and wants 3, so it made .* The Deployment did nothing\./);
    const minis = all(picture(model, (gone?.at ?? 0) + 500)).filter(({ role }) => role === "mini");
    expect(minis.map(({ tone }) => tone)).toEqual(["leaving"]);
  });

  it("sends the cause down: Deployment to ReplicaSet, then ReplicaSet to the new pod", () => {
    const model = play(deploymentConcept);
    const scaled = model.concept.marks(model.view(Infinity), deploymentConcept.focus(model.view(Infinity)) as NonNullable<ReturnType<Concept["focus"]>>).find(({ key }) => key === "deployment.mark.scaled");
    const [set, pod] = picture(model, (scaled?.at ?? 0) + 900).packets;
    expect(set?.legs[1]?.label).toBe("replicas 3 → 4");
    expect(pod?.legs[0]?.from).toBeGreaterThanOrEqual(set?.legs[1]?.until ?? Infinity);
    expect(caption(model, (scaled?.at ?? 0) + 900)).toMatch(/wants 4 instead of 3/);
  });
});

describe("cluster", () => {
  it("empties a drained node and fills it again only with new pods", () => {
    const model = play(clusterConcept);
    const on = (at: number): number => all(picture(model, at)).find(({ key }) => key === "node2/pods")?.children?.length ?? -1;
    expect(on(7000)).toBeGreaterThan(0);
    expect(on(21_000)).toBe(0);
    expect(caption(model, 21_000)).toContain("`node2` is empty and takes no new pods");
    expect(on(23_900)).toBe(0);
    expect(on(Infinity)).toBeGreaterThan(0);
  });

  it("tells a silent node before the control plane does", () => {
    const model = play(clusterConcept);
    act(model, "stop", 30_000);
    expect(caption(model, Infinity)).toMatch(/has not been heard for \d+ s/);
    act(model, "drain", 30_000);
    expect(caption(model, Infinity)).toContain("NotReady");
  });
});

describe("the bridge of the pods' network", () => {
  it("bears the note's own word", () => {
    const model = play(podNetwork);
    const view = model.view(Infinity);
    const focus = podNetwork.focus(view) as NonNullable<ReturnType<Concept["focus"]>>;
    const named = (words?: string): string | undefined => all(podNetwork.scene(view, { focus, width: 700, level: 0, ...(words === undefined ? {} : { words }) })).find(({ role }) => role === "bridge")?.title;
    expect(named()).toBe("cni0");
    expect(named("- docker0：连接本节点各个 Pod 的网桥")).toBe("docker0");
    expect(named("cni0, once called docker0")).toBe("cni0");
  });
});

describe("configmap", () => {
  it("shows who notices an edit: the file after the kubelet's turn, the variable after a restart", () => {
    const model = play(configMap);
    const values = (at: number): readonly string[] => all(picture(model, at)).flatMap(({ key, lines }) => (/\/(env|file)$/.test(key) ? (lines ?? []).map(({ text, value = "" }) => `${text} ${value}`) : []));
    expect(values(7_000)).toEqual(['LEVEL "info"', '/etc/config/LEVEL "info"']);
    expect(values(20_000)).toEqual(['LEVEL ≠ "info"', '/etc/config/LEVEL ≠ "info"']);
    expect(values(95_000)).toEqual(['LEVEL ≠ "info"', '/etc/config/LEVEL "debug"']);
    // What the picture says is what the container sees.
    expect(model.note.complete("kubectl exec web -- sh -c 'echo $LEVEL; cat /etc/config/LEVEL'").stdout.split("\n").slice(0, 2).join(" ")).toContain("info");
    expect(act(model, "restart", 5000)).toContain("crash web web");
    expect(values(Infinity)).toEqual(['LEVEL "debug"', '/etc/config/LEVEL "debug"']);
    expect(model.note.complete("kubectl exec web -- sh -c 'echo $LEVEL'").stdout.trim()).toBe("debug");
  });

  it("shows a Secret as it is stored, and as it is read", () => {
    const model = play(secret);
    expect(titled(picture(model, 7_000), "Secret db-login")?.lines?.[0]?.value).toBe("czNjcmV0");
    expect(caption(model, 7_000)).toContain("base64, which hides nothing");
    expect(act(model, "edit", 1000)).toBe(`kubectl patch secret db-login -p '{"stringData":{"PASSWORD":"n3w-2"}}'`);
  });
});

describe("networkpolicy", () => {
  it("tells who may by the rule that the network itself applies, and where the request ends", () => {
    const model = play(networkPolicy);
    const verdicts = (): readonly string[] => picture(model, Infinity).edges.filter(({ to }) => to === "gate").map(({ label = "", tone }) => `${label}${tone}`);
    expect(verdicts()).toEqual(["✓none", "✗failed"]);
    expect(titled(picture(model, Infinity), "NetworkPolicy db-allow-api")?.lines?.map(({ text, value }) => `${text} ${value ?? ""}`)).toEqual(["app=api ✓ :80", "everyone else ✗ dropped"]);
    const stops = (at: number): number => new Set(picture(model, at).packets.flatMap(({ legs }) => legs.map(({ on }) => on)).filter((on) => !on.includes(">"))).size;
    expect(caption(model, 7_600)).toContain("`api` passes");
    expect(caption(model, 10_600)).toContain("`web` is dropped before `db`");
    expect(stops(7_600)).toBeGreaterThan(stops(10_600));
    expect(act(model, "closed", 1000)).toContain("networkpolicy db-allow-api");
    expect(verdicts()).toEqual(["✗failed", "✗failed"]);
    expect(act(model, "delete", 1000)).toBe("kubectl delete networkpolicy db-allow-api");
    expect(verdicts()).toEqual(["✓none", "✓none"]);
    expect(caption(model, Infinity)).toContain("No policy selects `db` any more");
    expect(act(model, "restore", 1000)).toContain("kubectl apply -f -");
    expect(model.view(Infinity).list("networkpolicies.networking.k8s.io")).toHaveLength(1);
  });
});

describe("dns", () => {
  it("completes a bare name with the pod's own namespace, and finds another's only with its name", () => {
    const model = play(dns);
    expect(caption(model, 7_500)).toContain("`hellok8s` was completed to `hellok8s.default.svc.cluster.local`");
    expect(caption(model, 10_500)).toContain("NXDOMAIN. Of another namespace one must say which.");
    expect(caption(model, 13_500)).toContain("`cart.shop.svc.cluster.local` is one");
    const lit = (at: number): readonly string[] => picture(model, at).edges.filter(({ key, lit: is }) => key.startsWith("dns>") && is === true).map(({ to }) => to);
    expect([lit(7_500), lit(10_500), lit(13_500)]).toEqual([["ns/default"], [], ["ns/shop"]]);
    expect(all(picture(model, 13_500)).filter(({ lit: is }) => is === true).map(({ key }) => key)).toEqual(["shop/cart"]);
    const lines = titled(picture(model, 13_500, 1), "Service kube-dns")?.lines?.map(({ text, value = "" }) => `${text} ${value}`);
    expect(lines?.[0]).toBe("cart.shop.default.svc.cluster.local NXDOMAIN");
    expect(lines?.[1]).toMatch(/^cart\.shop\.svc\.cluster\.local 10\./);
    expect(act(model, "full", 1000)).toBe("kubectl exec client -- nslookup cart.shop.svc.cluster.local");
  });
});

describe("probes", () => {
  it("tells a pod that leaves the endpoints from a container that is restarted", () => {
    const model = play(probes);
    const at = (time: number): { readonly reaches: string; readonly word: string } => {
      const scene = picture(model, time);
      return { reaches: scene.edges[0]?.label ?? "", word: titled(scene, "Pod web")?.badge ?? "" };
    };
    expect(at(9_000)).toEqual({ reaches: "gets requests", word: "ready" });
    expect(at(17_000)).toEqual({ reaches: "gets none", word: "not ready" });
    expect(caption(model, 17_000)).toContain("Nobody restarts it.");
    expect(at(26_000).reaches).toBe("gets requests");
    const said = Array.from({ length: 30 }, (_, i) => caption(model, 28_000 + i * 500));
    expect(said.some((words) => /Liveness failed \d of 3 times/.test(words))).toBe(true);
    expect(said.some((words) => words.includes("started anew, restart 1"))).toBe(true);
    const strip = all(picture(model, Infinity)).find(({ role }) => role === "strip");
    expect(strip?.badge).toBe("restarts 1");
    expect(new Set(strip?.spans?.map(({ tone }) => tone))).toEqual(new Set(["pending", "ready"]));
  });
});

describe("node", () => {
  it("keeps new pods off a tainted node, and says in the scheduler's words why a pod waits", () => {
    const model = play(node);
    const on = (name: string): number => model.view(Infinity).list("pods").filter((pod) => (pod["spec"] as { nodeName?: string }).nodeName === name).length;
    expect(titled(picture(model, Infinity), "taints")?.lines?.[0]?.text).toBe("dedicated=db:NoSchedule");
    expect(caption(model, Infinity)).toMatch(/^`big` waits: 0\/3 nodes are available: .*1 node\(s\) had untolerated taint.*2 Insufficient cpu/);
    const before = on("node3");
    expect(act(model, "untaint", 4000)).toBe("kubectl taint nodes node3 dedicated=db:NoSchedule-");
    expect(on("node3")).toBeGreaterThanOrEqual(before);
    expect(titled(picture(model, Infinity), "taints")).toBeUndefined();
  });
});
