// re2js carries Unicode's categories and scripts as tables: a third of its weight. The engine that runs it knows them, too.

/** The ranges of the characters in a class, as re2js keeps them: first, last and step of each. Part of the bundle. */
const rangesOf = (characters) => {
  const out = [];
  const add = (first, last) => {
    if (out.at(-2) === first - 1) out[out.length - 2] = last;
    else out.push(first, last, 1);
  };
  const runs = new RegExp(`[${characters}]+`, "gu");
  const block = 0x800;
  for (let from = 0; from < 0x110000; from += block) {
    // Surrogates, planes without characters and private ones: what holds of a block's first holds of all.
    if (from === 0xd800 || (from >= 0x40000 && from >> 12 !== 0xe0 && (from & 0xffff) !== 0xf800)) {
      if (String.fromCodePoint(from).search(runs) === 0) add(from, from + block - 1);
      continue;
    }
    const units = from > 0xffff ? 2 : 1;
    const text = String.fromCodePoint(...Array.from({ length: block }, (_, i) => from + i));
    for (const { 0: run, index } of text.matchAll(runs)) add(from + index / units, from + (index + run.length) / units - 1);
  }
  return Uint32Array.from(out);
};

/** The ranges of the characters that are not in a table, though another form of theirs is; for patterns that ignore case. */
const foldsOf = (table) => {
  const out = [];
  const ascii = Array.from({ length: 128 }, (_, character) => character);
  for (const character of [...new Set([...ascii, ...UnicodeTables.CASE_ORBIT.keys()])].sort((a, b) => a - b)) {
    if (Unicode.is(table, character)) continue;
    for (let form = Unicode.simpleFold(character); form !== character; form = Unicode.simpleFold(form)) {
      if (!Unicode.is(table, form)) continue;
      out.push(character, character, 1);
      break;
    }
  }
  return Uint32Array.from(out);
};

const table = /new UnicodeRangeTable\(decodeRanges\("[^"]*", (?:true|false)\)(?:, (?:true|false))?\)/;

/** The text of re2js with tables that the engine fills when they are asked for, and without the sets of patterns, the DFA and the input in bytes, which nothing here uses. */
export function lighterRe2(text) {
  let lighter = text;
  const replace = (pattern, by) => {
    const before = lighter;
    lighter = lighter.replace(pattern, by);
    if (lighter === before) throw new Error(`re2js is not what it was: nothing in it is ${pattern}`);
  };
  const fill = (map, filling) => replace(new RegExp(`static ${map} = new LazyMap\\(\\{\n((?:\t\t\\w+: \\(\\) => ${table.source},?\n)+)\t\\}\\);`), (_, entries) => {
    const names = [...entries.matchAll(/^\t\t(\w+):/gm)].map(([, name]) => name).join(" ");
    return `static ${map} = new LazyMap(Object.fromEntries("${names}".split(" ").map((name) => [name, () => new UnicodeRangeTable(${filling})])));`;
  });
  fill("CATEGORIES", "rangesOf(`\\\\p{${name}}`)");
  fill("SCRIPTS", "rangesOf(`\\\\p{sc=${name}}`)");
  fill("FOLD_CATEGORIES", "foldsOf(UnicodeTables.CATEGORIES.get(name))");
  fill("FOLD_SCRIPT", "foldsOf(UnicodeTables.SCRIPTS.get(name))");
  replace(new RegExp(`this\\._Print = ${table.source}`), "this._Print = new UnicodeRangeTable(rangesOf(\"\\\\p{L}\\\\p{M}\\\\p{N}\\\\p{P}\\\\p{S}\"))");
  // Who asks for no group is answered by a DFA; all that is asked here is where a match begins.
  replace(/^\t\tif \(this\.prog\.numLb === 0\) \{\n\t\t\tconst dfaResult = [\s\S]*?^\t\t\}\n/m, "");
  replace(/^var MachineUTF8Input = class [\s\S]*?^\};\n/m, "");
  replace(/^var RE2Set = class RE2Set \{\n[\s\S]*?^\};\n/m, "");
  replace(/^(export \{.*) RE2Set,/m, "$1");
  return `const rangesOf = ${rangesOf.toString()};\nconst foldsOf = ${foldsOf.toString()};\n${lighter}`;
}
