import type { Cancel, Ms } from "../../src/cluster/model";
import type { Concept } from "../../src/diagrams/concept";
import type { DiagramModel } from "../../src/ui/diagram-model";
import type { Scripted } from "../diagrams/scripted-cluster";

/** A model that plays a written log: what a diagram needs of a cluster, and no more. */
export function logModel(concept: Concept, log: Scripted, start: Ms, source: "note" | "example" = "example"): DiagramModel & { readonly ran: string[] } {
  const listeners = new Set<() => void>();
  const changed = (): void => listeners.forEach((fn) => fn());
  let now = start;
  let playing = false;
  let scrubbed: Ms | undefined;
  const ran: string[] = [];
  const model = {
    concept,
    source,
    ran,
    view: (time?: Ms) => ({ ...log.view(Math.min(time ?? now, now)), live: time === undefined || time >= now }),
    get now() {
      return now;
    },
    end: concept.scenario.end,
    get playing() {
      return playing;
    },
    play() {
      playing = true;
      changed();
    },
    pause() {
      playing = false;
      changed();
    },
    step() {
      now = log.log.find(({ at }) => at > now)?.at ?? now + 1000;
      changed();
    },
    speed: 1,
    get scrubbed() {
      return scrubbed;
    },
    scrub(time: Ms) {
      scrubbed = Math.max(0, Math.min(time, now));
      changed();
    },
    live() {
      scrubbed = undefined;
      changed();
    },
    branch() {
      if (scrubbed !== undefined) now = scrubbed;
      scrubbed = undefined;
      changed();
    },
    reset() {
      now = 0;
      scrubbed = undefined;
      changed();
    },
    run(line: string, write: (text: string) => void) {
      ran.push(line);
      write(`${line.split(" ")[1] ?? ""}: done\n`);
      return Promise.resolve(0);
    },
    describe: (ref: { readonly name: string }) => `Name:             ${ref.name}\nNamespace:        default\nStatus:           Running\n`,
    yaml: (ref: { readonly name: string }) => `apiVersion: v1\nkind: Pod\nmetadata:\n  name: ${ref.name}\n`,
    logs: () => "",
    events: () => "",
    frame(elapsed: number) {
      now += elapsed * model.speed;
    },
    onChange(fn: () => void): Cancel {
      listeners.add(fn);
      return () => listeners.delete(fn);
    },
  };
  return model;
}
