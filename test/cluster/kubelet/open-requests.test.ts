import { describe, expect, it } from "vitest";
import { processHost } from "../../../src/cluster/kubelet/processes";
import { imageOf } from "../../../src/cluster/images/index";
import { wire } from "../network/wire";
import type { Effect, Image, Program } from "../../../src/cluster/images/program";
import type { Crossing } from "../../../src/cluster/network/port";
import type { NetRequest, NetResponse } from "../../../src/cluster/network/trace";
import type { ContainerRecord } from "../../../src/cluster/kubelet/runtime-state";

/** Answers "/now" at once, "/later" when its sleep is over, "/die" by its own end; all others never. */
const program: Program = {
  start: () => ({ state: 0, do: [{ do: "listen", port: 80 }] }),
  on(state, input) {
    const respond = (id: string, body: string): Effect => ({ do: "respond", id, response: { status: 200, headers: {}, body }, after: 1 });
    if (input.is === "wake") return { state, do: [respond(input.id, `late ${input.id}`)] };
    if (input.is !== "request") return { state, do: [] };
    switch (input.request.path) {
      case "/now": return { state: Number(state) + 1, do: [respond(input.id, `now ${String(state)}`)] };
      case "/later": return { state, do: [{ do: "sleep", id: input.id, ms: 50 }] };
      case "/die": return { state, do: [{ do: "exit", code: 1 }, respond(input.id, "too late")] };
      default: return { state, do: [] };
    }
  },
};

function host(): { ask(path: string): void; run(ms: number): void; readonly said: string[] } {
  const { world, clock } = wire();
  const said: string[] = [];
  const image: Image = { ...imageOf("busybox"), program: () => program };
  const processes = processHost({
    image: () => image, logBounds: { lines: 10, bytes: 1_000 }, exited: () => undefined, nodeUp: () => true,
    network: () => ({ send: () => undefined, answer: (_world, crossing: Crossing & { path?: string }, response: NetResponse | null, after) => { said.push(`${crossing.path ?? ""} ${response?.body ?? "reset"} +${after}`); } }),
  });
  const container: ContainerRecord = {
    key: "uid/c", uid: "uid", pod: { resource: "pods", namespace: "default", name: "web" }, node: "node1", name: "c", id: "", image: "any", argv: ["any"], env: {}, cwd: "/", user: 0, hostname: "web", address: "10.244.0.2",
    tty: false, stdin: false, ports: [80], readOnlyRoot: false, mounts: [], given: { files: {} }, background: true, layer: {}, directories: {}, pids: {}, nextPid: 1,
  };
  processes.create(world, container);
  processes.start(world, container.key);
  return {
    said,
    ask(path) {
      const request: NetRequest = { protocol: "http", to: "web", port: 80, path, timeout: 1_000 };
      const taken = processes.accept(world, "default/web", 80, request, { kind: "crossing", path } as Crossing);
      if (!taken) said.push(`${path} refused`);
    },
    run(ms) {
      const until = clock.now + ms;
      for (let timer = clock.pop(until); timer !== undefined; timer = clock.pop(until)) processes.timers[timer.kind]?.(world, timer.args);
      clock.now = until;
    },
  };
}

describe("the requests that a process has taken", () => {
  it("each get their own answer, at once or later", () => {
    const { ask, run, said } = host();
    ask("/now");
    ask("/later");
    run(10);
    ask("/later");
    ask("/now");
    ask("/now");
    run(100);
    ask("/now");
    expect(said).toEqual(["/now now 0 +1", "/now now 1 +1", "/now now 2 +1", "/later late 1 +1", "/later late 2 +1", "/now now 3 +1"]);
  });

  it("are reset when it ends: the one that it ended on, and those that it still owed an answer", () => {
    const { ask, run, said } = host();
    ask("/now");
    ask("/never");
    ask("/later");
    ask("/die");
    run(100);
    ask("/now");
    expect(said).toEqual(["/now now 0 +1", "/never reset +0", "/later reset +0", "/die reset +0", "/now refused"]);
  });
});
