import { beforeEach, describe, expect, it } from "vitest";
import type { Ref } from "../../src/cluster/model";
import { layout } from "../../src/diagrams/layout";
import type { Box } from "../../src/diagrams/scene";
import { rollingUpdate } from "../../src/diagrams/concepts/rolling-update";
import { setLanguage, t } from "../../src/i18n/index";
import { rollingLog, type Scripted } from "./scripted-cluster";

const focus: Ref = { resource: "deployments.apps", namespace: "default", name: "hellok8s" };
const boxesOf = (box: Box): Box[] => [box, ...(box.children ?? []).flatMap(boxesOf)];
const find = (log: Scripted, at: number, key: string): Box | undefined => boxesOf(rollingUpdate.scene(log.view(at), { focus, width: 720, level: 0 }).root).find((box) => box.key === key);
const rows = (log: Scripted, at: number): string[] =>
  boxesOf(rollingUpdate.scene(log.view(at), { focus, width: 720, level: 0 }).root)
    .filter(({ role }) => role === "lane")
    .map((lane) => (lane.children ?? []).map((chip) => `${chip.tab ?? chip.title}${chip.tone === "ready" ? "" : chip.tone === "pending" ? "*" : "!"}`).join(" "));
const caption = (log: Scripted, at: number): string => {
  const { key, args } = rollingUpdate.caption(log.view(at), focus);
  return t(key, args);
};

beforeEach(() => setLanguage("en"));

describe("the rolling update's picture", () => {
  it("finds its Deployment in the cluster", () => {
    expect(rollingUpdate.focus(rollingLog().view(100))).toEqual(focus);
    expect(rollingUpdate.focus({ ...rollingLog().view(0), list: () => [] })).toBeUndefined();
  });

  it("piles up the steps of the book's picture", () => {
    expect(rows(rollingLog(), 26_000)).toEqual(["v1 v1 v1", "v1 v1 v2* v2*", "v1 v1 v2 v2*", "v1 v2 v2 v2*", "v2 v2 v2*", "v2 v2 v2"]);
  });

  it("has the guides at replicas − maxUnavailable, replicas, replicas + maxSurge", () => {
    expect(find(rollingLog(), 13_000, "lanes")?.guides?.map(({ after, long }) => [after, long])).toEqual([
      [2, "replicas − maxUnavailable = 2"],
      [3, "replicas = 3"],
      [4, "replicas + maxSurge = 4"],
    ]);
  });

  it("keeps a pod's place while it lives and puts it on the shelf when it leaves", () => {
    const log = rollingLog();
    const before = layout(rollingUpdate.scene(log.view(11_000), { focus, width: 720, level: 0 }), 720).boxes;
    const during = layout(rollingUpdate.scene(log.view(13_600), { focus, width: 720, level: 0 }), 720).boxes;
    const stays = "uid-pods/default/hellok8s-647677fc66-dc26t";
    const goes = "uid-pods/default/hellok8s-647677fc66-mth6f";
    expect(during.get(stays)).toEqual(before.get(stays));
    expect(during.get(goes)?.x).toBeGreaterThan(before.get(goes)?.x ?? 0);
    expect(find(log, 13_600, "shelf")?.children?.map(({ key }) => key)).toEqual([goes]);
  });

  it("gives the surge's place back once one version is ready: the pods stand left of the line for replicas", () => {
    const log = rollingLog();
    const places = (at: number): readonly string[] => {
      const now = find(log, at, "now");
      return [...(now?.children ?? [])].filter(({ role }) => role === "pod").sort((a, b) => (a.slot ?? 0) - (b.slot ?? 0)).map(({ slot, title }) => `${slot ?? ""}:${title}`);
    };
    expect(places(26_000).map((text) => text[0])).toEqual(["0", "1", "2"]);
    // Only one had stood beyond, and only that one moved.
    const during = new Set(places(17_400));
    expect(places(26_000).filter((text) => !during.has(text)).length).toBeLessThanOrEqual(1);
  });

  it("shows one layout whether played or scrubbed", () => {
    const played = rollingLog();
    for (let at = 0; at <= 26_000; at += 700) rollingUpdate.scene(played.view(at), { focus, width: 720, level: 0 });
    const scrubbed = rollingLog();
    rollingUpdate.scene(scrubbed.view(26_000), { focus, width: 720, level: 0 });
    for (const at of [13_600, 5000, 15_200]) expect(rollingUpdate.scene(scrubbed.view(at), { focus, width: 720, level: 0 })).toEqual(rollingUpdate.scene(played.view(at), { focus, width: 720, level: 0 }));
  });

  it("keeps the whole ladder while the reader looks back", () => {
    const log = rollingLog();
    const head = log.view(26_000);
    const looked = boxesOf(rollingUpdate.scene(log.view(12_100), { focus, width: 720, level: 0, head }).root).filter(({ role }) => role === "lane");
    expect(looked).toHaveLength(6);
    expect(looked.filter(({ lit }) => lit === true)).toHaveLength(1);
    expect(looked.filter(({ dim }) => dim === true)).toHaveLength(4);
  });

  it("counts the requests, and shows the gap of Recreate", () => {
    expect(find(rollingLog(), 26_000, "requests")?.ticks?.every(({ ok }) => ok)).toBe(true);
    const gap = find(rollingLog({ recreate: true }), 19_000, "requests");
    expect(gap?.ticks?.filter(({ ok }) => !ok).length).toBeGreaterThan(5);
    expect(gap?.badge).toMatch(/^\d+ answered · 17 refused$/);
  });

  it("folds what is beyond eight rows", () => {
    const log = rollingLog();
    for (let i = 0; i < 12; i++) {
      for (const [at, status] of [[30_000 + i * 2000, "False"], [31_000 + i * 2000, "True"]] as const) {
        const pod = log.view(29_000).get({ resource: "pods", namespace: "default", name: "hellok8s-8d94c585f-46dzp" });
        if (pod !== undefined) log.put(at, "pods", { ...pod, status: { phase: "Running", conditions: [{ type: "Ready", status }] } } as never);
      }
    }
    const drawn = rows(log, 80_000);
    expect(drawn.length).toBeLessThanOrEqual(8);
    expect(drawn.some((row) => /… \d+ more/.test(row))).toBe(true);
  });
});

describe("the rolling update's caption", () => {
  it.each([
    [10_000, "3 pods run `v1`. Roll out a new image, and watch the steps pile up."],
    [12_100, "2 of 3 must stay available, so 1 old pod goes at once."],
    [13_900, "2 new pods start; meanwhile 2 old pods answer."],
    [14_500, "v2 `46dzp` is ready: 1 old pod may go."],
  ])("at %i ms", (at, words) => {
    expect(caption(rollingLog(), at)).toBe(words);
  });

  it("says why it is stuck, and that nobody is cut off", () => {
    expect(caption(rollingLog({ broken: true }), 20_000)).toBe("Stuck: `v9` can't be pulled. 2 old pods still answer; nobody is cut off.");
  });

  it("proves the update with the requests that it answered", () => {
    expect(caption(rollingLog(), 26_000)).toMatch(/^Done: 3 of 3 pods run `v2`; \d+ requests were answered meanwhile, 0 refused\.$/);
  });

  it("speaks Chinese", () => {
    setLanguage("zh-CN");
    expect(caption(rollingLog(), 12_100)).toBe("3 个中必须有 2 个可用，所以可以立刻去掉 1 个旧 Pod。");
  });
});

describe("the rolling update's acts", () => {
  const view = rollingLog().view(10_000);
  const run = (id: string, value?: number): readonly string[] => rollingUpdate.actions.find((act) => act.id === id)?.run(view, focus, value) ?? [];
  it("are the commands one would type", () => {
    expect(run("rollout")).toEqual(["kubectl set image deployment/hellok8s hellok8s=guangzhengli/hellok8s:v2"]);
    expect(run("broken")).toEqual(["kubectl set image deployment/hellok8s hellok8s=guangzhengli/hellok8s:v9"]);
    expect(run("undo")).toEqual(["kubectl rollout undo deployment/hellok8s"]);
    expect(run("surge", 2)).toEqual([`kubectl patch deployment/hellok8s --type=merge -p '{"spec":{"strategy":{"rollingUpdate":{"maxSurge":2}}}}'`]);
  });
});
