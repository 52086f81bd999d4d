import type { Concept } from "../concept";

/** A pod of two containers and a neighbour on one node, a third pod on the other; then the four ways that a request can go. */
export const podNetworkScenario: Concept["scenario"] = {
  nodes: [{ name: "node1" }, { name: "node2" }],
  manifests: `apiVersion: v1
kind: Pod
metadata:
  name: nginx-pod
spec:
  nodeName: node1
  terminationGracePeriodSeconds: 2
  containers:
  - name: nginx
    image: nginx
    ports:
    - containerPort: 80
  - name: sidecar
    image: busybox
    command: ["sh", "-c", "while true; do sleep 60; done"]
---
apiVersion: v1
kind: Pod
metadata:
  name: near
spec:
  nodeName: node1
  containers:
  - name: web
    image: nginx
    ports:
    - containerPort: 80
---
apiVersion: v1
kind: Pod
metadata:
  name: far
spec:
  nodeName: node2
  containers:
  - name: hello
    image: guangzhengli/hellok8s:v1
    ports:
    - containerPort: 3000
`,
  actions: [
    { at: 6_000, run: "kubectl exec nginx-pod -c sidecar -- wget -qO- http://localhost" },
    { at: 10_000, run: "kubectl exec nginx-pod -c sidecar -- wget -qO- http://$(kubectl get pod near -o jsonpath='{.status.podIP}')" },
    { at: 14_000, run: "kubectl exec nginx-pod -c sidecar -- wget -qO- http://$(kubectl get pod far -o jsonpath='{.status.podIP}'):3000" },
    { at: 18_000, run: "kubectl exec nginx-pod -c sidecar -- wget -qO- -T 2 http://203.0.113.7" },
  ],
  end: 22_000,
};
