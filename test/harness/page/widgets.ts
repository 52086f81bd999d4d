// Dialogs, menus, notices and settings, as DOM with the app's class names.
import { Component } from "./lifetime";

const icons = new Map<string, string>();

/** Draws an icon; unknown ones are fetched from the icon set that the app ships. */
export function setIcon(parent: HTMLElement, id: string): void {
  const name = id.replace(/^lucide-/, "");
  const draw = (svg: string): void => {
    const parsed = new DOMParser().parseFromString(svg, "text/html").querySelector("svg");
    if (parsed === null) return;
    parsed.setAttribute("class", `svg-icon lucide-${name}`);
    for (const attribute of ["width", "height"]) parsed.setAttribute(attribute, "24");
    parent.replaceChildren(parent.ownerDocument.adoptNode(parsed));
  };
  const held = icons.get(name);
  if (held !== undefined) {
    draw(held);
    return;
  }
  parent.replaceChildren();
  void fetch(`/icon/${name}.svg`)
    .then((answer) => (answer.ok ? answer.text() : ""))
    .then((svg) => {
      icons.set(name, svg);
      draw(svg);
    });
}

export function addIcon(id: string, content: string): void {
  icons.set(id.replace(/^lucide-/, ""), `<svg viewBox="0 0 100 100" fill="none" stroke="currentColor">${content}</svg>`);
}

export function getIcon(id: string): SVGSVGElement | null {
  const holder = document.createElement("div");
  setIcon(holder, id);
  return holder.querySelector("svg");
}

export function setTooltip(el: HTMLElement, text: string): void {
  el.setAttribute("aria-label", text);
}

/** `onClick` and friends of a button-like thing. */
type Run<T> = (value: T) => unknown;

function div(parent: HTMLElement, name: string, text?: string): HTMLDivElement {
  const el = parent.ownerDocument.createElement("div");
  el.className = name;
  if (text !== undefined) el.textContent = text;
  return parent.appendChild(el);
}

export class Scope {
  readonly keys: { modifiers: string[] | null; key: string | null; run: (event: KeyboardEvent) => unknown }[] = [];
  constructor(readonly parent?: Scope) {}
  register(modifiers: string[] | null, key: string | null, run: (event: KeyboardEvent) => unknown): object {
    const entry = { modifiers, key, run };
    this.keys.push(entry);
    return entry;
  }
  unregister(entry: object): void {
    const at = this.keys.indexOf(entry as never);
    if (at >= 0) this.keys.splice(at, 1);
  }
  handle(event: KeyboardEvent): void {
    for (const entry of this.keys) {
      if (entry.key?.toLowerCase() === event.key.toLowerCase() && entry.run(event) === false) event.preventDefault();
    }
  }
}

export class Modal {
  readonly containerEl: HTMLElement;
  readonly modalEl: HTMLElement;
  readonly titleEl: HTMLElement;
  readonly contentEl: HTMLElement;
  readonly scope = new Scope();
  shouldRestoreSelection = true;
  private readonly keydown: (event: KeyboardEvent) => void;
  private back: Element | null = null;

  constructor(readonly app: unknown) {
    this.containerEl = document.createElement("div");
    this.containerEl.className = "modal-container mod-dim";
    div(this.containerEl, "modal-bg").addEventListener("click", () => this.close());
    this.modalEl = div(this.containerEl, "modal");
    this.modalEl.setAttribute("role", "dialog");
    this.modalEl.setAttribute("aria-modal", "true");
    const close = div(this.modalEl, "modal-close-button");
    close.textContent = "×";
    close.addEventListener("click", () => this.close());
    this.titleEl = div(div(this.modalEl, "modal-header"), "modal-title");
    this.contentEl = div(this.modalEl, "modal-content");
    this.keydown = (event) => {
      if (event.key === "Escape") {
        event.stopPropagation();
        this.close();
      } else this.scope.handle(event);
    };
  }
  open(): void {
    this.back = document.activeElement;
    document.body.append(this.containerEl);
    document.addEventListener("keydown", this.keydown, true);
    void this.onOpen();
    this.modalEl.querySelector<HTMLElement>("input, button, select, textarea")?.focus();
  }
  close(): void {
    if (!this.containerEl.isConnected) return;
    this.containerEl.remove();
    document.removeEventListener("keydown", this.keydown, true);
    this.onClose();
    if (this.back instanceof HTMLElement) this.back.focus();
  }
  onOpen(): unknown {
    return undefined;
  }
  onClose(): void {
    return undefined;
  }
  setTitle(title: string): this {
    this.titleEl.textContent = title;
    return this;
  }
  setContent(content: string | Node): this {
    this.contentEl.replaceChildren(content);
    return this;
  }
}

interface Match<T> {
  readonly item: T;
  readonly match: { readonly score: number; readonly matches: readonly (readonly [number, number])[] };
}

export abstract class SuggestModal<T> extends Modal {
  limit = 100;
  emptyStateText = "No results found.";
  readonly inputEl: HTMLInputElement;
  readonly resultContainerEl: HTMLElement;
  private values: T[] = [];
  private chosen = 0;

  constructor(app: unknown) {
    super(app);
    this.modalEl.className = "prompt";
    this.modalEl.replaceChildren();
    this.inputEl = document.createElement("input");
    this.inputEl.className = "prompt-input";
    this.inputEl.type = "text";
    div(this.modalEl, "prompt-input-container").append(this.inputEl);
    this.resultContainerEl = div(this.modalEl, "prompt-results");
    this.inputEl.addEventListener("input", () => void this.update());
    this.inputEl.addEventListener("keydown", (event) => {
      if (event.key === "ArrowDown" || event.key === "ArrowUp") {
        event.preventDefault();
        this.chosen = Math.max(0, Math.min(this.values.length - 1, this.chosen + (event.key === "ArrowDown" ? 1 : -1)));
        this.mark();
      } else if (event.key === "Enter" && !event.isComposing) this.selectActiveSuggestion(event);
    });
  }
  override open(): void {
    super.open();
    this.inputEl.focus();
    void this.update();
  }
  private async update(): Promise<void> {
    this.values = (await this.getSuggestions(this.inputEl.value)).slice(0, this.limit);
    this.chosen = 0;
    this.resultContainerEl.replaceChildren();
    this.values.forEach((value, i) => {
      const el = div(this.resultContainerEl, "suggestion-item");
      this.renderSuggestion(value, el);
      el.addEventListener("mousemove", () => {
        this.chosen = i;
        this.mark();
      });
      el.addEventListener("click", (event) => this.selectSuggestion(value, event));
    });
    if (this.values.length === 0) div(this.resultContainerEl, "suggestion-empty", this.emptyStateText);
    this.mark();
  }
  private mark(): void {
    [...this.resultContainerEl.children].forEach((el, i) => el.classList.toggle("is-selected", i === this.chosen));
  }
  selectActiveSuggestion(event: KeyboardEvent): void {
    const value = this.values[this.chosen];
    if (value !== undefined) this.selectSuggestion(value, event);
  }
  selectSuggestion(value: T, event: MouseEvent | KeyboardEvent): void {
    this.close();
    void this.onChooseSuggestion(value, event);
  }
  setPlaceholder(text: string): void {
    this.inputEl.placeholder = text;
  }
  setInstructions(instructions: { command: string; purpose: string }[]): void {
    const el = div(this.modalEl, "prompt-instructions");
    for (const { command, purpose } of instructions) div(el, "prompt-instruction", `${command} ${purpose}`);
  }
  abstract getSuggestions(query: string): T[] | Promise<T[]>;
  abstract renderSuggestion(value: T, el: HTMLElement): void;
  abstract onChooseSuggestion(value: T, event: MouseEvent | KeyboardEvent): unknown;
}

/** Every letter of the query in order. */
export function prepareFuzzySearch(query: string): (text: string) => { score: number; matches: [number, number][] } | null {
  return (text) => {
    const matches: [number, number][] = [];
    let at = 0;
    for (const letter of query.toLowerCase().replace(/\s+/g, "")) {
      const found = text.toLowerCase().indexOf(letter, at);
      if (found < 0) return null;
      matches.push([found, found + 1]);
      at = found + 1;
    }
    return { score: matches.length === 0 ? 0 : -(matches.at(-1)?.[1] ?? 0), matches };
  };
}

export abstract class FuzzySuggestModal<T> extends SuggestModal<Match<T>> {
  getSuggestions(query: string): Match<T>[] {
    const search = prepareFuzzySearch(query);
    return this.getItems()
      .flatMap((item) => {
        const match = search(this.getItemText(item));
        return match === null ? [] : [{ item, match }];
      })
      .sort((a, b) => b.match.score - a.match.score);
  }
  renderSuggestion(value: Match<T>, el: HTMLElement): void {
    el.textContent = this.getItemText(value.item);
  }
  onChooseSuggestion(value: Match<T>, event: MouseEvent | KeyboardEvent): unknown {
    return this.onChooseItem(value.item, event);
  }
  abstract getItems(): T[];
  abstract getItemText(item: T): string;
  abstract onChooseItem(item: T, event: MouseEvent | KeyboardEvent): unknown;
}

export class MenuItem {
  readonly dom = document.createElement("div");
  private readonly iconEl: HTMLElement;
  private readonly titleEl: HTMLElement;
  private disabled = false;
  submenu: Menu | undefined;
  constructor(private readonly menu: Menu) {
    this.dom.className = "menu-item tappable";
    this.dom.setAttribute("role", "menuitem");
    this.dom.tabIndex = -1;
    this.iconEl = div(this.dom, "menu-item-icon");
    this.titleEl = div(this.dom, "menu-item-title");
  }
  setTitle(title: string | DocumentFragment): this {
    this.titleEl.replaceChildren(title);
    return this;
  }
  setIcon(icon: string | null): this {
    if (icon !== null) setIcon(this.iconEl, icon);
    return this;
  }
  setChecked(checked: boolean | null): this {
    this.dom.classList.toggle("mod-checked", checked === true);
    this.dom.setAttribute("aria-checked", String(checked === true));
    return this;
  }
  setDisabled(disabled: boolean): this {
    this.disabled = disabled;
    this.dom.classList.toggle("is-disabled", disabled);
    return this;
  }
  setWarning(warning: boolean): this {
    this.dom.classList.toggle("is-warning", warning);
    return this;
  }
  setIsLabel(label: boolean): this {
    this.dom.classList.toggle("is-label", label);
    return this;
  }
  setSection(section: string): this {
    this.dom.dataset["section"] = section;
    return this;
  }
  setSubmenu(): Menu {
    this.submenu ??= new Menu();
    const { submenu } = this;
    this.dom.addEventListener("click", (event) => {
      event.stopPropagation();
      const box = this.dom.getBoundingClientRect();
      submenu.showAtPosition({ x: box.right, y: box.top }, this.dom.ownerDocument);
    });
    return submenu;
  }
  onClick(run: (event: MouseEvent | KeyboardEvent) => unknown): this {
    this.dom.addEventListener("click", (event) => {
      if (this.disabled) return;
      this.menu.hide();
      run(event);
    });
    return this;
  }
}

export class Menu extends Component {
  readonly dom = document.createElement("div");
  private hidden: (() => unknown) | undefined;
  private away: ((event: Event) => void) | undefined;
  constructor() {
    super();
    this.dom.className = "menu";
    this.dom.setAttribute("role", "menu");
  }
  static forEvent(event: MouseEvent): Menu {
    event.preventDefault();
    const menu = new Menu();
    queueMicrotask(() => menu.showAtMouseEvent(event));
    return menu;
  }
  addItem(fill: (item: MenuItem) => unknown): this {
    const item = new MenuItem(this);
    this.dom.append(item.dom);
    fill(item);
    return this;
  }
  addSeparator(): this {
    div(this.dom, "menu-separator");
    return this;
  }
  setNoIcon(): this {
    return this;
  }
  setUseNativeMenu(): this {
    return this;
  }
  setParentElement(): this {
    return this;
  }
  onHide(run: () => unknown): void {
    this.hidden = run;
  }
  showAtMouseEvent(event: MouseEvent): this {
    return this.showAtPosition({ x: event.clientX, y: event.clientY }, event.view?.document ?? document);
  }
  showAtPosition(at: { x: number; y: number }, doc: Document = document): this {
    if (this.dom.isConnected) return this;
    doc.body.append(this.dom);
    const box = this.dom.getBoundingClientRect();
    const width = doc.documentElement.clientWidth;
    const height = doc.documentElement.clientHeight;
    this.dom.style.left = `${Math.max(4, Math.min(at.x, width - box.width - 4))}px`;
    this.dom.style.top = `${Math.max(4, Math.min(at.y, height - box.height - 4))}px`;
    const away = (event: Event): void => {
      if (event instanceof KeyboardEvent) {
        const items = [...this.dom.querySelectorAll<HTMLElement>(".menu-item:not(.is-disabled)")];
        const now = items.indexOf(doc.activeElement as HTMLElement);
        if (event.key === "Escape") this.hide();
        else if (event.key === "ArrowDown") items[(now + 1) % items.length]?.focus();
        else if (event.key === "ArrowUp") items[(now - 1 + items.length) % items.length]?.focus();
        else if (event.key === "Enter" && now >= 0) items[now]?.click();
        else return;
        event.preventDefault();
        event.stopPropagation();
      } else if (!(event.target instanceof Node && (event.target as Element).closest?.(".menu") !== null)) this.hide();
    };
    this.away = away;
    setTimeout(() => doc.addEventListener("pointerdown", away, true));
    doc.addEventListener("keydown", away, true);
    this.load();
    return this;
  }
  hide(): this {
    const doc = this.dom.ownerDocument;
    if (this.away !== undefined) {
      doc.removeEventListener("pointerdown", this.away, true);
      doc.removeEventListener("keydown", this.away, true);
      this.away = undefined;
    }
    for (const menu of doc.querySelectorAll(".menu")) menu.remove();
    this.unload();
    this.hidden?.();
    return this;
  }
  close(): void {
    this.hide();
  }
}

export class Notice {
  readonly noticeEl: HTMLElement;
  readonly messageEl: HTMLElement;
  readonly containerEl: HTMLElement;
  constructor(message: string | DocumentFragment, duration = 4000) {
    const holder = document.querySelector<HTMLElement>(".notice-container") ?? div(document.body, "notice-container");
    this.containerEl = this.noticeEl = div(holder, "notice");
    this.noticeEl.setAttribute("role", "status");
    this.messageEl = div(this.noticeEl, "notice-message");
    this.setMessage(message);
    this.noticeEl.addEventListener("click", () => this.hide());
    if (duration > 0) window.setTimeout(() => this.hide(), duration);
  }
  setMessage(message: string | DocumentFragment): this {
    this.messageEl.replaceChildren(message);
    return this;
  }
  hide(): void {
    this.noticeEl.remove();
  }
}

export class BaseComponent {
  disabled = false;
  then(run: (self: this) => unknown): this {
    run(this);
    return this;
  }
  setDisabled(disabled: boolean): this {
    this.disabled = disabled;
    return this;
  }
}

export class ValueComponent<T> extends BaseComponent {
  protected run: Run<T> | undefined;
  onChange(run: Run<T>): this {
    this.run = run;
    return this;
  }
}

export class ButtonComponent extends BaseComponent {
  readonly buttonEl: HTMLButtonElement;
  constructor(parent: HTMLElement) {
    super();
    this.buttonEl = parent.appendChild(document.createElement("button"));
  }
  setButtonText(text: string): this {
    this.buttonEl.textContent = text;
    return this;
  }
  setIcon(icon: string): this {
    setIcon(this.buttonEl, icon);
    return this;
  }
  setTooltip(text: string): this {
    setTooltip(this.buttonEl, text);
    return this;
  }
  setCta(): this {
    return this.setClass("mod-cta");
  }
  removeCta(): this {
    this.buttonEl.classList.remove("mod-cta");
    return this;
  }
  setWarning(): this {
    return this.setClass("mod-warning");
  }
  setDestructive(): this {
    return this.setClass("mod-destructive");
  }
  setClass(name: string): this {
    this.buttonEl.classList.add(name);
    return this;
  }
  override setDisabled(disabled: boolean): this {
    this.buttonEl.disabled = disabled;
    return super.setDisabled(disabled);
  }
  onClick(run: (event: MouseEvent) => unknown): this {
    this.buttonEl.addEventListener("click", run);
    return this;
  }
}

export class ExtraButtonComponent extends BaseComponent {
  readonly extraSettingsEl: HTMLElement;
  constructor(parent: HTMLElement) {
    super();
    this.extraSettingsEl = div(parent, "clickable-icon extra-setting-button");
  }
  setIcon(icon: string): this {
    setIcon(this.extraSettingsEl, icon);
    return this;
  }
  setTooltip(text: string): this {
    setTooltip(this.extraSettingsEl, text);
    return this;
  }
  onClick(run: () => unknown): this {
    this.extraSettingsEl.addEventListener("click", run);
    return this;
  }
}

export class ToggleComponent extends ValueComponent<boolean> {
  readonly toggleEl: HTMLElement;
  private readonly box: HTMLInputElement;
  constructor(parent: HTMLElement) {
    super();
    this.toggleEl = div(parent, "checkbox-container");
    this.box = this.toggleEl.appendChild(document.createElement("input"));
    this.box.type = "checkbox";
    this.toggleEl.addEventListener("click", () => this.setValue(!this.getValue()));
  }
  getValue(): boolean {
    return this.box.checked;
  }
  setValue(on: boolean): this {
    const changed = this.box.checked !== on;
    this.box.checked = on;
    this.toggleEl.classList.toggle("is-enabled", on);
    if (changed) this.run?.(on);
    return this;
  }
}

class InputComponent<E extends HTMLInputElement | HTMLTextAreaElement> extends ValueComponent<string> {
  constructor(readonly inputEl: E) {
    super();
    inputEl.addEventListener("input", () => this.run?.(inputEl.value));
  }
  getValue(): string {
    return this.inputEl.value;
  }
  setValue(value: string): this {
    this.inputEl.value = value;
    return this;
  }
  setPlaceholder(text: string): this {
    this.inputEl.placeholder = text;
    return this;
  }
}

export class TextComponent extends InputComponent<HTMLInputElement> {
  constructor(parent: HTMLElement) {
    super(parent.appendChild(document.createElement("input")));
    this.inputEl.type = "text";
  }
}
export class SearchComponent extends TextComponent {}
export class TextAreaComponent extends InputComponent<HTMLTextAreaElement> {
  constructor(parent: HTMLElement) {
    super(parent.appendChild(document.createElement("textarea")));
  }
}

export class DropdownComponent extends ValueComponent<string> {
  readonly selectEl: HTMLSelectElement;
  constructor(parent: HTMLElement) {
    super();
    this.selectEl = parent.appendChild(document.createElement("select"));
    this.selectEl.className = "dropdown";
    this.selectEl.addEventListener("change", () => this.run?.(this.selectEl.value));
  }
  addOption(value: string, text: string): this {
    this.selectEl.add(new Option(text, value));
    return this;
  }
  addOptions(options: Record<string, string>): this {
    for (const [value, text] of Object.entries(options)) this.addOption(value, text);
    return this;
  }
  getValue(): string {
    return this.selectEl.value;
  }
  setValue(value: string): this {
    this.selectEl.value = value;
    return this;
  }
}

export class SliderComponent extends ValueComponent<number> {
  readonly sliderEl: HTMLInputElement;
  constructor(parent: HTMLElement) {
    super();
    this.sliderEl = parent.appendChild(document.createElement("input"));
    this.sliderEl.type = "range";
    this.sliderEl.className = "slider";
    this.sliderEl.addEventListener("input", () => this.run?.(this.getValue()));
  }
  setLimits(min: number, max: number, step: number | "any"): this {
    Object.assign(this.sliderEl, { min: String(min), max: String(max), step: String(step) });
    return this;
  }
  setDynamicTooltip(): this {
    return this;
  }
  getValue(): number {
    return Number(this.sliderEl.value);
  }
  setValue(value: number): this {
    this.sliderEl.value = String(value);
    return this;
  }
}

export class Setting {
  readonly settingEl: HTMLElement;
  readonly infoEl: HTMLElement;
  readonly nameEl: HTMLElement;
  readonly descEl: HTMLElement;
  readonly controlEl: HTMLElement;
  readonly components: BaseComponent[] = [];
  constructor(parent: HTMLElement) {
    this.settingEl = div(parent, "setting-item");
    this.infoEl = div(this.settingEl, "setting-item-info");
    this.nameEl = div(this.infoEl, "setting-item-name");
    this.descEl = div(this.infoEl, "setting-item-description");
    this.controlEl = div(this.settingEl, "setting-item-control");
  }
  private add<T extends BaseComponent>(made: T, fill: (component: T) => unknown): this {
    this.components.push(made);
    fill(made);
    return this;
  }
  setName(name: string | DocumentFragment): this {
    this.nameEl.replaceChildren(name);
    return this;
  }
  setDesc(text: string | DocumentFragment): this {
    this.descEl.replaceChildren(text);
    return this;
  }
  setHeading(): this {
    return this.setClass("setting-item-heading");
  }
  setClass(name: string): this {
    this.settingEl.classList.add(name);
    return this;
  }
  setTooltip(text: string): this {
    setTooltip(this.nameEl, text);
    return this;
  }
  setDisabled(disabled: boolean): this {
    this.settingEl.classList.toggle("is-disabled", disabled);
    for (const component of this.components) component.setDisabled(disabled);
    return this;
  }
  clear(): this {
    this.controlEl.replaceChildren();
    return this;
  }
  then(run: (self: this) => unknown): this {
    run(this);
    return this;
  }
  addButton(fill: Run<ButtonComponent>): this {
    return this.add(new ButtonComponent(this.controlEl), fill);
  }
  addExtraButton(fill: Run<ExtraButtonComponent>): this {
    return this.add(new ExtraButtonComponent(this.controlEl), fill);
  }
  addToggle(fill: Run<ToggleComponent>): this {
    return this.add(new ToggleComponent(this.controlEl), fill);
  }
  addText(fill: Run<TextComponent>): this {
    return this.add(new TextComponent(this.controlEl), fill);
  }
  addSearch(fill: Run<SearchComponent>): this {
    return this.add(new SearchComponent(this.controlEl), fill);
  }
  addTextArea(fill: Run<TextAreaComponent>): this {
    return this.add(new TextAreaComponent(this.controlEl), fill);
  }
  addDropdown(fill: Run<DropdownComponent>): this {
    return this.add(new DropdownComponent(this.controlEl), fill);
  }
  addSlider(fill: Run<SliderComponent>): this {
    return this.add(new SliderComponent(this.controlEl), fill);
  }
}

export class SettingGroup {
  readonly listEl: HTMLElement;
  private readonly headingEl: HTMLElement;
  constructor(parent: HTMLElement) {
    const group = div(parent, "setting-group");
    this.headingEl = div(group, "setting-item setting-item-heading");
    this.listEl = div(group, "setting-items");
  }
  setHeading(text: string | DocumentFragment): this {
    this.headingEl.replaceChildren(text);
    return this;
  }
  addClass(...names: string[]): this {
    this.listEl.classList.add(...names);
    return this;
  }
  addSetting(fill: Run<Setting>): this {
    fill(new Setting(this.listEl));
    return this;
  }
}

export class SettingTab {
  readonly containerEl = document.createElement("div");
  icon = "";
  constructor(readonly app: unknown) {
    this.containerEl.className = "vertical-tab-content";
  }
  display(): void {
    return undefined;
  }
  hide(): void {
    this.containerEl.replaceChildren();
  }
}

export class PluginSettingTab extends SettingTab {
  constructor(
    app: unknown,
    readonly plugin: unknown,
  ) {
    super(app);
  }
}
