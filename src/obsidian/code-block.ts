import { EditorView } from "@codemirror/view";
import type { MarkdownPostProcessorContext } from "obsidian";
import { engineOf, isPrint } from "./mount";
import type { LazySimulator } from "./mount";
import { Shown } from "./reading";
import { breath } from "./slices";

/** A `k8s-sim` block in any view. The view is rebuilt at every change of the block; what it shows lives in the simulator. */
export function codeBlockProcessor(simulator: LazySimulator): (source: string, el: HTMLElement, ctx: MarkdownPostProcessorContext) => Promise<void> {
  return async (source, el, ctx) => {
    const print = isPrint(el.doc);
    const late = simulator.now?.engine.now === undefined;
    const now = await engineOf(simulator);
    // A whole note waits for it: each block is a piece of work of its own.
    if (late) await breath();
    const mounted = now.mountBlock(el, {
      path: ctx.sourcePath,
      source,
      print,
      line: () => lineOf(source, el, ctx),
      resized: () => EditorView.findFromDOM(el)?.requestMeasure(),
    });
    ctx.addChild(new Shown(el, mounted));
    await mounted.ready;
  };
}

/** Section info covers the whole section: a fence inside a list is looked for in it, by its body. */
function lineOf(source: string, el: HTMLElement, ctx: MarkdownPostProcessorContext): number | undefined {
  const info = ctx.getSectionInfo(el);
  if (info === null) return undefined;
  const lines = info.text.split("\n");
  const bare = (line: string): string => line.replace(/^[\s>]*/, "");
  const body = source.split("\n").map(bare);
  for (let at = info.lineStart; at <= info.lineEnd; at += 1) {
    if (/^(`{3,}|~{3,})\s*k8s-sim\b/.test(bare(lines[at] ?? "")) && body.every((line, i) => bare(lines[at + 1 + i] ?? "") === line)) return at;
  }
  return undefined;
}
