import { createHash, timingSafeEqual } from "node:crypto";
import { administrator } from "../kubectl/command";
import { forbiddenRequest, unauthorized } from "./refusals";
import type { IncomingMessage } from "node:http";
import type { ApiRequest, ApiResponse, Caller, Impersonation } from "../cluster/api/request";
import type { Cluster } from "../cluster/cluster-contract";

const digest = (text: string): Buffer => createHash("sha256").update(text).digest();

/** Who may ask, and as whom. */
export interface Authenticator {
  /** Throws ApiError 403 for what no client of this machine sends, 401 for a token that is not good here. */
  who(request: IncomingMessage, cluster: Cluster): Pick<ApiRequest, "caller" | "impersonate">;
  /** Looks at an answer: a token of the cluster is good here when it was handed out here, since a cluster's own are as foreseeable as its seed. */
  answered(request: ApiRequest, response: ApiResponse): void;
}

/** The Impersonate-* headers. */
function impersonation(request: IncomingMessage): { readonly impersonate?: Impersonation } {
  const all = request.headersDistinct;
  const extra: Record<string, readonly string[]> = {};
  for (const [name, values] of Object.entries(all)) if (name.startsWith("impersonate-extra-") && values !== undefined) extra[decodeURIComponent(name.slice("impersonate-extra-".length))] = values;
  const [user] = all["impersonate-user"] ?? [];
  const groups = all["impersonate-group"];
  const [uid] = all["impersonate-uid"] ?? [];
  if (user === undefined && groups === undefined && uid === undefined && Object.keys(extra).length === 0) return {};
  return { impersonate: { ...(user === undefined ? {} : { user }), ...(groups === undefined ? {} : { groups }), ...(uid === undefined ? {} : { uid }), ...(Object.keys(extra).length === 0 ? {} : { extra }) } };
}

/** `token` is the administrator's; `hosts` are the names that this server goes by. */
export function authenticator(token: string, hosts: () => readonly string[]): Authenticator {
  const mine = digest(token);
  const given = new Set<string>();
  return {
    who(request, cluster) {
      // A web page comes no further: it sends where it is from, and a name that was made to point here is not ours (DNS rebinding).
      if (!hosts().includes((request.headers.host ?? "").toLowerCase()) || request.headers.origin !== undefined) throw forbiddenRequest();
      const { authorization } = request.headers;
      const from = { agent: (request.headers["user-agent"] ?? "unknown").slice(0, 256), origin: "http" as const };
      if (authorization === undefined) return { caller: { user: "system:anonymous", groups: ["system:unauthenticated"], ...from }, ...impersonation(request) };
      const bearer = /^Bearer +(\S+)$/i.exec(authorization)?.[1] ?? "";
      const own = timingSafeEqual(digest(bearer), mine) ? administrator : given.has(digest(bearer).toString("hex")) ? cluster.authenticate(bearer) : undefined;
      if (own === undefined) throw unauthorized();
      const { user, groups, uid, extra } = own as Pick<Caller, "user" | "groups" | "uid" | "extra">;
      return { caller: { user, groups, ...(uid === undefined ? {} : { uid }), ...(extra === undefined ? {} : { extra }), ...from }, ...impersonation(request) };
    },
    answered(request, { code, body }) {
      const issued = request.subresource === "token" && code < 300 ? (body as { status?: { token?: unknown } } | undefined)?.status?.token : undefined;
      if (typeof issued === "string" && given.size < 10_000) given.add(digest(issued).toString("hex"));
    },
  };
}
