import { choose } from "./balance";
import { fabricOf } from "./fabric";
import { askedKey, findWay } from "./route";
import type { Affinity } from "./balance";
import type { Doors } from "./port";
import type { Ground, Turn } from "./route";
import type { NetRequest } from "./trace";
import type { Way } from "./way";
import type { Ref } from "../model";
import type { World } from "../world";

/** The ways to one port of a name or address. */
interface Entrance {
  readonly port: number;
  readonly protocol: NetRequest["protocol"];
  /** Asks for a name as it stands; see `resolve`. */
  readonly absolute: boolean;
  to: Way | Turn | undefined;
}

type Destinations = Map<string, Entrance[]>;

/** How many ways are remembered at most, and how many alternatives at one turn where the request decides. */
const most = 20_000;
const mostAsked = 1_000;

/** The ways that requests took lately. They hold until something of the fabric changes. */
export interface Ways {
  of(world: World, from: Ref | "external", request: NetRequest): Way;
  /** A machine came, went, stopped or started. */
  readonly forget: () => void;
}

export function rememberedWays(doors: Doors, affinityOf: (world: World) => Affinity): Ways {
  let generation = -1;
  let count = 0;
  let bySource = new Map<string, Destinations>();
  let byRef = new WeakMap<Ref, Destinations>();
  let outside: Destinations = new Map();
  /** What was decided for the request that is being sent; one list for all. */
  const decided: (number | string)[] = [];

  const forget = (): void => {
    count = 0;
    bySource = new Map();
    byRef = new WeakMap();
    outside = new Map();
  };

  const destinations = (from: Ref | "external"): Destinations => {
    if (from === "external") return outside;
    let found = byRef.get(from);
    if (found === undefined) {
      const key = `${from.resource}/${from.namespace}/${from.name}`;
      found = bySource.get(key);
      if (found === undefined) bySource.set(key, found = new Map<string, Entrance[]>());
      byRef.set(from, found);
    }
    return found;
  };

  const entrance = (from: Ref | "external", { to, port, protocol, path }: NetRequest): Entrance => {
    const known = destinations(from);
    let list = known.get(to);
    if (list === undefined) known.set(to, list = []);
    const absolute = protocol === "dns" && path === "absolute";
    for (const one of list) if (one.port === port && one.protocol === protocol && one.absolute === absolute) return one;
    const made: Entrance = { port, protocol, absolute, to: undefined };
    list.push(made);
    count++;
    return made;
  };

  const decide = (world: World, turn: Turn, request: NetRequest): number | string => {
    switch (turn.by) {
      case "draw": return world.random(turn.stream).int(turn.among);
      case "rules": return choose(turn.rule, turn.backends, turn.client, world.clock.now, world.random("network/rules"), affinityOf(world));
      case "asked": return askedKey(request);
    }
  };

  /** Finds on from the turn where nothing was known for the last decision; from the entrance where none was made. */
  const explore = (ground: Ground, start: Entrance, turn: Turn | undefined, decided: (number | string)[]): Way => {
    for (let last = turn; ;) {
      const { found, once } = findWay(ground, decided);
      if (!once) {
        count++;
        if (last === undefined) start.to = found;
        else {
          if (last.by === "asked" && last.next.size >= mostAsked) last.next.clear();
          last.next.set(decided[decided.length - 1], found);
        }
      }
      if (found.next === undefined) return found;
      decided.push(decide(ground.world, found, ground.request));
      last = found;
    }
  };

  return {
    forget,
    of(world, from, request) {
      const fabric = fabricOf(world.store);
      if (fabric.generation !== generation || count > most) {
        forget();
        generation = fabric.generation;
      }
      const start = entrance(from, request);
      let depth = 0;
      let turn: Turn | undefined;
      let at = start.to;
      while (at?.next !== undefined) {
        const took = decide(world, at, request);
        decided[depth++] = took;
        turn = at;
        at = at.next.get(took);
      }
      return at ?? explore({ world, doors, fabric, from, request }, start, turn, decided.slice(0, depth));
    },
  };
}
