import type { Concept } from "../concept";

/** Three pods of hellok8s, one that asks them all the time, and a roll-out from v1 to v2 with one more and one less allowed. */
export const rollingScenario: Concept["scenario"] = {
  nodes: [{ name: "node1" }, { name: "node2" }],
  manifests: `apiVersion: apps/v1
kind: Deployment
metadata:
  name: hellok8s
spec:
  replicas: 3
  minReadySeconds: 1
  strategy:
    type: RollingUpdate
    rollingUpdate:
      maxSurge: 1
      maxUnavailable: 1
  selector:
    matchLabels:
      app: hellok8s
  template:
    metadata:
      labels:
        app: hellok8s
    spec:
      terminationGracePeriodSeconds: 10
      containers:
      - name: hellok8s
        image: guangzhengli/hellok8s:v1
        ports:
        - containerPort: 3000
        readinessProbe:
          httpGet:
            path: /
            port: 3000
          initialDelaySeconds: 2
          periodSeconds: 1
---
apiVersion: v1
kind: Service
metadata:
  name: hellok8s
spec:
  selector:
    app: hellok8s
  ports:
  - port: 3000
    targetPort: 3000
---
apiVersion: v1
kind: Pod
metadata:
  name: visitor
spec:
  terminationGracePeriodSeconds: 1
  containers:
  - name: visitor
    image: busybox
    command: ["sh", "-c", "while true; do wget -q -T 1 -O- http://hellok8s:3000; sleep 0.25; done"]
`,
  actions: [{ at: 12_000, run: "kubectl set image deployment/hellok8s hellok8s=guangzhengli/hellok8s:v2" }],
  end: 40_000,
};
