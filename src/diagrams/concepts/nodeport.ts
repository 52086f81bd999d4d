import type { Ref } from "../../cluster/model";
import type { View } from "../../cluster/view";
import type { Act, Concept } from "../concept";
import { shortPodName } from "../pod-state";
import type { Sentence } from "../scene";
import { hundred, inNamespace, podActs, slowly } from "./traffic-acts";
import { nobodyAnswers, say, tallyCaption, troubleOf } from "./traffic-caption";
import { enteredAt, entryRequests, entryScene } from "./traffic-entry";
import { ledTo, nodeFacts, ruling, serviceFacts, youngestService } from "./traffic-facts";
import { posterAt, underway } from "./traffic-journeys";
import { trafficMarks } from "./traffic-marks";
import { helloPods, helloService, manifests } from "./traffic-scenario";

/** What the request from outside is doing, or what one can expect of the next. */
function caption(view: View, ref: Ref): Sentence {
  const service = serviceFacts(view, ref);
  if (service === undefined) return say("nodeport.empty");
  const traces = entryRequests(view, service, "node");
  const last = traces[traces.length - 1];
  const port = service.nodePort ?? 0;
  if (underway(view, last)) {
    const at = enteredAt(last) ?? "";
    const rule = ruling(last);
    if (rule === undefined && !last.result.ok) return say("nodeport.caption.down", { node: at });
    if (rule?.verdict === "drop") return say("nodeport.caption.dropped", { node: at });
    const trouble = troubleOf(last, service);
    if (trouble !== undefined) return trouble;
    const led = service.pods.find(({ name }) => name === ledTo(last));
    if (led !== undefined) {
      const pod = shortPodName(led.name);
      if (led.node === at) return say("nodeport.caption.near", { node: at, pod, port });
      return service.pods.some((one) => one.ready && one.node === at) ? say("nodeport.caption.far", { node: at, pod, other: led.node }) : say("nodeport.caption.none", { node: at, pod, other: led.node });
    }
  }
  const empty = nobodyAnswers(service);
  if (empty !== undefined) return empty;
  const down = nodeFacts(view).find(({ up }) => !up);
  if (down !== undefined) return say("nodeport.caption.down", { node: down.name });
  if (service.local) {
    const without = nodeFacts(view).find((node) => !service.ready.some((one) => one.node === node.name));
    return without === undefined ? say("nodeport.caption.local", { port }) : say("nodeport.caption.local.without", { node: without.name });
  }
  return tallyCaption(view, service, traces) ?? say("nodeport.caption.idle", { port, n: nodeFacts(view).length, pods: service.ready.length });
}

/** One act for each of the first two nodes. */
function curlNode(index: number): Act {
  return {
    id: `curl${index + 1}`,
    title: `nodeport.act.curl${index + 1}`,
    possible: (view) => nodeFacts(view)[index] !== undefined,
    run: (view, ref) => [`curl -m 5 http://${nodeFacts(view)[index]?.name ?? ""}:${serviceFacts(view, ref)?.nodePort ?? ""}`],
  };
}

/** Where a policy is set and nodes are stopped: the acts that NodePort and LoadBalancer share. */
export const outsideActs: readonly Act[] = [
  {
    id: "local",
    title: "traffic.act.local",
    possible: (view, ref) => serviceFacts(view, ref)?.local === false,
    run: (_view, ref) => [`kubectl patch service ${ref.name}${inNamespace(ref)} -p '{"spec":{"externalTrafficPolicy":"Local"}}'`],
  },
  {
    id: "cluster",
    title: "traffic.act.cluster",
    possible: (view, ref) => serviceFacts(view, ref)?.local === true,
    run: (_view, ref) => [`kubectl patch service ${ref.name}${inNamespace(ref)} -p '{"spec":{"externalTrafficPolicy":"Cluster"}}'`],
  },
  {
    id: "stop",
    title: "traffic.act.stop",
    possible: (view) => nodeFacts(view).length > 1 && nodeFacts(view).every(({ up }) => up),
    run: (view) => [`k8s-sim node stop ${nodeFacts(view).at(-1)?.name ?? ""}`],
  },
  {
    id: "start",
    title: "traffic.act.start",
    possible: (view) => nodeFacts(view).some(({ up }) => !up),
    run: (view) => [`k8s-sim node start ${nodeFacts(view).find(({ up }) => !up)?.name ?? ""}`],
  },
];

export const nodeport: Concept = {
  id: "nodeport",
  parent: "service",
  evidence: [
    { word: /node[-_ ]?ports?/i, weight: 10 },
    { word: /节点端口/, weight: 10 },
    { word: /30000|32767|node1-ip/i, weight: 3 },
    { word: /external[-_ ]?traffic[-_ ]?policy/i, weight: 4 },
  ],
  question: "nodeport.question",
  focus: (view) => youngestService(view, ["NodePort", "LoadBalancer"]),
  scenario: {
    nodes: [{ name: "node1" }, { name: "node2" }],
    manifests: manifests(helloPods, helloService("service-hellok8s-nodeport", "  type: NodePort\n").replace("targetPort: 3000\n", "targetPort: 3000\n    nodePort: 30000\n")),
    actions: [
      { at: 9000, run: "curl http://node1:30000" },
      { at: 11_000, run: "curl http://node2:30000" },
      { at: 13_000, run: "curl http://node2:30000" },
    ],
    end: 30_000,
  },
  scene: (view, { focus, width, level }) => entryScene(view, focus, { entry: "node", width, level, empty: "nodeport.empty" }),
  actions: [
    curlNode(0),
    curlNode(1),
    {
      id: "curl100",
      title: "traffic.act.curl100",
      run: (view, ref) => [hundred(`curl -s -m 5 http://${nodeFacts(view)[0]?.name ?? ""}:${serviceFacts(view, ref)?.nodePort ?? ""}`, slowly)],
    },
    ...outsideActs,
    ...podActs(),
  ],
  caption,
  marks: trafficMarks(serviceFacts),
  poster(view, ref) {
    const service = serviceFacts(view, ref);
    return posterAt(view, service === undefined ? [] : entryRequests(view, service, "node"));
  },
};
