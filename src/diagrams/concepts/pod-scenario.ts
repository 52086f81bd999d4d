import type { Concept } from "../concept";

/** nginx and a sidecar that writes what nginx serves; then the sidecar asks by localhost, and nginx crashes once. */
export const podScenario: Concept["scenario"] = {
  nodes: [{ name: "node1" }],
  manifests: `apiVersion: v1
kind: Pod
metadata:
  name: nginx-pod
  labels:
    app: nginx
spec:
  terminationGracePeriodSeconds: 5
  containers:
  - name: nginx-container
    image: nginx
    ports:
    - containerPort: 80
    volumeMounts:
    - name: html
      mountPath: /usr/share/nginx/html
    livenessProbe:
      httpGet:
        path: /
        port: 80
      initialDelaySeconds: 3
      periodSeconds: 3
      failureThreshold: 2
  - name: sidecar
    image: busybox
    command: ["sh", "-c", "echo hello from the sidecar > /html/index.html; while true; do sleep 60; done"]
    volumeMounts:
    - name: html
      mountPath: /html
  volumes:
  - name: html
    emptyDir: {}
`,
  actions: [
    { at: 8_000, run: "kubectl exec nginx-pod -c sidecar -- wget -qO- http://localhost" },
    { at: 13_000, run: "k8s-sim fault crash nginx-pod nginx-container" },
  ],
  end: 20_000,
};
