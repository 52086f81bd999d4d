import { scalar } from "../../cluster/scalar";
import { arr, at, num, obj, str, type Obj } from "../objects";

/** The volumes of a pod (`space` "") or of a template ("  "). */
export function volumeLines(volumes: readonly Obj[], space: string): string {
  if (volumes.length === 0) return `${space}Volumes:\t<none>\n`;
  return `${space}Volumes:\n${volumes.map((v) => `${space === "" ? "  " : "   "}${str(v["name"])}:\n${sourceLines(v).map((line) => `    ${line}\n`).join("")}`).join("")}`;
}

function sourceLines(volume: Obj): string[] {
  if (volume["hostPath"]) return ["Type:\tHostPath (bare host directory volume)", `Path:\t${str(at(volume, "hostPath", "path"))}`, `HostPathType:\t${str(at(volume, "hostPath", "type"))}`];
  if (volume["emptyDir"]) return ["Type:\tEmptyDir (a temporary directory that shares a pod's lifetime)", `Medium:\t${str(at(volume, "emptyDir", "medium"))}`, `SizeLimit:\t${str(at(volume, "emptyDir", "sizeLimit")) || "<unset>"}`];
  if (volume["configMap"]) return ["Type:\tConfigMap (a volume populated by a ConfigMap)", `Name:\t${str(at(volume, "configMap", "name"))}`, `Optional:\t${scalar(at(volume, "configMap", "optional") ?? false)}`];
  if (volume["secret"]) return ["Type:\tSecret (a volume populated by a Secret)", `SecretName:\t${str(at(volume, "secret", "secretName"))}`, `Optional:\t${scalar(at(volume, "secret", "optional") ?? false)}`];
  if (volume["persistentVolumeClaim"]) return ["Type:\tPersistentVolumeClaim (a reference to a PersistentVolumeClaim in the same namespace)", `ClaimName:\t${str(at(volume, "persistentVolumeClaim", "claimName"))}`, `ReadOnly:\t${scalar(at(volume, "persistentVolumeClaim", "readOnly") ?? false)}`];
  if (volume["nfs"]) return ["Type:\tNFS (an NFS mount that lasts the lifetime of a pod)", `Server:\t${str(at(volume, "nfs", "server"))}`, `Path:\t${str(at(volume, "nfs", "path"))}`, `ReadOnly:\t${scalar(at(volume, "nfs", "readOnly") ?? false)}`];
  if (volume["downwardAPI"]) {
    const items = arr(at(volume, "downwardAPI", "items"));
    return ["Type:\tDownwardAPI (a volume populated by information about the pod)", "Items:", ...items.map((item) => `  ${str(at(item, "fieldRef", "fieldPath")) || str(at(item, "resourceFieldRef", "resource"))} -> ${str(item["path"])}`)];
  }
  if (volume["projected"]) {
    return ["Type:\tProjected (a volume that contains injected data from multiple sources)", ...arr(at(volume, "projected", "sources")).flatMap((source) => {
      if (source["secret"]) return [`SecretName:\t${str(at(source, "secret", "name"))}`, `Optional:\t${scalar(at(source, "secret", "optional") ?? false)}`];
      if (source["downwardAPI"]) return ["DownwardAPI:\ttrue"];
      if (source["configMap"]) return [`ConfigMapName:\t${str(at(source, "configMap", "name"))}`, `Optional:\t${scalar(at(source, "configMap", "optional") ?? false)}`];
      return [`TokenExpirationSeconds:\t${num(at(source, "serviceAccountToken", "expirationSeconds"))}`];
    })];
  }
  if (volume["csi"]) return ["Type:\tCSI (a Container Storage Interface (CSI) volume source)", `Driver:\t${str(at(volume, "csi", "driver"))}`, `FSType:\t${str(at(volume, "csi", "fsType"))}`, `ReadOnly:\t${scalar(at(volume, "csi", "readOnly") ?? false)}`];
  if (volume["ephemeral"]) return ["Type:\tEphemeralVolume (an inline specification for a volume that gets created and deleted with the pod)"];
  return [obj(volume)["name"] === undefined ? "<unknown>" : "<unknown>"];
}
