import type { Command, Verb } from "../command";
import { CommandError } from "../errors";
import { array, int, text } from "../flags";
import { emit, GENERATOR_FLAGS, meta, nameOf } from "./emit";

const TCP = array("tcp", "Port pairs can be specified as '<port>:<targetPort>'.");

function portsOf(command: Command): object[] {
  return command.flags.list("tcp").flatMap((t) => t.split(",")).map((pair) => {
    const [port = "", target = port] = pair.split(":");
    if (!/^\d+$/.test(port) || Number(port) < 1 || Number(port) > 65535) throw new CommandError(`strconv.ParseUint: parsing ${JSON.stringify(port)}: invalid syntax`);
    const nodePort = command.flags.number("node-port");
    return { name: pair.replace(":", "-"), protocol: "TCP", port: Number(port), targetPort: /^\d+$/.test(target) ? Number(target) : target, ...(nodePort > 0 ? { nodePort } : {}) };
  });
}

function service(name: string, type: string, flags: Verb["flags"], short: string): Verb {
  return {
    name,
    short,
    flags: [...GENERATOR_FLAGS, TCP, ...(flags ?? [])],
    run(command) {
      const own = nameOf(command);
      const clusterIP = command.flags.text("clusterip");
      const ports = portsOf(command);
      const external = command.flags.text("external-name");
      if (ports.length === 0 && type !== "ExternalName" && clusterIP !== "None") throw new CommandError("at least one tcp port specifier must be provided");
      if (type === "ExternalName" && external === "") throw new CommandError('required flag(s) "external-name" not set');
      emit(command, {
        kind: "Service", apiVersion: "v1", metadata: meta(own, { labels: { app: own } }),
        spec: { ...(ports.length > 0 ? { ports } : {}), selector: { app: own }, ...(clusterIP === "" ? {} : { clusterIP }), type, ...(external === "" ? {} : { externalName: external }) },
        status: { loadBalancer: {} },
      }, { what: `${type} service` });
    },
  };
}

export const services: Verb = {
  name: "service",
  aliases: ["svc"],
  short: "Create a service using a specified subcommand",
  verbs: [
    service("clusterip", "ClusterIP", [text("clusterip", "Assign your own ClusterIP or set to 'None' for a 'headless' service (no loadbalancing).")], "Create a ClusterIP service"),
    service("externalname", "ExternalName", [text("external-name", "External name of service")], "Create an ExternalName service"),
    service("loadbalancer", "LoadBalancer", [], "Create a LoadBalancer service"),
    service("nodeport", "NodePort", [int("node-port", "Port used to expose the service on each node in a cluster.", { default: "0" })], "Create a NodePort service"),
  ],
};

export const ingress: Verb = {
  name: "ingress",
  aliases: ["ing"],
  short: "Create an ingress with the specified name",
  usage: "kubectl create ingress NAME --rule=host/path=service:port[,tls[=secret]]  [options]",
  flags: [...GENERATOR_FLAGS, array("rule", "Rule in format host/path=service:port[,tls=secretname]. Paths containing the leading character '*' are considered pathType=Prefix."), text("class", "Ingress Class to be used"), text("default-backend", "Default service for backend, in format of svcname:port"), array("annotation", "Annotation to insert in the ingress object, in the format annotation=value")],
  run(command) {
    const name = nameOf(command);
    const rules = command.flags.list("rule");
    const fallback = command.flags.text("default-backend");
    if (rules.length === 0 && fallback === "") throw new CommandError("not enough information provided: every ingress has to either specify a default-backend (which catches all traffic) or a list of rules (which catch specific paths)");
    const backend = (word: string): object => {
      const [svc = "", port = ""] = word.split(":");
      if (svc === "" || port === "") throw new CommandError(`backend ${word} is not valid: expected svcname:port`);
      return { service: { name: svc, port: /^\d+$/.test(port) ? { number: Number(port) } : { name: port } } };
    };
    const hosts = new Map<string, object[]>();
    const tls: object[] = [];
    for (const rule of rules) {
      const match = /^([^/=]*)(\/[^=]*)=([^:,]+:[^,]+)(?:,tls(?:=(.*))?)?$/.exec(rule);
      if (!match) throw new CommandError(`rule ${rule} is invalid and should be in format host/path=svcname:svcport[,tls[=secret]]`);
      const [, host = "", path = "", target = "", secret] = match;
      const prefix = path.endsWith("*");
      hosts.set(host, [...(hosts.get(host) ?? []), { path: prefix ? path.slice(0, -1) : path, pathType: prefix ? "Prefix" : "Exact", backend: backend(target) }]);
      if (rule.includes(",tls")) tls.push({ hosts: host === "" ? [] : [host], ...(secret ? { secretName: secret } : {}) });
    }
    const annotations = Object.fromEntries(command.flags.list("annotation").map((a) => [a.slice(0, a.indexOf("=")), a.slice(a.indexOf("=") + 1)]));
    const className = command.flags.text("class");
    emit(command, {
      kind: "Ingress", apiVersion: "networking.k8s.io/v1", metadata: meta(name, Object.keys(annotations).length > 0 ? { annotations } : {}),
      spec: {
        ...(className === "" ? {} : { ingressClassName: className }),
        ...(fallback === "" ? {} : { defaultBackend: backend(fallback) }),
        ...(tls.length > 0 ? { tls } : {}),
        ...(hosts.size > 0 ? { rules: [...hosts].map(([host, paths]) => ({ ...(host === "" ? {} : { host }), http: { paths } })) } : {}),
      },
      status: { loadBalancer: {} },
    }, { what: "ingress" });
  },
};
