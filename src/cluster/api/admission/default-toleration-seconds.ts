import { extended } from "../../extended";
import { createdPod } from "./creates-pod";
import type { AdmissionPlugin } from "./plugin";
import type { Toleration } from "../types";
import type { KubeObject } from "../../model";

const keys = ["node.kubernetes.io/not-ready", "node.kubernetes.io/unreachable"];
const defaults = keys.map((key): Toleration => ({ key, operator: "Exists", effect: "NoExecute", tolerationSeconds: 300 }));

function tolerates(toleration: Toleration, key: string): boolean {
  return ((toleration.key ?? "") === "" || toleration.key === key) && ((toleration.effect ?? "") === "" || toleration.effect === "NoExecute");
}

/** A pod that says nothing else stays for five minutes on a node that is lost. */
export const defaultTolerationSeconds: AdmissionPlugin = {
  name: "DefaultTolerationSeconds",
  of: ["pods"],
  mutate(admission) {
    const pod = createdPod(admission);
    if (pod === undefined) return admission.object as KubeObject;
    const own = pod.spec.tolerations ?? [];
    const missing = defaults.filter(({ key }) => !own.some((toleration) => tolerates(toleration, key ?? "")));
    return missing.length === 0 ? pod : { ...pod, spec: extended(pod.spec, { tolerations: own.length === 0 && missing.length === defaults.length ? defaults : [...own, ...missing] }) };
  },
};
