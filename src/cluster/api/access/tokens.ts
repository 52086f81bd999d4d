import { fromBase64, toBase64 } from "../../encoding";
import type { Dict, Ref } from "../../model";
import type { World } from "../../world";

export const issuer = "https://kubernetes.default.svc.cluster.local";
export const signing = { alg: "RS256", kid: "simulated" };

/** What a token is bound to: it is worth nothing once that is gone. */
interface Bound { readonly name: string; readonly uid: string }
export interface Claims {
  readonly namespace: string;
  readonly account: Bound;
  readonly pod?: Bound;
  readonly node?: Bound;
  readonly secret?: Bound;
  readonly audiences?: readonly string[];
  /** Unix seconds. */
  readonly issued: number;
  /** Seconds. */
  readonly lifetime: number;
  readonly id: string;
}

/** Who a token stands for. */
export interface Identity {
  readonly user: string;
  readonly uid: string;
  readonly groups: readonly string[];
  readonly extra: Dict<readonly string[]>;
  readonly audiences: readonly string[];
}

/** Unix seconds of now. */
export function unixNow(world: World): number {
  return Math.floor((world.epoch + world.clock.now) / 1000);
}

/** Marks a text with the cluster's own key, the identity of its kube-system. It proves where a token comes from; it keeps no secret. */
function mark(world: World, text: string): string {
  const keyed = `${world.store.get({ resource: "namespaces", namespace: "", name: "kube-system" })?.metadata.uid ?? ""}.${text}`;
  let out = "";
  for (let lane = 0; lane < 8; lane++) {
    // FNV-1a, another start for each part.
    let hash = 0x811c9dc5 ^ Math.imul(lane + 1, 0x9e3779b1);
    for (let i = 0; i < keyed.length; i++) hash = Math.imul(hash ^ keyed.charCodeAt(i), 0x01000193);
    out += (hash >>> 0).toString(16).padStart(8, "0");
  }
  return toBase64(out, true);
}

/** A service account token in the shape of a JWT. */
export function issueToken(world: World, claims: Claims): string {
  const { namespace, account, pod, node, secret, issued, lifetime } = claims;
  const body = {
    aud: claims.audiences === undefined || claims.audiences.length === 0 ? [issuer] : claims.audiences, exp: issued + lifetime, iat: issued, iss: issuer, jti: claims.id,
    "kubernetes.io": { namespace, ...(node && { node }), ...(pod && { pod }), ...(secret && { secret }), serviceaccount: account },
    nbf: issued, sub: `system:serviceaccount:${namespace}:${account.name}`,
  };
  const text = `${toBase64(JSON.stringify(signing), true)}.${toBase64(JSON.stringify(body), true)}`;
  return `${text}.${mark(world, text)}`;
}

interface Body {
  readonly aud?: readonly string[];
  readonly exp?: number;
  readonly jti?: string;
  readonly "kubernetes.io"?: { readonly namespace?: string; readonly serviceaccount?: Bound; readonly pod?: Bound; readonly node?: Bound; readonly secret?: Bound };
}

function exists(world: World, ref: Ref, uid: string): boolean {
  return world.store.get(ref)?.metadata.uid === uid;
}

/** Who a bearer token stands for; undefined for one that this cluster did not issue, that has expired, or whose account, pod or secret is gone. */
export function authenticateToken(world: World, token: string): Identity | undefined {
  const [head = "", middle = "", signature] = token.split(".");
  if (signature === undefined || mark(world, `${head}.${middle}`) !== signature) return undefined;
  const body = JSON.parse(fromBase64(middle.replace(/-/g, "+").replace(/_/g, "/"))) as Body;
  const { namespace = "", serviceaccount, pod, node, secret } = body["kubernetes.io"] ?? {};
  if (serviceaccount === undefined || (body.exp ?? 0) <= unixNow(world)) return undefined;
  if (!exists(world, { resource: "serviceaccounts", namespace, name: serviceaccount.name }, serviceaccount.uid)) return undefined;
  if (pod !== undefined && !exists(world, { resource: "pods", namespace, name: pod.name }, pod.uid)) return undefined;
  if (secret !== undefined && !exists(world, { resource: "secrets", namespace, name: secret.name }, secret.uid)) return undefined;
  const about = (of: string, bound: Bound | undefined): Dict<readonly string[]> => (bound === undefined ? {} : { [`authentication.kubernetes.io/${of}-name`]: [bound.name], [`authentication.kubernetes.io/${of}-uid`]: [bound.uid] });
  return {
    user: `system:serviceaccount:${namespace}:${serviceaccount.name}`, uid: serviceaccount.uid,
    groups: ["system:serviceaccounts", `system:serviceaccounts:${namespace}`, "system:authenticated"],
    extra: { "authentication.kubernetes.io/credential-id": [`JTI=${body.jti ?? ""}`], ...about("node", node), ...about("pod", pod) },
    audiences: body.aud ?? [],
  };
}
