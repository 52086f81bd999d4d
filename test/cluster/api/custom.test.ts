import { describe, expect, it } from "vitest";
import { defaulted, pruned, violations, type Schema } from "../../../src/cluster/api/custom/schema";
import { valueAt } from "../../../src/cluster/api/custom/kind";
import { openConsole } from "../../kubectl/console";

const schema: Schema = {
  type: "object",
  properties: {
    spec: {
      type: "object", required: ["size"],
      properties: {
        size: { type: "integer", minimum: 1 }, color: { type: "string", enum: ["red", "blue"], default: "red" }, tags: { type: "array", items: { type: "string", minLength: 2 } },
        free: { type: "object", "x-kubernetes-preserve-unknown-fields": true }, port: { "x-kubernetes-int-or-string": true }, name: { type: "string", pattern: "^[a-z]+$" },
      },
    },
  },
};

describe("a structural schema", () => {
  it("drops and names what it does not know, except where it is told to keep it", () => {
    const unknown: string[] = [];
    expect(pruned(schema, { kind: "Widget", metadata: { name: "a" }, spec: { size: 1, sizes: 2, free: { x: 1 } }, other: 1 }, unknown)).toEqual({ kind: "Widget", metadata: { name: "a" }, spec: { size: 1, free: { x: 1 } } });
    expect(unknown).toEqual(["spec.sizes", "other"]);
  });
  it("fills in defaults where fields are missing", () => {
    expect(defaulted(schema, { spec: { size: 1 } })).toEqual({ spec: { size: 1, color: "red" } });
    expect(defaulted(schema, {})).toEqual({});
  });
  it.each([
    [{ size: 0 }, "spec.size in body should be greater than or equal to 1"],
    [{ size: "a" }, 'spec.size in body must be of type integer: "string"'],
    [{ size: 1, name: "A" }, "spec.name in body should match '^[a-z]+$'"],
    [{ size: 1, tags: ["ab", "c"] }, "spec.tags[1] in body should be at least 2 chars long"],
    [{ size: 1, color: "green" }, 'supported values: "red", "blue"'],
    [{}, ""],
  ])("refuses %j", (spec, detail) => {
    expect(violations(schema, { spec }).map((error) => error.detail)).toEqual([detail]);
  });
  it("lets an int-or-string be either, and nothing else", () => {
    expect(violations(schema, { spec: { size: 1, port: "http" } })).toEqual([]);
    expect(violations(schema, { spec: { size: 1, port: 80 } })).toEqual([]);
  });
});

it("finds values by the paths of printer columns", () => {
  const object = { a: { "b-c": [{ t: "x", v: 1 }, { t: "y", v: 2 }] } };
  expect(valueAt(object, ".a.b-c[1].v")).toBe(2);
  expect(valueAt(object, '.a[\'b-c\'][?(@.t=="x")].v')).toBe(1);
  expect(valueAt(object, ".a.none.v")).toBeUndefined();
});

const definition = `apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: widgets.acme.io}
spec:
  group: acme.io
  scope: Namespaced
  names: {plural: widgets, singular: widget, kind: Widget, shortNames: [wd]}
  versions:
  - {name: v1, served: true, storage: true, schema: {openAPIV3Schema: {type: object, properties: {spec: {type: object, properties: {size: {type: integer}}}}}}}
`;

describe("a CustomResourceDefinition", () => {
  it("serves its kind once it is established, and takes all its objects with it", () => {
    const { run, pass } = openConsole({ "crd.yaml": definition, "w.yaml": "apiVersion: acme.io/v1\nkind: Widget\nmetadata: {name: a}\nspec: {size: 1}\n" });
    expect(run("apply -f w.yaml").err).toContain('no matches for kind "Widget" in version "acme.io/v1"');
    run("apply -f crd.yaml");
    expect(run("wait crd/widgets.acme.io --for=condition=Established").code).toBe(0);
    expect(run("apply -f w.yaml").out).toBe("widget.acme.io/a created\n");
    expect(run("get wd -o jsonpath={.items[*].spec.size}").out).toBe("1");
    expect(run("delete crd widgets.acme.io").out).toBe('customresourcedefinition.apiextensions.k8s.io "widgets.acme.io" deleted\n');
    pass(3000);
    expect(run("get widgets").err).toContain("the server doesn't have a resource type");
    run("apply -f crd.yaml");
    run("wait crd/widgets.acme.io --for=condition=Established");
    expect(run("get widgets").err).toBe("No resources found in default namespace.\n");
  });
});
