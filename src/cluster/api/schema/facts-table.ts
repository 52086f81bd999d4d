/**
 * What the models package does not say of the API's Go structs: types, pointers, order, and which fields print when empty.
 *
 * A struct is a list of `jsonName goType goName`. The Go name is left out when it is the JSON name with a capital.
 * `*` is a pointer; `!` marks a field that prints even when it is empty (no omitempty); `...` embeds another struct.
 * A named type without a package lives in the struct's own: `PullPolicy` of V1Container is v1.PullPolicy.
 * Sources: the struct dumps of the recordings of template hashes, and the API's documented types (1.33).
 */

/**
 * Everything inside a PodTemplateSpec, whole and in Go's order: a template's hash is taken over the printed struct.
 * The structs whose fields stand in the order of their numbers are not here: scripts/go-fields.txt has what differs in them.
 * An embedded struct (VolumeSource) has an entry of its own, though on the wire its fields stand in the outer object.
 */
export const templateStructs: Readonly<Record<string, string>> = {
  V1PodSpec:
    "volumes []Volume, initContainers []Container, containers []Container!, ephemeralContainers []EphemeralContainer, restartPolicy RestartPolicy, " +
    "terminationGracePeriodSeconds *int64, activeDeadlineSeconds *int64, dnsPolicy DNSPolicy DNSPolicy, nodeSelector map[string]string, serviceAccountName " +
    "string, serviceAccount string DeprecatedServiceAccount, automountServiceAccountToken *bool, nodeName string, hostNetwork bool, hostPID bool, hostIPC " +
    "bool, shareProcessNamespace *bool, securityContext *PodSecurityContext, imagePullSecrets []LocalObjectReference, hostname string, subdomain string, " +
    "affinity *Affinity, schedulerName string, tolerations []Toleration, hostAliases []HostAlias, priorityClassName string, priority *int32, dnsConfig " +
    "*PodDNSConfig DNSConfig, readinessGates []PodReadinessGate, runtimeClassName *string, enableServiceLinks *bool, preemptionPolicy *PreemptionPolicy, " +
    "overhead ResourceList, topologySpreadConstraints []TopologySpreadConstraint, setHostnameAsFQDN *bool, os *PodOS OS, hostUsers *bool, schedulingGates " +
    "[]PodSchedulingGate, resourceClaims []PodResourceClaim, resources *ResourceRequirements",
  V1OwnerReference: "apiVersion string! APIVersion, kind string!, name string!, uid types.UID! UID, controller *bool, blockOwnerDeletion *bool",
  V1Volume: "name string!, ...VolumeSource",
  V1Container:
    "name string!, image string, command []string, args []string, workingDir string, ports []ContainerPort, envFrom []EnvFromSource, env []EnvVar, " +
    "resources ResourceRequirements, resizePolicy []ContainerResizePolicy, restartPolicy *ContainerRestartPolicy, volumeMounts []VolumeMount, volumeDevices " +
    "[]VolumeDevice, livenessProbe *Probe, readinessProbe *Probe, startupProbe *Probe, lifecycle *Lifecycle, terminationMessagePath string, " +
    "terminationMessagePolicy TerminationMessagePolicy, imagePullPolicy PullPolicy, securityContext *SecurityContext, stdin bool, stdinOnce bool, tty bool " +
    "TTY",
  V1EphemeralContainer: "...EphemeralContainerCommon, targetContainerName string",
  V1PodSecurityContext:
    "seLinuxOptions *SELinuxOptions SELinuxOptions, windowsOptions *WindowsSecurityContextOptions, runAsUser *int64, runAsGroup *int64, runAsNonRoot *bool, " +
    "supplementalGroups []int64, supplementalGroupsPolicy *SupplementalGroupsPolicy, fsGroup *int64 FSGroup, sysctls []Sysctl, fsGroupChangePolicy " +
    "*PodFSGroupChangePolicy FSGroupChangePolicy, seccompProfile *SeccompProfile, appArmorProfile *AppArmorProfile, seLinuxChangePolicy " +
    "*PodSELinuxChangePolicy SELinuxChangePolicy",
  V1VolumeSource:
    "hostPath *HostPathVolumeSource, emptyDir *EmptyDirVolumeSource, gcePersistentDisk *GCEPersistentDiskVolumeSource GCEPersistentDisk, " +
    "awsElasticBlockStore *AWSElasticBlockStoreVolumeSource AWSElasticBlockStore, gitRepo *GitRepoVolumeSource, secret *SecretVolumeSource, nfs " +
    "*NFSVolumeSource NFS, iscsi *ISCSIVolumeSource ISCSI, glusterfs *GlusterfsVolumeSource, persistentVolumeClaim *PersistentVolumeClaimVolumeSource, rbd " +
    "*RBDVolumeSource RBD, flexVolume *FlexVolumeSource, cinder *CinderVolumeSource, cephfs *CephFSVolumeSource CephFS, flocker *FlockerVolumeSource, " +
    "downwardAPI *DownwardAPIVolumeSource, fc *FCVolumeSource FC, azureFile *AzureFileVolumeSource, configMap *ConfigMapVolumeSource, vsphereVolume " +
    "*VsphereVirtualDiskVolumeSource, quobyte *QuobyteVolumeSource, azureDisk *AzureDiskVolumeSource, photonPersistentDisk " +
    "*PhotonPersistentDiskVolumeSource, projected *ProjectedVolumeSource, portworxVolume *PortworxVolumeSource, scaleIO *ScaleIOVolumeSource, storageos " +
    "*StorageOSVolumeSource StorageOS, csi *CSIVolumeSource CSI, ephemeral *EphemeralVolumeSource, image *ImageVolumeSource",
  V1VolumeMount:
    "name string!, readOnly bool, recursiveReadOnly *RecursiveReadOnlyMode, mountPath string!, subPath string, mountPropagation *MountPropagationMode, " +
    "subPathExpr string",
  V1Probe:
    "...ProbeHandler, initialDelaySeconds int32, timeoutSeconds int32, periodSeconds int32, successThreshold int32, failureThreshold int32, " +
    "terminationGracePeriodSeconds *int64",
  V1SecurityContext:
    "capabilities *Capabilities, privileged *bool, seLinuxOptions *SELinuxOptions SELinuxOptions, windowsOptions *WindowsSecurityContextOptions, runAsUser " +
    "*int64, runAsGroup *int64, runAsNonRoot *bool, readOnlyRootFilesystem *bool, allowPrivilegeEscalation *bool, procMount *ProcMountType, seccompProfile " +
    "*SeccompProfile, appArmorProfile *AppArmorProfile",
  V1EphemeralContainerCommon:
    "name string!, image string, command []string, args []string, workingDir string, ports []ContainerPort, envFrom []EnvFromSource, env []EnvVar, " +
    "resources ResourceRequirements, resizePolicy []ContainerResizePolicy, restartPolicy *ContainerRestartPolicy, volumeMounts []VolumeMount, volumeDevices " +
    "[]VolumeDevice, livenessProbe *Probe, readinessProbe *Probe, startupProbe *Probe, lifecycle *Lifecycle, terminationMessagePath string, " +
    "terminationMessagePolicy TerminationMessagePolicy, imagePullPolicy PullPolicy, securityContext *SecurityContext, stdin bool, stdinOnce bool, tty bool " +
    "TTY",
  V1ISCSIVolumeSource:
    "targetPortal string!, iqn string! IQN, lun int32!, iscsiInterface string ISCSIInterface, fsType string FSType, readOnly bool, portals []string, " +
    "chapAuthDiscovery bool DiscoveryCHAPAuth, chapAuthSession bool SessionCHAPAuth, secretRef *LocalObjectReference, initiatorName *string",
  V1ConfigMapVolumeSource: "...LocalObjectReference, items []KeyToPath, defaultMode *int32, optional *bool",
  V1ConfigMapEnvSource: "...LocalObjectReference, optional *bool",
  V1SecretEnvSource: "...LocalObjectReference, optional *bool",
  V1ProbeHandler: "exec *ExecAction, httpGet *HTTPGetAction HTTPGet, tcpSocket *TCPSocketAction TCPSocket, grpc *GRPCAction GRPC",
  V1ConfigMapKeySelector: "...LocalObjectReference, key string!, optional *bool",
  V1SecretKeySelector: "...LocalObjectReference, key string!, optional *bool",
  V1SecretProjection: "...LocalObjectReference, items []KeyToPath, optional *bool",
  V1ConfigMapProjection: "...LocalObjectReference, items []KeyToPath, optional *bool",
  V1ClusterTrustBundleProjection: "name *string, signerName *string, labelSelector *LabelSelector, optional *bool, path string!",
  V1PersistentVolumeClaimSpec:
    "accessModes []PersistentVolumeAccessMode, selector *LabelSelector, resources VolumeResourceRequirements, volumeName string, storageClassName *string, " +
    "volumeMode *PersistentVolumeMode, dataSource *TypedLocalObjectReference, dataSourceRef *TypedObjectReference, volumeAttributesClassName *string",
};
