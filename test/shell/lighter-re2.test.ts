import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { lighterRe2 } from "../../scripts/lighter-re2.mjs";

interface Table {
  readonly length: number;
  getLo(at: number): number;
  getHi(at: number): number;
  getStride(at: number): number;
}
interface Library {
  readonly RE2JS: { compile(pattern: string, flags?: number): { matcher(text: string): { find(): boolean } }; readonly CASE_INSENSITIVE: number };
  readonly UnicodeTables: Readonly<Record<string, { readonly initializer: object; get(name: string): Table }>> & { readonly Print: Table };
}

const whole = readFileSync(fileURLToPath(import.meta.resolve("re2js")), "utf8");
const load = (text: string): Promise<Library> => import(`data:text/javascript;base64,${Buffer.from(`${text}\nexport { UnicodeTables };`).toString("base64")}`) as Promise<Library>;

/** Marks the characters of a table. */
function characters(table: Table): Uint8Array {
  const marks = new Uint8Array(0x110000);
  for (let i = 0; i < table.length; i++) {
    for (let character = table.getLo(i); character <= table.getHi(i); character += table.getStride(i)) marks[character] = 1;
  }
  return marks;
}

/** Characters that are in one of two tables; of those that this engine knows, as its Unicode may be older or newer than the library's. */
function differing(a: Table, b: Table, known: Uint8Array): number {
  const [ours, theirs] = [characters(a), characters(b)];
  if (Buffer.compare(ours, theirs) === 0) return 0;
  return ours.reduce((sum, mark, character) => sum + (known[character] === 1 && mark !== theirs[character] ? 1 : 0), 0);
}

describe("the lighter re2js", () => {
  it("knows the categories and scripts that the library's tables know", async () => {
    const [ours, theirs] = await Promise.all([load(lighterRe2(whole)), load(whole)]);
    const same = process.versions["unicode"] === "17.0";
    const known = same ? new Uint8Array(0x110000).fill(1) : characters(ours.UnicodeTables["CATEGORIES"]!.get("Cn")).map((mark) => 1 - mark);
    let tables = 0;
    let different = 0;
    for (const kind of ["CATEGORIES", "SCRIPTS", "FOLD_CATEGORIES", "FOLD_SCRIPT"]) {
      for (const name of Object.keys(theirs.UnicodeTables[kind]!.initializer)) {
        different += differing(ours.UnicodeTables[kind]!.get(name), theirs.UnicodeTables[kind]!.get(name), known);
        tables++;
      }
    }
    expect(tables).toBeGreaterThan(200);
    // Between two versions a few characters change their category.
    expect(different).toBeLessThan(same ? 1 : 100);
    expect(differing(ours.UnicodeTables.Print, theirs.UnicodeTables.Print, known.map((mark, character) => (character < 256 ? 0 : mark)))).toBeLessThan(same ? 1 : 20);
  });

  it("matches by category and script", async () => {
    const { RE2JS } = await load(lighterRe2(whole));
    const finds = (pattern: string, text: string, flags = 0): boolean => RE2JS.compile(pattern, flags).matcher(text).find();
    expect([finds("^\\p{Han}+$", "集群"), finds("\\p{Han}", "cluster"), finds("^\\P{L}+$", "12 3"), finds("^\\p{Lu}$", "É"), finds("^\\p{Lu}$", "é"), finds("^\\p{Lu}$", "é", RE2JS.CASE_INSENSITIVE)])
      .toEqual([true, false, true, true, false, true]);
    expect(() => finds("\\p{Nothing}", "")).toThrow("Nothing");
  });

  it("is refused where the library is another one", () => {
    expect(() => lighterRe2(whole.replace("static SCRIPTS", "static Scripts"))).toThrow("not what it was");
  });
});
