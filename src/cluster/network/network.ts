import { rememberedWays } from "./ways";
import { hopTime, hopsBack, hopsOut } from "./way";
import type { Affinity } from "./balance";
import type { Crossing, Doors, Network, ReplyTo } from "./port";
import type { NetRequest, NetResponse, NetResult, RequestTrace } from "./trace";
import type { Way } from "./way";
import type { Json, Ms, Ref } from "../model";
import type { TimerHandler, World } from "../world";

/** How many requests are remembered, oldest out first. */
const kept = 4000;

/** A request on its way, and afterwards what is remembered of it: its trace is told only when somebody looks. */
interface Traced extends Crossing {
  readonly id: number;
  readonly way: Way;
  readonly from: Ref | "external";
  readonly request: NetRequest;
  readonly reply: ReplyTo | undefined;
  readonly start: Ms;
  /** When the answer is back; Infinity while that is not known. */
  end: Ms;
  /** What a process answered; without it `result` is the wire's. */
  response: NetResponse | undefined;
  result: NetResult | undefined;
  /** What was told of it, so that a picture that looks at every frame finds the same objects. */
  told: RequestTrace | undefined;
}

interface Traces {
  next: number;
  /** A ring: slot = id % kept. */
  readonly ring: (Traced | undefined)[];
  readonly affinity: Affinity;
}

const initial = (): Traces => ({ next: 1, ring: [], affinity: {} });

function traces(world: World): Traces {
  return world.slice("network", initial);
}

/** The requests that were under way at or after `from`, up to `until`, oldest first. One whose answer is still coming has no end yet. */
export function tracesBetween(world: World, from: Ms, until: Ms): readonly RequestTrace[] {
  const { next, ring } = traces(world);
  const { now } = world.clock;
  const found: RequestTrace[] = [];
  for (let id = Math.max(1, next - kept); id < next; id++) {
    const crossing = ring[id % kept];
    if (crossing !== undefined && crossing.end >= from && crossing.start <= until) found.push(traceOf(crossing, crossing.end <= now));
  }
  return found;
}

function traceOf(crossing: Traced, over: boolean): RequestTrace {
  const known = crossing.told;
  if (known !== undefined && (known.end !== Infinity) === over) return known;
  const { id, way, from, request, start, end } = crossing;
  const result: NetResult = over ? resultOf(crossing) : { ok: false, why: "timeout", trace: String(id) };
  const trace: RequestTrace = {
    id: String(id), purpose: request.protocol === "dns" ? "dns" : quiet(request) ? "probe" : "request", from, request, start, end: over ? end : Infinity,
    out: known?.out ?? hopsOut(way, start), back: over && result.ok ? hopsBack(way, end) : [], result,
  };
  crossing.told = trace;
  return trace;
}

/** What the sender is told. */
function resultOf({ id, way: { address }, response, result }: Traced): NetResult {
  const trace = String(id);
  if (response !== undefined) return { ok: true, response, trace, ...(address === undefined ? {} : { address }) };
  return { ...(result ?? { ok: false, why: "timeout" }), trace };
}

/** Probes go on for ever: they do not keep the cluster from being settled. */
function quiet({ headers }: NetRequest): boolean {
  return headers?.["User-Agent"]?.startsWith("kube-probe") === true;
}

/** The wire: names, addresses, service rules, policies, routes; what arrives is handed to the doors of a pod. */
export function createNetwork(doors: Doors): { readonly network: Network; readonly timers: Readonly<Record<string, TimerHandler>>; moved(): void } {
  const ways = rememberedWays(doors, (world) => traces(world).affinity);

  /** Sends the answer home. Its sender hears of it when it is there; until then the request hangs for all who look. */
  const finish = (world: World, crossing: Traced, end: Ms): void => {
    const { clock } = world;
    const { reply, request } = crossing;
    crossing.end = end > clock.now ? end : clock.now;
    if (reply === undefined) clock.at(end, "network-done", null, quiet(request));
    else clock.at(end, reply.kind, { ...reply.args, result: resultOf(crossing) as unknown as Json }, quiet(request));
  };

  const network: Network = {
    send(world, from, request, reply) {
      const way = ways.of(world, from, request);
      const { clock } = world;
      const state = traces(world);
      const id = state.next++;
      const crossing: Traced = { kind: "crossing", id, way, from, request, reply, start: clock.now, end: Infinity, response: undefined, result: way.result, told: undefined };
      // A request that hangs can be seen hanging.
      state.ring[id % kept] = crossing;
      let at = clock.now;
      for (let stop = way.stops.length; stop > 0; stop--) at += hopTime;
      if (way.door !== undefined) clock.at(at, "network-arrive", crossing as unknown as Json, quiet(request));
      else finish(world, crossing, at + (way.waits ? Math.min(request.timeout, way.after) : way.after));
    },
    answer(world, answered, response, after) {
      const crossing = answered as Traced;
      const { id, way } = crossing;
      if (response === null) crossing.result = { ok: false, why: "reset", trace: String(id), ...(way.address === undefined ? {} : { address: way.address }) };
      else crossing.response = response;
      // It goes back the way it came.
      finish(world, crossing, world.clock.now + after + way.stops.length * hopTime);
    },
  };

  const arrive: TimerHandler = (world, args) => {
    const crossing = args as unknown as Traced;
    const { way, request, id } = crossing;
    const { door, address } = way;
    if (door === undefined || doors.accept(world, door.pod, door.port, request, crossing)) return;
    crossing.result = { ok: false, why: "refused", trace: String(id), ...(address === undefined ? {} : { address }) };
    finish(world, crossing, world.clock.now + hopTime);
  };

  return { network, timers: { "network-arrive": arrive, "network-done": () => undefined }, moved: ways.forget };
}
