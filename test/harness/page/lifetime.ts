// Component and Events, as the app has them.

export interface EventRef {
  readonly name: string;
  readonly run: (...args: never[]) => unknown;
  readonly owner: Events;
}

export class Events {
  private readonly refs = new Set<EventRef>();

  on(name: string, run: (...args: never[]) => unknown, context?: unknown): EventRef {
    const ref = { name, run: context === undefined ? run : run.bind(context), owner: this };
    this.refs.add(ref);
    return ref;
  }

  off(name: string, run: (...args: never[]) => unknown): void {
    for (const ref of this.refs) if (ref.name === name && ref.run === run) this.refs.delete(ref);
  }

  offref(ref: EventRef): void {
    this.refs.delete(ref);
  }

  trigger(name: string, ...args: unknown[]): void {
    for (const ref of [...this.refs]) {
      if (ref.name !== name) continue;
      try {
        ref.run(...(args as never[]));
      } catch (error) {
        console.error(error);
      }
    }
  }

  get size(): number {
    return this.refs.size;
  }
}

/** How many components are loaded now: leaks show here. */
export const census = { components: 0, listeners: 0 };

export class Component {
  _loaded = false;
  private readonly below: Component[] = [];
  private readonly undo: (() => unknown)[] = [];

  load(): void {
    if (this._loaded) return;
    this._loaded = true;
    census.components += 1;
    const done: unknown = this.onload();
    if (done instanceof Promise) done.catch((error: unknown) => console.error(error));
    for (const child of [...this.below]) child.load();
  }

  onload(): unknown {
    return undefined;
  }

  unload(): void {
    if (!this._loaded) return;
    this._loaded = false;
    census.components -= 1;
    for (const child of this.below.splice(0).reverse()) child.unload();
    for (const undo of this.undo.splice(0).reverse()) undo();
    this.onunload();
  }

  onunload(): void {
    return undefined;
  }

  addChild<T extends Component>(child: T): T {
    this.below.push(child);
    if (this._loaded) child.load();
    return child;
  }

  removeChild<T extends Component>(child: T): T {
    const at = this.below.indexOf(child);
    if (at >= 0) this.below.splice(at, 1);
    child.unload();
    return child;
  }

  register(undo: () => unknown): void {
    this.undo.push(undo);
  }

  registerEvent(ref: EventRef): void {
    this.register(() => ref.owner.offref(ref));
  }

  registerDomEvent(target: EventTarget, type: string, run: (event: Event) => unknown, options?: boolean | AddEventListenerOptions): void {
    target.addEventListener(type, run, options);
    census.listeners += 1;
    this.register(() => {
      census.listeners -= 1;
      target.removeEventListener(type, run, options);
    });
  }

  registerInterval(id: number): number {
    this.register(() => window.clearInterval(id));
    return id;
  }
}

export class MarkdownRenderChild extends Component {
  constructor(public containerEl: HTMLElement) {
    super();
  }
}
