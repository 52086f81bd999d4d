import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { acts, everything, history, open, play, resources, rollouts } from "./actions";
import { parseQuantity } from "./quantity-of";
import type { Cluster } from "../../src/cluster/cluster-contract";
import type { KubeObject } from "../../src/cluster/model";

interface Spec { readonly [field: string]: unknown }
const of = (object: KubeObject | undefined, field: string): Spec => (object?.[field] ?? {}) as Spec;
const runs = { seed: 20261124, numRuns: 25, endOnFailure: true };
const sequences = fc.array(acts, { minLength: 3, maxLength: 10 });

describe("any sequence of acts", () => {
  it("prints the same bytes from the same seed, and is at every time what a replay up to there is", () => {
    fc.assert(fc.property(sequences, fc.integer({ min: 1, max: 1000 }), fc.double({ min: 0, max: 1, noNaN: true }), (sequence, seed, part) => {
      const one = open({ seed });
      play(one, [{ is: "line", line: "kubectl apply -f web.yaml" }, ...sequence]);
      // Nothing that was committed was written into: it is frozen, and a component that tries fails the run.
      for (const object of Object.values(everything(one.cluster)).flat()) expect(Object.isFrozen(object) && Object.isFrozen(object.metadata)).toBe(true);
      const two = open({ seed });
      play(two, [{ is: "line", line: "kubectl apply -f web.yaml" }, ...sequence]);
      expect(history(two.cluster)).toBe(history(one.cluster));
      const time = Math.floor(one.cluster.now * part);
      const then = one.cluster.branch(time);
      expect(JSON.stringify(everything(then))).toBe(JSON.stringify(only(everything(one.cluster, time), resources(then))));
      expect(then.now).toBe(time);
      for (const note of [one, two]) note.dispose();
    }), runs);
  });

  it("never overfills a node, nor gives an address, a cluster address or a node port twice", () => {
    fc.assert(fc.property(sequences, (sequence) => {
      const note = open();
      play(note, [{ is: "line", line: "kubectl apply -f web.yaml" }, ...sequence, { is: "wait", ms: 30_000 }]);
      fold(note.cluster, (objects) => {
        const pods = [...objects.values()].filter((object) => object.kind === "Pod" && !["Succeeded", "Failed"].includes(String(of(object, "status")["phase"])));
        const addresses = pods.map((pod) => of(pod, "status")["podIP"]).filter((address) => address !== undefined && address !== "");
        expect(new Set(addresses).size).toBe(addresses.length);
        for (const node of [...objects.values()].filter((object) => object.kind === "Node")) {
          const here = pods.filter((pod) => of(pod, "spec")["nodeName"] === node.metadata.name);
          const room = of(node, "status")["allocatable"] as Record<string, string> | undefined;
          if (room === undefined) continue;
          const cpu = here.reduce((sum, pod) => sum + cpuOf(pod), 0);
          expect(cpu).toBeLessThanOrEqual(parseQuantity(room["cpu"] ?? "0") + 1e-9);
          expect(here.length).toBeLessThanOrEqual(Number(room["pods"]));
        }
        const services = [...objects.values()].filter((object) => object.kind === "Service");
        const virtual = services.map((service) => of(service, "spec")["clusterIP"]).filter((address) => address !== undefined && address !== "None" && address !== "");
        expect(new Set(virtual).size).toBe(virtual.length);
        const ports = services.flatMap((service) => (of(service, "spec")["ports"] ?? []) as { nodePort?: number }[]).map((port) => port.nodePort).filter((port) => port !== undefined);
        expect(new Set(ports).size).toBe(ports.length);
      });
      note.dispose();
    }), runs);
  });

  it("leaves nothing whose owners are all gone", () => {
    fc.assert(fc.property(sequences, (sequence) => {
      const note = open();
      play(note, [{ is: "line", line: "kubectl apply -f web.yaml" }, ...sequence, { is: "node", name: "node1", op: "start" }, { is: "node", name: "node2", op: "start" }, { is: "wait", ms: 240_000 }]);
      const all = Object.values(everything(note.cluster)).flat();
      const living = new Set(all.map((object) => object.metadata.uid));
      const orphans = all.filter((object) => (object.metadata.ownerReferences ?? []).length > 0 && object.metadata.ownerReferences?.every((owner) => !living.has(owner.uid)) === true);
      expect(orphans.map((object) => `${object.kind} ${object.metadata.name}`)).toEqual([]);
      note.dispose();
    }), runs);
  });

  it("tells every watch the difference of two lists", () => {
    fc.assert(fc.property(sequences, (sequence) => {
      const note = open();
      play(note, [{ is: "line", line: "kubectl apply -f web.yaml" }]);
      const from = note.cluster.rev;
      const caller = { user: "kubernetes-admin", groups: ["system:masters"], agent: "test", origin: "reader" as const };
      const watched = [{ resource: "pods", group: "" }, { resource: "deployments", group: "apps" }, { resource: "endpointslices", group: "discovery.k8s.io" }].map(({ resource, group }) => {
        const name = group === "" ? resource : `${resource}.${group}`;
        const seen = new Map(note.cluster.at().list(name).map((object) => [`${object.metadata.namespace ?? ""}/${object.metadata.name}`, object]));
        let events = 0;
        note.cluster.connect({ caller, verb: "watch", group, version: "v1", resource, query: { resourceVersion: String(from) }, accept: "object" }, {
          data: (_channel, data) => {
            const { type, object } = data as unknown as { type: string; object: KubeObject };
            const key = `${object.metadata.namespace ?? ""}/${object.metadata.name}`;
            events++;
            expect(seen.has(key)).toBe(type !== "ADDED");
            if (type === "DELETED") seen.delete(key);
            else seen.set(key, object);
          },
          end: () => undefined,
        });
        return { name, seen, events: () => events };
      });
      play(note, [...sequence, { is: "line", line: "kubectl scale deployment/web --replicas=4" }, { is: "wait", ms: 15_000 }]);
      for (const { name, seen } of watched) {
        const listed = note.cluster.at().list(name);
        expect([...seen.keys()].sort()).toEqual(listed.map((object) => `${object.metadata.namespace ?? ""}/${object.metadata.name}`).sort());
        for (const object of listed) expect(seen.get(`${object.metadata.namespace ?? ""}/${object.metadata.name}`)?.metadata.resourceVersion).toBe(object.metadata.resourceVersion);
      }
      expect(watched[0]?.events()).toBeGreaterThan(0);
      note.dispose();
    }), runs);
  });
});

/** A note on whose cluster the Deployment has come up with so many replicas and that strategy. */
function web(replicas: number, surge: string | number | undefined, unavailable: string | number | undefined): ReturnType<typeof open> {
  const note = open({ nodes: ["n1", "n2", "n3", "n4", "n5"].map((name) => ({ name })) });
  play(note, [
    { is: "line", line: "kubectl apply -f web.yaml" },
    { is: "line", line: `kubectl patch deployment web -p '${JSON.stringify({ spec: { replicas, strategy: { rollingUpdate: { maxSurge: surge, maxUnavailable: unavailable } } } })}'` },
    { is: "wait", ms: 60_000 },
  ]);
  return note;
}

describe("any sequence of rollouts", () => {
  const strategies = fc.constantFrom([1, 0], [0, 1], [1, 1], ["25%", "25%"], ["50%", 0], [3, 2]);
  it("keeps the replica sets at or below replicas + maxSurge", () => {
    fc.assert(fc.property(fc.array(rollouts, { minLength: 2, maxLength: 8 }), strategies, fc.integer({ min: 1, max: 9 }), (sequence, [surge, unavailable], replicas) => {
      const note = web(replicas, surge, unavailable);
      const from = note.cluster.rev;
      expect(of(note.cluster.at().get({ resource: "deployments.apps", namespace: "default", name: "web" }), "status")["availableReplicas"]).toBe(replicas);
      play(note, [...sequence, { is: "wait", ms: 60_000 }]);
      const whole = (value: string | number | undefined): number => typeof value === "number" ? value : Math.ceil(Number.parseInt(String(value), 10) / 100 * replicas);
      const most = replicas + whole(surge);
      fold(note.cluster, (objects) => {
        const sets = [...objects.values()].filter((object) => object.kind === "ReplicaSet" && object.metadata.name.startsWith("web-"));
        expect(sets.reduce((sum, set) => sum + Number(of(set, "spec")["replicas"]), 0)).toBeLessThanOrEqual(most);
      }, from);
      note.dispose();
    }), runs);
  });

  it("keeps as many pods available as maxUnavailable leaves", () => {
    fc.assert(fc.property(fc.array(rollouts, { minLength: 1, maxLength: 8 }), strategies, fc.integer({ min: 1, max: 9 }), (sequence, [surge, unavailable], replicas) => {
      const note = web(replicas, surge, unavailable);
      const from = note.cluster.rev;
      play(note, [...sequence, { is: "wait", ms: 60_000 }]);
      const part = (value: string | number | undefined, round: (value: number) => number): number => typeof value === "number" ? value : round(Number.parseInt(String(value), 10) / 100 * replicas);
      // Both rounded to nothing would stand still: then one may be missing (ResolveFenceposts).
      const allowed = part(unavailable, Math.floor) === 0 && part(surge, Math.ceil) === 0 ? 1 : part(unavailable, Math.floor);
      fold(note.cluster, (objects) => {
        const available = [...objects.values()].filter((object) => object.kind === "Pod" && object.metadata.deletionTimestamp === undefined
          && ((of(object, "status")["conditions"] ?? []) as { type: string; status: string }[]).some(({ type, status }) => type === "Ready" && status === "True"));
        expect(available.length).toBeGreaterThanOrEqual(replicas - allowed);
      }, from);
      note.dispose();
    }), runs);
  });
});

/** Looks at every moment after a revision, one change after the other. */
function fold(cluster: Cluster, look: (objects: ReadonlyMap<string, KubeObject>) => void, from = 0): void {
  const objects = new Map<string, KubeObject>();
  const kept = new Set(["Pod", "Service", "Node", "ReplicaSet"]);
  for (const { rev, ref, type, object } of cluster.at().changes(0)) {
    if (!kept.has(object.kind)) continue;
    const key = `${ref.resource}/${ref.namespace}/${ref.name}`;
    if (type === "DELETED") objects.delete(key);
    else objects.set(key, object);
    if (rev > from) look(objects);
  }
}

function cpuOf(pod: KubeObject): number {
  const containers = (of(pod, "spec")["containers"] ?? []) as { resources?: { requests?: { cpu?: string } } }[];
  return containers.reduce((sum, container) => sum + parseQuantity(container.resources?.requests?.cpu ?? "0"), 0);
}

function only(all: Record<string, readonly KubeObject[]>, names: readonly string[]): Record<string, readonly KubeObject[]> {
  return Object.fromEntries(names.map((name) => [name, all[name] ?? []]));
}
