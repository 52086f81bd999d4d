import type { Filter } from "../filter";
import { unfit } from "../filter";

export const nodeName: Filter = {
  name: "NodeName",
  helps: ["node"],
  begin: (pod) => pod.spec.nodeName === undefined || pod.spec.nodeName === "" ? undefined
    : ({ node }) => node.metadata.name === pod.spec.nodeName ? undefined : unfit("node(s) didn't match the requested node name", false),
};
