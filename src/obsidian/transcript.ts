import type { MarkdownPostProcessorContext } from "obsidian";
import { engineOf, isPrint } from "./mount";
import type { LazySimulator } from "./mount";
import { Shown } from "./reading";

/** What a transcript may be fenced as; notes use whatever their highlighter knew. */
const languages = /(?:^|\s)language-(bash|sh|shell|zsh|console|terminal|powershell|ps1|cmd|text|txt|jsx|js|none|plain|yaml)?(?:\s|$)/;

/** Ordinary code blocks that hold kubectl lines get a small Run button in reading view. */
export function transcriptProcessor(simulator: LazySimulator): (el: HTMLElement, ctx: MarkdownPostProcessorContext) => Promise<void> | void {
  return (el, ctx) => {
    if (isPrint(el.doc)) return;
    const found = el.findAll("pre > code").filter((code) => (!/language-/.test(code.className) || languages.test(code.className)) && /(^|\s)(kubectl|k)\s+\w/.test(code.textContent));
    if (found.length === 0) return;
    return (async () => {
      const now = await engineOf(simulator);
      for (const code of found) {
        const pre = code.parentElement;
        if (pre === null) continue;
        const host = el.createDiv("k8s-sim-replay");
        pre.after(host);
        const mounted = await now.mountTranscript(host, { path: ctx.sourcePath, source: code.textContent.replace(/\n$/, ""), print: false, line: () => undefined });
        if (mounted === undefined) host.remove();
        else ctx.addChild(new Shown(host, { ready: mounted.ready, unmount: () => (mounted.unmount(), host.remove()) }));
      }
    })();
  };
}
