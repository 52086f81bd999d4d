import type { MemoryStore } from "../api/memory-store";
import type { ObjectTable } from "../api/object-table";
import type { Change, ListBy, Reader } from "../api/store";
import type { Json, KubeObject, Ms, Ref, Rev } from "../model";
import type { World } from "../world";

/** How long a change takes over a link, virtual ms; `at least` plus a seeded part. */
export interface LinkLatency {
  readonly least: Ms;
  readonly spread: Ms;
}

/** Who hears of the changes that an informer delivers. */
export interface ChangeHandler {
  changed(change: Change): void;
}

interface Link {
  readonly resource: string;
  /** The stream that its latency is drawn from. */
  readonly stream: string;
  readonly table: ObjectTable;
  readonly handlers: ChangeHandler[];
  delivered: Rev;
  /** When the delivery that is under way arrives, and up to which revision it reaches. */
  arrives: Ms;
  upTo: Rev;
  waiting: boolean;
}

/**
 * The informers of all processes (controller manager, scheduler, kubelets): each process has one cache a resource, shared by
 * its controllers, and fed over a link that lags the store. Without that lag the states that a real cluster prints can't arise.
 */
export class Informers {
  private readonly links = new Map<string, Link>();
  /** By process, then resource. */
  private readonly processes = new Map<string, Map<string, Link>>();
  private readonly byResource = new Map<string, Link[]>();

  constructor(private readonly world: World, private readonly store: MemoryStore, private readonly latency: LinkLatency) {
    store.onCommit((change) => {
      const links = this.byResource.get(change.ref.resource);
      if (links !== undefined) for (const link of links) this.announce(link, change);
    });
  }

  /** Adds a handler to a process's informer of a resource; the objects that exist are put in the cache at once. */
  watch(process: string, resource: string, handler: ChangeHandler): void {
    const key = `${process} ${resource}`;
    let link = this.links.get(key);
    if (link === undefined) {
      link = { resource, stream: `link/${process}/${resource}`, table: this.store.emptyTable(resource), handlers: [], delivered: this.store.rev, arrives: 0, upTo: 0, waiting: false };
      for (const object of this.store.list(resource)) link.table.set({ ref: { resource, namespace: object.metadata.namespace ?? "", name: object.metadata.name }, object });
      this.links.set(key, link);
      this.linksOf(process).set(resource, link);
      const others = this.byResource.get(resource);
      if (others === undefined) this.byResource.set(resource, [link]);
      else others.push(link);
    }
    link.handlers.push(handler);
  }

  /** What a process knows. Resources that it does not watch read as an error of ours. */
  cache(process: string): Reader {
    return new Cache(process, this.linksOf(process));
  }

  private linksOf(process: string): Map<string, Link> {
    let links = this.processes.get(process);
    if (links === undefined) this.processes.set(process, links = new Map<string, Link>());
    return links;
  }

  /** Handler of the timer "informer". */
  deliver(args: Json): void {
    const link = args as unknown as Link;
    link.waiting = false;
    const from = link.delivered;
    const upTo = link.upTo;
    link.delivered = upTo;
    const changes = this.store.changes(link.resource);
    let at = this.store.firstAfter(link.resource, from);
    for (; at < changes.length; at++) {
      const change = changes[at];
      if (change.rev > upTo) {
        this.announce(link, change);
        return;
      }
      if (change.type === "DELETED") link.table.delete(change.ref.namespace, change.ref.name);
      else link.table.set(change);
      for (const handler of link.handlers) handler.changed(change);
    }
  }

  private announce(link: Link, change: Change): void {
    if (link.waiting) {
      // A change that is committed before the delivery under way has left joins it; a later one waits for the next.
      if (link.arrives - this.world.clock.now >= this.latency.least) link.upTo = change.rev;
      return;
    }
    const lag = this.latency.least + (this.latency.spread === 0 ? 0 : this.world.random(link.stream).int(this.latency.spread));
    link.waiting = true;
    link.arrives = this.world.clock.now + lag;
    link.upTo = this.store.rev >= change.rev ? this.lastOf(link, change.rev) : change.rev;
    this.world.clock.at(this.world.clock.now + lag, "informer", link as unknown as Json);
  }

  /** The newest revision of the link's resource, at least `rev`. */
  private lastOf(link: Link, rev: Rev): Rev {
    return this.store.changes(link.resource).at(-1)?.rev ?? rev;
  }
}

class Cache implements Reader {
  constructor(private readonly process: string, private readonly links: ReadonlyMap<string, Link>) {}

  get(ref: Ref): KubeObject | undefined {
    return this.table(ref.resource).get(ref.namespace, ref.name);
  }

  list(resource: string, by?: ListBy): readonly KubeObject[] {
    return this.table(resource).list(by);
  }

  private table(resource: string): ObjectTable {
    const link = this.links.get(resource);
    if (link === undefined) throw new Error(`${this.process} does not watch ${resource}`);
    return link.table;
  }
}
