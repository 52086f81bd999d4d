import type { Ref } from "../../cluster/model";
import type { View } from "../../cluster/view";
import type { Concept } from "../concept";
import { shortPodName } from "../pod-state";
import type { Sentence } from "../scene";
import { outsideActs } from "./nodeport";
import { hundred, inNamespace, podActs, slowly } from "./traffic-acts";
import { nobodyAnswers, say, tallyCaption, troubleOf } from "./traffic-caption";
import { enteredAt, entryRequests, entryScene, healthy } from "./traffic-entry";
import { ledTo, nodeFacts, ruling, serviceFacts, youngestService } from "./traffic-facts";
import { posterAt, underway } from "./traffic-journeys";
import { trafficMarks } from "./traffic-marks";
import { helloPods, helloService, manifests } from "./traffic-scenario";

/** The address that the scenario's cloud hands out: of the block that documentation may use. */
const cloudAddress = "203.0.113.10";

/** What the controller of a cloud does when it has made a load balancer. */
const giveAddress = (ref: Ref): string => `kubectl patch service ${ref.name}${inNamespace(ref)} --subresource=status -p '{"status":{"loadBalancer":{"ingress":[{"ip":"${cloudAddress}"}]}}}'`;

function caption(view: View, ref: Ref): Sentence {
  const service = serviceFacts(view, ref);
  if (service === undefined) return say("loadbalancer.empty");
  const [address] = service.balancers;
  if (address === undefined) return say("loadbalancer.caption.pending", { port: service.nodePort ?? 0 });
  const traces = entryRequests(view, service, "balancer");
  const last = traces[traces.length - 1];
  const nodes = nodeFacts(view);
  const sick = nodes.filter((node) => !healthy(node, service));
  if (underway(view, last)) {
    const at = enteredAt(last);
    if (at === undefined) return say("loadbalancer.caption.nobody", { address });
    const trouble = troubleOf(last, service);
    if (trouble !== undefined) return trouble;
    const pod = shortPodName(ledTo(last) ?? "");
    if (ruling(last) !== undefined && pod !== "") return sick.length === 0 ? say("loadbalancer.caption.chosen", { node: at, port: service.nodePort ?? 0, pod }) : say("loadbalancer.caption.chosen.sick", { node: at, pod, sick: sick[0]?.name ?? "" });
  }
  const empty = nobodyAnswers(service);
  if (empty !== undefined) return empty;
  if (sick.length > 0) return nodes.some((node) => sick.includes(node) && !node.up) ? say("loadbalancer.caption.down", { node: sick[0]?.name ?? "" }) : say("loadbalancer.caption.local", { node: sick[0]?.name ?? "" });
  return tallyCaption(view, service, traces) ?? say("loadbalancer.caption.idle", { address, port: service.nodePort ?? 0, n: nodes.length });
}

const url = (view: View, ref: Ref): string => {
  const service = serviceFacts(view, ref);
  return `http://${service?.balancers[0] ?? ""}:${service?.port ?? ""}`;
};

const reachable = (view: View, ref: Ref): boolean => (serviceFacts(view, ref)?.balancers.length ?? 0) > 0;

export const loadbalancer: Concept = {
  id: "loadbalancer",
  parent: "service",
  evidence: [
    { word: /load[-_ ]?balancers?/i, weight: 10 },
    { word: /负载均衡(?!\s*[(（]略)/, weight: 6 },
    { word: /external[-_ ]?ip|\b[es]lb\b|metal ?lb/i, weight: 5 },
    { word: /云厂商|公网 ?ip/, weight: 3 },
  ],
  question: "loadbalancer.question",
  focus: (view) => youngestService(view, ["LoadBalancer"]),
  scenario: {
    nodes: [{ name: "node1" }, { name: "node2" }],
    manifests: manifests(helloPods, helloService("service-hellok8s-loadbalancer", "  type: LoadBalancer\n").replace("targetPort: 3000\n", "targetPort: 3000\n    nodePort: 30000\n")),
    actions: [
      { at: 7000, run: giveAddress({ resource: "services", namespace: "default", name: "service-hellok8s-loadbalancer" }) },
      { at: 9000, run: `curl http://${cloudAddress}:3000` },
      { at: 11_000, run: `curl http://${cloudAddress}:3000` },
      { at: 13_000, run: `curl http://${cloudAddress}:3000` },
    ],
    end: 30_000,
  },
  scene: (view, { focus, width, level }) => entryScene(view, focus, { entry: "balancer", width, level, empty: "loadbalancer.empty" }),
  actions: [
    { id: "address", title: "loadbalancer.act.address", possible: (view, ref) => !reachable(view, ref), run: (_view, ref) => [giveAddress(ref)] },
    { id: "curl", title: "traffic.act.curl", possible: reachable, run: (view, ref) => [`curl -m 5 ${url(view, ref)}`] },
    { id: "curl100", title: "traffic.act.curl100", possible: reachable, run: (view, ref) => [hundred(`curl -s -m 5 ${url(view, ref)}`, slowly)] },
    ...outsideActs,
    ...podActs(),
  ],
  caption,
  marks: trafficMarks(serviceFacts),
  poster(view, ref) {
    const service = serviceFacts(view, ref);
    return posterAt(view, service === undefined ? [] : entryRequests(view, service, "balancer"));
  },
};
