import type { Act, Concept } from "../concept";
import { clusterConcept } from "./cluster";
import { nodesOf, type NodeFacts } from "./cluster-nodes";

/** A pod that asks for `cpu` cores. */
const asking = (name: string, cpu: string): string => `echo '${JSON.stringify({ apiVersion: "v1", kind: "Pod", metadata: { name }, spec: { terminationGracePeriodSeconds: 1, containers: [{ name, image: "nginx", resources: { requests: { cpu } } }] } })}' | kubectl apply -f -`;

const onNode = (id: string, wanted: (node: NodeFacts) => boolean, line: (node: NodeFacts) => string): Act => ({
  id,
  title: `node.act.${id}`,
  possible: (view) => nodesOf(view).some(wanted),
  run: (view) => nodesOf(view).filter(wanted).slice(-1).map(line),
});

const ours = "dedicated=db:NoSchedule";

/** The cluster's picture with the scheduler's question: why here, and why nowhere? */
export const node: Concept = {
  ...clusterConcept,
  id: "node",
  parent: "cluster",
  evidence: [
    { word: /schedul(er|ing)|调度/i, weight: 9 },
    { word: /\btaints?\b|tolerations?|污点|容忍/i, weight: 9 },
    { word: /affinity|亲和|node ?selector|\bcordon\b|\bdrain\b/i, weight: 5 },
    { word: /\bnodes?\b|节点/i, weight: 1 },
  ],
  question: "node.question",
  scenario: {
    ...clusterConcept.scenario,
    actions: [
      { at: 8_000, run: `kubectl taint nodes node3 ${ours}` },
      { at: 10_000, run: "kubectl scale deployment/hellok8s --replicas=7" },
      { at: 16_000, run: asking("big", "1500m") },
    ],
    end: 22_000,
  },
  scene: (view, options) => clusterConcept.scene(view, { ...options, level: options.level === 0 ? 1 : options.level }),
  actions: [
    { id: "big", title: "node.act.big", possible: (view) => view.get({ resource: "pods", namespace: "default", name: "big" }) === undefined, run: () => [asking("big", "1500m")] },
    { id: "unbig", title: "node.act.unbig", possible: (view) => view.get({ resource: "pods", namespace: "default", name: "big" }) !== undefined, run: () => ["kubectl delete pod big"] },
    onNode("taint", ({ taints, ready }) => ready && taints.length === 0, ({ name }) => `kubectl taint nodes ${name} ${ours}`),
    onNode("untaint", ({ taints }) => taints.includes(ours), ({ name }) => `kubectl taint nodes ${name} ${ours}-`),
    ...clusterConcept.actions,
  ],
};
