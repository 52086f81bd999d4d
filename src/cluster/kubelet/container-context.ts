import type { Files, ProcessContext } from "../images/program";
import type { Dict, Ms, Random, Ref } from "../model";
import type { World } from "../world";
import { runtime, type ContainerRecord, type ProcessRecord } from "./runtime-state";

/** What a process of a container sees of it. One for as long as the process lives: what changes is read when it is asked for, and files are made ready for who opens one. */
export class ContainerContext implements ProcessContext {
  private made: Files | undefined;

  constructor(private readonly world: World, private readonly record: ProcessRecord, private readonly of: ContainerRecord, readonly epoch: Ms, private readonly filesOf: (world: World, container: ContainerRecord) => Files) {}

  get now(): Ms { return this.world.clock.now; }
  get pod(): Ref { return this.of.pod; }
  get container(): string { return this.of.name; }
  get pid(): number { return this.record.pid; }
  get argv(): readonly string[] { return this.record.argv; }
  get env(): Dict { return this.of.env; }
  get cwd(): string { return this.of.cwd; }
  get hostname(): string { return this.of.hostname; }
  get address(): string { return this.of.address; }
  get user(): number { return this.of.user; }
  get tty(): boolean { return this.record.tty; }
  get ports(): readonly number[] { return this.of.ports; }
  get files(): Files { return this.made ??= this.filesOf(this.world, this.of); }
  get random(): Random { return this.world.random(`process/${this.of.key}`); }

  processes(): readonly { readonly pid: number; readonly argv: readonly string[]; readonly start: Ms }[] {
    const { processes } = runtime(this.world);
    return Object.values(this.of.pids).map((id) => processes[id]).filter((process) => process !== undefined).map(({ pid, argv, start }) => ({ pid, argv, start }));
  }
}
