import { beforeAll, describe, expect, it } from "vitest";
import type { Ref } from "../../../src/cluster/model";
import type { View } from "../../../src/cluster/view";
import type { Concept } from "../../../src/diagrams/concept";
import { ingress } from "../../../src/diagrams/concepts/ingress";
import { rulesOf } from "../../../src/diagrams/concepts/ingress-rules";
import { loadbalancer } from "../../../src/diagrams/concepts/loadbalancer";
import { nodeport } from "../../../src/diagrams/concepts/nodeport";
import { service } from "../../../src/diagrams/concepts/service";
import { requestsTo, serviceFacts } from "../../../src/diagrams/concepts/traffic-facts";
import { requestTime } from "../../../src/diagrams/concepts/traffic-packets";
import { tallies } from "../../../src/diagrams/concepts/traffic-tally";
import { layout } from "../../../src/diagrams/layout";
import { hits } from "../../../src/diagrams/route";
import type { Box, Scene } from "../../../src/diagrams/scene";
import { setLanguage, t } from "../../../src/i18n/index";
import { resolve } from "../../../src/note/resolve";
import { readNote } from "../../../src/note/read";
import { NoteCluster } from "../../../src/session/note-cluster";
import { NoteFiles } from "../../../src/session/note-files";

/** A cluster on which the concept's manifests are running. */
function running(concept: Concept, edit: (yaml: string) => string = (yaml) => yaml): NoteCluster {
  const note = new NoteCluster({ nodes: concept.scenario.nodes }, new NoteFiles(new Map([["all.yaml", edit(concept.scenario.manifests)]])));
  expect(note.complete("kubectl apply -f all.yaml").exit).toBe(0);
  note.cluster.advance(9000);
  return note;
}

/** Sends a request at once, as curl would, and lets `after` ms pass. */
function ask(note: NoteCluster, from: Ref | "external", to: string, port: number, path = "/", after = 700): void {
  note.cluster.act({ is: "request", from, request: { protocol: "http", to, port, method: "GET", path, timeout: 5000 } });
  note.cluster.advance(note.cluster.now + after);
}

const nginx: Ref = { resource: "pods", namespace: "default", name: "nginx" };
const focusOf = (concept: Concept, view: View): Ref => {
  const ref = concept.focus(view);
  if (ref === undefined) throw new Error("no focus");
  return ref;
};
const drawn = (concept: Concept, view: View, level: 0 | 1 | 2 = 0, width = 700): Scene => concept.scene(view, { focus: focusOf(concept, view), width, level });
const says = (concept: Concept, view: View): string => {
  const { key, args } = concept.caption(view, focusOf(concept, view));
  return t(key, args);
};
function boxes(root: Box): Box[] {
  return [root, ...(root.children ?? []).flatMap(boxes)];
}
const pods = (scene: Scene): Box[] => boxes(scene.root).filter(({ role }) => role === "pod");

beforeAll(() => setLanguage("en"));

describe("service", () => {
  it("leads a request to one of three pods in 1.2 s, and flips its destination on the way", () => {
    const note = running(service);
    const { port, address } = serviceFacts(note.cluster.at(), focusOf(service, note.cluster.at())) ?? { port: 0, address: "" };
    ask(note, nginx, address, port, "/", 400);
    const view = note.cluster.at();
    const scene = drawn(service, view);
    expect(pods(scene)).toHaveLength(3);
    const [there, back] = scene.packets;
    expect([there?.kind, back?.kind]).toEqual(["request", "response"]);
    const first = there?.legs[0]?.from ?? 0;
    expect(back?.legs[back.legs.length - 1]?.until).toBeCloseTo(first + requestTime, 3);
    expect(there?.legs[0]?.label).toBe(`${address}:${port}`);
    expect(there?.legs[there.legs.length - 1]?.label).toMatch(/^10\.244\.\d\.\d+:3000$/);
    expect(scene.edges.filter(({ lit }) => lit === true).length).toBeGreaterThan(0);
    note.dispose();
  });

  it("counts what came to each pod against what one expects", () => {
    const note = running(service);
    for (let i = 0; i < 60; i++) ask(note, nginx, "service-hellok8s-clusterip", 3000, "/", 40);
    note.cluster.advance(note.cluster.now + 3000);
    const view = note.cluster.at();
    const facts = serviceFacts(view, focusOf(service, view));
    if (facts === undefined) throw new Error("no service");
    const { total, counts, expected } = tallies(view, requestsTo(view, facts));
    expect(total).toBe(60);
    expect([...counts.values()].reduce((a, b) => a + b, 0)).toBe(60);
    for (const due of expected.values()) expect(due).toBeCloseTo(20, 6);
    expect(says(service, view)).toContain("60 requests");
    note.dispose();
  });

  it("says why nobody answers when the selector matches no pod", () => {
    const note = running(service, (yaml) => yaml.replace("  selector:\n    app: hellok8s\n  ports", "  selector:\n    app: helo\n  ports"));
    ask(note, nginx, "service-hellok8s-clusterip", 3000, "/", 500);
    const view = note.cluster.at();
    expect(says(service, view)).toBe("No ready endpoints: connection refused; the selector `app=helo` matches no pod.");
    const scene = drawn(service, view);
    expect(pods(scene)).toHaveLength(0);
    expect(scene.packets.map(({ kind }) => kind)).toEqual(["request", "refused"]);
    expect(boxes(scene.root).some(({ title }) => title === "no pod matches app=helo")).toBe(true);
    note.dispose();
  });

  it("keeps an unready pod in the picture, but leads no strong line to it", () => {
    const note = running(service);
    const victim = serviceFacts(note.cluster.at(), focusOf(service, note.cluster.at()))?.ready[2];
    note.complete(`k8s-sim fault fail-readiness ${victim?.name ?? ""}`);
    note.cluster.advance(note.cluster.now + 8000);
    const scene = drawn(service, note.cluster.at());
    expect(pods(scene)).toHaveLength(3);
    expect(scene.edges.filter(({ to, means }) => to === victim?.key && means === "traffic")).toHaveLength(0);
    expect(scene.edges.find(({ to }) => to === victim?.key)?.means).toBe("selects");
    note.dispose();
  });

  it("puts the rule on the node that sends", () => {
    const note = running(service);
    const view = note.cluster.at();
    const home = (view.get(nginx)?.["spec"] as { nodeName: string }).nodeName;
    const cards = boxes(drawn(service, view, 1).root).filter(({ role }) => role === "rule");
    expect(cards.map(({ key }) => key)).toEqual([`card:${home}/service-hellok8s-clusterip`]);
    expect(cards[0]?.lines?.map(({ text }) => text.split(" ")[0])).toEqual(["1/3", "1/3", "1/3"]);
    expect(boxes(drawn(service, view, 2).root).filter(({ role }) => role === "rule")).toHaveLength(2);
    note.dispose();
  });
});

describe("nodeport and loadbalancer", () => {
  it("drops at a node without a pod under the Local policy", () => {
    const note = running(nodeport);
    note.complete("kubectl scale deployment/hellok8s-deployment --replicas=1");
    note.complete(`kubectl patch service service-hellok8s-nodeport -p '{"spec":{"externalTrafficPolicy":"Local"}}'`);
    note.cluster.advance(note.cluster.now + 5000);
    const left = serviceFacts(note.cluster.at(), focusOf(nodeport, note.cluster.at()))?.ready[0]?.node;
    const other = left === "node1" ? "node2" : "node1";
    ask(note, "external", other, 30000);
    expect(says(nodeport, note.cluster.at())).toBe(`externalTrafficPolicy is Local and \`${other}\` has no ready pod: dropped, and curl waits in vain.`);
    const scene = drawn(nodeport, note.cluster.at(), 1);
    expect(scene.packets.map(({ kind }) => kind)).toEqual(["request", "refused"]);
    expect(scene.packets[1]?.legs[0]?.on).toBe(`card:${other}/service-hellok8s-nodeport`);
    note.dispose();
  });

  it("shows each node once, with its port on the border", () => {
    const note = running(nodeport);
    const all = boxes(drawn(nodeport, note.cluster.at()).root);
    expect(all.filter(({ role }) => role === "node").map(({ title }) => title)).toEqual(["node1", "node2"]);
    expect(all.flatMap(({ notches }) => notches ?? []).map(({ title }) => title)).toEqual([":30000", ":30000"]);
    note.dispose();
  });

  it("has no address until the cloud gives one", () => {
    const note = running(loadbalancer);
    expect(says(loadbalancer, note.cluster.at())).toContain("`<pending>`");
    const give = loadbalancer.actions.find(({ id }) => id === "address");
    const [line = ""] = give?.run(note.cluster.at(), focusOf(loadbalancer, note.cluster.at())) ?? [];
    expect(note.complete(line).exit).toBe(0);
    ask(note, "external", "203.0.113.10", 3000);
    expect(drawn(loadbalancer, note.cluster.at()).packets[0]?.legs[0]?.on).toBe("external>balancer");
    expect(says(loadbalancer, note.cluster.at())).toMatch(/^The balancer sent it to `node[12]:30000`/);
    note.dispose();
  });
});

describe("ingress", () => {
  it("tries the most specific rule first, and says which one won", () => {
    const note = running(ingress);
    const object = note.cluster.at().get(focusOf(ingress, note.cluster.at()));
    expect(object === undefined ? [] : rulesOf(object).map(({ path }) => path)).toEqual(["/hello", "/"]);
    ask(note, "external", "node1", 80, "/hello/x");
    expect(says(ingress, note.cluster.at())).toMatch(/^`\/hello\/x` matches Prefix `\/hello` \(longest\) → `service-hellok8s-clusterip`/);
    note.cluster.advance(note.cluster.now + 2000);
    ask(note, "external", "node1", 80, "/hellox");
    expect(says(ingress, note.cluster.at())).toMatch(/^`\/hellox` matches Prefix `\/` → `service-nginx-clusterip`/);
    const lines = boxes(drawn(ingress, note.cluster.at(), 1).root).find(({ role }) => role === "ingress")?.lines;
    expect(lines?.map(({ lit }) => lit)).toEqual([false, true]);
    note.dispose();
  });

  it("answers 404 where no rule and no default backend takes a path", () => {
    const note = running(ingress);
    note.complete(`kubectl patch ingress hello-ingress --type=json -p '[{"op":"remove","path":"/spec/rules/0/http/paths/1"}]'`);
    ask(note, "external", "node1", 80, "/x");
    expect(says(ingress, note.cluster.at())).toBe("No rule takes `/x`, and there is no default backend: 404.");
    note.dispose();
  });
});

describe("the family", () => {
  const family = [service, nodeport, loadbalancer, ingress];

  it("draws no line through a box or a title, from 340 to 900 px", () => {
    const crossed: string[] = [];
    for (const concept of family) {
      const note = running(concept);
      for (const level of [0, 1, 2] as const)
        for (const width of [340, 520, 700, 900]) {
          const scene = drawn(concept, note.cluster.at(), level, width);
          const placement = layout(scene, width);
          expect(placement.width, `${concept.id} ${level} ${width}`).toBeLessThanOrEqual(width + 1);
          const leaves = boxes(scene.root).filter((box) => (box.children?.length ?? 0) === 0 && box.role !== "words");
          for (const edge of scene.edges) {
            const points = placement.lines.get(edge.key) ?? [];
            for (let i = 1; i < points.length; i++)
              for (const leaf of leaves) {
                const rect = placement.boxes.get(leaf.key);
                const [p, q] = [points[i - 1], points[i]];
                if (rect === undefined || p === undefined || q === undefined || leaf.key === edge.from || leaf.key === edge.to) continue;
                if (hits(p, q, rect)) crossed.push(`${concept.id} level ${level} at ${width} px: ${edge.key} through ${leaf.title}`);
              }
          }
        }
      note.dispose();
    }
    expect(crossed).toEqual([]);
  });

  it("is recognised where notes put it", () => {
    const note = readNote("k8s.md", "# k8s\n\n# Service资源\n\n### NodePort (负载均衡(略))\n\n节点端口 30000\n\n![[k8s-svc-nodeport.png]]\n\nIngress\n  ![[k8s-ingress.png]]\n");
    const found = note.pictures.map((picture) => resolve(picture, family));
    expect(found.map((one) => [one?.concept, one?.certain])).toEqual([["nodeport", true], ["ingress", true]]);
    const other = readNote("网络.md", "# k8s 服务\n\n![[k8s-loadbalancer.png]]\n\n## Service\n\n![[svc-clusterip.png]]\n");
    expect(other.pictures.map((picture) => resolve(picture, family)?.concept)).toEqual(["loadbalancer", "service"]);
  });
});
