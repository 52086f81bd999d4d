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
 * "=" says: the fields in the order of their numbers, and here only the lines that the schema does not give.
 * An embedded struct (VolumeSource) has an entry of its own, though on the wire its fields stand in the outer object.
 */
export const templateStructs: Readonly<Record<string, string>> = {
  V1PodTemplateSpec: "=metadata ObjectMeta ObjectMeta",
  V1ObjectMeta: "=uid types.UID UID, deletionTimestamp *Time, deletionGracePeriodSeconds *int64",
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
  V1ManagedFieldsEntry: "=operation ManagedFieldsOperationType, apiVersion string APIVersion, time *Time, fieldsV1 *FieldsV1",
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
  V1LocalObjectReference: "=",
  V1Affinity: "=",
  V1Toleration: "=operator TolerationOperator, effect TaintEffect, tolerationSeconds *int64",
  V1HostAlias: "=ip string! IP",
  V1PodDNSConfig: "=",
  V1PodReadinessGate: "=conditionType PodConditionType!",
  V1TopologySpreadConstraint:
    "=whenUnsatisfiable UnsatisfiableConstraintAction!, minDomains *int32, nodeAffinityPolicy *NodeInclusionPolicy, nodeTaintsPolicy *NodeInclusionPolicy",
  V1PodOS: "=name OSName!",
  V1PodSchedulingGate: "=",
  V1PodResourceClaim: "=resourceClaimName *string, resourceClaimTemplateName *string",
  V1ResourceRequirements: "=limits ResourceList, requests ResourceList",
  V1VolumeSource:
    "hostPath *HostPathVolumeSource, emptyDir *EmptyDirVolumeSource, gcePersistentDisk *GCEPersistentDiskVolumeSource GCEPersistentDisk, " +
    "awsElasticBlockStore *AWSElasticBlockStoreVolumeSource AWSElasticBlockStore, gitRepo *GitRepoVolumeSource, secret *SecretVolumeSource, nfs " +
    "*NFSVolumeSource NFS, iscsi *ISCSIVolumeSource ISCSI, glusterfs *GlusterfsVolumeSource, persistentVolumeClaim *PersistentVolumeClaimVolumeSource, rbd " +
    "*RBDVolumeSource RBD, flexVolume *FlexVolumeSource, cinder *CinderVolumeSource, cephfs *CephFSVolumeSource CephFS, flocker *FlockerVolumeSource, " +
    "downwardAPI *DownwardAPIVolumeSource, fc *FCVolumeSource FC, azureFile *AzureFileVolumeSource, configMap *ConfigMapVolumeSource, vsphereVolume " +
    "*VsphereVirtualDiskVolumeSource, quobyte *QuobyteVolumeSource, azureDisk *AzureDiskVolumeSource, photonPersistentDisk " +
    "*PhotonPersistentDiskVolumeSource, projected *ProjectedVolumeSource, portworxVolume *PortworxVolumeSource, scaleIO *ScaleIOVolumeSource, storageos " +
    "*StorageOSVolumeSource StorageOS, csi *CSIVolumeSource CSI, ephemeral *EphemeralVolumeSource, image *ImageVolumeSource",
  V1ContainerPort: "=protocol Protocol",
  V1EnvFromSource: "=",
  V1EnvVar: "=",
  V1ContainerResizePolicy: "=resourceName ResourceName!, restartPolicy ResourceResizeRestartPolicy!",
  V1VolumeMount:
    "name string!, readOnly bool, recursiveReadOnly *RecursiveReadOnlyMode, mountPath string!, subPath string, mountPropagation *MountPropagationMode, " +
    "subPathExpr string",
  V1VolumeDevice: "=",
  V1Probe:
    "...ProbeHandler, initialDelaySeconds int32, timeoutSeconds int32, periodSeconds int32, successThreshold int32, failureThreshold int32, " +
    "terminationGracePeriodSeconds *int64",
  V1Lifecycle: "=stopSignal *Signal",
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
  V1SELinuxOptions: "=",
  V1WindowsSecurityContextOptions:
    "=gmsaCredentialSpecName *string GMSACredentialSpecName, gmsaCredentialSpec *string GMSACredentialSpec, runAsUserName *string, hostProcess *bool",
  V1Sysctl: "=",
  V1SeccompProfile: "=type SeccompProfileType!, localhostProfile *string",
  V1AppArmorProfile: "=type AppArmorProfileType!, localhostProfile *string",
  V1NodeAffinity: "=",
  V1PodAffinity: "=",
  V1PodAntiAffinity: "=",
  V1PodDNSConfigOption: "=value *string",
  V1LabelSelector: "=",
  V1ResourceClaim: "=",
  V1HostPathVolumeSource: "=type *HostPathType",
  V1EmptyDirVolumeSource: "=medium StorageMedium, sizeLimit *resource.Quantity",
  V1GCEPersistentDiskVolumeSource: "=pdName string! PDName, fsType string FSType",
  V1AWSElasticBlockStoreVolumeSource: "=fsType string FSType",
  V1GitRepoVolumeSource: "=",
  V1SecretVolumeSource: "=defaultMode *int32, optional *bool",
  V1NFSVolumeSource: "=",
  V1ISCSIVolumeSource:
    "targetPortal string!, iqn string! IQN, lun int32!, iscsiInterface string ISCSIInterface, fsType string FSType, readOnly bool, portals []string, " +
    "chapAuthDiscovery bool DiscoveryCHAPAuth, chapAuthSession bool SessionCHAPAuth, secretRef *LocalObjectReference, initiatorName *string",
  V1GlusterfsVolumeSource: "=endpoints string! EndpointsName",
  V1PersistentVolumeClaimVolumeSource: "=",
  V1RBDVolumeSource: "=monitors []string! CephMonitors, image string! RBDImage, fsType string FSType, pool string RBDPool, user string RadosUser",
  V1FlexVolumeSource: "=fsType string FSType",
  V1CinderVolumeSource: "=fsType string FSType",
  V1CephFSVolumeSource: "=",
  V1FlockerVolumeSource: "=",
  V1DownwardAPIVolumeSource: "=defaultMode *int32",
  V1FCVolumeSource: "=lun *int32, fsType string FSType, wwids []string WWIDs",
  V1AzureFileVolumeSource: "=",
  V1ConfigMapVolumeSource: "...LocalObjectReference, items []KeyToPath, defaultMode *int32, optional *bool",
  V1VsphereVirtualDiskVolumeSource: "=fsType string FSType",
  V1QuobyteVolumeSource: "=",
  V1AzureDiskVolumeSource:
    "=diskURI string! DataDiskURI, cachingMode *AzureDataDiskCachingMode, fsType *string FSType, readOnly *bool, kind *AzureDataDiskKind",
  V1PhotonPersistentDiskVolumeSource: "=fsType string FSType",
  V1ProjectedVolumeSource: "=sources []VolumeProjection!, defaultMode *int32",
  V1PortworxVolumeSource: "=fsType string FSType",
  V1ScaleIOVolumeSource: "=secretRef *LocalObjectReference!, sslEnabled bool SSLEnabled, fsType string FSType",
  V1StorageOSVolumeSource: "=fsType string FSType",
  V1CSIVolumeSource: "=readOnly *bool, fsType *string FSType",
  V1EphemeralVolumeSource: "=",
  V1ImageVolumeSource: "=pullPolicy PullPolicy",
  V1ConfigMapEnvSource: "...LocalObjectReference, optional *bool",
  V1SecretEnvSource: "...LocalObjectReference, optional *bool",
  V1EnvVarSource: "=",
  V1ProbeHandler: "exec *ExecAction, httpGet *HTTPGetAction HTTPGet, tcpSocket *TCPSocketAction TCPSocket, grpc *GRPCAction GRPC",
  V1LifecycleHandler: "=httpGet *HTTPGetAction HTTPGet, tcpSocket *TCPSocketAction TCPSocket",
  V1Capabilities: "=add []Capability, drop []Capability",
  V1NodeSelector: "=",
  V1PreferredSchedulingTerm: "=",
  V1PodAffinityTerm: "=",
  V1WeightedPodAffinityTerm: "=",
  V1LabelSelectorRequirement: "=operator LabelSelectorOperator!",
  V1KeyToPath: "=mode *int32",
  V1DownwardAPIVolumeFile: "=mode *int32",
  V1VolumeProjection: "=",
  V1PersistentVolumeClaimTemplate: "=metadata ObjectMeta ObjectMeta",
  V1ObjectFieldSelector: "=apiVersion string APIVersion",
  V1ResourceFieldSelector: "=divisor resource.Quantity",
  V1ConfigMapKeySelector: "...LocalObjectReference, key string!, optional *bool",
  V1SecretKeySelector: "...LocalObjectReference, key string!, optional *bool",
  V1ExecAction: "=",
  V1HTTPGetAction: "=scheme URIScheme, httpHeaders []HTTPHeader HTTPHeaders",
  V1TCPSocketAction: "=",
  V1GRPCAction: "=service *string!",
  V1SleepAction: "=",
  V1NodeSelectorTerm: "=",
  V1SecretProjection: "...LocalObjectReference, items []KeyToPath, optional *bool",
  V1DownwardAPIProjection: "=",
  V1ConfigMapProjection: "...LocalObjectReference, items []KeyToPath, optional *bool",
  V1ServiceAccountTokenProjection: "=expirationSeconds *int64",
  V1ClusterTrustBundleProjection: "name *string, signerName *string, labelSelector *LabelSelector, optional *bool, path string!",
  V1PersistentVolumeClaimSpec:
    "accessModes []PersistentVolumeAccessMode, selector *LabelSelector, resources VolumeResourceRequirements, volumeName string, storageClassName *string, " +
    "volumeMode *PersistentVolumeMode, dataSource *TypedLocalObjectReference, dataSourceRef *TypedObjectReference, volumeAttributesClassName *string",
  V1HTTPHeader: "=",
  V1NodeSelectorRequirement: "=operator NodeSelectorOperator!",
  V1VolumeResourceRequirements: "=limits ResourceList, requests ResourceList",
  V1TypedLocalObjectReference: "=apiGroup *string! APIGroup",
  V1TypedObjectReference: "=apiGroup *string! APIGroup, namespace *string",
};

/**
 * Every other struct: only the fields that differ from the rule. The rule: a required field is no pointer and always prints;
 * an optional struct is a pointer, except metadata, spec and status; any other optional field is left out when empty.
 */
export const fieldExceptions: Readonly<Record<string, string>> = {
  AdmissionregistrationV1ServiceReference: "path *string, port *int32",
  AdmissionregistrationV1WebhookClientConfig: "url *string",
  CoreV1EndpointPort: "protocol Protocol, appProtocol *string",
  CoreV1Event: "source EventSource, reportingComponent string!, reportingInstance string!",
  DiscoveryV1EndpointPort: "name *string, protocol *Protocol, port *int32, appProtocol *string",
  EventsV1Event: "regarding ObjectReference, deprecatedSource EventSource",
  FlowcontrolV1Subject: "kind SubjectKind!",
  StorageV1TokenRequest: "expirationSeconds *int64",
  V1APIGroup: "preferredVersion GroupVersionForDiscovery",
  V1APIResource: "verbs Verbs!",
  V1AttachedVolume: "name UniqueVolumeName!",
  V1AzureFilePersistentVolumeSource: "secretNamespace *string!",
  V1BoundObjectReference: "uid types.UID",
  V1CSIDriverSpec:
    "attachRequired *bool, podInfoOnMount *bool, volumeLifecycleModes []VolumeLifecycleMode, storageCapacity *bool, fsGroupPolicy *FSGroupPolicy, " +
    "requiresRepublish *bool, seLinuxMount *bool, nodeAllocatableUpdatePeriodSeconds *int64",
  V1CSINodeDriver: "topologyKeys []string!",
  V1CSIStorageCapacity: "capacity *resource.Quantity, maximumVolumeSize *resource.Quantity",
  V1CertificateSigningRequestCondition: "type RequestConditionType!, status ConditionStatus!",
  V1CertificateSigningRequestSpec: "expirationSeconds *int32, usages []KeyUsage, extra map[string]ExtraValue",
  V1ClientIPConfig: "timeoutSeconds *int32",
  V1ClusterRole: "rules []PolicyRule!",
  V1ComponentCondition: "type ComponentConditionType!, status ConditionStatus!",
  V1Condition: "status ConditionStatus!",
  V1ConfigMap: "immutable *bool",
  V1ConfigMapNodeConfigSource: "uid types.UID",
  V1ContainerImage: "names []string!",
  V1ContainerStatus: "state ContainerState, lastState ContainerState, started *bool, allocatedResources ResourceList, stopSignal *Signal",
  V1CronJobSpec:
    "timeZone *string, startingDeadlineSeconds *int64, concurrencyPolicy ConcurrencyPolicy, suspend *bool, successfulJobsHistoryLimit *int32, " +
    "failedJobsHistoryLimit *int32",
  V1CronJobStatus: "lastScheduleTime *Time, lastSuccessfulTime *Time",
  V1DaemonSetCondition: "type DaemonSetConditionType!, status ConditionStatus!",
  V1DaemonSetSpec: "selector *LabelSelector!, updateStrategy DaemonSetUpdateStrategy, revisionHistoryLimit *int32",
  V1DaemonSetStatus: "collisionCount *int32",
  V1DaemonSetUpdateStrategy: "type DaemonSetUpdateStrategyType",
  V1DeleteOptions: "gracePeriodSeconds *int64, orphanDependents *bool, propagationPolicy *DeletionPropagation, ignoreStoreReadErrorWithClusterBreakingPotential *bool",
  V1DeploymentCondition: "type DeploymentConditionType!, status ConditionStatus!",
  V1DeploymentSpec: "replicas *int32, selector *LabelSelector!, strategy DeploymentStrategy, revisionHistoryLimit *int32, progressDeadlineSeconds *int32",
  V1DeploymentStatus: "terminatingReplicas *int32, collisionCount *int32",
  V1DeploymentStrategy: "type DeploymentStrategyType",
  V1Endpoint: "conditions EndpointConditions, hostname *string, nodeName *string, zone *string",
  V1EndpointAddress: "nodeName *string",
  V1EndpointConditions: "ready *bool, serving *bool, terminating *bool",
  V1EndpointSlice: "addressType AddressType!, ports []EndpointPort!",
  V1ExemptPriorityLevelConfiguration: "nominalConcurrencyShares *int32, lendablePercent *int32",
  V1FieldSelectorRequirement: "operator FieldSelectorOperator!",
  V1FlowDistinguisherMethod: "type FlowDistinguisherMethodType!",
  V1FlowSchemaCondition: "type FlowSchemaConditionType, status ConditionStatus",
  V1FlowSchemaSpec: "matchingPrecedence int32!",
  V1GlusterfsPersistentVolumeSource: "endpointsNamespace *string",
  V1HTTPIngressPath: "pathType *PathType!",
  V1HorizontalPodAutoscalerSpec: "minReplicas *int32, targetCPUUtilizationPercentage *int32",
  V1HorizontalPodAutoscalerStatus: "observedGeneration *int64, lastScaleTime *Time, currentCPUUtilizationPercentage *int32",
  V1IPAddressSpec: "parentRef *ParentReference",
  V1ISCSIPersistentVolumeSource: "initiatorName *string",
  V1IngressClassParametersReference: "apiGroup *string, scope *string!, namespace *string",
  V1IngressPortStatus: "protocol Protocol!, error *string",
  V1IngressServiceBackend: "port ServiceBackendPort",
  V1IngressSpec: "ingressClassName *string",
  V1IngressStatus: "loadBalancer IngressLoadBalancerStatus",
  V1JobCondition: "type JobConditionType!, status ConditionStatus!",
  V1JobSpec:
    "parallelism *int32, completions *int32, activeDeadlineSeconds *int64, backoffLimit *int32, backoffLimitPerIndex *int32, maxFailedIndexes *int32, " +
    "manualSelector *bool, ttlSecondsAfterFinished *int32, completionMode *CompletionMode, suspend *bool, podReplacementPolicy *PodReplacementPolicy, " +
    "managedBy *string",
  V1JobStatus: "startTime *Time, completionTime *Time, terminating *int32, failedIndexes *string, ready *int32",
  V1LeaseSpec:
    "holderIdentity *string, leaseDurationSeconds *int32, acquireTime *MicroTime, renewTime *MicroTime, leaseTransitions *int32, strategy " +
    "*CoordinatedLeaseStrategy, preferredHolder *string",
  V1LimitRangeItem: "type LimitType!, max ResourceList, min ResourceList, default ResourceList, defaultRequest ResourceList, maxLimitRequestRatio ResourceList",
  V1LimitResponse: "type LimitResponseType!",
  V1LimitedPriorityLevelConfiguration: "nominalConcurrencyShares *int32!, limitResponse LimitResponse, lendablePercent *int32, borrowingLimitPercent *int32",
  V1ListMeta: "remainingItemCount *int64",
  V1LoadBalancerIngress: "ipMode *LoadBalancerIPMode",
  V1LocalVolumeSource: "fsType *string",
  V1MatchResources: "matchPolicy *MatchPolicyType",
  V1ModifyVolumeStatus: "status PersistentVolumeClaimModifyVolumeStatus!",
  V1MutatingWebhook:
    "failurePolicy *FailurePolicyType, matchPolicy *MatchPolicyType, sideEffects *SideEffectClass!, timeoutSeconds *int32, reinvocationPolicy " +
    "*ReinvocationPolicyType",
  V1NamedRuleWithOperations: "operations []OperationType, scope *ScopeType",
  V1NamespaceCondition: "type NamespaceConditionType!, status ConditionStatus!",
  V1NamespaceSpec: "finalizers []FinalizerName",
  V1NamespaceStatus: "phase NamespacePhase",
  V1NetworkPolicyPort: "protocol *Protocol, port *intstr.IntOrString, endPort *int32",
  V1NetworkPolicySpec: "policyTypes []PolicyType",
  V1NodeAddress: "type NodeAddressType!",
  V1NodeCondition: "type NodeConditionType!, status ConditionStatus!",
  V1NodeDaemonEndpoints: "kubeletEndpoint DaemonEndpoint",
  V1NodeFeatures: "supplementalGroupsPolicy *bool",
  V1NodeRuntimeHandler: "name string!",
  V1NodeRuntimeHandlerFeatures: "recursiveReadOnlyMounts *bool, userNamespaces *bool",
  V1NodeStatus:
    "capacity ResourceList, allocatable ResourceList, phase NodePhase, daemonEndpoints NodeDaemonEndpoints, nodeInfo NodeSystemInfo, volumesInUse " +
    "[]UniqueVolumeName",
  V1NodeSwapStatus: "capacity *int64",
  V1ObjectReference: "uid types.UID",
  V1Overhead: "podFixed ResourceList",
  V1ParamRef: "parameterNotFoundAction *ParameterNotFoundActionType",
  V1ParentReference: "resource string, name string",
  V1PersistentVolumeClaimCondition: "type PersistentVolumeClaimConditionType!, status ConditionStatus!",
  V1PersistentVolumeClaimStatus:
    "phase PersistentVolumeClaimPhase, accessModes []PersistentVolumeAccessMode, capacity ResourceList, allocatedResources ResourceList, " +
    "allocatedResourceStatuses map[ResourceName]ClaimResourceStatus, currentVolumeAttributesClassName *string",
  V1PersistentVolumeSpec:
    "capacity ResourceList, accessModes []PersistentVolumeAccessMode, persistentVolumeReclaimPolicy PersistentVolumeReclaimPolicy, volumeMode " +
    "*PersistentVolumeMode, volumeAttributesClassName *string",
  V1PersistentVolumeStatus: "phase PersistentVolumePhase, lastPhaseTransitionTime *Time",
  V1PodCondition: "type PodConditionType!, status ConditionStatus!",
  V1PodDisruptionBudgetSpec: "minAvailable *intstr.IntOrString, maxUnavailable *intstr.IntOrString, unhealthyPodEvictionPolicy *UnhealthyPodEvictionPolicyType",
  V1PodFailurePolicyOnExitCodesRequirement: "containerName *string, operator PodFailurePolicyOnExitCodesOperator!",
  V1PodFailurePolicyOnPodConditionsPattern: "type PodConditionType!, status ConditionStatus!",
  V1PodFailurePolicyRule: "action PodFailurePolicyAction!",
  V1PodResourceClaimStatus: "resourceClaimName *string",
  V1PodStatus: "phase PodPhase, startTime *Time, qosClass PodQOSClass, resize PodResizeStatus",
  V1PodTemplate: "template PodTemplateSpec",
  V1PortStatus: "protocol Protocol!, error *string",
  V1Preconditions: "uid *types.UID, resourceVersion *string",
  V1PriorityClass: "preemptionPolicy *PreemptionPolicy",
  V1PriorityLevelConfigurationCondition: "type PriorityLevelConfigurationConditionType, status ConditionStatus",
  V1PriorityLevelConfigurationSpec: "type PriorityLevelEnablement!",
  V1QueuingConfiguration: "queues int32!, handSize int32!, queueLengthLimit int32!",
  V1ReplicaSetCondition: "type ReplicaSetConditionType!, status ConditionStatus!",
  V1ReplicaSetSpec: "replicas *int32, selector *LabelSelector!, template PodTemplateSpec",
  V1ReplicaSetStatus: "terminatingReplicas *int32",
  V1ReplicationControllerCondition: "type ReplicationControllerConditionType!, status ConditionStatus!",
  V1ReplicationControllerSpec: "replicas *int32",
  V1ResourceHealth: "resourceID ResourceID!, health ResourceHealthStatus",
  V1ResourcePolicyRule: "namespaces []string!",
  V1ResourceQuotaSpec: "hard ResourceList, scopes []ResourceQuotaScope",
  V1ResourceQuotaStatus: "hard ResourceList, used ResourceList",
  V1ResourceStatus: "name ResourceName!",
  V1Role: "rules []PolicyRule!",
  V1RollingUpdateDaemonSet: "maxUnavailable *intstr.IntOrString, maxSurge *intstr.IntOrString",
  V1RollingUpdateDeployment: "maxUnavailable *intstr.IntOrString, maxSurge *intstr.IntOrString",
  V1RollingUpdateStatefulSetStrategy: "partition *int32, maxUnavailable *intstr.IntOrString",
  V1RuleWithOperations: "operations []OperationType, scope *ScopeType",
  V1ScaleIOPersistentVolumeSource: "secretRef *SecretReference!",
  V1ScopedResourceSelectorRequirement: "scopeName ResourceQuotaScope!, operator ScopeSelectorOperator!",
  V1Secret: "immutable *bool, type SecretType",
  V1SelfSubjectReviewStatus: "userInfo UserInfo",
  V1ServiceAccount: "automountServiceAccountToken *bool",
  V1ServicePort: "protocol Protocol, appProtocol *string",
  V1ServiceSpec:
    "type ServiceType, sessionAffinity ServiceAffinity, externalTrafficPolicy ServiceExternalTrafficPolicy, ipFamilies []IPFamily, ipFamilyPolicy " +
    "*IPFamilyPolicy, allocateLoadBalancerNodePorts *bool, loadBalancerClass *string, internalTrafficPolicy *ServiceInternalTrafficPolicy, " +
    "trafficDistribution *string",
  V1ServiceStatus: "loadBalancer LoadBalancerStatus",
  V1StatefulSetCondition: "type StatefulSetConditionType!, status ConditionStatus!",
  V1StatefulSetOrdinals: "start int32!",
  V1StatefulSetPersistentVolumeClaimRetentionPolicy: "whenDeleted PersistentVolumeClaimRetentionPolicyType, whenScaled PersistentVolumeClaimRetentionPolicyType",
  V1StatefulSetSpec:
    "replicas *int32, selector *LabelSelector!, serviceName string!, podManagementPolicy PodManagementPolicyType, updateStrategy StatefulSetUpdateStrategy, " +
    "revisionHistoryLimit *int32",
  V1StatefulSetStatus: "collisionCount *int32, availableReplicas int32!",
  V1StatefulSetUpdateStrategy: "type StatefulSetUpdateStrategyType",
  V1Status: "reason StatusReason",
  V1StatusCause: "reason CauseType",
  V1StatusDetails: "uid types.UID",
  V1StorageClass: "reclaimPolicy *PersistentVolumeReclaimPolicy, allowVolumeExpansion *bool, volumeBindingMode *VolumeBindingMode",
  V1SubjectAccessReviewSpec: "extra map[string]ExtraValue",
  V1SuccessPolicyRule: "succeededIndexes *string, succeededCount *int32",
  V1Taint: "effect TaintEffect!, timeAdded *Time",
  V1TokenRequestSpec: "expirationSeconds *int64!, boundObjectRef *BoundObjectReference!",
  V1TokenReviewStatus: "user UserInfo",
  V1UncountedTerminatedPods: "succeeded []types.UID, failed []types.UID",
  V1UserInfo: "extra map[string]ExtraValue",
  V1ValidatingAdmissionPolicyBindingSpec: "validationActions []ValidationAction",
  V1ValidatingAdmissionPolicySpec: "failurePolicy *FailurePolicyType",
  V1ValidatingWebhook: "failurePolicy *FailurePolicyType, matchPolicy *MatchPolicyType, sideEffects *SideEffectClass!, timeoutSeconds *int32",
  V1Validation: "reason *StatusReason",
  V1VolumeAttachmentSource: "persistentVolumeName *string",
  V1VolumeError: "errorCode *int32",
  V1VolumeMountStatus: "recursiveReadOnly *RecursiveReadOnlyMode",
  V1VolumeNodeResources: "count *int32",
  V2ContainerResourceMetricSource: "name v1.ResourceName!",
  V2ContainerResourceMetricStatus: "name v1.ResourceName!",
  V2HPAScalingPolicy: "type HPAScalingPolicyType!",
  V2HPAScalingRules: "stabilizationWindowSeconds *int32, selectPolicy *ScalingPolicySelect, tolerance *resource.Quantity",
  V2HorizontalPodAutoscalerCondition: "type HorizontalPodAutoscalerConditionType!, status v1.ConditionStatus!",
  V2HorizontalPodAutoscalerSpec: "minReplicas *int32",
  V2HorizontalPodAutoscalerStatus: "observedGeneration *int64, lastScaleTime *v1.Time, currentMetrics []MetricStatus!",
  V2MetricSpec: "type MetricSourceType!",
  V2MetricStatus: "type MetricSourceType!",
  V2MetricTarget: "type MetricTargetType!, value *resource.Quantity, averageValue *resource.Quantity, averageUtilization *int32",
  V2MetricValueStatus: "value *resource.Quantity, averageValue *resource.Quantity, averageUtilization *int32",
  V2ResourceMetricSource: "name v1.ResourceName!",
  V2ResourceMetricStatus: "name v1.ResourceName!",
  V1CustomResourceDefinitionSpec: "scope ResourceScope!",
  V1CustomResourceDefinitionStatus: "conditions []CustomResourceDefinitionCondition!, acceptedNames CustomResourceDefinitionNames, storedVersions []string!",
  V1CustomResourceDefinitionCondition: "type CustomResourceDefinitionConditionType!, status ConditionStatus!",
  V1CustomResourceDefinitionVersion: "deprecationWarning *string",
  V1CustomResourceSubresourceScale: "labelSelectorPath *string",
  V1CustomResourceConversion: "strategy ConversionStrategyType!",
  V1JSONSchemaProps:
    "$ref *string, maximum *float64, minimum *float64, maxLength *int64, minLength *int64, maxItems *int64, minItems *int64, multipleOf *float64, " +
    "maxProperties *int64, minProperties *int64, x-kubernetes-preserve-unknown-fields *bool, x-kubernetes-list-type *string, x-kubernetes-map-type *string",
  V1ValidationRule: "reason *FieldValueErrorReason, optionalOldSelf *bool",
  ApiextensionsV1ServiceReference: "path *string, port *int32",
  ApiextensionsV1WebhookClientConfig: "url *string",
  ApiregistrationV1ServiceReference: "port *int32",
  V1APIServiceCondition: "type APIServiceConditionType!, status ConditionStatus!",
};
