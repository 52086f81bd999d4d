/** Per recording: a command (or the number of its step) whose output by the real kubectl differs from the recorded one, and why that is accepted. What test/conformance/accepted.ts accepts of the cluster is accepted here too. The list shrinks. */
export const acceptedReal: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  "06-bad-image-rollout-undo": {
    "22": "How soon after the undo it asked: whether the pod of the bad image was still on its way out is a matter of tenths of a second.",
  },
};

/** Per recording: a command (or the number of its step) that our kubectl prints otherwise than the real one on the same cluster, and why that is accepted. The list shrinks. */
export const acceptedBytes: Readonly<Record<string, Readonly<Record<string, string>>>> = {
};
