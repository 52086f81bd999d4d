import { isAlreadyExists } from "./controllers/failures";
import type { Client } from "./controllers/client";

/** The namespaces that every cluster begins with. */
const namespaces = ["default", "kube-node-lease", "kube-public", "kube-system"];

const priorities = [
  ["system-cluster-critical", 2_000_000_000, "Used for system critical pods that must run in the cluster, but can be moved to another node if necessary."],
  ["system-node-critical", 2_000_001_000, "Used for system critical pods that must not be moved from their current node."],
] as const;

/** What the API server makes by itself before anyone asks: namespaces, and the Service through which pods reach it. It yields after each object. */
export function* bootstrap(client: Client): Generator<void, void> {
  for (const [name, value, description] of priorities) {
    client.create("priorityclasses.scheduling.k8s.io", "", { apiVersion: "scheduling.k8s.io/v1", kind: "PriorityClass", metadata: { name }, value, globalDefault: false, preemptionPolicy: "PreemptLowerPriority", description });
    yield;
  }
  for (const name of namespaces) {
    client.create("namespaces", "", { apiVersion: "v1", kind: "Namespace", metadata: { name } });
    yield;
  }
  for (const each of kubernetesService) {
    ensure(client, each);
    yield;
  }
  for (const [name, data] of settings) {
    client.create("configmaps", "kube-system", { apiVersion: "v1", kind: "ConfigMap", metadata: { name, namespace: "kube-system" }, data });
    yield;
  }
}

/** What the server lays down for others to read: whom it trusts, and since when it counts tokens of the old kind. */
const settings = [
  ["extension-apiserver-authentication", { "requestheader-allowed-names": "[]" }],
  ["kube-apiserver-legacy-service-account-token-tracking", { since: "2026-01-05" }],
] as const;

const address = "192.168.59.100";

/** The Service through which pods reach the server. */
const kubernetesService: readonly (readonly [string, object])[] = [
  ["services", {
    apiVersion: "v1", kind: "Service", metadata: { name: "kubernetes", labels: { component: "apiserver", provider: "kubernetes" } },
    spec: {
      clusterIP: "10.96.0.1", type: "ClusterIP", sessionAffinity: "None", ipFamilyPolicy: "SingleStack", internalTrafficPolicy: "Cluster",
      ports: [{ name: "https", port: 443, protocol: "TCP", targetPort: 6443 }],
    },
  }],
  ["endpoints", {
    apiVersion: "v1", kind: "Endpoints", metadata: { name: "kubernetes", labels: { "endpointslice.kubernetes.io/skip-mirror": "true" } },
    subsets: [{ addresses: [{ ip: address }], ports: [{ name: "https", port: 6443, protocol: "TCP" }] }],
  }],
  ["endpointslices.discovery.k8s.io", {
    apiVersion: "discovery.k8s.io/v1", kind: "EndpointSlice", metadata: { name: "kubernetes", labels: { "kubernetes.io/service-name": "kubernetes" } },
    addressType: "IPv4", endpoints: [{ addresses: [address], conditions: { ready: true } }], ports: [{ name: "https", port: 6443, protocol: "TCP" }],
  }],
];

function ensure(client: Client, [resource, object]: readonly [string, object]): void {
  try {
    client.create(resource, "default", object);
  } catch (error) {
    if (!isAlreadyExists(error)) throw error;
  }
}

/** Makes what is missing of that Service: the server repairs it itself, whoever deletes it. */
export function ensureKubernetesService(client: Client): void {
  for (const each of kubernetesService) ensure(client, each);
}
