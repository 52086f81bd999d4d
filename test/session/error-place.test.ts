import { describe, expect, it } from "vitest";
import { runNote } from "../../src/session/headless";

const fence = "```";
const told = (...manifest: string[]): unknown[] => {
  const run = runNote("x.md", `# Title\n\n> ${fence}k8s-sim\n${manifest.map((line) => `> ${line}`).join("\n")}\n> ${fence}\n`, new Map(), { after: 0, most: 60_000, reconstruct: false });
  return (run.blocks[0]?.entries ?? []).flatMap(({ notices }) => notices.map(({ key, args }) => [key, args["line"], args["path"], args["near"]]));
};

describe("what the server rejects", () => {
  it("is found again in the note, line by line, with what would be right", () => {
    expect(told("apiVersion: apps/v1", "kind: Deployment", "metadata: {name: web}", "spec:", "  replica: 3", "  selector: {matchLabels: {app: web}}", "  template:", "    metadata: {labels: {app: web}}", "    spec:", "      contaners: []")).toEqual([
      ["run.at-line-near", 8, "spec.replica", "replicas"], ["run.at-line-near", 13, "spec.template.spec.contaners", "containers"],
    ]);
    expect(told("apiVersion: v1", "kind: Pod", "metadata: {name: a}", "spec: {containers: [{name: a, image: a}]}", "---", "apiVersion: apps/v1", "kind: Deploymnt", "metadata: {name: x}")).toEqual([["run.at-line-near", 10, "kind", "Deployment"]]);
    expect(told("apiVersion: v1", "kind: Service", "metadata:", "  name: s", "spec:", "  ports:", "  - port: eighty")).toEqual([["run.at-line", 10, "spec.ports.port", ""]]);
    expect(told("apiVersion: v1", "kind: Pod", "metadata:", "  name: Bad_Name", "spec:", "  containers:", "  - name: a", "    image: nginx", "    ports:", "    - containerPort: 99999")).toEqual([
      ["run.at-line", 7, "metadata.name", ""], ["run.at-line", 13, "spec.containers[0].ports[0].containerPort", ""],
    ]);
  });

  it("says nothing of lines where nothing is wrong with them", () => {
    expect(told("apiVersion: v1", "kind: ConfigMap", "metadata: {name: a, namespace: nowhere}")).toEqual([]);
  });
});
