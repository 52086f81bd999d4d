import { defaultIngressClass, defaultStorageClass } from "./default-classes";
import { defaultTolerationSeconds } from "./default-toleration-seconds";
import { limitRanger } from "./limit-ranger";
import { namespaceLifecycle } from "./namespace-lifecycle";
import { persistentVolumeClaimResize } from "./persistent-volume-claim-resize";
import { priority } from "./priority";
import { serviceAccount } from "./service-account";
import type { AdmissionPlugin } from "./plugin";

/** The admission plugins in the order in which the API server asks them. */
export const admission: readonly AdmissionPlugin[] = [
  namespaceLifecycle, limitRanger, serviceAccount, priority, defaultTolerationSeconds, defaultStorageClass, defaultIngressClass, persistentVolumeClaimResize,
];
