import { scalar } from "../cluster/scalar";
import type { ProcessContext } from "../cluster/images/program";
import { PlainError } from "./errors";
import type { Flags } from "./flags";
import { absolute } from "./files";
import { goYaml } from "./print/yaml";
import { parseYaml } from "./yaml/parse";
import type { KubectlOptions } from "./command";

export interface ConfigContext {
  readonly cluster?: string;
  readonly user?: string;
  readonly namespace?: string;
}

/** A kubeconfig file. */
export interface KubeConfigFile {
  readonly apiVersion: "v1";
  readonly kind: "Config";
  readonly preferences: Record<string, never>;
  readonly "current-context": string;
  readonly clusters: readonly { readonly name: string; readonly cluster: Record<string, unknown> }[];
  readonly contexts: readonly { readonly name: string; readonly context: ConfigContext }[];
  readonly users: readonly { readonly name: string; readonly user: Record<string, unknown> }[];
}

export interface KubeConfig {
  readonly path: string;
  readonly file: KubeConfigFile;
  readonly context: ConfigContext;
  readonly server: string;
}

export const DEFAULT_SERVER = "https://127.0.0.1:6443";

/** The kubeconfig of a cluster made by kubeadm, for readers who have none. */
function defaultFile(server: string): KubeConfigFile {
  return {
    apiVersion: "v1",
    kind: "Config",
    preferences: {},
    "current-context": "kubernetes-admin@kubernetes",
    clusters: [{ name: "kubernetes", cluster: { "certificate-authority-data": "DATA+OMITTED", server } }],
    contexts: [{ name: "kubernetes-admin@kubernetes", context: { cluster: "kubernetes", user: "kubernetes-admin" } }],
    users: [{ name: "kubernetes-admin", user: { "client-certificate-data": "DATA+OMITTED", "client-key-data": "DATA+OMITTED" } }],
  };
}

/** The files of KUBECONFIG in their order; the flag names one alone. */
function paths(context: ProcessContext, flags: Flags): readonly string[] {
  const named = flags.text("kubeconfig") === "" ? (context.env["KUBECONFIG"] ?? "").split(":").filter((path) => path !== "") : [flags.text("kubeconfig")];
  return (named.length > 0 ? named : [`${context.env["HOME"] ?? ""}/.kube/config`]).map((path) => absolute(path, context.cwd));
}

/** The file that changes go into: the first one there is, else the last one named. */
export function configPath(context: ProcessContext, flags: Flags): string {
  const all = paths(context, flags);
  return all.find((path) => context.files.read(path) !== undefined) ?? all.at(-1) ?? "";
}

/** The kubeconfig, several files merged: what an earlier one names stands. */
export function loadConfigFile(context: ProcessContext, flags: Flags, options: KubectlOptions): KubeConfigFile {
  const texts = paths(context, flags).map((path) => context.files.read(path)).filter((text) => text !== undefined);
  // Only where nobody named a file does the cluster's own config stand in.
  if (texts.length === 0 && flags.text("kubeconfig") === "" && (context.env["KUBECONFIG"] ?? "") === "") return defaultFile(options.server ?? DEFAULT_SERVER);
  const files = texts.map((text) => (parseYaml(text)[0] ?? {}) as Partial<KubeConfigFile>);
  const merged = <T extends { readonly name: string }>(lists: readonly (readonly T[] | null | undefined)[]): readonly T[] =>
    [...new Map(lists.flatMap((list) => list ?? []).reverse().map((one) => [one.name, one])).values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  return {
    apiVersion: "v1", kind: "Config", preferences: {}, "current-context": files.map((file) => file["current-context"] ?? "").find((name) => name !== "") ?? "",
    clusters: merged(files.map((file) => file.clusters)), contexts: merged(files.map((file) => file.contexts)), users: merged(files.map((file) => file.users)),
  };
}

/** The config with the flags --context, --cluster and --user applied. */
export function loadConfig(context: ProcessContext, flags: Flags, options: KubectlOptions): KubeConfig {
  const file = loadConfigFile(context, flags, options);
  const wanted = flags.text("context") || file["current-context"];
  const found = file.contexts.find((c) => c.name === wanted);
  if (flags.text("context") !== "" && !found) throw new PlainError(`Error in configuration: context was not found for specified context: ${wanted}`);
  const cluster = file.clusters.find((c) => c.name === (flags.text("cluster") || found?.context.cluster));
  const server = flags.text("server") || scalar(cluster?.cluster["server"] ?? (file.clusters.length === 0 ? "http://localhost:8080" : options.server ?? DEFAULT_SERVER));
  return { path: configPath(context, flags), file, context: found?.context ?? {}, server };
}

/** Writes what changed into the file that changes go into; throws where the file system refuses. */
export function saveConfig(context: ProcessContext, flags: Flags, options: KubectlOptions, next: KubeConfigFile): void {
  const path = configPath(context, flags);
  const before = loadConfigFile(context, flags, options);
  const text = context.files.read(path);
  const own = text === undefined ? undefined : ((parseYaml(text)[0] ?? {}) as Partial<KubeConfigFile>);
  // What another file of KUBECONFIG holds stays there.
  const has = (list: readonly Named[] | null | undefined, text: string): boolean => (list ?? []).some((one) => JSON.stringify(one) === text);
  const mine = <T extends Named>(section: "clusters" | "contexts" | "users", list: readonly T[]): readonly T[] => list.filter((one) => own === undefined || own[section]?.some(({ name }) => name === one.name) || !has(before[section], JSON.stringify(one)));
  const kept = { ...next, clusters: mine("clusters", next.clusters), contexts: mine("contexts", next.contexts), users: mine("users", next.users) };
  if (own !== undefined && before["current-context"] === next["current-context"]) kept["current-context"] = own["current-context"] ?? "";
  const steps = path.split("/").slice(1, -1);
  let directory = "";
  for (const step of steps) {
    directory += `/${step}`;
    if (context.files.list(directory) === undefined) context.files.mkdir(directory);
  }
  const problem = context.files.write(path, goYaml(shown(kept)));
  if (problem !== undefined) throw new PlainError(`error: open ${path}: ${problem.toLowerCase()}`);
}

type Named = { readonly name: string };

/** The config as it is written: empty lists are null, fields in the order of their Go structs. */
export function shown(file: KubeConfigFile): Record<string, unknown> {
  const list = (entries: readonly { readonly name: string }[], key: string): unknown => (entries.length === 0 ? null : entries.map((entry) => ({ name: entry.name, [key]: ordered((entry as unknown as Record<string, Record<string, unknown>>)[key] ?? {}) })));
  return { kind: "Config", apiVersion: "v1", preferences: {}, clusters: list(file.clusters, "cluster"), users: list(file.users, "user"), contexts: list(file.contexts, "context"), "current-context": file["current-context"] };
}

/** The fields of clusters, users and contexts, which share no name, in the order of their structs. */
export const FIELDS = ["cluster", "user", "namespace", "server", "tls-server-name", "insecure-skip-tls-verify", "certificate-authority", "certificate-authority-data", "proxy-url", "disable-compression", "client-certificate", "client-certificate-data", "client-key", "client-key-data", "token", "tokenFile", "username", "password"];

function ordered(fields: Record<string, unknown>): Record<string, unknown> {
  const rank = (key: string): number => (FIELDS.includes(key) ? FIELDS.indexOf(key) : FIELDS.length);
  return Object.fromEntries(Object.entries(fields).sort(([a], [b]) => rank(a) - rank(b)));
}
