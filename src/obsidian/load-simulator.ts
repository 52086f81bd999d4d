import { breath } from "./slices";

/** What the simulator stands on, from the ground up: each part is about as much to evaluate as the next. */
const parts: readonly (() => Promise<unknown>)[] = [
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
  () => import("../diagrams/concepts/index"),
];

/** Evaluates the simulator, with the page's own work between its parts: in one task it would be felt. */
export async function loadSimulator(): Promise<typeof import("./simulator")> {
  for (const part of parts) {
    await part();
    await breath();
  }
  return import("./simulator");
}
