import { arr, at, obj, str, strings, type Obj } from "../objects";

/** The volumes of a pod (`space` "") or of a template ("  "). */
export function volumeLines(volumes: readonly Obj[], space: string): string {
  if (volumes.length === 0) return `${space}Volumes:\t<none>\n`;
  return `${space}Volumes:\n${volumes.map((v) => `${space === "" ? "  " : "   "}${str(v["name"])}:\n${sourceLines(v)}`).join("")}`;
}

/** Per source: its title, and its fields: the label, the key, what stands where there is none. */
const sources: Readonly<Record<string, readonly [title: string, ...fields: (readonly [label: string, key: string, none?: string])[]]>> = {
  hostPath: ["HostPath (bare host directory volume)", ["Path", "path"], ["HostPathType", "type", "<none>"]],
  emptyDir: ["EmptyDir (a temporary directory that shares a pod's lifetime)", ["Medium", "medium"], ["SizeLimit", "sizeLimit", "<unset>"]],
  configMap: ["ConfigMap (a volume populated by a ConfigMap)", ["Name", "name"], ["Optional", "optional", "false"]],
  secret: ["Secret (a volume populated by a Secret)", ["SecretName", "secretName"], ["Optional", "optional", "false"]],
  persistentVolumeClaim: ["PersistentVolumeClaim (a reference to a PersistentVolumeClaim in the same namespace)", ["ClaimName", "claimName"], ["ReadOnly", "readOnly", "false"]],
  nfs: ["NFS (an NFS mount that lasts the lifetime of a pod)", ["Server", "server"], ["Path", "path"], ["ReadOnly", "readOnly", "false"]],
  local: ["LocalVolume (a persistent volume backed by local storage on a node)", ["Path", "path"]],
  csi: ["CSI (a Container Storage Interface (CSI) volume source)", ["Driver", "driver"], ["FSType", "fsType"], ["VolumeHandle", "volumeHandle"], ["ReadOnly", "readOnly", "false"]],
  image: ["Image (a container image or OCI artifact)", ["Reference", "reference"], ["PullPolicy", "pullPolicy"]],
  ephemeral: ["EphemeralVolume (an inline specification for a volume that gets created and deleted with the pod)"],
  downwardAPI: ["DownwardAPI (a volume populated by information about the pod)"],
  projected: ["Projected (a volume that contains injected data from multiple sources)"],
};

/** The source of a volume, a pod's or a persistent one. */
export function sourceLines(volume: Obj): string {
  const key = Object.keys(sources).find((name) => volume[name] !== undefined && volume[name] !== null);
  const [title, ...fields] = sources[key ?? ""] ?? [];
  if (key === undefined || title === undefined) return "  <unknown>\n";
  const source = obj(volume[key]);
  const lines = [`Type:\t${title}`];
  for (const [label, field, none] of fields) {
    // Only a persistent volume of CSI has a handle.
    if (field !== "volumeHandle" || source[field] !== undefined) lines.push(`${label}:\t${str(source[field] ?? none)}`);
  }
  if (key === "csi") lines.push(`VolumeAttributes:\t${spread(source["volumeAttributes"]) || "<none>"}`);
  if (key === "downwardAPI") lines.push("Items:", ...arr(source["items"]).map((item) => `  ${str(at(item, "fieldRef", "fieldPath")) || str(at(item, "resourceFieldRef", "resource"))} -> ${str(item["path"])}`));
  if (key === "projected") lines.push(...arr(source["sources"]).flatMap(projected));
  if (key === "ephemeral" && source["volumeClaimTemplate"] !== undefined) {
    const claim = obj(at(source, "volumeClaimTemplate", "spec"));
    const mode = str(claim["volumeMode"]);
    lines.push(`StorageClass:\t${str(claim["storageClassName"])}`, "Volume:\t", ...["Labels", "Annotations"].map((name) => `${name}:\t${spread(at(source, "volumeClaimTemplate", "metadata", name.toLowerCase())) || "    <none>"}`), "Capacity:\t", "Access Modes:\t", ...(mode === "" ? [] : [`VolumeMode:\t${mode}`]));
  }
  return lines.map((text) => `    ${text}\n`).join("");
}

/** Pairs on lines of their own. kubectl indents each piece it writes here, and so the values too. */
function spread(map: unknown): string {
  const values = strings(map);
  return Object.keys(values).sort().map((key) => `    ${key}=${values[key] ?? ""}`).join("\n        \t");
}

function projected(source: Obj): readonly string[] {
  if (source["secret"] !== undefined) return [`SecretName:\t${str(at(source, "secret", "name"))}`, `Optional:\t${str(at(source, "secret", "optional") ?? "false")}`];
  if (source["downwardAPI"] !== undefined) return ["DownwardAPI:\ttrue"];
  if (source["configMap"] !== undefined) return [`ConfigMapName:\t${str(at(source, "configMap", "name"))}`, `Optional:\t${str(at(source, "configMap", "optional") ?? "false")}`];
  return [`TokenExpirationSeconds:\t${str(at(source, "serviceAccountToken", "expirationSeconds"))}`];
}
