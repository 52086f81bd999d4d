import { describe, expect, it } from "vitest";
import { compileFieldSelector, compileLabelSelector, compileSelectorObject, formatLabelSelector, matchesSelector } from "../../../src/cluster/api/selectors";
import type { KubeObject } from "../../../src/cluster/model";

describe("label selectors", () => {
  it.each([
    ["app=nginx", { app: "nginx" }, true],
    ["app==nginx", { app: "other" }, false],
    ["app!=nginx", {}, true],
    ["app in (nginx, other),tier notin (db)", { app: "other", tier: "web" }, true],
    ["app in (nginx, other),tier notin (db)", { app: "other", tier: "db" }, false],
    ["app", { app: "" }, true],
    ["!app", { app: "" }, false],
    ["example.com/weight>3", { "example.com/weight": "4" }, true],
    ["in=notin", { in: "notin" }, true],
    ["", { any: "thing" }, true],
  ])("%s selects %o: %s", (selector, labels, selected) => {
    expect(compileLabelSelector(selector)(labels)).toBe(selected);
  });

  it.each([
    ["a=b=c", "found '=', expected: ',' or 'end of string'"],
    ["a in b", "unable to parse requirement: found 'b' expected: '('"],
    ["a,", "found '', expected: identifier after ','"],
    ["=a", "found '=', expected: !, identifier, or 'end of string'"],
  ])("refuses %s in the API machinery's words", (selector, message) => {
    expect(() => compileLabelSelector(selector)).toThrow(message);
  });

  it("compiles the same text once", () => {
    expect(compileLabelSelector("a in (x,y)")).toBe(compileLabelSelector("a in (x,y)"));
  });

  it("reads LabelSelector objects: nothing selects nothing, an empty one everything", () => {
    const selector = { matchLabels: { app: "a" }, matchExpressions: [{ key: "tier", operator: "NotIn", values: ["db"] }] };
    expect(compileSelectorObject(selector)({ app: "a" })).toBe(true);
    expect(compileSelectorObject(selector)({ app: "a", tier: "db" })).toBe(false);
    expect(matchesSelector(undefined, {})).toBe(false);
    expect(matchesSelector({}, {})).toBe(true);
    expect(matchesSelector({ app: "a" }, { app: "a", b: "c" })).toBe(true);
    expect(matchesSelector({ matchLabels: "odd" }, { matchLabels: "odd" })).toBe(true);
    expect(formatLabelSelector(selector)).toBe("app=a,tier notin (db)");
    expect(formatLabelSelector({})).toBe("<none>");
  });
});

describe("field selectors", () => {
  const pod = { apiVersion: "v1", kind: "Pod", metadata: { name: "a", namespace: "n" }, status: { phase: "Running" } } as unknown as KubeObject;
  const selectable = { "status.phase": (object: KubeObject) => (object["status"] as { phase: string }).phase };

  it("compares names and what the kind declares", () => {
    expect(compileFieldSelector("status.phase=Running,metadata.namespace!=x", selectable)(pod)).toBe(true);
    expect(compileFieldSelector("status.phase!=Running", selectable)(pod)).toBe(false);
    expect(compileFieldSelector("metadata.name==a", {})(pod)).toBe(true);
  });

  it("refuses other fields in the real words", () => {
    expect(() => compileFieldSelector("foo=bar", selectable)).toThrow("field label not supported: foo");
    expect(() => compileFieldSelector("toString=bar", selectable)).toThrow("field label not supported: toString");
  });
});
