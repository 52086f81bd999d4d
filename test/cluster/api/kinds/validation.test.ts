import { describe, expect, it } from "vitest";
import { apiBench, manifests, messageOf, stepsOf } from "./bench";
import type { KubeObject } from "../../../../src/cluster/model";

const recording = "27-errors-apply";

describe("validation", () => {
  const found = new Map<string, string>();
  for (const step of stepsOf(recording)) {
    for (const [, file, message] of step.stderr.matchAll(/^Error from server \((?:Invalid|Forbidden|BadRequest)\): error when creating "([^"]+)": (.*)$/gm)) {
      if (file !== undefined && message !== undefined) found.set(file, message);
    }
  }

  it("has refusals to compare with", () => expect(found.size).toBeGreaterThan(40));

  for (const [file, message] of found) {
    it(`refuses ${file} in the real words`, () => {
      const { create } = apiBench();
      const messages = manifests(recording, file).map((object) => messageOf(create(object as KubeObject)));
      expect(messages.join("\n")).toContain(message);
    });
  }

  for (const step of stepsOf(recording)) {
    const file = /^kubectl apply -f (\S+\.yaml)$/.exec(step.cmd)?.[1];
    if (file === undefined || step.exit !== 0) continue;
    const warnings = [...step.stderr.matchAll(/^Warning: (.*)$/gm)].map(([, text]) => text);
    it(`accepts ${file}${warnings.length > 0 ? " with a warning" : ""}`, () => {
      const { create } = apiBench();
      for (const object of manifests(recording, file)) {
        const response = create(object as KubeObject, {});
        expect(messageOf(response)).toBe("");
        expect(response.warnings.filter((text) => !text.startsWith("unknown field") && !text.startsWith("duplicate"))).toEqual(warnings.filter((text) => !String(text).startsWith("unknown")));
      }
    });
  }
});
