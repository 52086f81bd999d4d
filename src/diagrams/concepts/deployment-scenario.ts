import type { Concept } from "../concept";

/** Three pods of hellok8s; one is deleted, and later the number is raised to four. */
export const deploymentScenario: Concept["scenario"] = {
  nodes: [{ name: "node1" }, { name: "node2" }],
  manifests: `apiVersion: apps/v1
kind: Deployment
metadata:
  name: hellok8s
spec:
  replicas: 3
  selector:
    matchLabels:
      app: hellok8s
  template:
    metadata:
      labels:
        app: hellok8s
    spec:
      terminationGracePeriodSeconds: 5
      containers:
      - name: hellok8s
        image: guangzhengli/hellok8s:v1
        ports:
        - containerPort: 3000
        readinessProbe:
          httpGet:
            path: /
            port: 3000
          initialDelaySeconds: 1
          periodSeconds: 1
`,
  actions: [
    { at: 8_000, run: "kubectl delete $(kubectl get pods -l app=hellok8s -o name | head -n 1)" },
    { at: 18_000, run: "kubectl scale deployment/hellok8s --replicas=4" },
    { at: 24_000, run: "kubectl scale deployment/hellok8s --replicas=3" },
  ],
  end: 31_000,
};
