import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { apiBench } from "../kinds/bench";
import { mark, managersOf, ownMetadata, stampOf } from "../../../../src/cluster/api/managed/record";
import { MemoryStore } from "../../../../src/cluster/api/memory-store";
import type { KubeObject } from "../../../../src/cluster/model";

const ref = { resource: "configmaps", namespace: "default", name: "c" };
const config = (data: object): KubeObject => ({ apiVersion: "v1", kind: "ConfigMap", metadata: { name: "c", namespace: "default" }, data }) as unknown as KubeObject;

describe("who owns which fields", () => {
  it("is the same whether it was asked after each write or only at the end", () => {
    const key = fc.constantFrom("k", "l", "m");
    fc.assert(fc.property(fc.array(fc.record({ agent: fc.constantFrom("one", "two", "three"), data: fc.dictionary(key, fc.constantFrom("v", "w")), ms: fc.constantFrom(0, 900) }), { minLength: 1, maxLength: 30 }), (writes) => {
      const managedFields = (often: boolean): unknown => {
        const { server, clock, create } = apiBench();
        create(config({ k: "v" }));
        const read = (): unknown => (server.handle({
          caller: { user: "admin", groups: ["system:masters"], agent: "kubectl", origin: "reader" }, verb: "get", group: "", version: "v1", resource: "configmaps", namespace: "default", name: "c", query: {}, accept: "object",
        }).body as KubeObject).metadata["managedFields"];
        for (const { agent, data, ms } of writes) {
          clock.now += ms;
          const caller = { user: "admin", groups: [], agent, origin: "component" } as const;
          server.handle({ caller, verb: "update", group: "", version: "v1", resource: "configmaps", namespace: "default", name: "c", query: {}, accept: "object", body: config(data) });
          if (often) read();
        }
        return read();
      };
      expect(managedFields(false)).toEqual(managedFields(true));
    }), { numRuns: 40 });
  });

  it("keeps no version alive that the store has forgotten", () => {
    const store = new MemoryStore(() => ({ indexes: {}, selectable: {} }), () => 0, 20);
    let last: KubeObject | undefined;
    for (let write = 0; write < 50; write++) {
      const object: KubeObject = { ...config({ k: String(write) }), metadata: ownMetadata("c", { namespace: "default" }) };
      mark(object.metadata, stampOf(last, undefined));
      last = store.commit(ref, object).object;
    }
    let kept = 0;
    for (let version = last; version !== undefined; kept++) {
      const [slot] = Object.getOwnPropertySymbols(version.metadata);
      version = (version.metadata as unknown as Record<symbol, { readonly before?: KubeObject }>)[slot]?.before;
    }
    // Those of its log, and the one before the first of them.
    expect(kept).toBeLessThanOrEqual(21);
    expect(managersOf(last as KubeObject)).toEqual([]);
  });
});
