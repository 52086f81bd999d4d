import { onePerNamespace } from "./serviceaccount";

const certificate = `-----BEGIN CERTIFICATE-----
c2ltdWxhdGVkIGNsdXN0ZXI6IHRoZXJlIGlzIG5vIGtleSBiZWhpbmQgdGhpcyBj
ZXJ0aWZpY2F0ZSwgYW5kIG5vdGhpbmcgaXMgc2lnbmVkIHdpdGggaXQ=
-----END CERTIFICATE-----
`;

/** The cluster's certificate for the pods of every namespace: they mount it with their token. */
export const rootCaConfigmap = onePerNamespace("root-ca-certificate-publisher", "configmaps", "kube-root-ca.crt", (namespace) => ({
  apiVersion: "v1", kind: "ConfigMap",
  metadata: {
    name: "kube-root-ca.crt", namespace,
    annotations: {
      "kubernetes.io/description": "Contains a CA bundle that can be used to verify the kube-apiserver when using internal endpoints such as the internal service IP or kubernetes.default.svc. No other usage is guaranteed across distributions of Kubernetes clusters.",
    },
  },
  data: { "ca.crt": certificate },
}));
