import type { Ref } from "../../cluster/model";
import type { View } from "../../cluster/view";
import type { Act } from "../concept";
import { numberAt, ownerOf } from "../fields";
import { deploymentOfPod } from "../rollout";
import { serviceFacts, type BehindPod, type ServiceFacts } from "./traffic-facts";

export const inNamespace = (ref: Ref): string => (ref.namespace === "default" || ref.namespace === "" ? "" : ` -n ${ref.namespace}`);

/** So many times in a row; with a pause where the command itself is too quick to be watched. */
export const hundred = (command: string, pause = ""): string => `for i in $(seq 100); do ${command}; echo;${pause} done`;

export const slowly = " sleep 0.1;";

type FactsOf = (view: View, focus: Ref) => ServiceFacts | undefined;

const deploymentBehind = (service: ServiceFacts | undefined): string | undefined => {
  const pod = service?.pods[0]?.pod;
  return pod === undefined ? undefined : deploymentOfPod(pod)?.split("/")[1];
};

/** The Deployment of a Service's pods, also when it has none left: by its own selector. */
function deployment(view: View, service: ServiceFacts | undefined): string | undefined {
  const behind = deploymentBehind(service);
  if (behind !== undefined || service === undefined) return behind;
  return view
    .list("deployments.apps", { namespace: service.ref.namespace })
    .find((one) => {
      const labels = (one["spec"] as { template?: { metadata?: { labels?: Readonly<Record<string, string>> } } } | undefined)?.template?.metadata?.labels ?? {};
      return Object.entries(service.selector ?? { "": "" }).every(([key, value]) => labels[key] === value);
    })?.metadata.name;
}

/** The acts that every picture of a Service offers: how many pods there are, and what becomes of one. */
export function podActs(of: FactsOf = serviceFacts): readonly Act[] {
  const last = (service: ServiceFacts | undefined): BehindPod | undefined => service?.ready[service.ready.length - 1];
  const sick = (service: ServiceFacts | undefined): BehindPod | undefined => service?.pods.find((one) => !one.ready && !one.leaving && one.address !== "");
  return [
    {
      id: "scale",
      title: "traffic.act.scale",
      slider: {
        min: 0,
        max: 6,
        value: (view, ref) => {
          const service = of(view, ref);
          const name = deployment(view, service);
          return name === undefined || service === undefined ? 0 : (numberAt(view.get({ resource: "deployments.apps", namespace: service.ref.namespace, name }), "spec", "replicas") ?? 0);
        },
      },
      possible: (view, ref) => deployment(view, of(view, ref)) !== undefined,
      run(view, ref, value = 3) {
        const service = of(view, ref);
        const name = deployment(view, service);
        return name === undefined ? [] : [`kubectl scale deployment/${name}${inNamespace(ref)} --replicas=${value}`];
      },
    },
    {
      id: "unready",
      title: "traffic.act.unready",
      possible: (view, ref) => last(of(view, ref)) !== undefined,
      run(view, ref) {
        const pod = last(of(view, ref));
        return pod === undefined ? [] : [`k8s-sim fault fail-readiness ${pod.name}${inNamespace(ref)}`];
      },
    },
    {
      id: "mend",
      title: "traffic.act.mend",
      possible: (view, ref) => sick(of(view, ref)) !== undefined,
      run(view, ref) {
        const pod = sick(of(view, ref));
        return pod === undefined ? [] : [`k8s-sim fault mend ${pod.name}${inNamespace(ref)}`];
      },
    },
    {
      id: "delete",
      title: "traffic.act.delete",
      possible: (view, ref) => of(view, ref)?.pods.some((one) => !one.leaving && ownerOf(one.pod, "ReplicaSet") !== undefined) === true,
      run(view, ref) {
        const pod = of(view, ref)?.pods.find((one) => !one.leaving);
        return pod === undefined ? [] : [`kubectl delete pod ${pod.name}${inNamespace(ref)} --wait=false`];
      },
    },
  ];
}
