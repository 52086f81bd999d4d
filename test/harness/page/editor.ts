// The app's Editor over the real one.
import type { EditorView } from "@codemirror/view";

export interface EditorPosition {
  line: number;
  ch: number;
}

export class Editor {
  constructor(readonly cm: EditorView) {}
  getDoc(): this {
    return this;
  }
  refresh(): void {
    this.cm.requestMeasure();
  }
  getValue(): string {
    return this.cm.state.doc.toString();
  }
  setValue(text: string): void {
    this.cm.dispatch({ changes: { from: 0, to: this.cm.state.doc.length, insert: text } });
  }
  getLine(line: number): string {
    return this.cm.state.doc.line(line + 1).text;
  }
  setLine(line: number, text: string): void {
    const at = this.cm.state.doc.line(line + 1);
    this.cm.dispatch({ changes: { from: at.from, to: at.to, insert: text } });
  }
  lineCount(): number {
    return this.cm.state.doc.lines;
  }
  lastLine(): number {
    return this.cm.state.doc.lines - 1;
  }
  posToOffset(pos: EditorPosition): number {
    const at = this.cm.state.doc.line(Math.min(pos.line + 1, this.cm.state.doc.lines));
    return Math.min(at.from + pos.ch, at.to);
  }
  offsetToPos(offset: number): EditorPosition {
    const at = this.cm.state.doc.lineAt(offset);
    return { line: at.number - 1, ch: offset - at.from };
  }
  getCursor(which: "from" | "to" | "head" | "anchor" = "head"): EditorPosition {
    return this.offsetToPos(this.cm.state.selection.main[which]);
  }
  setCursor(pos: EditorPosition | number, ch = 0): void {
    this.setSelection(typeof pos === "number" ? { line: pos, ch } : pos);
  }
  setSelection(anchor: EditorPosition, head: EditorPosition = anchor): void {
    this.cm.dispatch({ selection: { anchor: this.posToOffset(anchor), head: this.posToOffset(head) } });
  }
  getSelection(): string {
    const { from, to } = this.cm.state.selection.main;
    return this.cm.state.sliceDoc(from, to);
  }
  somethingSelected(): boolean {
    return !this.cm.state.selection.main.empty;
  }
  listSelections(): { anchor: EditorPosition; head: EditorPosition }[] {
    return this.cm.state.selection.ranges.map((range) => ({ anchor: this.offsetToPos(range.anchor), head: this.offsetToPos(range.head) }));
  }
  replaceSelection(text: string): void {
    this.cm.dispatch(this.cm.state.replaceSelection(text));
  }
  getRange(from: EditorPosition, to: EditorPosition): string {
    return this.cm.state.sliceDoc(this.posToOffset(from), this.posToOffset(to));
  }
  replaceRange(text: string, from: EditorPosition, to: EditorPosition = from): void {
    this.cm.dispatch({ changes: { from: this.posToOffset(from), to: this.posToOffset(to), insert: text } });
  }
  transaction(tx: { changes?: { from: EditorPosition; to?: EditorPosition; text: string }[]; selection?: { from: EditorPosition; to?: EditorPosition } }): void {
    const changes = (tx.changes ?? []).map((change) => ({ from: this.posToOffset(change.from), to: this.posToOffset(change.to ?? change.from), insert: change.text }));
    this.cm.dispatch({ changes });
    if (tx.selection !== undefined) this.setSelection(tx.selection.from, tx.selection.to);
  }
  scrollIntoView(range: { from: EditorPosition }): void {
    this.cm.dispatch({ selection: { anchor: this.posToOffset(range.from) }, scrollIntoView: true });
  }
  getScrollInfo(): { top: number; left: number } {
    return { top: this.cm.scrollDOM.scrollTop, left: this.cm.scrollDOM.scrollLeft };
  }
  scrollTo(x?: number | null, y?: number | null): void {
    this.cm.scrollDOM.scrollTo(x ?? 0, y ?? 0);
  }
  focus(): void {
    this.cm.focus();
  }
  blur(): void {
    this.cm.contentDOM.blur();
  }
  hasFocus(): boolean {
    return this.cm.hasFocus;
  }
}
