import { describe, expect, it } from "vitest";
import { concepts } from "../../src/diagrams/concepts/index";
import { readNote } from "../../src/note/read";
import { resolve } from "../../src/note/resolve";

const fence = "```";
const lines = (...of: string[]): string => of.join("\n");

/** What each picture of a note is taken for. */
const seen = (path: string, ...text: string[]): readonly (string | undefined)[] => readNote(path, lines(...text)).pictures.map((picture) => resolve(picture, concepts)?.concept);

describe("what a picture shows", () => {
  it("takes a pod for a pod, and a pod beside eth0, docker0 and veth for its network", () => {
    expect(
      seen(
        "kubernetes/基础.md",
        "# Kubernetes 基础", "", "## 一、pod", "", "Pod 是最小的调度单位，一个 Pod 里可以有多个容器。", "", "### 图示关系如下", "", "![[k8s-pod-insert.png]]", "",
        "### 2. pod网络", "", "- eth0：节点的网卡", "- docker0：连接本节点各个 Pod 的网桥", "- veth：成对出现的虚拟网卡，一端在 Pod 里", "", "![[k8s-nginx-pod.png]]", "",
        "## 二、deployment", "", "### 1. 副本", "", "![[k8s-deploy.png]]", "", "### 2. 滚动升级", "", "maxSurge 与 maxUnavailable 决定步子有多大。", "", "![[k8s-pod-rollupdate.png]]", "",
        "## 三、service", "", "### ClusterIP", "", "![[k8s-svc-clusterip.png]]", "", "### NodePort", "", "![[k8s-svc-nodeport.png]]", "", "### LoadBalancer", "", "![[k8s-svc-loadbalancer.png]]", "",
        "## 四、ingress", "", "![[k8s-ingress.png]]",
      ),
    ).toEqual(["pod", "pod-network", "deployment", "rolling-update", "service", "nodeport", "loadbalancer", "ingress"]);
  });

  it("reads English notes the same way, from headings where the name says nothing", () => {
    expect(
      seen(
        "Kubernetes.md",
        "# Kubernetes", "## Pods", "Containers that share an address.", "![[drawing-1.svg]]",
        "## Pod network", "A veth pair leads from the pod's eth0 to the bridge.", "![[drawing-2.svg]]",
        "## Deployments", "A ReplicaSet keeps three replicas.", "![[drawing-3.svg]]",
        "## Rolling update", "![[drawing-4.svg]]",
        "## The whole cluster", "Nodes, and the pods on them.", "![cluster overview](pictures/drawing-5.svg)",
      ),
    ).toEqual(["pod", "pod-network", "deployment", "rolling-update", "cluster"]);
  });

  it("tells the configuration, the probes, the names, the policies and the scheduler apart", () => {
    expect(seen("k8s.md", "# Kubernetes", "![[k8s-configmap.png]]", "![[k8s-secret.png]]", "![[k8s-probes.png]]", "![[coredns.png]]", "![[k8s-network-policy.png]]", "![[kube-scheduler.png]]", "## 就绪探针", "![[drawing.png]]", "## 污点和容忍", "![[sketch.png]]"))
      .toEqual(["configmap", "secret", "probes", "dns", "networkpolicy", "node", "probes", "node"]);
  });

  it("goes by the file's name before anything around it", () => {
    expect(seen("k8s.md", "# Service", "Between a Service and its pods:", "![[k8s-deployment.png]]", "![[kubernetes-pod-network.png]]", "![[ingress-nginx.svg]]")).toEqual(["deployment", "pod-network", "ingress"]);
  });

  it("is certain of a missing picture's name only where the name itself says it", () => {
    const [named, vague] = readNote("k8s.md", lines("# Pods", "## Deployment", "![[k8s-deployment-replicaset.png]]", "![[sketch.png]]")).pictures;
    expect(named === undefined ? undefined : resolve(named, concepts)).toMatchObject({ concept: "deployment", certain: true });
    expect(vague === undefined ? undefined : resolve(vague, concepts)).toMatchObject({ concept: "deployment", certain: false });
  });

  it("leaves pictures of screens alone", () => {
    expect(
      seen(
        "k8s.md",
        "# Kubernetes", "## Deployment", "![[deployment-screenshot.png]]", "![[部署截图.png]]", "![[k8s-grafana-pods.png]]", "![[Pasted image 20240102112233.png]]", "![[kubernetes-dashboard.png]]", "![[pod-error.png]]", "![Deployment 终端](a.png)",
      ),
    ).toEqual([undefined, undefined, undefined, undefined, undefined, undefined, undefined]);
  });

  it("takes what stands right after a command for its result, unless the name speaks", () => {
    expect(seen("k8s.md", "# Kubernetes", "Look at them:", `${fence}bash`, "kubectl get pods", fence, "![[result.png]]")).toEqual([undefined]);
    expect(seen("k8s.md", "# Kubernetes", "## Rollouts", `${fence}bash`, "kubectl get pods", fence, "![[k8s-rolling-update.png]]")).toEqual(["rolling-update"]);
  });

  it("leaves notes alone that are not about Kubernetes", () => {
    expect(seen("Garden.md", "# Pods of peas", "The container on the balcony.", "![[peas.jpg]]")).toEqual([undefined]);
    expect(seen("Travel.md", "# Service on the ferry", "Our cluster of islands.", "![[ferry.jpg]]", "![[ingress to the harbour.jpg]]").slice(0, 1)).toEqual([undefined]);
    expect(seen("网络.md", "# 家里的网络", "## 网桥", "路由器", "![[router.png]]")).toEqual([undefined]);
    expect(seen("Release.md", "# How we ship", "From the branch to the shop:", "![[deployment.png]]", "![[customer service.png]]")).toEqual([undefined, undefined]);
  });

  it("does what the embed says", () => {
    expect(seen("a.md", "![[x.png|k8s-sim:ingress]]", "![[k8s-pod.png|k8s-sim:off]]", "![[x.png|k8s-sim:nothing]]")).toEqual(["ingress", undefined, undefined]);
  });
});
