import { parseQuantity } from "../../cluster/api/quantity";
import { scalar } from "../../cluster/scalar";
import { arr, at, num, obj, str, strings, type Obj } from "../objects";
import { longTime } from "./text";

/** The containers of a pod or of a template. `space` is "" for pods and " " for templates, as kubectl indents them. */
export function containerLines(label: string, containers: readonly Obj[], statuses: readonly Obj[], pod: Obj | undefined, space: string): string {
  if (containers.length === 0) return `${space}${label}: <none>\n`.replace(": ", ":\t");
  return `${space === "" ? "" : "  "}${label}:\n${containers.map((c) => oneContainer(c, statuses.find((s) => s["name"] === c["name"]), pod, space)).join("")}`;
}

function oneContainer(container: Obj, status: Obj | undefined, pod: Obj | undefined, space: string): string {
  const i = `${space}    `.length === 4 ? "    " : "    ";
  let out = `${space === "" ? "  " : "   "}${str(container["name"])}:\n`;
  if (status) out += `${i}Container ID:\t${str(status["containerID"])}\n`;
  out += `${i}Image:\t${str(container["image"])}\n`;
  if (status) out += `${i}Image ID:\t${str(status["imageID"])}\n`;
  const ports = arr(container["ports"]);
  const many = ports.length > 1 ? "s" : "";
  out += `${i}Port${many}:\t${ports.map((p) => `${num(p["containerPort"])}/${str(p["protocol"] ?? "TCP")}`).join(", ") || "<none>"}\n`;
  out += `${i}Host Port${many}:\t${ports.map((p) => `${num(p["hostPort"])}/${str(p["protocol"] ?? "TCP")}`).join(", ") || "<none>"}\n`;
  const seccomp = str(at(container, "securityContext", "seccompProfile", "type"));
  if (seccomp !== "") out += `${i}SeccompProfile:\t${seccomp}\n`;
  for (const [name, key] of [["Command", "command"], ["Args", "args"]] as const) {
    const words = (container[key] as readonly string[] | undefined) ?? [];
    if (words.length > 0) out += `${i}${name}:\n${words.flatMap((w) => w.split("\n")).map((w) => `${i}  ${w}\n`).join("")}`;
  }
  if (status) {
    out += stateLines("State", obj(status["state"]), i);
    if (Object.keys(obj(at(status, "lastState", "terminated"))).length > 0) out += stateLines("Last State", obj(status["lastState"]), i);
    out += `${i}Ready:\t${status["ready"] === true ? "True" : "False"}\n${i}Restart Count:\t${num(status["restartCount"])}\n`;
  }
  for (const [name, key] of [["Limits", "limits"], ["Requests", "requests"]] as const) {
    const amounts = strings(at(container, "resources", key));
    const keys = Object.keys(amounts).sort();
    if (keys.length > 0) out += `${i}${name}:\n${keys.map((k) => `${i}  ${k}:\t${str(amounts[k])}\n`).join("")}`;
  }
  for (const [name, key] of [["Liveness", "livenessProbe"], ["Readiness", "readinessProbe"], ["Startup", "startupProbe"]] as const) {
    if (container[key]) out += `${i}${name}:\t${probeText(obj(container[key]))}\n`;
  }
  const from = arr(container["envFrom"]);
  if (from.length > 0) {
    out += `${i}Environment Variables from:\n${from.map((source) => {
      const [kind, ref] = source["configMapRef"] ? ["ConfigMap", obj(source["configMapRef"])] : ["Secret", obj(source["secretRef"])];
      const prefix = source["prefix"] ? ` with prefix '${str(source["prefix"])}'` : "";
      return `${i}  ${str(ref["name"])}\t${String(kind)}${prefix}\tOptional: ${scalar(ref["optional"] ?? false)}\n`;
    }).join("")}`;
  }
  const env = arr(container["env"]);
  out += env.length === 0 ? `${i}Environment:\t<none>\n` : `${i}Environment:\n${env.map((e) => envLine(e, container, pod, i)).join("")}`;
  const mounts = [...arr(container["volumeMounts"])].sort((a, b) => (str(a["mountPath"]) < str(b["mountPath"]) ? -1 : 1));
  out += mounts.length === 0 ? `${i}Mounts:\t<none>\n` : `${i}Mounts:\n${mounts.map((m) => `${i}  ${str(m["mountPath"])} from ${str(m["name"])} (${[m["readOnly"] === true ? "ro" : "rw", ...(m["subPath"] ? [`path="${str(m["subPath"])}"`] : [])].join(",")})\n`).join("")}`;
  const devices = arr(container["volumeDevices"]);
  if (devices.length > 0) out += `${i}Devices:\n${devices.map((d) => `${i}  ${str(d["devicePath"])} from ${str(d["name"])}\n`).join("")}`;
  return out;
}

function stateLines(name: string, state: Obj, i: string): string {
  const running = state["running"], waiting = state["waiting"], terminated = state["terminated"];
  if (running) return `${i}${name}:\tRunning\n${i}  Started:\t${longTime(at(running, "startedAt"))}\n`;
  if (terminated) {
    const t = obj(terminated);
    return `${i}${name}:\tTerminated\n${t["reason"] ? `${i}  Reason:\t${str(t["reason"])}\n` : ""}${t["message"] ? `${i}  Message:\t${str(t["message"])}\n` : ""}${i}  Exit Code:\t${num(t["exitCode"])}\n${num(t["signal"]) > 0 ? `${i}  Signal:\t${num(t["signal"])}\n` : ""}${i}  Started:\t${started(t["startedAt"])}\n${i}  Finished:\t${started(t["finishedAt"])}\n`;
  }
  const reason = str(at(waiting, "reason"));
  return `${i}${name}:\tWaiting\n${reason === "" ? "" : `${i}  Reason:\t${reason}\n`}`;
}

function started(time: unknown): string {
  return time === null || time === undefined ? "Mon, 01 Jan 0001 00:00:00 +0000" : longTime(time);
}

export function probeText(probe: Obj): string {
  const times = `delay=${num(probe["initialDelaySeconds"])}s timeout=${num(probe["timeoutSeconds"])}s period=${num(probe["periodSeconds"])}s #success=${num(probe["successThreshold"])} #failure=${num(probe["failureThreshold"])}`;
  if (probe["exec"]) return `exec [${((at(probe, "exec", "command") as readonly string[] | undefined) ?? []).join(" ")}] ${times}`;
  if (probe["httpGet"]) {
    const h = obj(probe["httpGet"]);
    return `http-get ${(str(h["scheme"]) || "HTTP").toLowerCase()}://${str(h["host"])}:${str(h["port"])}${str(h["path"]).startsWith("/") || str(h["path"]) === "" ? str(h["path"]) : `/${str(h["path"])}`} ${times}`;
  }
  if (probe["tcpSocket"]) return `tcp-socket ${str(at(probe, "tcpSocket", "host"))}:${str(at(probe, "tcpSocket", "port"))} ${times}`;
  if (probe["grpc"]) return `grpc <pod>:${str(at(probe, "grpc", "port"))} ${str(at(probe, "grpc", "service"))} ${times}`;
  return `unknown ${times}`;
}

function envLine(env: Obj, container: Obj, pod: Obj | undefined, i: string): string {
  const name = str(env["name"]);
  const from = obj(env["valueFrom"]);
  if (env["valueFrom"] === undefined) {
    const [first = "", ...rest] = str(env["value"]).split("\n");
    return `${i}  ${name}:\t${first}\n${rest.map((line) => `${i}  \t${line}\n`).join("")}`;
  }
  if (from["fieldRef"]) {
    const path = str(at(from, "fieldRef", "fieldPath"));
    const value = pod ? fieldValue(pod, path) : "";
    return `${i}  ${name}:\t${value} (${str(at(from, "fieldRef", "apiVersion")) || "v1"}:${path})\n`;
  }
  if (from["resourceFieldRef"]) {
    const { resource, divisor } = strings(from["resourceFieldRef"]);
    const [list = "", name = ""] = (resource ?? "").split(/\.(.*)/);
    const amount = parseQuantity(str(at(container, "resources", list, name)) || "0").nanos;
    const by = parseQuantity(divisor === undefined || divisor === "0" ? "1" : divisor).nanos;
    const value = String((amount + by - 1n) / by);
    return `${i}  ${str(env["name"])}:\t${value === "0" && list === "limits" && /^(?:cpu|memory)$/.test(name) ? "node allocatable" : value} (${resource ?? ""})\n`;
  }
  if (from["secretKeyRef"]) {
    const ref = obj(from["secretKeyRef"]);
    return `${i}  ${name}:\t<set to the key '${str(ref["key"])}' in secret '${str(ref["name"])}'>\tOptional: ${scalar(ref["optional"] ?? false)}\n`;
  }
  const ref = obj(from["configMapKeyRef"]);
  return `${i}  ${name}:\t<set to the key '${str(ref["key"])}' of config map '${str(ref["name"])}'>\tOptional: ${scalar(ref["optional"] ?? false)}\n`;
}

/** kubectl itself knows only the names; the rest stays empty. */
function fieldValue(pod: Obj, path: string): string {
  return path === "metadata.name" || path === "metadata.namespace" ? str(at(pod, ...path.split("."))) : "";
}
