import { existsSync, readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { goYaml, naturalOrder } from "../../src/kubectl/print/yaml";
import { parseYaml, YamlError, parseDocument } from "../../src/kubectl/yaml/parse";

describe("YAML as kubectl prints it", () => {
  it("quotes what would read as something else", () => {
    expect(goYaml({ a: "n", b: "1", c: "true", d: "2026-01-01T00:00:00Z", e: "", f: "0x1", g: "1e3", h: "null", i: "12:30" })).toBe(
      'a: "n"\nb: "1"\nc: "true"\nd: "2026-01-01T00:00:00Z"\ne: ""\nf: "0x1"\ng: "1e3"\nh: "null"\ni: "12:30"\n',
    );
  });
  it("leaves plain what is plain", () => {
    expect(goYaml({ a: "nginx:1.25", b: "a: b", c: "- x", d: "*", e: "5566cd4854", f: "it's", g: "#x", h: "@x" })).toBe(
      "a: nginx:1.25\nb: 'a: b'\nc: '- x'\nd: '*'\ne: 5566cd4854\nf: it's\ng: '#x'\nh: '@x'\n",
    );
  });
  it("writes lines as a literal block and lists without indentation", () => {
    expect(goYaml({ data: { "a.txt": "x\ny\n", b: "x\ny", c: "x\n\n" }, list: [{ a: 1, b: [] }, {}, [1, 2]] })).toBe(
      "data:\n  a.txt: |\n    x\n    y\n  b: |-\n    x\n    y\n  c: |+\n    x\n\nlist:\n- a: 1\n  b: []\n- {}\n- - 1\n  - 2\n",
    );
  });
  it("sorts keys as go-yaml does", () => {
    expect(["b10", "b9", "a", "f:x", "."].sort(naturalOrder)).toEqual([".", "a", "b9", "b10", "f:x"]);
  });
  const golden = "test/conformance/golden";
  it.runIf(existsSync(golden))("prints the recorded objects back as they were", () => {
    let count = 0;
    for (const folder of readdirSync(golden)) {
      const path = `${golden}/${folder}/final.yaml`;
      if (!existsSync(path)) continue;
      const text = readFileSync(path, "utf8");
      if (!text.startsWith("apiVersion")) continue;
      count++;
      expect(parseYaml(text).map(goYaml).join("---\n"), folder).toBe(text);
    }
    expect(count).toBeGreaterThan(0);
  });
});

describe("YAML as go-yaml reads it", () => {
  it("takes the words of YAML 1.1 for booleans and leaves times as text", () => {
    expect(parseDocument("a: y\nb: on\nc: 0755\nd: 2026-01-01\ne: 12:30\nf: '1'")).toEqual({ a: true, b: true, c: 493, d: "2026-01-01", e: "12:30", f: "1" });
  });
  it("takes the last of a key that comes twice", () => {
    expect(parseDocument("a: 1\na: 2")).toEqual({ a: 2 });
  });
  it("names the line of an error in go-yaml's words", () => {
    const message = (text: string): string => {
      try {
        parseDocument(text);
      } catch (error) {
        if (error instanceof YamlError) return error.message;
      }
      return "";
    };
    expect(message("apiVersion: v1\nkind: Pod\nmetadata:\n\tname: x\n")).toBe("yaml: line 4: found character that cannot start any token");
    expect(message("apiVersion: v1\nkind: Pod\nmetadata:\n  name: x\n spec: y\n")).toBe("yaml: line 4: did not find expected key");
    expect(message("&a [*a]")).toBe("yaml: anchor 'a' value contains itself");
    expect(message("a: &b {c: [{d: *b}]}")).toBe("yaml: anchor 'b' value contains itself");
    expect(message(`a: ${"[".repeat(20_000)}`)).toMatch(/^yaml: /);
    expect(message(["a0: &a0 [x, x, x, x, x, x]", ...Array.from({ length: 12 }, (_, i) => `a${i + 1}: &a${i + 1} [${Array(9).fill(`*a${i}`).join(", ")}]`)].join("\n"))).toBe("yaml: document contains excessive aliasing");
  });

  it("refuses keys that are no scalars, in go-yaml's words", () => {
    expect(() => parseDocument("? {b: [x, null], a: 1}\n: value")).toThrow('yaml: invalid map key: map[interface {}]interface {}{"a":1, "b":[]interface {}{"x", interface {}(nil)}}');
    expect(() => parseDocument("a: &key [1]\nb: {*key : c}")).toThrow("yaml: invalid map key: []interface {}{1}");
    expect(() => parseDocument("a: {{b: c}: d}")).toThrow('yaml: invalid map key: map[interface {}]interface {}{"b":"c"}');
  });
});
