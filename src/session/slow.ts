import type { Effect, ProcessInput, Program, Step } from "../cluster/images/program";
import type { Json, Ms } from "../cluster/model";

interface Starting { readonly early: readonly Json[] }

const id = "start-up";

/** A program that needs `ms` of virtual time before it begins; what comes meanwhile waits for it. */
export function slow(program: Program<Json>, ms: Ms): Program<Json> {
  return {
    start: () => ({ state: { starting: { early: [] } }, do: [{ do: "sleep", id, ms }] }),
    on(state, input, context): Step<Json> {
      const { starting, inner } = state as { readonly starting?: Starting; readonly inner?: Json };
      if (starting === undefined) {
        const step = program.on(inner ?? null, input, context);
        return { state: running(step.state), do: step.do };
      }
      if (input.is === "signal") return { state, do: [{ do: "exit" as const, code: input.name === "INT" ? 130 : 143 }] };
      if (input.is !== "wake" || input.id !== id) return { state: { starting: { early: [...starting.early, input as unknown as Json] } }, do: [] };
      let step = program.start(context);
      const effects: Effect[] = [...step.do];
      for (const early of starting.early) {
        if (effects.some((effect) => effect.do === "exit")) break;
        step = program.on(step.state, early as unknown as ProcessInput, context);
        effects.push(...step.do);
      }
      return { state: running(step.state), do: effects };
    },
  };
}

function running(inner: Json): Json {
  return { inner };
}
