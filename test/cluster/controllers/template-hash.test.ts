import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { controllerRevisionHash, podTemplateHash, templateText } from "../../../src/cluster/controllers/template-hash";
import type { PodTemplate } from "../../../src/cluster/api/types";
import type { Json } from "../../../src/cluster/model";

const golden = new URL("../../conformance/golden/00-hash-samples/", import.meta.url);
const read = <T>(name: string): T => JSON.parse(readFileSync(new URL(name, golden), "utf8")) as T;

const templates = read<{ name: string; template: PodTemplate; expected: string; hash_input: string }[]>("pod-template-hash.json");
const revisions = read<{ name: string; owner: string; expected: string; data: Json; fnv1_raw_plus_0: string }[]>("controllerrevision-hash.json");

describe("pod-template-hash", () => {
  it.each(templates)("prints $name as the real controller does", ({ template, hash_input: input, expected }) => {
    expect(templateText(template)).toBe(input);
    expect(podTemplateHash(template)).toBe(expected);
  });

  it("knows all recorded samples", () => expect(templates).toHaveLength(19));

  it("changes with the collision count, and with a count of 0 too", () => {
    const template = templates[0]?.template as PodTemplate;
    const hashes = [undefined, 0, 1, 2].map((count) => podTemplateHash(template, count));
    expect(new Set(hashes).size).toBe(4);
    expect(podTemplateHash(template)).toBe("647677fc66");
  });

  it("reads environment, ports and embedded sources", () => {
    const template = {
      spec: { containers: [{ name: "a", env: [{ name: "X", valueFrom: { configMapKeyRef: { name: "cm", key: "k" } } }] }] },
    } as unknown as PodTemplate;
    expect(templateText(template)).toContain(
      "ConfigMapKeyRef:(*v1.ConfigMapKeySelector){LocalObjectReference:(v1.LocalObjectReference){Name:(string)cm} Key:(string)k Optional:(*bool)<nil>}",
    );
  });
});

describe("controller-revision-hash", () => {
  it.each(revisions)("of $name", ({ owner, data, expected, fnv1_raw_plus_0: raw }) => {
    expect(controllerRevisionHash(data)).toBe(raw);
    if (owner === "StatefulSet") expect(controllerRevisionHash(data, 0)).toBe(expected);
  });
});
