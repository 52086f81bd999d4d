import type { Concept } from "../concept";
import { clusterConcept } from "./cluster";
import { configMap, secret } from "./configmap";
import { deploymentConcept } from "./deployment";
import { dns } from "./dns";
import { ingress } from "./ingress";
import { loadbalancer } from "./loadbalancer";
import { networkPolicy } from "./networkpolicy";
import { node } from "./node";
import { nodeport } from "./nodeport";
import { podConcept } from "./pod";
import { podNetwork } from "./pod-network";
import { probes } from "./probes";
import { rollingUpdate } from "./rolling-update";
import { service } from "./service";

/** Every concept that can be drawn. Adding one: its file, and a line here. */
export const concepts: readonly Concept[] = [podConcept, podNetwork, deploymentConcept, rollingUpdate, service, nodeport, loadbalancer, ingress, dns, networkPolicy, configMap, secret, probes, node, clusterConcept];

export const conceptOf = (id: string): Concept | undefined => concepts.find((concept) => concept.id === id);
