const madeThere = "The kubeconfig of another user was made on the recording's machine and is not part of it.";
const undescribed = "The package that our schema comes from describes neither fields that hold a struct nor the single values of an enum.";

/** Per recording: a command (or the number of its step, or the name of a watch) whose output differs, and why that is accepted. The list shrinks. */
export const accepted: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  "01-deployment-create": {
    "kubectl logs deploy/nginx": "The recording's node was a stand-in that served no logs; our containers log as theirs do.",
  },
  "02-rolling-update-surge1-unavail1": {
    "watch-deploy": "One more intermediate line, 4/3 2 4 → 3/3 2 3: two writes of the recording fell into one.",
  },
  "06-bad-image-rollout-undo": {
    "28": "How far a back-off or a rollout had come at that moment is a matter of tenths of a second.",
    "kubectl get events --sort-by=.lastTimestamp": "The recording's etcd was emptied under a running API server, which then repaired the address of the kubernetes service and told of it.",
  },
  "07-scale": {
    "watch-deploy": "Scaled to 5 and 88 ms later to 0: in the recording the controller wrote its status of 5 before the second command, here after it.",
  },
  "11-statefulset": {
    "13": "A claim and its pod are made in the same moment: which of the two the scheduler hears of first is chance.",
    "31": "A claim and its pod are made in the same moment: which of the two the scheduler hears of first is chance.",
  },
  "13-job": {
    "kubectl logs job/pi": "The recording's container printed the first two hundred digits; ours prints the two thousand that its command asks for.",
    "29": "As process 1, `sleep` ignores the signal to end, so that the pod takes its thirty seconds; the recording's stand-in ended at once.",
    "30": "As process 1, `sleep` ignores the signal to end, so that the pod takes its thirty seconds; the recording's stand-in ended at once.",
    "31": "As process 1, `sleep` ignores the signal to end, so that the pod takes its thirty seconds; the recording's stand-in ended at once.",
    "32": "As process 1, `sleep` ignores the signal to end, so that the pod takes its thirty seconds; the recording's stand-in ended at once.",
    "33": "As process 1, `sleep` ignores the signal to end, so that the pod takes its thirty seconds; the recording's stand-in ended at once.",
    "40": "As process 1, `sleep` ignores the signal to end, so that the pod takes its thirty seconds; the recording's stand-in ended at once.",
  },
  "15-daemonset": {
    "watch-ds": "Whether the status that a round writes already counts the pods that it just made is a matter of milliseconds: the recording has it both ways.",
  },
  "20-rbac": {
    "55": "In which order a server's cache tells the bindings of a user is chance; it shows in the order of the verbs of one resource.",
    "84": madeThere,
    "85": madeThere,
    "86": madeThere,
    "87": madeThere,
    "88": "Not yet: asks the control plane of the recording by its address. The note's shell has no way to an API that is served over HTTP.",
    "89": "Not yet: asks the control plane of the recording by its address. The note's shell has no way to an API that is served over HTTP.",
    "90": "Not yet: asks the control plane of the recording by its address. The note's shell has no way to an API that is served over HTTP.",
  },
  "25-pv-pvc": {
    "28": "Not yet: the refusal of a claim's update ends with a Go diff of the two specs, which we leave out.",
  },
  "21-limitrange": {
    "kubectl describe limitrange cpu-mem": "kubectl walks a Go map here, so the order of the rows is random; ours go by name.",
    "kubectl describe ns default": "kubectl walks a Go map here, so the order of the rows is random; ours go by name.",
  },
  "24-namespace": {
    "kubectl get all -n dev": "The recording's kubectl had kept the discovery of another recording's cluster, which had crontabs.",
    "kubectl config view": "The recording's kubeconfig names its certificates as files; ours holds them as data.",
  },
  "27-errors-apply": {
    "kubectl apply -f .": "The recording wrote its manifests one after the other, and at that moment its folder did not hold all of them yet; here it holds them from the beginning.",
    "kubectl apply -f pod-changed.yaml": "Not yet: the refusal of a pod's update ends with a Go diff of the two specs, which we leave out.",
    "kubectl replace -f pod-changed.yaml": "Not yet: the same Go diff.",
    "kubectl apply -f job2.yaml": "Not yet: the refusal prints the template as a Go struct; ours prints the type alone.",
  },
  "28-errors-get-create-replace": {
    "84": "Not yet: asks the control plane of the recording with its certificates. The note's shell has none, and the API is not served over HTTP.",
    "85": "Not yet: asks the control plane of the recording with its certificates. The note's shell has none, and the API is not served over HTTP.",
    "86": "Not yet: asks the control plane of the recording with its certificates. The note's shell has none, and the API is not served over HTTP.",
    "87": "Not yet: asks the control plane of the recording with its certificates. The note's shell has none, and the API is not served over HTTP.",
    "88": "Not yet: asks the control plane of the recording with its certificates. The note's shell has none, and the API is not served over HTTP.",
    "89": "Not yet: asks the control plane of the recording with its certificates. The note's shell has none, and the API is not served over HTTP.",
    "90": "Not yet: -v prints client-go's own log.",
    "91": "Not yet: asks the control plane of the recording with its certificates. The note's shell has none, and the API is not served over HTTP.",
    "92": "Not yet: asks the control plane of the recording with its certificates. The note's shell has none, and the API is not served over HTTP.",
    "93": "Not yet: asks the control plane of the recording with its certificates. The note's shell has none, and the API is not served over HTTP.",
    "94": "Not yet: asks the control plane of the recording with its certificates. The note's shell has none, and the API is not served over HTTP.",
    "95": "Not yet: asks the control plane of the recording with its certificates. The note's shell has none, and the API is not served over HTTP.",
    "kubectl describe deploy ng": "How far a back-off or a rollout had come at that moment is a matter of tenths of a second.",
    "kubectl rollout": "Not yet: our help texts are short.",
    "kubectl --server=https://127.0.0.1:1 get pods": "client-go's own log lines, with times and process ids, are not printed.",
  },
  "29-apply-forms": {
    "46": "Not yet: there is no editor but `true`.",
  },
  "45-sets-defaults": {
    "72": "Not yet: nothing counts what a ResourceQuota limits.",
    "73": "Not yet: nothing counts what a ResourceQuota limits.",
    "kubectl describe pod": "Whether the scheduler heard of the claim before the pod that wants it is a matter of milliseconds.",
    "kubectl describe svc": "Not yet: hand-made Endpoints are not mirrored into EndpointSlices.",
    "kubectl describe pdb": "Not yet: nothing counts the healthy pods of a PodDisruptionBudget.",
    "kubectl describe cm": "The certificate of that control plane.",
    "kubectl describe quota": "Not yet: nothing counts what a ResourceQuota limits.",
    "kubectl describe endpointslices": "Not yet: hand-made Endpoints are not mirrored into EndpointSlices.",
  },
  "37-nodes": {
    "kubectl get leases -A": "Not yet: the API server keeps no lease of its own identity.",
    "kubectl get cm,secrets,sa -A": "Not yet: the controllers act without service accounts of their own in kube-system.",
    "kubectl get componentstatuses": "That control plane asked its parts at once, and lists them as they answered; ours go by name.",
    "kubectl get apiservices": "Not yet: the groups that the server serves itself are not registered as APIServices.",
    "kubectl get flowschemas": "Not yet: requests are not queued, and so there are no flow schemas.",
    "16": "The hooks of a server's start stand in the order in which they were registered there.",
    "kubectl get cm kube-root-ca.crt -o yaml": "The certificate of that control plane.",
    "kubectl get roles,rolebindings -A -o yaml": "Not yet: the scheduler's role lacks lease candidates, a kind that is served by no default.",
    "kubectl get sa -A": "Not yet: the controllers act without service accounts of their own in kube-system.",
  },
  "38-crd": {
    "22": "kubectl keeps what it discovered for ten minutes in a file of the home directory; ours asks anew, and so knows that the kind is gone.",
  },
  "31-label-annotate-patch": {
    "38": "How far a back-off or a rollout had come at that moment is a matter of tenths of a second.",
  },
  "32-set-expose-run-generators": {
    "46": "How far a back-off or a rollout had come at that moment is a matter of tenths of a second.",
    "48": "How far a back-off or a rollout had come at that moment is a matter of tenths of a second.",
    "49": "The recording's node had no attach (404); ours has, and the container was over.",
    "kubectl version -o yaml": "Build facts of that binary.",
    "kubectl options": "The recording's home directory.",
  },
  "33-explain-api-resources": {
    "0": undescribed,
    "1": undescribed,
    "2": undescribed,
    "3": undescribed,
    "4": undescribed,
    "5": undescribed,
    "6": undescribed,
    "8": undescribed,
    "11": undescribed,
    "12": undescribed,
    "13": undescribed,
    "15": undescribed,
  },
  "35-pods-lifecycle": {
    "22": "The recording's kubelet was simulated: its README says that the restart times of this pod are not to be trusted (recording 50 has the real ones, which ours follow), and its web server answered 500 where nginx answers 404.",
    "45": "A pod over its deadline has its containers stopped, and the kubelet says so (Killing); the simulated one of the recording did not.",
    "47": "The recording's kubelet was simulated: its README says that the restart times of this pod are not to be trusted (recording 50 has the real ones, which ours follow), and its web server answered 500 where nginx answers 404.",
    "48": "The recording's kubelet was simulated: its README says that the restart times of this pod are not to be trusted (recording 50 has the real ones, which ours follow), and its web server answered 500 where nginx answers 404.",
    "51": "Whether this pod was the first to pull the image on its node is the scheduler's chance.",
    "61": "How far a back-off or a rollout had come at that moment is a matter of tenths of a second.",
    "62": "How far a back-off or a rollout had come at that moment is a matter of tenths of a second.",
    "65": "The recording's node was a stand-in that served no logs; our containers log as theirs do.",
    "66": "Our busybox prints a line every five seconds, as its command says; the recording's stand-in printed one and no more.",
    "68": "The recording's node was a stand-in that served no logs; our containers log as theirs do.",
    "73": "How far a back-off or a rollout had come at that moment is a matter of tenths of a second.",
    "74": "The recording's kubelet was simulated: its README says that the restart times of this pod are not to be trusted (recording 50 has the real ones, which ours follow), and its web server answered 500 where nginx answers 404.",
    "75": "The recording's kubelet was simulated: its README says that the restart times of this pod are not to be trusted (recording 50 has the real ones, which ours follow), and its web server answered 500 where nginx answers 404.",
    "watch-pods": "The same states in the same order; how many restarts fall into the recording's minute differs with the liveness pod above, and `two` ends as Completed where the recording's kubelet let it fail.",
  },
  "42-deployment-edge-cases": {
    "1": "How many pods become ready within one of the lines that this prints is a matter of tenths of a second.",
    "21": "The command began a moment before or after the controller's first look at the new template.",
    "25": "The command began a moment before or after the controller's first look at the new template.",
    "watch-deployments": "Whether a controller sees what it just did before it goes on is a matter of milliseconds: the recordings have it both ways.",
    "watch-rs": "Whether a controller sees what it just did before it goes on is a matter of milliseconds: the recordings have it both ways.",
  },
  "50-hellok8s": {
    "30": "The command began a moment before or after the controller's first look at the new template.",
    "50": "How far a back-off or a rollout had come at that moment is a matter of tenths of a second.",
    "watch-deploy": "Whether a controller sees what it just did before it goes on is a matter of milliseconds: the recordings have it both ways.",
    "watch-rs": "Whether a controller sees what it just did before it goes on is a matter of milliseconds: the recordings have it both ways.",
  },
};

/**
 * A recording is one run of many: which pods start at nearly the same moment is chance there and here. Where that shows in its
 * watches, this is a seed whose chance fell alike.
 */
export const seeds: Readonly<Record<string, number>> = { "02-rolling-update-surge1-unavail1": 10, "11-statefulset": 88, "13-job": 3, "14-cronjob": 5 };

/** What o'clock it was when a recording's cluster was made, where a schedule goes by it: virtual time 0, half a minute before the first command. */
export const epochs: Readonly<Record<string, string>> = { "14-cronjob": "2026-11-23T14:08:16.800Z", "50-hellok8s": "2026-11-23T14:57:00.500Z" };
