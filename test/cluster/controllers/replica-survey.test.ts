import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { activePods, newSurvey, update } from "../../../src/cluster/controllers/replica-survey";
import type { Survey } from "../../../src/cluster/controllers/replica-survey";
import type { Pod, ReplicaSet } from "../../../src/cluster/api/types";

const labels = { app: "web", tier: "front" };
const owner = (spec: object): ReplicaSet => ({ apiVersion: "apps/v1", kind: "ReplicaSet", metadata: { name: "web", uid: "u" }, spec }) as unknown as ReplicaSet;

interface Sort { readonly name: number; readonly ready: boolean; readonly over: boolean; readonly labelled: boolean; readonly strange: boolean }
const pod = ({ name, ready, over, labelled, strange }: Sort): Pod => ({
  apiVersion: "v1", kind: "Pod", metadata: { name: `web-${String(name).padStart(2, "0")}`, uid: String(name), labels: strange ? { app: "other" } : labelled ? labels : { app: "web" } },
  spec: { containers: [] }, status: { phase: over ? "Failed" : "Running", conditions: [{ type: "Ready", status: ready ? "True" : "False" }] },
}) as unknown as Pod;

const mine = (pods: readonly Pod[]): readonly Pod[] => pods.filter((one) => one.metadata.labels?.["app"] === "web");
const counts = ({ active, ready, labelled }: Survey): object => ({ active, ready, labelled });
const sort = fc.record({ name: fc.nat({ max: 12 }), ready: fc.boolean(), over: fc.boolean(), labelled: fc.boolean(), strange: fc.boolean() });

describe("the survey of a set's pods", () => {
  it("finds, step by step, what a first look would find", () => {
    fc.assert(fc.property(fc.array(fc.record({ put: fc.array(sort, { maxLength: 6 }), drop: fc.array(fc.nat({ max: 12 }), { maxLength: 4 }), spec: fc.nat({ max: 5 }) }), { maxLength: 12 }), (steps) => {
      const there = new Map<number, Pod>();
      const survey = newSurvey();
      const specs = [0, 1].map(() => ({ template: { metadata: { labels } } }));
      for (const { put, drop, spec } of steps) {
        for (const name of drop) there.delete(name);
        for (const one of put) there.set(one.name, pod(one));
        const pods = [...there].sort(([a], [b]) => a - b).map(([, one]) => one);
        const set = owner(specs[spec === 0 ? 1 : 0] as object);
        update(survey, set, pods, mine);
        const first = newSurvey();
        update(first, set, pods, mine);
        expect(counts(survey)).toEqual(counts(first));
        expect(activePods(survey)).toEqual(activePods(first));
      }
    }));
  });

  it("looks again only at what is new", () => {
    const survey = newSurvey();
    const set = owner({ template: { metadata: { labels } } });
    const all = Array.from({ length: 9 }, (_, name) => pod({ name, ready: true, over: false, labelled: true, strange: false }));
    const asked: string[][] = [];
    const claim = (pods: readonly Pod[]): readonly Pod[] => {
      asked.push(pods.map((one) => one.metadata.name));
      return pods;
    };
    update(survey, set, all, claim);
    update(survey, set, all.filter((_, at) => at !== 2).map((one, at) => (at === 5 ? pod({ name: 6, ready: false, over: false, labelled: true, strange: false }) : one)), claim);
    expect(asked.map((names) => names.length)).toEqual([9, 1]);
    expect(asked[1]).toEqual(["web-06"]);
    expect(counts(survey)).toEqual({ active: 8, ready: 7, labelled: 8 });
  });
});
