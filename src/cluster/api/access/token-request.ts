import { ApiError, conflict, invalid, notFound } from "../status";
import { issueToken, issuer, unixNow } from "./tokens";
import { uuid } from "../../time/random";
import type { ApiRequest, ApiResponse } from "../request";
import type { KubeObject } from "../../model";
import type { World } from "../../world";

interface Spec {
  readonly audiences?: readonly string[];
  readonly expirationSeconds?: number;
  readonly boundObjectRef?: { readonly kind?: string; readonly apiVersion?: string; readonly name?: string; readonly uid?: string };
}

const bindable: Readonly<Record<string, string>> = { Pod: "pods", Secret: "secrets", Node: "nodes" };

/** POST serviceaccounts/NAME/token: a token for an hour, or for as long as is asked, at least ten minutes. */
export function requestToken(request: ApiRequest, world: World): ApiResponse {
  const { namespace = "", name = "" } = request;
  const account = world.store.get({ resource: "serviceaccounts", namespace, name });
  if (account === undefined) throw notFound("serviceaccounts", "", name);
  const spec = ((request.body as { readonly spec?: Spec } | undefined)?.spec ?? {});
  const { boundObjectRef: ref, expirationSeconds: lifetime = 3600 } = spec;
  const wrong = lifetime < 600 ? "may not specify a duration less than 10 minutes" : lifetime > 2 ** 32 ? "may not specify a duration larger than 2^32 seconds" : undefined;
  if (wrong !== undefined) throw invalid("TokenRequest", "authentication.k8s.io", "", [{ field: "spec.expirationSeconds", type: "Invalid", value: lifetime, detail: wrong }]);
  let bound: KubeObject | undefined;
  if (ref !== undefined) {
    const plural = bindable[ref.kind ?? ""];
    if (plural === undefined) throw new ApiError(400, "BadRequest", `cannot bind token to object of type /${ref.apiVersion ?? ""}, Kind=${ref.kind ?? ""}`);
    bound = world.store.get({ resource: plural, namespace: plural === "nodes" ? "" : namespace, name: ref.name ?? "" });
    if (bound === undefined) throw notFound(plural, "", ref.name ?? "");
    if (ref.uid !== undefined && ref.uid !== "" && ref.uid !== bound.metadata.uid) throw conflict(plural, "", bound.metadata.name, `the UID in the bound object reference (${ref.uid}) does not match the UID in record. The object might have been deleted and then recreated`);
  }
  const of = (object: KubeObject): { readonly name: string; readonly uid: string } => ({ name: object.metadata.name, uid: object.metadata.uid });
  const node = bound?.kind === "Pod" ? world.store.get({ resource: "nodes", namespace: "", name: (bound["spec"] as { nodeName?: string }).nodeName ?? "" }) : bound?.kind === "Node" ? bound : undefined;
  const token = issueToken(world, {
    namespace, account: of(account), ...(bound?.kind === "Pod" ? { pod: of(bound) } : bound?.kind === "Secret" ? { secret: of(bound) } : {}), ...(node === undefined ? {} : { node: of(node) }),
    ...(spec.audiences === undefined ? {} : { audiences: spec.audiences }), issued: unixNow(world), lifetime, id: uuid(world.random("uid/tokens")),
  });
  const dry = request.query["dryRun"] === "All";
  return {
    code: 201, warnings: [],
    body: {
      kind: "TokenRequest", apiVersion: "authentication.k8s.io/v1", metadata: { name, namespace, creationTimestamp: world.timestamp() },
      spec: { audiences: spec.audiences ?? [issuer], expirationSeconds: lifetime, boundObjectRef: ref ?? null },
      status: { token: dry ? "" : token, expirationTimestamp: world.timestamp(world.clock.now + lifetime * 1000) },
    },
  };
}
