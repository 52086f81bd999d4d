import { MarkdownView, Notice, Platform } from "obsidian";
import type { Plugin } from "obsidian";
import { t } from "../i18n/index";
import { clusterViewType } from "./cluster-view";
import type { DeedName } from "./deeds";
import { engineOf } from "./mount";
import type { LazySimulator } from "./mount";

/** What each command needs: a note, or a cursor in one. */
const commands: readonly { readonly id: DeedName; readonly needs: "note" | "cursor"; readonly icon: string; readonly where?: "desktop" }[] = [
  { id: "apply-note", needs: "note", icon: "upload" },
  { id: "apply-cursor", needs: "cursor", icon: "upload" },
  { id: "delete-note", needs: "note", icon: "trash-2" },
  { id: "run-block", needs: "cursor", icon: "play" },
  { id: "run-note", needs: "note", icon: "play" },
  { id: "check-note", needs: "note", icon: "list-checks" },
  { id: "reset-cluster", needs: "note", icon: "rotate-ccw" },
  { id: "serve-cluster", needs: "note", icon: "server", where: "desktop" },
  { id: "toggle-note", needs: "note", icon: "image" },
  { id: "toggle-picture", needs: "cursor", icon: "image" },
  { id: "choose-diagram", needs: "cursor", icon: "shapes" },
  { id: "insert-block", needs: "cursor", icon: "square-terminal" },
  { id: "freeze-diagram", needs: "cursor", icon: "snowflake" },
  { id: "freeze-note", needs: "note", icon: "snowflake" },
  { id: "copy-cluster", needs: "note", icon: "copy" },
];

/** The commands of the palette. The simulator is loaded when one is given. `serves`: the reader's settings let clusters be served. */
export function registerCommands(plugin: Plugin, simulator: LazySimulator, serves: () => boolean): void {
  const carryOut = (id: DeedName, view: MarkdownView, path: string): void => {
    const editor = view.getMode() === "source" ? view.editor : undefined;
    engineOf(simulator).then((now) => now.deeds[id]({ view, path, editor })).catch((error: unknown) => {
      new Notice(t("command.failed", { message: error instanceof Error ? error.message : String(error) }));
    });
  };
  for (const { id, needs, icon, where } of commands) {
    const name = t(`command.${id}`);
    plugin.addCommand({
      id,
      name,
      icon,
      checkCallback: (checking) => {
        const view = plugin.app.workspace.getActiveViewOfType(MarkdownView);
        const path = view?.file?.path;
        if (where === "desktop" && (!Platform.isDesktop || !serves())) return false;
        if (view === null || path === undefined || (needs === "cursor" && view.getMode() !== "source")) return false;
        if (!checking) carryOut(id, view, path);
        return true;
      },
    });
  }
  plugin.addCommand({
    id: "open-cluster",
    name: t("command.open-cluster"),
    icon: "network",
    callback: () => void plugin.app.workspace.ensureSideLeaf(clusterViewType, "right", { active: true, reveal: true }),
  });
  // Right click on an image's line: what it shows can be said there.
  plugin.registerEvent(plugin.app.workspace.on("editor-menu", (menu, editor, info) => {
    const line = editor.getLine(editor.getCursor().line);
    const path = info.file?.path;
    if (!(info instanceof MarkdownView) || path === undefined || !/!\[\[?[^\]]*\.(png|jpe?g|gif|svg|webp|avif|bmp)/i.test(line)) return;
    for (const id of ["choose-diagram", "toggle-picture"] as const) {
      menu.addItem((item) => item.setTitle(t(`command.${id}`)).setIcon("shapes").onClick(() => carryOut(id, info, path)));
    }
  }));
}
