import { breath } from "./slices";

/** What pictures stand on, from the ground up: each part is about as much to evaluate as the next. */
const pictures: readonly (() => Promise<unknown>)[] = [
  () => import("../note/read"),
  () => import("../diagrams/concepts/index"),
];

/** As much for what runs. */
const engine: readonly (() => Promise<unknown>)[] = [
  () => import("../cluster/api/schema/schema"),
  () => import("../cluster/api/custom/kind"),
  () => import("../cluster/api/server"),
  () => import("../cluster/api/kinds/index"),
  () => import("../cluster/controllers/index"),
  () => import("../cluster/cluster"),
  () => import("../kubectl/yaml/parse"),
  () => import("../kubectl/kubectl"),
  () => import("../shell/tools/index"),
  () => import("../shell/shell"),
];

/** Evaluates parts with the page's own work between them: in one task it would be felt. */
async function evaluate(parts: readonly (() => Promise<unknown>)[]): Promise<void> {
  for (const part of parts) {
    await part();
    await breath();
  }
}

export async function loadSimulator(): Promise<typeof import("./simulator")> {
  await evaluate(pictures);
  return import("./simulator");
}

export async function loadEngine(): Promise<typeof import("./engine")> {
  await evaluate(engine);
  return import("./engine");
}
