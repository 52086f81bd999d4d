// What `require("obsidian")` answers: the mocks for what is rarely used, and our own classes where something must be seen.
import * as mocks from "obsidian-test-mocks/obsidian";
import type { App } from "./app";
import { FileView, ItemView, MarkdownView, Plugin, View, WorkspaceLeaf } from "./app";
import { Editor } from "./editor";
import { Component, Events, MarkdownRenderChild } from "./lifetime";
import { editorEditorField, editorInfoField, editorLivePreviewField, editorViewField } from "./live-preview";
import { fragment, frontMatterLines } from "./markdown";
import { render } from "./reading";
import { MetadataCache, TAbstractFile, TFile, TFolder, Vault, normalizePath, parseLinktext } from "./vault";
import * as widgets from "./widgets";

export function obsidianModule(app: App, mobile: boolean): Record<string, unknown> {
  const MarkdownRenderer = {
    render: (_app: unknown, text: string, into: HTMLElement, path: string, owner: Component) => render(app, { text, path, into, owner, sectionInfo: false }),
  };
  return {
    ...mocks,
    ...widgets,
    Component, Events, MarkdownRenderChild, Plugin, View, ItemView, FileView, MarkdownView, WorkspaceLeaf, Editor,
    Vault, TAbstractFile, TFile, TFolder, MetadataCache, normalizePath, parseLinktext, MarkdownRenderer,
    editorEditorField, editorInfoField, editorLivePreviewField, editorViewField, livePreviewState: editorLivePreviewField,
    apiVersion: "1.13.1",
    requireApiVersion: (version: string) => version.localeCompare("1.13.1", undefined, { numeric: true }) <= 0,
    getLanguage: () => app.language,
    loadMermaid: () => app.loadMermaid(),
    sanitizeHTMLToDom: (html: string) => fragment(html, document),
    getLinkpath: (linktext: string) => parseLinktext(linktext).path,
    getFrontMatterInfo: (text: string) => {
      const lines = frontMatterLines(text);
      const contentStart = lines === 0 ? 0 : text.split("\n").slice(0, lines).join("\n").length + 1;
      return { exists: lines > 0, frontmatter: text.slice(4, Math.max(4, contentStart - 4)), from: 4, to: contentStart - 4, contentStart };
    },
    Platform: {
      isDesktop: !mobile, isMobile: mobile, isDesktopApp: false, isMobileApp: false, isPhone: mobile, isTablet: false,
      isIosApp: false, isAndroidApp: false, isMacOS: false, isWin: false, isLinux: true, isSafari: false, resourcePathPrefix: "/vault/",
    },
  };
}
