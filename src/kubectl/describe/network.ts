import { scalar } from "../../cluster/scalar";
import type { KubeObject } from "../../cluster/model";
import { arr, at, num, obj, str, type Obj } from "../objects";
import { StatusError } from "../errors";
import { annotationLines, eventLines, head, labelsInline, mapLines, type Describer, type Describing } from "./text";

function slicesOf(about: Describing, service: string): readonly KubeObject[] {
  return about.list("endpointslices.discovery.k8s.io", about.object.metadata.namespace ?? "", { labelSelector: `kubernetes.io/service-name=${service}` });
}

/** "10.244.0.3:80,10.244.1.2:80": the ready addresses of one port, three of them at most. */
function endpointsText(slices: readonly KubeObject[], name: string): string {
  const list: string[] = [];
  let more = 0;
  let any = false;
  for (const slice of slices) {
    const ports = arr(slice["ports"]);
    if (ports.length === 0 || arr(slice["endpoints"]).length === 0) continue;
    any = true;
    for (const port of ports) {
      if (name !== "" && str(port["name"]) !== name) continue;
      for (const endpoint of arr(slice["endpoints"])) {
        if (at(endpoint, "conditions", "ready") === false) continue;
        for (const address of (endpoint["addresses"] as readonly string[] | undefined) ?? []) {
          if (list.length < 3) list.push(`${address}:${num(port["port"])}`);
          else more++;
        }
      }
    }
  }
  if (!any && list.length === 0) return slices.length === 0 ? "<none>" : "";
  return list.join(",") + (more > 0 ? ` + ${more} more...` : "");
}

export const describeService: Describer = (about) => {
  const service = about.object;
  const spec = obj(service["spec"]);
  const type = str(spec["type"]);
  const external = type === "ExternalName";
  let out = head(service);
  out += `Selector:\t${labelsInline(spec["selector"])}\nType:\t${type}\n`;
  if (str(spec["ipFamilyPolicy"]) !== "") out += `IP Family Policy:\t${str(spec["ipFamilyPolicy"])}\n`;
  out += `IP Families:\t${((spec["ipFamilies"] as readonly string[] | undefined) ?? []).join(",") || "<none>"}\n`;
  out += `IP:\t${str(spec["clusterIP"])}\nIPs:\t${((spec["clusterIPs"] as readonly string[] | undefined) ?? []).join(",") || "<none>"}\n`;
  const externalIPs = (spec["externalIPs"] as readonly string[] | undefined) ?? [];
  if (externalIPs.length > 0) out += `External IPs:\t${externalIPs.join(",")}\n`;
  if (str(spec["loadBalancerIP"]) !== "") out += `Desired LoadBalancer IP:\t${str(spec["loadBalancerIP"])}\n`;
  if (external) out += `External Name:\t${str(spec["externalName"])}\n`;
  const balancers = arr(at(service, "status", "loadBalancer", "ingress"));
  if (balancers.length > 0) out += `LoadBalancer Ingress:\t${balancers.map((b) => `${str(b["ip"]) || str(b["hostname"])}${b["ipMode"] ? ` (${str(b["ipMode"])})` : ""}`).join(", ")}\n`;
  const slices = slicesOf(about, service.metadata.name);
  for (const port of arr(spec["ports"])) {
    const name = str(port["name"]);
    const protocol = str(port["protocol"]);
    out += `Port:\t${name || "<unset>"}\t${num(port["port"])}/${protocol}\n`;
    out += `TargetPort:\t${str(port["targetPort"])}/${protocol}\n`;
    if (num(port["nodePort"]) > 0) out += `NodePort:\t${name || "<unset>"}\t${num(port["nodePort"])}/${protocol}\n`;
    out += `Endpoints:\t${endpointsText(slices, name)}\n`;
  }
  out += `Session Affinity:\t${str(spec["sessionAffinity"])}\n`;
  if (str(spec["externalTrafficPolicy"]) !== "") out += `External Traffic Policy:\t${str(spec["externalTrafficPolicy"])}\n`;
  if (str(spec["internalTrafficPolicy"]) !== "") out += `Internal Traffic Policy:\t${str(spec["internalTrafficPolicy"])}\n`;
  const ranges = (spec["loadBalancerSourceRanges"] as readonly string[] | undefined) ?? [];
  if (ranges.length > 0) out += `LoadBalancer Source Ranges:\t${ranges.join(",")}\n`;
  return out + eventLines(about);
};

function backendText(about: Describing, backend: Obj): string {
  const service = obj(backend["service"]);
  const name = str(service["name"]);
  if (name === "") return backend["resource"] ? `APIGroup: ${str(at(backend, "resource", "apiGroup"))}, Kind: ${str(at(backend, "resource", "kind"))}, Name: ${str(at(backend, "resource", "name"))}` : "";
  const port = str(at(service, "port", "name")) || str(at(service, "port", "number"));
  let found: KubeObject;
  try {
    found = about.get("services", about.object.metadata.namespace ?? "", name);
  } catch (error) {
    if (!(error instanceof StatusError)) throw error;
    return `${name}:${port} (<error: ${error.message}>)`;
  }
  const own = arr(at(found, "spec", "ports")).find((p) => str(p["name"]) === port || String(p["port"]) === port);
  return `${name}:${port} (${endpointsText(slicesOf(about, name), str(own?.["name"]))})`;
}

export const describeIngress: Describer = (about) => {
  const ingress = about.object;
  const spec = obj(ingress["spec"]);
  const addresses = arr(at(ingress, "status", "loadBalancer", "ingress")).map((i) => str(i["ip"]) || str(i["hostname"]));
  let out = `Name:\t${ingress.metadata.name}\n${mapLines("Labels", ingress.metadata.labels)}Namespace:\t${ingress.metadata.namespace ?? ""}\nAddress:\t${addresses.join(",")}\n`;
  out += `Ingress Class:\t${str(spec["ingressClassName"]) || "<none>"}\n`;
  out += `Default backend:\t${spec["defaultBackend"] === undefined ? "<default>" : backendText(about, obj(spec["defaultBackend"]))}\n`;
  const tls = arr(spec["tls"]);
  if (tls.length > 0) {
    out += `TLS:\n${tls.map((t) => {
      const hosts = ((t["hosts"] as readonly string[] | undefined) ?? []).join(",");
      return str(t["secretName"]) === "" ? `  SNI routes ${hosts}\n` : `  ${str(t["secretName"])} terminates ${hosts}\n`;
    }).join("")}`;
  }
  out += "Rules:\n  Host\tPath\tBackends\n  ----\t----\t--------\n";
  const rules = arr(spec["rules"]).filter((r) => r["http"] !== undefined);
  for (const rule of rules) {
    out += `  ${str(rule["host"]) || "*"}\t\n`;
    for (const path of arr(at(rule, "http", "paths"))) out += `    \t${str(path["path"])} \t${backendText(about, obj(path["backend"]))}\n`;
  }
  if (rules.length === 0) out += `  *\t*\t${spec["defaultBackend"] === undefined ? "<default>" : backendText(about, obj(spec["defaultBackend"]))}\n`;
  return out + annotationLines(ingress.metadata.annotations) + eventLines(about);
};

export const describeIngressClass: Describer = (about) => {
  const { object } = about;
  let out = `Name:\t${object.metadata.name}\n${mapLines("Labels", object.metadata.labels)}${annotationLines(object.metadata.annotations)}Controller:\t${str(at(object, "spec", "controller"))}\n`;
  const parameters = obj(at(object, "spec", "parameters"));
  if (at(object, "spec", "parameters") !== undefined) out += `Parameters:\n  APIGroup:\t${str(parameters["apiGroup"])}\n  Kind:\t${str(parameters["kind"])}\n  Name:\t${str(parameters["name"])}\n`;
  return out + eventLines(about);
};

export const describeEndpoints: Describer = (about) => {
  const { object } = about;
  let out = `${head(object)}Subsets:\n`;
  arr(object["subsets"]).forEach((subset, i) => {
    const join = (key: string): string => arr(subset[key]).map((a) => str(a["ip"])).join(",") || "<none>";
    out += `  Addresses:\t${join("addresses")}\n  NotReadyAddresses:\t${join("notReadyAddresses")}\n`;
    const ports = arr(subset["ports"]);
    if (ports.length > 0) out += `  Ports:\n    Name\tPort\tProtocol\n    ----\t----\t--------\n${ports.map((p) => `    ${str(p["name"]) || "<unset>"}\t${num(p["port"])}\t${str(p["protocol"])}\n`).join("")}`;
    out += i >= 0 ? "\n" : "";
  });
  return out + eventLines(about);
};

export const describeEndpointSlice: Describer = (about) => {
  const { object } = about;
  let out = `${head(object)}AddressType:\t${str(object["addressType"])}\n`;
  const ports = arr(object["ports"]);
  out += ports.length === 0 ? "Ports: <unset>\n" : `Ports:\n  Name\tPort\tProtocol\n  ----\t----\t--------\n${ports.map((p) => `  ${str(p["name"]) || "<unset>"}\t${p["port"] === undefined ? "<unset>" : num(p["port"])}\t${str(p["protocol"])}\n`).join("")}`;
  const endpoints = arr(object["endpoints"]);
  out += endpoints.length === 0 ? "Endpoints: <none>\n" : "Endpoints:\n";
  for (const endpoint of endpoints) {
    const conditions = obj(endpoint["conditions"]);
    out += `  - Addresses:\t${((endpoint["addresses"] as readonly string[] | undefined) ?? []).join(", ")}\n    Conditions:\n      Ready:\t${conditions["ready"] === undefined ? "<unset>" : scalar(conditions["ready"])}\n`;
    out += `    Hostname:\t${str(endpoint["hostname"]) || "<unset>"}\n`;
    if (endpoint["targetRef"] !== undefined) out += `    TargetRef:\t${str(at(endpoint, "targetRef", "kind"))}/${str(at(endpoint, "targetRef", "name"))}\n`;
    out += `    NodeName:\t${str(endpoint["nodeName"]) || "<unset>"}\n    Zone:\t${str(endpoint["zone"]) || "<unset>"}\n`;
  }
  return out + eventLines(about);
};

