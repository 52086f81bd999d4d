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

export function configPath(context: ProcessContext, flags: Flags): string {
  const named = flags.text("kubeconfig") || context.env["KUBECONFIG"]?.split(":").find((p) => p !== "");
  return absolute(named ?? `${context.env["HOME"] ?? ""}/.kube/config`, context.cwd);
}

export function loadConfigFile(context: ProcessContext, flags: Flags, options: KubectlOptions): KubeConfigFile {
  const text = context.files.read(configPath(context, flags));
  if (text === undefined) return defaultFile(options.server ?? DEFAULT_SERVER);
  const value = (parseYaml(text)[0] ?? {}) as Partial<KubeConfigFile>;
  return { apiVersion: "v1", kind: "Config", preferences: {}, "current-context": value["current-context"] ?? "", clusters: value.clusters ?? [], contexts: value.contexts ?? [], users: value.users ?? [] };
}

/** The config with the flags --context, --cluster and --user applied. */
export function loadConfig(context: ProcessContext, flags: Flags, options: KubectlOptions): KubeConfig {
  const file = loadConfigFile(context, flags, options);
  const wanted = flags.text("context") || file["current-context"];
  const found = file.contexts.find((c) => c.name === wanted);
  if (flags.text("context") !== "" && !found) throw new PlainError(`Error in configuration: context was not found for specified context: ${wanted}`);
  const cluster = file.clusters.find((c) => c.name === (flags.text("cluster") || found?.context.cluster));
  const server = flags.text("server") || scalar(cluster?.cluster["server"] ?? options.server ?? DEFAULT_SERVER);
  return { path: configPath(context, flags), file, context: found?.context ?? {}, server };
}

/** Writes the kubeconfig; throws where the file system refuses. */
export function saveConfig(context: ProcessContext, flags: Flags, file: KubeConfigFile): void {
  const path = configPath(context, flags);
  const steps = path.split("/").slice(1, -1);
  let directory = "";
  for (const step of steps) {
    directory += `/${step}`;
    if (context.files.list(directory) === undefined) context.files.mkdir(directory);
  }
  const problem = context.files.write(path, goYaml(file));
  if (problem !== undefined) throw new PlainError(`error: open ${path}: ${problem.toLowerCase()}`);
}

