import { fileURLToPath } from "node:url";
import { build, type Plugin } from "esbuild";
import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import { lighter } from "../../scripts/lighter.mjs";
import type { parseYaml } from "../../src/kubectl/yaml/parse";
import type { readNote } from "../../src/note/read";
import type { errorPlaces } from "../../src/session/error-place";
import type { regular } from "../../src/shell/regular";

const root = fileURLToPath(new URL("../..", import.meta.url));

interface Readers {
  readonly parseYaml: typeof parseYaml;
  readonly readNote: typeof readNote;
  readonly errorPlaces: typeof errorPlaces;
  readonly regular: typeof regular;
}
let [light, whole]: readonly [Readers?, Readers?] = [];

async function readers(plugins: readonly Plugin[]): Promise<Readers> {
  const contents = [["parseYaml", "kubectl/yaml/parse"], ["readNote", "note/read"], ["errorPlaces", "session/error-place"], ["regular", "shell/regular"]].map(([name, path]) => `export { ${name} } from "./src/${path}";`).join("\n");
  const { outputFiles } = await build({ stdin: { contents, resolveDir: root }, bundle: true, platform: "browser", format: "esm", write: false, plugins: [...plugins] });
  return await import(`data:text/javascript;base64,${Buffer.from(outputFiles[0]!.contents).toString("base64")}`) as Readers;
}

beforeAll(async () => {
  [light, whole] = await Promise.all([readers([lighter]), readers([])]);
});

/** What a function gives, or what it throws, as text. */
function outcome(work: () => unknown): string {
  try {
    return JSON.stringify(work());
  } catch (error) {
    return String(error);
  }
}

const pieces = [
  "kind: Pod\n", "apiVersion: v1\n", "metadata:\n", "  name: web\n", "  labels: {app: web, tier: 'x'}\n", "spec:\n", "  containers:\n", "  - name: a\n", "    image: \"nginx:1.27\"\n", "    args: [a, \"b\\n\\x41\\u00e9\", 'it''s']\n",
  "a: &x {b: 1}\n", "c: *x\n", "d: {<<: *x, e: 2}\n", "<<: {f: 3}\n", "? [k]\n", ": v\n", "? {k: 1}\n", "text: |\n", "  one\n", "   two\n", "folded: >-\n", "more: |+2\n", "n: [0o17, 017, 0x1f, 1_000, 1e3, .inf, .nan, -1.5, ~, null]\n", "b: [yes, off, True, n, y]\n",
  "when: 2001-12-14t21:59:43.10-05:00\n", "sexagesimal: 1:30\n", "bytes: !!binary aGVsbG8=\n", "set: !!set {a, b}\n", "omap: !!omap [a: 1, b: 2]\n", "pairs: !!pairs [a: 1, a: 2]\n", "str: !!str 1\n", "int: !!int \"3\"\n", "own: !own {a: 1}\n", "- 1\n", "- - 2\n", "---\n", "...\n", "%YAML 1.2\n", "%TAG ! tag:x,2000:\n", "# a comment\n", "\n", "\t", "  ", "{", "}", "[", "]", "'", "\"", ",", ": ", "*none\n", "&a ", "@", "`",
];

describe("the libraries as they lie in the bundle", () => {
  it("read YAML like the whole ones", () => {
    const documents = [...pieces, fc.sample(fc.array(fc.constantFrom(...pieces), { maxLength: 12 }), { seed: 1, numRuns: 1000 }).map((parts) => parts.join(""))].flat();
    const differing = documents.filter((text) => outcome(() => light?.parseYaml(text)) !== outcome(() => whole?.parseYaml(text)));
    expect(differing).toEqual([]);
    expect(documents.filter((text) => /^[{[]/.test(outcome(() => whole?.parseYaml(text)))).length).toBeGreaterThan(150);
  });

  it("find in notes and manifests what the whole ones find", () => {
    // A key that is no scalar comes out in another form there.
    const plain = pieces.filter((piece) => !piece.startsWith("? "));
    const texts = fc.sample(fc.array(fc.constantFrom(...plain), { maxLength: 12 }), { seed: 2, numRuns: 100 }).map((parts) => `kind: Pod\napiVersion: v1\n${parts.join("")}`);
    for (const text of texts) {
      const note = `# A note\n\n\`\`\`yaml\n${text}\n\`\`\`\n`;
      expect(outcome(() => light?.readNote("note.md", note))).toBe(outcome(() => whole?.readNote("note.md", note)));
      const said = "error validating data: unknown field \"spec.containers[0].imag\"";
      expect(outcome(() => light?.errorPlaces(text, 1, said))).toBe(outcome(() => whole?.errorPlaces(text, 1, said)));
    }
  });

  it("match like the whole ones", () => {
    const patterns = fc.sample(fc.array(fc.constantFrom("a", "b", ".", "*", "+", "?", "(", ")", "|", "[ab]", "[^a-c]", "[[:alpha:]]", "\\d", "\\w", "\\b", "\\s", "^", "$", "{2}", "{1,3}", "(?i)", "(?:", "(?P<n>", "\\p{L}", "é", "集", "\\(", "x*?", "\\1"), { maxLength: 7 }), { seed: 3, numRuns: 800 }).map((parts) => parts.join(""));
    const texts = ["", "a", "abab", "aabbcc x1", "Über é 集群", "a\nb", "xxxxxxxxxxxxxxxxxxxxa"];
    const found = (by: typeof regular | undefined, pattern: string): string => outcome(() => (["perl", "extended", "basic"] as const).flatMap((dialect) => [{}, { ignoreCase: true }, { whole: "word" as const, dotAll: true }].map((options) => {
      const compiled = by?.(pattern, dialect, options);
      return compiled === undefined || typeof compiled === "string" ? compiled : texts.map((text) => [compiled.find(text), compiled.find(text, 2), compiled.test(text)]);
    })));
    expect(patterns.filter((pattern) => found(light?.regular, pattern) !== found(whole?.regular, pattern))).toEqual([]);
  });
});
