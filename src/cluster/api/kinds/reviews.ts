import { nameColumn, plainColumns, column } from "./columns";
import { defineKind } from "./kind-definition";
import { authenticateToken } from "../access/tokens";
import { badRequest, invalid } from "../status";
import type { Decision } from "../access/authorizer";
import type { Attributes, UserInfo } from "../access/rules";
import type { Access, FieldError, Kind } from "../kind";
import type { Caller } from "../request";
import type { Dict, KubeObject } from "../../model";

interface ResourceAttributes { readonly namespace?: string; readonly verb?: string; readonly group?: string; readonly resource?: string; readonly subresource?: string; readonly name?: string }
interface AccessSpec {
  readonly resourceAttributes?: ResourceAttributes;
  readonly nonResourceAttributes?: { readonly path?: string; readonly verb?: string };
  readonly user?: string;
  readonly groups?: readonly string[];
}

const specOf = <T>(object: KubeObject): T => (object["spec"] ?? {}) as T;
const authorization = "authorization.k8s.io";
const authentication = "authentication.k8s.io";

/** A kind that is asked, not stored. */
function asked(group: string, kind: string, namespaced: boolean, answer: NonNullable<Kind["answer"]>): Kind {
  return defineKind({ group, kind, plural: `${kind.toLowerCase()}s`, namespaced, storage: "computed", columns: plainColumns, answer });
}

function decide(object: KubeObject, kind: string, user: UserInfo | undefined, { authorizer }: Access): Decision {
  const spec = specOf<AccessSpec>(object);
  const { resourceAttributes: resource, nonResourceAttributes: path } = spec;
  const errors: FieldError[] = [];
  if (resource !== undefined && path !== undefined) errors.push({ field: "spec.nonResourceAttributes", type: "Invalid", value: "nonResourceAttributes", detail: "cannot be specified in combination with resourceAttributes" });
  if (resource === undefined && path === undefined) errors.push({ field: "spec.resourceAttributes", type: "Invalid", value: "resourceAttributes", detail: "exactly one of nonResourceAttributes or resourceAttributes must be specified" });
  if (user === undefined && (spec.user ?? "") === "" && (spec.groups ?? []).length === 0) errors.push({ field: "spec.user", type: "Invalid", value: "", detail: "at least one of user or group must be specified" });
  if (errors.length > 0) throw invalid(kind, authorization, "", errors);
  const attributes: Attributes = {
    verb: resource?.verb ?? path?.verb ?? "", ...(path === undefined ? {} : { path: path.path ?? "" }), group: resource?.group ?? "", resource: resource?.resource ?? "",
    subresource: resource?.subresource ?? "", namespace: resource?.namespace ?? "", name: resource?.name ?? "",
  };
  return authorizer.decide(user ?? { user: spec.user ?? "", groups: spec.groups ?? [] }, attributes);
}

const decided = (object: KubeObject, { allowed, reason }: Decision): KubeObject => ({ ...object, status: { allowed, ...(reason === "" ? {} : { reason }) } });

const userInfo = ({ user, groups, uid, extra }: { readonly user: string; readonly groups: readonly string[]; readonly uid?: string; readonly extra?: Dict<readonly string[]> }): object => ({
  username: user, ...(uid === undefined ? {} : { uid }), groups, ...(extra === undefined ? {} : { extra }),
});

/** What somebody may do in a namespace, rule by rule as the roles have them. */
function rulesReview(object: KubeObject, caller: Caller, { authorizer }: Access): KubeObject {
  const { namespace = "" } = specOf<{ readonly namespace?: string }>(object);
  const { rules, errors } = authorizer.rules(caller, namespace);
  return {
    ...object,
    status: {
      resourceRules: rules.filter((rule) => (rule.resources ?? []).length > 0).map(({ verbs, apiGroups, resources, resourceNames }) => ({ verbs, apiGroups, resources, ...(resourceNames === undefined ? {} : { resourceNames }) })),
      nonResourceRules: rules.filter((rule) => (rule.nonResourceURLs ?? []).length > 0).map(({ verbs, nonResourceURLs }) => ({ verbs, nonResourceURLs })),
      incomplete: errors.length > 0, ...(errors.length === 0 ? {} : { evaluationError: errors.join(", ") }),
    },
  };
}

function tokenReview(object: KubeObject, { world }: Access): KubeObject {
  const { token = "", audiences = [] } = specOf<{ readonly token?: string; readonly audiences?: readonly string[] }>(object);
  if (token === "") throw badRequest("token is required for TokenReview in authentication");
  const identity = authenticateToken(world, token);
  const common = audiences.length === 0 ? identity?.audiences ?? [] : audiences.filter((one) => identity?.audiences.includes(one));
  if (identity === undefined || common.length === 0) return { ...object, status: { user: {}, error: "[invalid bearer token, service account token has been invalidated]" } };
  return { ...object, status: { authenticated: true, user: userInfo(identity), audiences: common } };
}

const components: readonly (readonly [name: string, message: string])[] = [["controller-manager", "ok"], ["etcd-0", "ok"], ["scheduler", "ok"]];
const conditionOf = (object: KubeObject): { readonly type: string; readonly status: string; readonly message: string } => (object["conditions"] as readonly [{ type: string; status: string; message: string }])[0];

/** Kinds that the server answers and does not keep. */
export const computedKinds: readonly Kind[] = [
  asked(authorization, "SelfSubjectAccessReview", false, (object, { caller }, access) => decided(object, decide(object, "SelfSubjectAccessReview", caller, access))),
  asked(authorization, "SubjectAccessReview", false, (object, _request, access) => decided(object, decide(object, "SubjectAccessReview", undefined, access))),
  asked(authorization, "LocalSubjectAccessReview", true, (object, { namespace = "" }, access) => {
    if (specOf<AccessSpec>(object).resourceAttributes?.namespace !== namespace) throw badRequest(`spec.resourceAttributes.namespace must match namespace: ${namespace}`);
    return decided(object, decide(object, "LocalSubjectAccessReview", undefined, access));
  }),
  asked(authorization, "SelfSubjectRulesReview", false, (object, { caller }, access) => rulesReview(object, caller, access)),
  asked(authentication, "SelfSubjectReview", false, (object, { caller }, { world }) => ({ ...object, metadata: { ...object.metadata, creationTimestamp: world.timestamp() }, status: { userInfo: userInfo(caller) } })),
  asked(authentication, "TokenReview", false, (object, _request, access) => tokenReview(object, access)),
  asked("", "Binding", true, () => { throw badRequest("a binding names the pod that it binds"); }),
  defineKind({
    group: "", kind: "ComponentStatus", plural: "componentstatuses", shortNames: ["cs"], namespaced: false, storage: "computed",
    columns: [
      nameColumn,
      column("Status", "Whether the component is well.", (object) => (conditionOf(object).status === "True" ? "Healthy" : "Unhealthy")),
      column("Message", "What it says.", (object) => conditionOf(object).message),
      column("Error", "What is wrong.", () => ""),
    ],
    objects: () => components.map(([name, message]) => ({
      apiVersion: "v1", kind: "ComponentStatus", metadata: { name } as KubeObject["metadata"], conditions: [{ type: "Healthy", status: "True", message }],
    })),
  }),
];
