import type { Client } from "./controllers/client";

/** The namespaces that every cluster begins with. */
const namespaces = ["default", "kube-node-lease", "kube-public", "kube-system"];

const priorities = [
  ["system-cluster-critical", 2_000_000_000, "Used for system critical pods that must run in the cluster, but can be moved to another node if necessary."],
  ["system-node-critical", 2_000_001_000, "Used for system critical pods that must not be moved from their current node."],
] as const;

/** What the API server makes by itself before anyone asks: namespaces, and the Service through which pods reach it. */
export function bootstrap(client: Client): void {
  for (const [name, value, description] of priorities) {
    client.create("priorityclasses.scheduling.k8s.io", "", { apiVersion: "scheduling.k8s.io/v1", kind: "PriorityClass", metadata: { name }, value, globalDefault: false, preemptionPolicy: "PreemptLowerPriority", description });
  }
  for (const name of namespaces) client.create("namespaces", "", { apiVersion: "v1", kind: "Namespace", metadata: { name } });
  client.create("services", "default", {
    apiVersion: "v1", kind: "Service", metadata: { name: "kubernetes", labels: { component: "apiserver", provider: "kubernetes" } },
    spec: {
      clusterIP: "10.96.0.1", type: "ClusterIP", sessionAffinity: "None", ipFamilyPolicy: "SingleStack", internalTrafficPolicy: "Cluster",
      ports: [{ name: "https", port: 443, protocol: "TCP", targetPort: 6443 }],
    },
  });
  const address = "192.168.59.100";
  client.create("endpoints", "default", {
    apiVersion: "v1", kind: "Endpoints", metadata: { name: "kubernetes", labels: { "endpointslice.kubernetes.io/skip-mirror": "true" } },
    subsets: [{ addresses: [{ ip: address }], ports: [{ name: "https", port: 6443, protocol: "TCP" }] }],
  });
  client.create("endpointslices.discovery.k8s.io", "default", {
    apiVersion: "discovery.k8s.io/v1", kind: "EndpointSlice", metadata: { name: "kubernetes", labels: { "kubernetes.io/service-name": "kubernetes" } },
    addressType: "IPv4", endpoints: [{ addresses: [address], conditions: { ready: true } }], ports: [{ name: "https", port: 6443, protocol: "TCP" }],
  });
}
