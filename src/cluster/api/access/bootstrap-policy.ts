import { extended } from "../../extended";
import { leaf } from "../managed/fields";
import { mark, ownMetadata, stampOf } from "../managed/record";
import type { Registry } from "../registry";
import { aggregate } from "./aggregation";
import { rbacGroup } from "./rules";
import { uuid } from "../../time/random";
import type { PolicyRule, Subject } from "./rules";
import type { MemoryStore } from "../memory-store";
import type { KubeObject } from "../../model";
import type { World } from "../../world";

/** One rule: its verbs, groups ("core" is the unnamed one), resources and names, each as words; or paths that are no resources. */
type Line = readonly [verbs: string, groups: string, resources: string, names?: string] | { readonly urls: string; readonly verbs: string };

const events: Line = ["create patch update", "core events.k8s.io", "events"];

/** The rules of the ClusterRoles that a server of 1.33 makes for itself, those that are gathered from others left out. */
const clusterRoles: Readonly<Record<string, readonly Line[]>> = {
  "cluster-admin": [["*", "*", "*"], { urls: "*", verbs: "*" }],
  "system:aggregate-to-admin": [
    ["create", "authorization.k8s.io", "localsubjectaccessreviews"],
    ["create delete deletecollection get list patch update watch", "rbac.authorization.k8s.io", "rolebindings roles"],
  ],
  "system:aggregate-to-edit": [
    ["get list watch", "core", "pods/attach pods/exec pods/portforward pods/proxy secrets services/proxy"], ["impersonate", "core", "serviceaccounts"],
    ["create delete deletecollection patch update", "core", "pods pods/attach pods/exec pods/portforward pods/proxy"], ["create", "core", "pods/eviction"],
    ["create delete deletecollection patch update", "core", "configmaps endpoints events persistentvolumeclaims replicationcontrollers replicationcontrollers/scale secrets serviceaccounts services services/proxy"],
    ["create", "core", "serviceaccounts/token"],
    ["create delete deletecollection patch update", "apps", "daemonsets deployments deployments/rollback deployments/scale replicasets replicasets/scale statefulsets statefulsets/scale"],
    ["create delete deletecollection patch update", "autoscaling", "horizontalpodautoscalers"],
    ["create delete deletecollection patch update", "batch", "cronjobs jobs"],
    ["create delete deletecollection patch update", "extensions", "daemonsets deployments deployments/rollback deployments/scale ingresses networkpolicies replicasets replicasets/scale replicationcontrollers/scale"],
    ["create delete deletecollection patch update", "policy", "poddisruptionbudgets"],
    ["create delete deletecollection patch update", "networking.k8s.io", "ingresses networkpolicies"],
    ["create delete deletecollection get list patch update watch", "coordination.k8s.io", "leases"],
  ],
  "system:aggregate-to-view": [
    ["get list watch", "core", "configmaps endpoints persistentvolumeclaims persistentvolumeclaims/status pods replicationcontrollers replicationcontrollers/scale serviceaccounts services services/status"],
    ["get list watch", "core", "bindings events limitranges namespaces/status pods/log pods/status replicationcontrollers/status resourcequotas resourcequotas/status"],
    ["get list watch", "core", "namespaces"], ["get list watch", "discovery.k8s.io", "endpointslices"],
    ["get list watch", "apps", "controllerrevisions daemonsets daemonsets/status deployments deployments/scale deployments/status replicasets replicasets/scale replicasets/status statefulsets statefulsets/scale statefulsets/status"],
    ["get list watch", "autoscaling", "horizontalpodautoscalers horizontalpodautoscalers/status"],
    ["get list watch", "batch", "cronjobs cronjobs/status jobs jobs/status"],
    ["get list watch", "extensions", "daemonsets daemonsets/status deployments deployments/scale deployments/status ingresses ingresses/status networkpolicies replicasets replicasets/scale replicasets/status replicationcontrollers/scale"],
    ["get list watch", "policy", "poddisruptionbudgets poddisruptionbudgets/status"],
    ["get list watch", "networking.k8s.io", "ingresses ingresses/status networkpolicies"],
  ],
  "system:auth-delegator": [["create", "authentication.k8s.io", "tokenreviews"], ["create", "authorization.k8s.io", "subjectaccessreviews"]],
  "system:basic-user": [
    ["create", "authorization.k8s.io", "selfsubjectaccessreviews selfsubjectrulesreviews"], ["create", "authentication.k8s.io", "selfsubjectreviews"],
  ],
  "system:certificates.k8s.io:certificatesigningrequests:nodeclient": [["create", "certificates.k8s.io", "certificatesigningrequests/nodeclient"]],
  "system:certificates.k8s.io:certificatesigningrequests:selfnodeclient": [["create", "certificates.k8s.io", "certificatesigningrequests/selfnodeclient"]],
  "system:certificates.k8s.io:kube-apiserver-client-approver": [["approve", "certificates.k8s.io", "signers", "kubernetes.io/kube-apiserver-client"]],
  "system:certificates.k8s.io:kube-apiserver-client-kubelet-approver": [["approve", "certificates.k8s.io", "signers", "kubernetes.io/kube-apiserver-client-kubelet"]],
  "system:certificates.k8s.io:kubelet-serving-approver": [["approve", "certificates.k8s.io", "signers", "kubernetes.io/kubelet-serving"]],
  "system:certificates.k8s.io:legacy-unknown-approver": [["approve", "certificates.k8s.io", "signers", "kubernetes.io/legacy-unknown"]],
  "system:controller:attachdetach-controller": [
    ["list watch", "core", "persistentvolumeclaims persistentvolumes"], ["get list watch", "core", "nodes"], ["patch update", "core", "nodes/status"],
    ["list watch", "core", "pods"], events, ["create delete get list watch", "storage.k8s.io", "volumeattachments"],
    ["get list watch", "storage.k8s.io", "csidrivers"], ["get list watch", "storage.k8s.io", "csinodes"],
  ],
  "system:controller:certificate-controller": [
    ["delete get list watch", "certificates.k8s.io", "certificatesigningrequests"],
    ["update", "certificates.k8s.io", "certificatesigningrequests/approval certificatesigningrequests/status"],
    ["approve", "certificates.k8s.io", "signers", "kubernetes.io/kube-apiserver-client-kubelet"],
    ["sign", "certificates.k8s.io", "signers", "kubernetes.io/kube-apiserver-client kubernetes.io/kube-apiserver-client-kubelet kubernetes.io/kubelet-serving kubernetes.io/legacy-unknown"],
    ["create", "authorization.k8s.io", "subjectaccessreviews"], events,
  ],
  "system:controller:clusterrole-aggregation-controller": [["escalate get list patch update watch", "rbac.authorization.k8s.io", "clusterroles"]],
  "system:controller:cronjob-controller": [
    ["get list update watch", "batch", "cronjobs"], ["create delete get list patch update watch", "batch", "jobs"], ["update", "batch", "cronjobs/status"],
    ["update", "batch", "cronjobs/finalizers"], ["delete list watch", "core", "pods"], events,
  ],
  "system:controller:daemon-set-controller": [
    ["get list watch", "apps extensions", "daemonsets"], ["update", "apps extensions", "daemonsets/status"], ["update", "apps extensions", "daemonsets/finalizers"],
    ["list watch", "core", "nodes"], ["create delete list patch watch", "core", "pods"], ["create", "core", "pods/binding"],
    ["create delete get list patch update watch", "apps", "controllerrevisions"], events,
  ],
  "system:controller:deployment-controller": [
    ["get list update watch", "apps extensions", "deployments"], ["update", "apps extensions", "deployments/status"],
    ["update", "apps extensions", "deployments/finalizers"], ["create delete get list patch update watch", "apps extensions", "replicasets"],
    ["get list update watch", "core", "pods"], events,
  ],
  "system:controller:disruption-controller": [
    ["get list watch", "apps extensions", "deployments"], ["get list watch", "apps extensions", "replicasets"], ["get list watch", "core", "replicationcontrollers"],
    ["get list watch", "policy", "poddisruptionbudgets"], ["get list watch", "apps", "statefulsets"], ["update", "policy", "poddisruptionbudgets/status"],
    ["patch update", "core", "pods/status"], ["get", "*", "*/scale"], events,
  ],
  "system:controller:endpoint-controller": [
    ["get list watch", "core", "pods services"], ["create delete get list update watch", "core", "endpoints"], ["create", "core", "endpoints/restricted"], events,
  ],
  "system:controller:endpointslice-controller": [
    ["get list watch", "core", "nodes pods services"], ["update", "core", "services/finalizers"],
    ["create delete get list update watch", "discovery.k8s.io", "endpointslices"], ["create", "discovery.k8s.io", "endpointslices/restricted"], events,
  ],
  "system:controller:endpointslicemirroring-controller": [
    ["get list watch", "core", "endpoints services"], ["update", "core", "services/finalizers"], ["update", "core", "endpoints/finalizers"],
    ["create delete get list update watch", "discovery.k8s.io", "endpointslices"], ["create", "discovery.k8s.io", "endpointslices/restricted"], events,
  ],
  "system:controller:ephemeral-volume-controller": [
    ["get list watch", "core", "pods"], ["update", "core", "pods/finalizers"], ["create get list watch", "core", "persistentvolumeclaims"], events,
  ],
  "system:controller:expand-controller": [
    ["get list patch update watch", "core", "persistentvolumes"], ["patch update", "core", "persistentvolumeclaims/status"],
    ["get list watch", "core", "persistentvolumeclaims"], events, ["get", "core", "services"],
  ],
  "system:controller:generic-garbage-collector": [["delete get list patch update watch", "*", "*"], events],
  "system:controller:horizontal-pod-autoscaler": [
    ["get list watch", "autoscaling", "horizontalpodautoscalers"], ["update", "autoscaling", "horizontalpodautoscalers/status"], ["get update", "*", "*/scale"],
    ["list watch", "core", "pods"], ["list watch", "metrics.k8s.io", "pods"], ["get list watch", "custom.metrics.k8s.io", "*"],
    ["get list watch", "external.metrics.k8s.io", "*"], events,
  ],
  "system:controller:job-controller": [
    ["get list patch update watch", "batch", "jobs"], ["update", "batch", "jobs/status"], ["update", "batch", "jobs/finalizers"],
    ["create delete list patch watch", "core", "pods"], events,
  ],
  "system:controller:legacy-service-account-token-cleaner": [
    ["get", "core", "configmaps", "kube-apiserver-legacy-service-account-token-tracking"], ["delete patch", "core", "secrets"],
  ],
  "system:controller:namespace-controller": [
    ["delete get list watch", "core", "namespaces"], ["update", "core", "namespaces/finalize namespaces/status"],
    ["delete deletecollection get list watch", "*", "*"],
  ],
  "system:controller:node-controller": [
    ["delete get list patch update watch", "core", "nodes"], ["patch update", "core", "nodes/status"], ["patch update", "core", "pods/status"],
    ["delete get list watch", "core", "pods"], events,
  ],
  "system:controller:persistent-volume-binder": [
    ["create delete get list update watch", "core", "persistentvolumes"], ["update", "core", "persistentvolumes/status"],
    ["get list update watch", "core", "persistentvolumeclaims"], ["update", "core", "persistentvolumeclaims/status"],
    ["create delete get list watch", "core", "pods"], ["get list watch", "storage.k8s.io", "storageclasses"], ["list watch", "core", "nodes"], events,
    ["watch", "core", "events"], ["get", "core", "services"],
  ],
  "system:controller:pod-garbage-collector": [["delete list watch", "core", "pods"], ["get list watch", "core", "nodes"], ["patch", "core", "pods/status"]],
  "system:controller:pv-protection-controller": [["get list update watch", "core", "persistentvolumes"], events],
  "system:controller:pvc-protection-controller": [["get list update watch", "core", "persistentvolumeclaims"], ["get list watch", "core", "pods"], events],
  "system:controller:replicaset-controller": [
    ["get list update watch", "apps extensions", "replicasets"], ["update", "apps extensions", "replicasets/status"],
    ["update", "apps extensions", "replicasets/finalizers"], ["create delete list patch watch", "core", "pods"], events,
  ],
  "system:controller:replication-controller": [
    ["get list update watch", "core", "replicationcontrollers"], ["update", "core", "replicationcontrollers/status"],
    ["update", "core", "replicationcontrollers/finalizers"], ["create delete list patch watch", "core", "pods"], events,
  ],
  "system:controller:resourcequota-controller": [["list watch", "*", "*"], ["update", "core", "resourcequotas/status"], events],
  "system:controller:root-ca-cert-publisher": [["create update", "core", "configmaps"], events],
  "system:controller:route-controller": [["list watch", "core", "nodes"], ["patch", "core", "nodes/status"], events],
  "system:controller:selinux-warning-controller": [
    events, ["get list watch", "core", "persistentvolumes"], ["get list watch", "core", "persistentvolumeclaims"], ["get list watch", "core", "pods"],
    ["get list watch", "storage.k8s.io", "csidrivers"],
  ],
  "system:controller:service-account-controller": [["create", "core", "serviceaccounts"], events],
  "system:controller:service-cidrs-controller": [
    ["get list patch update watch", "networking.k8s.io", "servicecidrs"], ["patch update", "networking.k8s.io", "servicecidrs/finalizers"],
    ["patch update", "networking.k8s.io", "servicecidrs/status"], ["get list watch", "networking.k8s.io", "ipaddresses"], events,
  ],
  "system:controller:service-controller": [["get list watch", "core", "services"], ["patch update", "core", "services/status"], ["list watch", "core", "nodes"], events],
  "system:controller:statefulset-controller": [
    ["list watch", "core", "pods"], ["get list watch", "apps", "statefulsets"], ["update", "apps", "statefulsets/status"],
    ["update", "apps", "statefulsets/finalizers"], ["create delete get patch update", "core", "pods"],
    ["create delete get list patch update watch", "apps", "controllerrevisions"], ["create get list watch", "core", "persistentvolumeclaims"], events,
    ["delete update", "core", "persistentvolumeclaims"], ["update", "core", "pods/finalizers"],
  ],
  "system:controller:ttl-after-finished-controller": [["delete get list watch", "batch", "jobs"], events],
  "system:controller:ttl-controller": [["list patch update watch", "core", "nodes"], events],
  "system:controller:validatingadmissionpolicy-status-controller": [
    ["get list watch", "admissionregistration.k8s.io", "validatingadmissionpolicies"],
    ["get patch update", "admissionregistration.k8s.io", "validatingadmissionpolicies/status"], events,
  ],
  "system:discovery": [{ urls: "/api /api/* /apis /apis/* /healthz /livez /openapi /openapi/* /readyz /version /version/", verbs: "get" }],
  "system:heapster": [["get list watch", "core", "events namespaces nodes pods"], ["get list watch", "extensions", "deployments"]],
  "system:kube-aggregator": [["get list watch", "core", "endpoints services"]],
  "system:kube-controller-manager": [
    events, ["create", "coordination.k8s.io", "leases"], ["get update", "coordination.k8s.io", "leases", "kube-controller-manager"],
    ["create", "core", "secrets serviceaccounts"], ["delete", "core", "secrets"], ["get", "core", "configmaps namespaces secrets serviceaccounts"],
    ["update", "core", "secrets serviceaccounts"], ["create", "authentication.k8s.io", "tokenreviews"], ["create", "authorization.k8s.io", "subjectaccessreviews"],
    ["list watch", "*", "*"], ["create", "core", "serviceaccounts/token"],
  ],
  "system:kube-dns": [["list watch", "core", "endpoints services"]],
  "system:kube-scheduler": [
    events, ["create", "coordination.k8s.io", "leases"], ["get list update watch", "coordination.k8s.io", "leases", "kube-scheduler"],
    ["create delete deletecollection get list patch update watch", "coordination.k8s.io", "leasecandidates"], ["get list watch", "core", "nodes"],
    ["delete get list watch", "core", "pods"], ["create", "core", "bindings pods/binding"], ["patch update", "core", "pods/status"],
    ["get list watch", "core", "replicationcontrollers services"], ["get list watch", "apps extensions", "replicasets"], ["get list watch", "apps", "statefulsets"],
    ["get list watch", "policy", "poddisruptionbudgets"], ["get list watch", "core", "persistentvolumeclaims persistentvolumes"],
    ["create", "authentication.k8s.io", "tokenreviews"], ["create", "authorization.k8s.io", "subjectaccessreviews"],
    ["get list watch", "storage.k8s.io", "csinodes"], ["get list watch", "storage.k8s.io", "volumeattachments"], ["get list watch", "core", "namespaces"],
    ["get list watch", "storage.k8s.io", "csidrivers"], ["get list watch", "storage.k8s.io", "csistoragecapacities"],
  ],
  "system:kubelet-api-admin": [
    ["get list watch", "core", "nodes"], ["proxy", "core", "nodes"], ["*", "core", "nodes/log nodes/metrics nodes/proxy nodes/stats"],
    ["*", "core", "nodes/configz nodes/healthz nodes/pods"],
  ],
  "system:monitoring": [{ urls: "/healthz /healthz/* /livez /livez/* /metrics /metrics/slis /readyz /readyz/*", verbs: "get" }],
  "system:node": [
    ["create", "authentication.k8s.io", "tokenreviews"], ["create", "authorization.k8s.io", "localsubjectaccessreviews subjectaccessreviews"],
    ["get list watch", "core", "services"], ["create get list watch", "core", "nodes"], ["patch update", "core", "nodes/status"], ["patch update", "core", "nodes"],
    ["create patch update", "core", "events"], ["get list watch", "core", "pods"], ["create delete", "core", "pods"], ["patch update", "core", "pods/status"],
    ["create", "core", "pods/eviction"], ["get list watch", "core", "configmaps secrets"], ["get", "core", "persistentvolumeclaims persistentvolumes"],
    ["get", "core", "endpoints"], ["create get list watch", "certificates.k8s.io", "certificatesigningrequests"],
    ["create delete get patch update", "coordination.k8s.io", "leases"], ["get", "storage.k8s.io", "volumeattachments"], ["create", "core", "serviceaccounts/token"],
    ["get patch update", "core", "persistentvolumeclaims/status"], ["get list watch", "storage.k8s.io", "csidrivers"],
    ["create delete get patch update", "storage.k8s.io", "csinodes"], ["get list watch", "node.k8s.io", "runtimeclasses"],
  ],
  "system:node-bootstrapper": [["create get list watch", "certificates.k8s.io", "certificatesigningrequests"]],
  "system:node-problem-detector": [["get", "core", "nodes"], ["patch", "core", "nodes/status"], events],
  "system:node-proxier": [
    ["list watch", "core", "endpoints services"], ["get list watch", "core", "nodes"], events, ["list watch", "networking.k8s.io", "servicecidrs"],
    ["list watch", "discovery.k8s.io", "endpointslices"],
  ],
  "system:persistent-volume-provisioner": [
    ["create delete get list watch", "core", "persistentvolumes"], ["get list update watch", "core", "persistentvolumeclaims"],
    ["get list watch", "storage.k8s.io", "storageclasses"], ["watch", "core", "events"], events,
  ],
  "system:public-info-viewer": [{ urls: "/healthz /livez /readyz /version /version/", verbs: "get" }],
  "system:service-account-issuer-discovery": [
    { urls: "/.well-known/openid-configuration /.well-known/openid-configuration/ /openid/v1/jwks /openid/v1/jwks/", verbs: "get" },
  ],
  "system:volume-scheduler": [
    ["get list patch update watch", "core", "persistentvolumes"], ["get list watch", "storage.k8s.io", "storageclasses"],
    ["get list patch update watch", "core", "persistentvolumeclaims"],
  ],
};

/** admin, edit and view gather the rules of the roles with this label, and are gathered themselves. */
const gathered: readonly (readonly [name: string, into?: string])[] = [["view", "edit"], ["edit", "admin"], ["admin"]];

const reader: Line = ["get list watch", "core", "secrets"];
const lock = (name: string): readonly Line[] => [["watch", "core", "configmaps"], ["get update", "core", "configmaps", name]];
const roles: Readonly<Record<string, readonly Line[]>> = {
  "kube-public/system:controller:bootstrap-signer": [["get list watch", "core", "configmaps"], ["update", "core", "configmaps", "cluster-info"], events],
  "kube-system/extension-apiserver-authentication-reader": [["get list watch", "core", "configmaps", "extension-apiserver-authentication"]],
  "kube-system/system::leader-locking-kube-controller-manager": [...lock("kube-controller-manager"), ["create get list update watch", "coordination.k8s.io", "leases"]],
  "kube-system/system::leader-locking-kube-scheduler": lock("kube-scheduler"),
  "kube-system/system:controller:bootstrap-signer": [reader],
  "kube-system/system:controller:cloud-provider": [["create get list watch", "core", "configmaps"]],
  "kube-system/system:controller:token-cleaner": [["delete get list watch", "core", "secrets"], events],
};

/** Who has a role: users, "group:NAME", and "sa:NAME" for an account of kube-system. A controller's role goes to its own account. */
const bindings: Readonly<Record<string, string>> = {
  "cluster-admin": "group:system:masters", "system:basic-user": "group:system:authenticated", "system:discovery": "group:system:authenticated",
  "system:kube-controller-manager": "system:kube-controller-manager", "system:kube-dns": "sa:kube-dns", "system:kube-scheduler": "system:kube-scheduler", "system:monitoring": "group:system:monitoring",
  "system:node": "", "system:node-proxier": "system:kube-proxy", "system:public-info-viewer": "group:system:authenticated group:system:unauthenticated",
  "system:service-account-issuer-discovery": "group:system:serviceaccounts", "system:volume-scheduler": "system:kube-scheduler",
};
const roleBindings: readonly (readonly [namespace: string, name: string, role: string, to: string])[] = [
  ["kube-public", "system:controller:bootstrap-signer", "", "sa:bootstrap-signer"],
  ["kube-system", "system::extension-apiserver-authentication-reader", "extension-apiserver-authentication-reader", "system:kube-controller-manager system:kube-scheduler"],
  ["kube-system", "system::leader-locking-kube-controller-manager", "", "system:kube-controller-manager sa:kube-controller-manager sa:leader-election-controller"],
  ["kube-system", "system::leader-locking-kube-scheduler", "", "system:kube-scheduler sa:kube-scheduler"],
  ["kube-system", "system:controller:bootstrap-signer", "", "sa:bootstrap-signer"],
  ["kube-system", "system:controller:cloud-provider", "", "sa:cloud-provider"],
  ["kube-system", "system:controller:token-cleaner", "", "sa:token-cleaner"],
];

const words = (text: string): readonly string[] => text.split(" ");

function rule(line: Line): PolicyRule {
  if ("urls" in line) return { nonResourceURLs: words(line.urls), verbs: words(line.verbs) };
  const [verbs, groups, resources, names] = line;
  return { apiGroups: words(groups).map((group) => (group === "core" ? "" : group)), ...(names === undefined ? {} : { resourceNames: words(names) }), resources: words(resources), verbs: words(verbs) };
}

function subject(word: string): Subject {
  if (word.startsWith("sa:")) return { kind: "ServiceAccount", name: word.slice(3), namespace: "kube-system" };
  return word.startsWith("group:") ? { apiGroup: rbacGroup, kind: "Group", name: word.slice(6) } : { apiGroup: rbacGroup, kind: "User", name: word };
}

const aggregated = (role: string): string => `rbac.authorization.k8s.io/aggregate-to-${role}`;

interface Made {
  readonly resource: string;
  readonly namespace: string;
  readonly object: KubeObject;
}
let made: readonly Made[] | undefined;

/** Every object of the policy, without uid and time: made once, shared by all clusters. */
function policy(): readonly Made[] {
  if (made !== undefined) return made;
  const list: Made[] = [];
  const put = (kind: string, namespace: string, name: string, rest: object, labels: object = {}): void => {
    list.push({
      resource: `${kind.toLowerCase()}s.${rbacGroup}`, namespace,
      object: {
        apiVersion: `${rbacGroup}/v1`, kind,
        metadata: { annotations: { "rbac.authorization.kubernetes.io/autoupdate": "true" }, labels: { "kubernetes.io/bootstrapping": "rbac-defaults", ...labels }, name, ...(namespace === "" ? {} : { namespace }) } as unknown as KubeObject["metadata"],
        ...rest,
      },
    });
  };
  for (const [name, lines] of Object.entries(clusterRoles)) {
    const into = /^system:aggregate-to-(.*)$/.exec(name)?.[1];
    put("ClusterRole", "", name, { rules: lines.map(rule) }, into === undefined ? {} : { [aggregated(into)]: "true" });
  }
  for (const [name, into] of gathered) {
    const aggregationRule = { clusterRoleSelectors: [{ matchLabels: { [aggregated(name)]: "true" } }] };
    const parts = list.map(({ object }) => object).sort((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1));
    put("ClusterRole", "", name, { aggregationRule, rules: aggregate(aggregationRule, parts) }, into === undefined ? {} : { [aggregated(into)]: "true" });
  }
  const bind = (kind: string, namespace: string, name: string, role: string, roleKind: string, to: string): void => {
    put(kind, namespace, name, { roleRef: { apiGroup: rbacGroup, kind: roleKind, name: role }, ...(to === "" ? {} : { subjects: words(to).map(subject) }) });
  };
  for (const name of Object.keys(clusterRoles)) {
    const to = bindings[name] ?? (name.startsWith("system:controller:") ? `sa:${name.slice("system:controller:".length)}` : undefined);
    if (to !== undefined) bind("ClusterRoleBinding", "", name, name, "ClusterRole", to);
  }
  for (const [place, lines] of Object.entries(roles)) {
    const [namespace = "", name = ""] = place.split("/");
    put("Role", namespace, name, { rules: lines.map(rule) });
  }
  for (const [namespace, name, role, to] of roleBindings) bind("RoleBinding", namespace, name, role === "" ? name : role, "Role", to);
  return made = list;
}

const gatheredFields = { "f:rules": leaf };

/** How many roles and bindings are put before others may work. */
const piece = 12;

/** Puts the roles and bindings that every server begins with into its store (bootstrappolicy). Rules that were gathered are their controller's. It yields now and then. */
export function* bootstrapPolicy(world: World, store: MemoryStore, registry: Registry): Generator<void, void> {
  const creationTimestamp = world.timestamp();
  const list = policy();
  for (let at = 0; at < list.length; at++) {
    const { resource, namespace, object } = list[at];
    if (at % piece === 0) yield;
    const uid = uuid(world.random(`uid/${resource}`));
    const registered = registry.hub(resource);
    if (registered === undefined) continue;
    const writing = { registered, subresource: "", manager: "kube-apiserver", time: creationTimestamp };
    const stamp = object["aggregationRule"] === undefined ? stampOf(undefined, writing) : stampOf(undefined, writing, { ...object, rules: null }, [
      { manager: "clusterrole-aggregation-controller", operation: "Apply", apiVersion: registered.apiVersion, subresource: "", time: creationTimestamp, fields: gatheredFields },
    ]);
    const { name, labels, annotations } = object.metadata;
    const metadata = ownMetadata(name, { namespace: namespace === "" ? undefined : namespace, uid, creationTimestamp, labels, annotations });
    mark(metadata, stamp);
    store.commit({ resource: registered.resource, namespace, name }, extended(object, { metadata }));
  }
}
