import { sha256 } from "../cluster/sha256";
import type { ApiRequest, ApiResponse, Caller, Verb as ApiVerb } from "../cluster/api/request";
import type { Effect, ProcessContext, ProcessInput } from "../cluster/images/program";
import type { Dict, Json, KubeObject, Ms } from "../cluster/model";
import { DEFAULT_SERVER, loadConfig, type KubeConfig } from "./config";
import { discover, type Mapping, type Mapper } from "./discovery";
import { CommandError, PlainError, StatusError } from "./errors";
import type { Flags, FlagSpec, Parsed } from "./flags";

/** One verb of kubectl. What it writes goes through the command; a state means that it waits for inputs. */
export interface Verb {
  readonly name: string;
  readonly aliases?: readonly string[];
  readonly short: string;
  readonly usage?: string;
  readonly flags?: readonly FlagSpec[];
  /** False stops parsing flags at the first argument (exec has its own rules). */
  readonly verbs?: readonly Verb[];
  run?(command: Command): Json | undefined | void;
  /** Returns the next state, or nothing when it is done. */
  on?(state: Json, input: ProcessInput, command: Command): Json | undefined | void;
}

export interface KubectlOptions {
  /** Who the kubeconfig's user is to the API server. */
  readonly caller?: Partial<Caller>;
  /** The server's address as `kubectl cluster-info` shows it. */
  readonly server?: string;
}

export interface Asked {
  readonly namespace?: string;
  readonly name?: string;
  readonly subresource?: string;
  readonly query?: Dict<string | readonly string[] | undefined>;
  readonly body?: unknown;
  readonly accept?: ApiRequest["accept"];
  readonly contentType?: string;
}

/** The kubeconfig's own user: a client certificate of the group that may do everything. */
export const administrator: Pick<Caller, "user" | "groups" | "extra"> = {
  user: "kubernetes-admin", groups: ["system:masters", "system:authenticated"],
  extra: { "authentication.kubernetes.io/credential-id": [`X509SHA256=${sha256("kubernetes-admin")}`] },
};

/** One run of kubectl: its flags and arguments, what it writes, and its way to the API server. */
export class Command {
  readonly effects: Effect[] = [];
  readonly flags: Flags;
  readonly args: readonly string[];
  readonly dash: number;
  private mapperCache: Mapper | undefined;
  private configCache: KubeConfig | undefined;
  private readonly warned = new Set<string>();

  constructor(readonly context: ProcessContext, readonly path: string, parsed: Parsed, readonly options: KubectlOptions, readonly stdin: string | undefined) {
    this.flags = parsed.flags;
    this.args = parsed.args;
    this.dash = parsed.dash;
  }

  get now(): Ms {
    return this.context.now;
  }
  /** Unix ms of now. */
  get unix(): number {
    return this.context.epoch + this.context.now;
  }
  out(text: string): void {
    if (text !== "") this.effects.push({ do: "write", fd: 1, data: text });
  }
  err(text: string): void {
    if (text !== "") this.effects.push({ do: "write", fd: 2, data: text });
  }
  warn(text: string): void {
    if (this.warned.has(text)) return;
    this.warned.add(text);
    this.err(`Warning: ${text}\n`);
  }
  /** A line of kubectl's own log (klog), at the cluster's time. */
  log(severity: "W" | "E", place: string, text: string): void {
    const at = new Date(this.unix).toISOString();
    this.err(`${severity}${at.slice(5, 7)}${at.slice(8, 10)} ${at.slice(11, 23)}000       1 ${place}] ${text}\n`);
  }
  get config(): KubeConfig {
    return (this.configCache ??= loadConfig(this.context, this.flags, this.options));
  }
  get namespace(): string {
    return this.flags.text("namespace") || this.config.context.namespace || "default";
  }
  /** Whether the reader named a namespace on the line, which then must match the objects'. */
  get namespaceGiven(): boolean {
    return this.flags.text("namespace") !== "";
  }
  get mapper(): Mapper {
    return (this.mapperCache ??= discover((path) => this.raw(path)));
  }
  get caller(): Caller {
    return { ...administrator, agent: "kubectl", origin: "reader", ...this.options.caller };
  }
  /** Whom --as, --as-group and --as-uid name. */
  private get impersonate(): Pick<ApiRequest, "impersonate"> {
    const [user, groups, uid] = [this.flags.text("as"), this.flags.list("as-group"), this.flags.text("as-uid")];
    if (user === "" && groups.length === 0 && uid === "") return {};
    return { impersonate: { ...(user === "" ? {} : { user }), groups, ...(uid === "" ? {} : { uid }) } };
  }
  /** What every request says of who sends it. */
  get sender(): Pick<ApiRequest, "caller" | "impersonate"> {
    return { caller: this.caller, ...this.impersonate };
  }

  /** The request without sending it (for connect). */
  request(verb: ApiVerb, mapping: Pick<Mapping, "group" | "version" | "plural">, asked: Asked): ApiRequest {
    const query: Record<string, string | readonly string[]> = {};
    for (const [key, value] of Object.entries(asked.query ?? {})) if (value !== undefined && value !== "") query[key] = value;
    return {
      ...this.sender,
      verb,
      group: mapping.group,
      version: mapping.version,
      resource: mapping.plural,
      ...(asked.subresource ? { subresource: asked.subresource } : {}),
      ...(asked.namespace ? { namespace: asked.namespace } : {}),
      ...(asked.name !== undefined ? { name: asked.name } : {}),
      query,
      accept: asked.accept ?? "object",
      ...(asked.contentType ? { contentType: asked.contentType } : {}),
      ...(asked.body !== undefined ? { body: asked.body } : {}),
    };
  }

  /** Sends a request and returns the body; warnings go to stderr; a failure throws a StatusError. */
  send<T = KubeObject>(request: ApiRequest): T {
    const elsewhere = this.flags.text("server") || (this.config.file.clusters.length === 0 ? this.config.server : "");
    if (elsewhere !== "" && elsewhere.replace(/\/+$/, "") !== (this.options.server ?? DEFAULT_SERVER)) {
      throw new PlainError(`The connection to the server ${elsewhere.replace(/^https?:\/\//, "")} was refused - did you specify the right host or port?`);
    }
    if (this.context.api === undefined) throw new PlainError("The connection to the server localhost:8080 was refused - did you specify the right host or port?");
    return this.answer<T>(this.context.api(request));
  }

  answer<T>(response: ApiResponse): T {
    for (const warning of response.warnings) this.warn(warning);
    if (response.code >= 400) throw new StatusError((response.body ?? {}));
    return response.body as T;
  }

  ask<T = KubeObject>(verb: ApiVerb, mapping: Pick<Mapping, "group" | "version" | "plural"> & { readonly namespaced?: boolean }, asked: Asked): T {
    if (asked.name === "" && (verb === "get" || verb === "patch" || verb === "update" || verb === "delete")) throw new CommandError("resource name may not be empty");
    return this.send<T>(this.request(verb, mapping, mapping.namespaced === false ? { ...asked, namespace: undefined } : asked));
  }

  /** A path outside the resources. */
  raw<T = unknown>(path: string): T {
    return this.send<T>({ ...this.sender, verb: "get", group: "", version: "", resource: "", path, query: {}, accept: "object" });
  }

  connect(id: string, request: ApiRequest): void {
    this.effects.push({ do: "connect", id, request });
  }
  sleep(id: string, ms: Ms): void {
    this.effects.push({ do: "sleep", id, ms });
  }
  close(id: string): void {
    this.effects.push({ do: "close", id });
  }

  /** The dry run that the reader wants. */
  get dryRun(): "none" | "client" | "server" {
    const value = this.flags.text("dry-run");
    if (value === "unchanged") {
      this.log("W", "helpers.go:731", "--dry-run is deprecated and can be replaced with --dry-run=client.");
      return "client";
    }
    if (value === "" || value === "none") return "none";
    if (value === "client" || value === "server") return value;
    throw new CommandError(`Invalid dry-run value (${value}). Must be "none", "server", or "client".`);
  }
  get dryRunSuffix(): string {
    return { none: "", client: " (dry run)", server: " (server dry run)" }[this.dryRun];
  }
}
