import type { Verb } from "../command";
import { CommandError, throwAll } from "../errors";
import { bool, DRY_RUN, fieldManager, FILENAME_FLAGS, PRINT_FLAGS, text } from "../flags";
import { emit, meta, pairs } from "../generators/emit";
import { arr, at, num, podSpecPath, str, strings } from "../objects";
import { fetchAll } from "../resource/arguments";

/** kubectl expose: a Service in front of what is there. */
export const expose: Verb = {
  name: "expose",
  short: "Take a replication controller, service, deployment or pod and expose it as a new Kubernetes service",
  usage: "kubectl expose (-f FILENAME | TYPE NAME) [--port=port] [--protocol=TCP|UDP|SCTP] [--target-port=number-or-name] [--name=name] [--external-ip=external-ip-of-service] [--type=type] [options]",
  flags: [
    ...FILENAME_FLAGS, ...PRINT_FLAGS, DRY_RUN, fieldManager("kubectl-expose"),
    text("port", "The port that the service should serve on. Copied from the resource being exposed, if unspecified"),
    text("target-port", "Name or number for the port on the container that the service should direct traffic to. Optional."),
    text("protocol", "The network protocol for the service to be created. Default is 'TCP'."),
    text("name", "The name for the newly created object."),
    text("type", "Type for this service: ClusterIP, NodePort, LoadBalancer, or ExternalName. Default is 'ClusterIP'."),
    text("labels", "Labels to apply to the service created by this call.", { short: "l" }),
    text("selector", "A label selector to use for this service. Only equality-based selector requirements are supported."),
    text("cluster-ip", "ClusterIP to be assigned to the service. Leave empty to auto-allocate, or set to 'None' to create a headless service."),
    text("external-ip", "Additional external IP address (not managed by Kubernetes) to accept for the service."),
    text("load-balancer-ip", "IP to assign to the LoadBalancer."),
    text("session-affinity", "If non-empty, set the session affinity for the service to this; legal values: 'None', 'ClientIP'"),
    text("overrides", "An inline JSON override for the generated object."),
    text("override-type", "The method used to override the generated object", { default: "merge" }),
    bool("save-config", "If true, the configuration of current object will be saved in its annotation."),
  ],
  run(command) {
    const { flags } = command;
    const { infos, errors } = fetchAll(command, { selector: "" });
    throwAll(errors);
    for (const info of infos) {
      const { object } = info;
      const { kind } = info.mapping;
      if (!["Deployment", "ReplicaSet", "ReplicationController", "Service", "Pod"].includes(kind)) throw new CommandError(`cannot expose a ${kind}`);
      const own = kind === "Pod" ? strings(object.metadata.labels) : kind === "Service" || kind === "ReplicationController" ? strings(at(object, "spec", "selector")) : strings(at(object, "spec", "selector", "matchLabels"));
      const selector = flags.text("selector") === "" ? own : pairs(flags.text("selector"));
      if (Object.keys(selector).length === 0) throw new CommandError(`couldn't retrieve selectors via --selector flag or introspection: ${kind === "Pod" ? "the pod has no labels and cannot be exposed" : kind === "Service" ? "the service has no pod selector set" : "invalid deployment: no selectors, therefore cannot be exposed"}`);
      if (kind !== "Pod" && kind !== "Service" && arr(at(object, "spec", "selector", "matchExpressions")).length > 0 && flags.text("selector") === "") throw new CommandError(`couldn't retrieve selectors via --selector flag or introspection: couldn't convert expressions - ${JSON.stringify(arr(at(object, "spec", "selector", "matchExpressions")))} to map-based selector format`);
      const target = flags.text("target-port");
      const protocol = flags.text("protocol");
      const found = kind === "Service"
        ? arr(at(object, "spec", "ports")).map((p) => ({ port: num(p["port"]), protocol: str(p["protocol"]) || "TCP" }))
        : arr(at(object, ...(podSpecPath(kind) ?? []), "containers")).flatMap((c) => arr(c["ports"])).map((p) => ({ port: num(p["containerPort"]), protocol: str(p["protocol"]) || "TCP" }));
      const wanted = flags.text("port") === "" ? found : flags.text("port").split(",").map((p) => ({ port: Number(p), protocol: found.find((f) => f.port === Number(p))?.protocol ?? "TCP" }));
      if (wanted.length === 0 && flags.text("cluster-ip") !== "None") throw new CommandError("couldn't find port via --port flag or introspection\nSee 'kubectl expose -h' for help and examples");
      const ports = wanted.map((p, i) => ({ ...(wanted.length > 1 ? { name: `port-${i + 1}` } : {}), protocol: protocol || p.protocol, port: p.port, targetPort: target === "" ? p.port : /^\d+$/.test(target) ? Number(target) : target }));
      const labels = flags.text("labels") === "" ? strings(object.metadata.labels) : pairs(flags.text("labels"));
      const [type, ip, external, affinity, balancer] = ["type", "cluster-ip", "external-ip", "session-affinity", "load-balancer-ip"].map((f) => flags.text(f));
      emit(command, {
        kind: "Service", apiVersion: "v1", metadata: meta(flags.text("name") || info.name, Object.keys(labels).length > 0 ? { labels } : {}),
        spec: { ...(ports.length > 0 ? { ports } : {}), selector, ...(ip ? { clusterIP: ip } : {}), ...(type ? { type } : {}), ...(external ? { externalIPs: [external] } : {}), ...(affinity ? { sessionAffinity: affinity } : {}), ...(balancer ? { loadBalancerIP: balancer } : {}) },
        status: { loadBalancer: {} },
      }, { operation: "exposed" });
    }
  },
};

