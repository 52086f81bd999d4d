import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { apiBench, manifests, messageOf, stepsOf } from "./bench";
import type { KubeObject } from "../../../../src/cluster/model";

const recording = "45-sets-defaults";

/** Replaces what chance decided, on either side; kubectl prints no managed fields. */
function steady(value: unknown): unknown {
  const text = JSON.stringify(value, (key, inner: unknown) => (key === "managedFields" ? undefined : inner))
    .replace(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, "UID")
    .replace(/"20\d\d-\d\d-\d\dT\d\d:\d\d:\d\dZ"/g, "\"TIME\"")
    .replace(/kube-api-access-[a-z0-9]{5}/g, "kube-api-access-RANDOM")
    .replace(/"10\.\d+\.\d+\.\d+"/g, "\"ADDRESS\"")
    .replace(/"nodePort":3\d{4}/g, "\"nodePort\":0");
  return JSON.parse(text) as unknown;
}

describe("defaults", () => {
  for (const step of stepsOf(recording)) {
    const file = /^kubectl create -f (\S+) --dry-run=server -o yaml$/.exec(step.cmd)?.[1];
    if (file === undefined) continue;
    it(`fills in ${file} as the real API server does`, () => {
      const response = apiBench().create(manifests(recording, file)[0] as KubeObject, { dryRun: "All", fieldValidation: "Strict" });
      if (step.exit !== 0) {
        expect(step.stderr).toContain(messageOf(response));
        expect(messageOf(response)).not.toBe("");
      } else expect(steady(response.body)).toEqual(steady(parse(step.stdout)));
    });
  }

  it("hands back what is already filled in as the very same object", () => {
    const { registry } = apiBench();
    for (const step of stepsOf(recording)) {
      const file = /^kubectl create -f (\S+) --dry-run=server -o yaml$/.exec(step.cmd)?.[1];
      if (file === undefined || step.exit !== 0) continue;
      const object = manifests(recording, file)[0] as KubeObject;
      const { defaults } = registry.findKind(object.apiVersion, object.kind)?.version ?? {};
      if (defaults === undefined) continue;
      const once = defaults(object);
      expect(defaults(once), file).toBe(once);
    }
  });
});
