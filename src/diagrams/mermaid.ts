import { isFrame } from "./measure";
import type { Box, Scene, Tone } from "./scene";

/**
 * A scene as Mermaid text that parses in 11.13 and in 12: ids of [A-Za-z0-9_] only, labels quoted and escaped, and classes of fixed words, so that
 * no name of the reader's can become syntax.
 */
export function mermaidOf(scene: Scene): string {
  const ids = new Map<string, string>();
  const idOf = (key: string): string => {
    const known = ids.get(key);
    if (known !== undefined) return known;
    const id = `n${ids.size + 1}`;
    ids.set(key, id);
    return id;
  };
  const lines = ["flowchart TB"];
  const classes = new Map<Tone, string[]>();
  const walk = (box: Box, indent: string): void => {
    if (box.role === "place" || box.role === "strip") return;
    const kids = (box.children ?? []).filter((kid) => kid.role !== "place" && kid.role !== "strip");
    const silent = box.role === "group" || box.role === "now";
    if (kids.length > 0 || box.notches !== undefined) {
      if (silent) {
        for (const kid of kids) walk(kid, indent);
        return;
      }
      lines.push(`${indent}subgraph ${idOf(box.key)}["${label(box.role === "lane" ? [box.aside] : [box.title, box.sub, box.badge])}"]`);
      if (box.role === "lane" || box.flow === "row" || box.flow === "grid") lines.push(`${indent}  direction LR`);
      for (const notch of box.notches ?? []) lines.push(`${indent}  ${idOf(notch.key)}["${label([notch.title])}"]`);
      for (const kid of kids) walk(kid, `${indent}  `);
      lines.push(`${indent}end`);
      return;
    }
    if (isFrame(box) && silent) return;
    lines.push(`${indent}${idOf(box.key)}["${label([[box.tab, box.title].filter(Boolean).join(" "), box.sub, box.badge, ...(box.lines ?? []).map(({ text, value }) => [text, value].filter(Boolean).join(" "))])}"]`);
    for (const line of box.lines ?? []) ids.set(line.key, idOf(box.key));
    if (box.tone !== "none") classes.set(box.tone, [...(classes.get(box.tone) ?? []), idOf(box.key)]);
  };
  walk(scene.root, "  ");
  for (const edge of scene.edges) {
    const from = ids.get(edge.from);
    const to = ids.get(edge.to);
    if (from === undefined || to === undefined || from === to) continue;
    const words = [edge.label, ...(edge.ends ?? [])].filter((text) => text !== undefined && text !== "");
    const text = words.length === 0 ? "" : `|"${label([words.join(" – ")])}"|`;
    lines.push(`  ${from} ${arrows[edge.means]}${text} ${to}`);
  }
  for (const [tone, of] of [...classes].sort(([a], [b]) => (a < b ? -1 : 1))) {
    lines.push(`  classDef ${tone} ${styles[tone]}`, `  class ${of.join(",")} ${tone}`);
  }
  return `${lines.join("\n")}\n`;
}

const arrows = { owns: "-.->", selects: "-.->", uses: "-->", traffic: "==>", wire: "---" } as const;

const styles: Readonly<Record<Tone, string>> = {
  none: "stroke-width:1px",
  ready: "stroke:#2e9e4f,stroke-width:2px",
  pending: "stroke:#d97706,stroke-width:2px,stroke-dasharray:5 4",
  leaving: "stroke:#888888,stroke-width:1px,stroke-dasharray:1 3",
  failed: "stroke:#d83a3a,stroke-width:4px",
  off: "stroke:#999999,stroke-width:1px,stroke-dasharray:2 4",
};

/** Everything that Mermaid could read as syntax becomes an entity of its own kind (#35; for #). */
function label(lines: readonly (string | undefined)[]): string {
  return lines
    .filter((line): line is string => line !== undefined && line !== "")
    .map((line) => [...line].map((character) => (/[\p{L}\p{N} .,:/_\-–→×+=()%*@…·−]/u.test(character) ? character : `#${character.codePointAt(0) ?? 32};`)).join(""))
    .join("<br/>") || " ";
}
