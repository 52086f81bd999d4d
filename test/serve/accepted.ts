/** It may be equal or not. */
export const moments = "How far the cluster had come at that moment is a matter of tenths of a second: a real client takes its own time.";
const fieldOrder = "Not yet: fields come in the order in which they were set, not in that of Go's structs.";
const otherUser = "The kubeconfig of another user was made on the recording's machine and is not part of it.";
/** Per recording: a command (or the number of its step) whose output by the real kubectl differs from the recorded one, and why that is accepted. What test/conformance/accepted.ts accepts of the cluster is accepted here too. The list shrinks. */
export const acceptedReal: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  "06-bad-image-rollout-undo": {
    "22": moments,
  },
  "20-rbac": { "84": otherUser, "86": otherUser, "87": otherUser, "89": "Build facts of that binary." },
  "27-errors-apply": {
    "78": moments,
  },
  "28-errors-get-create-replace": {
    "89": fieldOrder, "94": fieldOrder,
    "91": "Not yet: our columns' descriptions are short, and a Table's metadata shows no managedFields.",
    "93": "Not yet: items of a typed list carry their kind, where the real ones don't; and what is random in the token.",
    "95": "Our store still knows revision 1: it keeps more of the past than etcd does.",
  },
  "50-hellok8s": {
    "26": moments, "31": moments, "32": moments, "36": moments, "46": moments, "51": moments, "52": moments, "54": moments, "55": moments, "57": moments,
  },
  "32-set-expose-run-generators": {
    "kubectl version": "The recording's kubectl is 1.33.1, this one 1.33.9.",
  },
};

/** Per recording: a command (or the number of its step) that our kubectl prints otherwise than the real one on the same cluster, and why that is accepted. The list shrinks. */
export const acceptedBytes: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  "20-rbac": { "84": otherUser, "85": otherUser, "86": otherUser, "87": otherUser },
  "24-namespace": { "kubectl config view": "Each has a kubeconfig of its own: the real one's has a token." },
  "25-pv-pvc": { "28": "Not yet: the refusal of a claim's update ends with a Go diff of the two specs, whose spaces change from run to run." },
  "29-apply-forms": { "46": "Not yet: the note's shell has no editor, and runs none that KUBE_EDITOR names." },
  "27-errors-apply": {
    "kubectl apply -f .": "Not yet: kubectl gathers the errors of a whole folder into one list; ours come one by one, and with ./ before the names.",
    "kubectl delete deploy,po,cm,job,cj,svc,sts,rs --all": moments,
    "kubectl apply -f pod-changed.yaml": "Not yet: the refusal of a pod's update ends with a Go diff of the two specs, whose spaces change from run to run.",
    "kubectl replace -f pod-changed.yaml": "Not yet: the same Go diff.",
  },
  "28-errors-get-create-replace": {
    "kubectl rollout": "Not yet: our help texts are short.",
    "kubectl --server=https://127.0.0.1:1 get pods": "client-go's own log lines, with times and process ids, are not printed.",
    "90": "Not yet: -v prints client-go's own log.",
  },
  "38-crd": { "22": "Not yet: our kubectl keeps no discovery cache, and so knows at once that the kind is gone." },
  "50-hellok8s": { "49": moments },
  "32-set-expose-run-generators": {
    "kubectl version": "Ours is the 1.33.1 of the recordings, the real one 1.33.9.",
    "kubectl version -o yaml": "Ours is the 1.33.1 of the recordings, the real one 1.33.9.",
  },
};
