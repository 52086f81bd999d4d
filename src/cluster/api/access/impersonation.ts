import { forbiddenTo, type Authorizer } from "./authorizer";
import { internalError } from "../status";
import type { Attributes } from "./rules";
import type { Caller, Impersonation } from "../request";

const account = /^system:serviceaccount:([^:]+):([^:]+)$/;

/**
 * The caller that somebody wants to be (Impersonate-User, -Group, -Uid, -Extra-…, kubectl's --as). Each of them must be allowed by the verb "impersonate".
 * Throws ApiError 403, and 500 for groups without a user.
 */
export function impersonate(caller: Caller, wish: Impersonation, authorizer: Authorizer): Caller {
  const { user = "", groups = [], uid = "", extra = {} } = wish;
  if (user === "") {
    if (groups.length === 0 && uid === "" && Object.keys(extra).length === 0) return caller;
    throw internalError(`requested ${JSON.stringify(wish)} without impersonating a user`);
  }
  const check = (resource: string, name: string, more: Partial<Attributes> = {}): void => {
    const asked: Attributes = { verb: "impersonate", group: "", resource, subresource: "", namespace: "", name, ...more };
    const { allowed, reason } = authorizer.decide(caller, asked);
    if (!allowed) throw forbiddenTo(caller, asked, reason);
  };
  const [, namespace, name] = account.exec(user) ?? [];
  if (namespace !== undefined && name !== undefined) check("serviceaccounts", name, { namespace });
  else check("users", user);
  for (const group of groups) check("groups", group);
  for (const [key, values] of Object.entries(extra)) for (const value of values) check("userextras", value, { group: "authentication.k8s.io", subresource: key });
  if (uid !== "") check("uids", uid, { group: "authentication.k8s.io" });
  const own = groups.length > 0 || namespace === undefined ? groups : ["system:serviceaccounts", `system:serviceaccounts:${namespace}`];
  const known = user === "system:anonymous" ? "system:unauthenticated" : "system:authenticated";
  const { extra: _extra, uid: _uid, ...rest } = caller;
  return {
    ...rest, user, groups: own.includes("system:authenticated") || own.includes("system:unauthenticated") ? own : [...own, known],
    ...(uid === "" ? {} : { uid }), ...(Object.keys(extra).length === 0 ? {} : { extra }),
  };
}
