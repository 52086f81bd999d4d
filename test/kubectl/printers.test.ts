import { describe, expect, it } from "vitest";
import { parseColumns, printColumns } from "../../src/kubectl/print/custom-columns";
import { parseTemplate, runTemplate } from "../../src/kubectl/print/go-template";
import { parseJsonPath, runJsonPath } from "../../src/kubectl/print/jsonpath";
import { align, DESCRIBE_COLUMNS, GET_COLUMNS } from "../../src/kubectl/print/tabwriter";

const pods = { items: [
  { metadata: { name: "a", labels: { app: "x", "k8s.io/y": "z" } }, spec: { containers: [{ name: "c1", image: "nginx" }, { name: "c2", image: "redis" }] }, status: { ready: true, restarts: 2 } },
  { metadata: { name: "b" }, spec: { containers: [{ name: "c3", image: "busybox" }] }, status: { ready: false, restarts: 0 } },
] };
const path = (template: string): string => runJsonPath(parseJsonPath(template), pods, { allowMissingKeys: true });

describe("jsonpath", () => {
  it.each([
    ["{.items[*].metadata.name}", "a b"],
    ["{range .items[*]}{.metadata.name}{\"\\t\"}{.status.restarts}{\"\\n\"}{end}", "a\t2\nb\t0\n"],
    ["{.items[?(@.status.ready==true)].metadata.name}", "a"],
    ["{.items[?(@.metadata.name=='b')].spec.containers[0].image}", "busybox"],
    ["{.items[-1].metadata.name}", "b"],
    ["{.items[0:1].metadata.name}", "a"],
    ["{.items[*]['metadata.name','status.restarts']}", ""],
    ["{..image}", "nginx redis busybox"],
    ["{.items[0].metadata.labels.k8s\\.io/y}", "z"],
    ["{.items[0].spec.containers[*]['name']}", "c1 c2"],
    ["{.items[0].metadata.labels}", '{"app":"x","k8s.io/y":"z"}'],
    ["{.nope}", ""],
    ["{range .items[*]}[{.metadata.name}, {range .spec.containers[*]}{.name};{end}] {end}", "[a, c1;c2;] [b, c3;] "],
  ])("%s", (template, wanted) => {
    expect(path(template)).toBe(wanted);
  });
  it("names what is wrong", () => {
    expect(() => parseJsonPath("{.items[0")).toThrow("unterminated array");
    expect(() => parseJsonPath("{.items")).toThrow("unclosed action");
    expect(() => path("{.items[5].a}")).toThrow("array index out of bounds: index 5, length 2");
  });
});

describe("go-template", () => {
  const run = (text: string): string => runTemplate(parseTemplate(text), pods);
  it.each([
    ["{{range .items}}{{.metadata.name}}{{\"\\n\"}}{{end}}", "a\nb\n"],
    ["{{range $i, $p := .items}}{{$i}}={{$p.metadata.name}} {{end}}", "0=a 1=b "],
    ["{{(index .items 0).metadata.name}}", "a"],
    ["{{index .items 0 \"metadata\" \"name\"}}", "a"],
    ["{{len .items}}", "2"],
    ["{{range .items}}{{if .status.ready}}{{.metadata.name}}{{else}}-{{end}}{{end}}", "a-"],
    ["{{printf \"%s:%d\" \"x\" 3}}", "x:3"],
    ["{{\"aGk=\" | base64decode}}", "hi"],
    ["{{range .items}}{{with .metadata.labels}}{{.app}}{{end}}{{end}}", "x"],
    ["{{if eq (index .items 0).metadata.name \"a\"}}yes{{end}}", "yes"],
    ["a {{- \" b\" -}} c", "a bc"],
    ["{{.nope}}", "<no value>"],
    ["{{range .items}}{{if gt .status.restarts 1}}{{.metadata.name}}{{end}}{{end}}", "a"],
  ])("%s", (text, wanted) => {
    expect(run(text)).toBe(wanted);
  });
});

describe("columns", () => {
  it("prints custom columns with <none> for what is missing", () => {
    expect(printColumns(parseColumns("NAME:.metadata.name,APP:.metadata.labels.app,IMAGES:.spec.containers[*].image"), pods.items, true)).toBe("NAME   APP      IMAGES\na      x        nginx,redis\nb      <none>   busybox\n");
  });
  it("aligns as tabwriter does: the last cell belongs to no column", () => {
    expect(align("NAME\tREADY\tAGE\nx\t1/1\t3s\n", GET_COLUMNS)).toBe("NAME   READY   AGE\nx      1/1     3s\n");
    expect(align("Name:\tx\nLabels:\ta=b\n\tc=d\nEvents:\n  Type\tReason\n", DESCRIBE_COLUMNS)).toBe("Name:    x\nLabels:  a=b\n         c=d\nEvents:\n  Type  Reason\n");
  });
  it("remembers widths over a watch", () => {
    const widths: number[] = [];
    align("NAME\tSTATUS\tAGE\na\tPending\t0s\n", GET_COLUMNS, widths);
    expect(align("a\tContainerCreating\t0s\n", GET_COLUMNS, widths)).toBe("a      ContainerCreating   0s\n");
    expect(align("a\tRunning\t1s\n", GET_COLUMNS, widths)).toBe("a      Running             1s\n");
  });
});
