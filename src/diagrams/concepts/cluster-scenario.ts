import type { Concept } from "../concept";

const deployment = (name: string, image: string, replicas: number, cpu: string, memory: string): string => `apiVersion: apps/v1
kind: Deployment
metadata:
  name: ${name}
spec:
  replicas: ${replicas}
  selector:
    matchLabels:
      app: ${name}
  template:
    metadata:
      labels:
        app: ${name}
    spec:
      terminationGracePeriodSeconds: 5
      containers:
      - name: ${name}
        image: ${image}
        resources:
          requests:
            cpu: ${cpu}
            memory: ${memory}
`;

/** Two Deployments on three nodes; one node is drained, and later let in again. */
export const clusterScenario: Concept["scenario"] = {
  nodes: ["node1", "node2", "node3"].map((name) => ({ name, capacity: { cpu: "2", memory: "4Gi" } })),
  manifests: [deployment("hellok8s", "guangzhengli/hellok8s:v1", 4, "250m", "128Mi"), deployment("nginx", "nginx", 2, "500m", "512Mi")].join("---\n"),
  actions: [
    { at: 8_000, run: "kubectl drain node2 --ignore-daemonsets" },
    { at: 22_000, run: "kubectl uncordon node2" },
    { at: 24_000, run: "kubectl scale deployment/hellok8s --replicas=6" },
  ],
  end: 30_000,
};
