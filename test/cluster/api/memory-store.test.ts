import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { MemoryStore, StoreConflict } from "../../../src/cluster/api/memory-store";
import type { KubeObject } from "../../../src/cluster/model";

const pod = (name: string, node: string, labels: Record<string, string> = {}): KubeObject => ({ apiVersion: "v1", kind: "Pod", metadata: { name, namespace: "default", uid: name, resourceVersion: "", creationTimestamp: "2026-01-01T00:00:00Z", labels }, spec: { nodeName: node } });
const ref = (name: string) => ({ resource: "pods", namespace: "default", name });
const shape = () => ({ indexes: { node: (object: KubeObject) => [(object["spec"] as { nodeName: string }).nodeName] }, selectable: { "spec.nodeName": (object: KubeObject) => (object["spec"] as { nodeName: string }).nodeName } });

describe("the store", () => {
  it("reads every past moment as it was, and since() tells the difference between two", () => {
    fc.assert(fc.property(fc.array(fc.tuple(fc.constantFrom("a", "b", "c"), fc.constantFrom("n1", "n2", "")), { maxLength: 40 }), (writes) => {
      let now = 0;
      const store = new MemoryStore(shape, () => now, 1e6);
      const moments: { rev: number; at: number; state: string }[] = [];
      const state = (of: { list(resource: string): readonly KubeObject[] }): string => JSON.stringify(of.list("pods"));
      for (const [name, node] of writes) {
        now += 10;
        if (node !== "") store.commit(ref(name), pod(name, node));
        else if (store.get(ref(name)) !== undefined) store.commit(ref(name), undefined);
        moments.push({ rev: store.rev, at: now, state: state(store) });
      }
      for (const moment of moments) {
        expect(state(store.readAt(moment.rev))).toBe(moment.state);
        expect(store.revAt(moment.at)).toBe(moment.rev);
        // Replaying the changes after a moment onto it gives the present.
        const replayed = new Map(store.readAt(moment.rev).list("pods").map((object) => [object.metadata.name, object]));
        for (const change of store.since(moment.rev, "pods")) {
          if (change.type === "DELETED") replayed.delete(change.ref.name);
          else replayed.set(change.ref.name, change.object);
        }
        expect([...replayed.values()].sort((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1))).toEqual(store.list("pods"));
      }
    }), { numRuns: 60 });
  });

  it("keeps its indexes and selectors true through changes", () => {
    const store = new MemoryStore(shape, () => 0, 1e6);
    store.commit(ref("a"), pod("a", "n1", { app: "x" }));
    store.commit(ref("b"), pod("b", "n1"));
    store.commit(ref("a"), pod("a", "n2", { app: "x" }));
    const names = (by: object): string[] => store.list("pods", by).map((object) => object.metadata.name);
    expect(names({ index: ["node", "n1"] })).toEqual(["b"]);
    expect(names({ index: ["node", "n2"] })).toEqual(["a"]);
    expect(names({ labels: "app in (x,y)" })).toEqual(["a"]);
    expect(names({ fields: "spec.nodeName!=n2" })).toEqual(["b"]);
    store.commit(ref("a"), undefined);
    expect(names({ index: ["node", "n2"] })).toEqual([]);
  });

  it("refuses a write on a revision that has passed", () => {
    const store = new MemoryStore(shape, () => 0, 1e6);
    const { rev } = store.commit(ref("a"), pod("a", "n1"));
    store.commit(ref("a"), pod("a", "n2"), rev);
    expect(() => store.commit(ref("a"), pod("a", "n3"), rev)).toThrow(StoreConflict);
  });

  it("forgets the oldest half beyond its bound, but not what still lives", () => {
    const store = new MemoryStore(shape, () => 0, 20);
    store.commit(ref("old"), pod("old", "n1"));
    for (let i = 0; i < 30; i++) store.commit(ref("busy"), pod("busy", `n${i}`));
    expect(store.oldest).toBeGreaterThan(2);
    expect(store.readAt(store.oldest).get(ref("old"))?.metadata.name).toBe("old");
    expect([...store.since(store.oldest - 1)].length).toBeLessThanOrEqual(20);
  });
});
