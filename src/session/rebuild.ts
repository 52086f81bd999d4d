import type { View } from "../cluster/view";
import type { Block, NoteModel } from "../note/model";
import { reconstruct } from "./reconstruct";
import type { Rebuilt } from "./reconstruct";
import { applied } from "./plan";
import type { Notice, Planned } from "./plan";

/** What a transcript speaks of and the cluster does not have. */
export function missingFor(all: readonly Rebuilt[], view: View): readonly Rebuilt[] {
  return all.filter(({ resource, namespace, name }) => view.get({ resource, namespace, name }) === undefined);
}

/** For places without a screen: what `rebuilding` plans of what a transcript speaks of and the cluster does not have. */
export const rebuild = (note: NoteModel, block: Block, view: View): readonly Planned[] => rebuilding(block, missingFor(reconstruct(note, block), view));

/** What brings objects that are missing: one apply, and a wait until they are there. */
export function rebuilding(block: Block, missing: readonly Rebuilt[]): readonly Planned[] {
  if (missing.length === 0) return [];
  const notices = [{ key: "reconstruct.about", args: {} }, ...missing.flatMap(({ doubt }) => (doubt === undefined ? [] : [{ key: doubt[0], args: doubt[1] }]))];
  const wait = (text: string): Planned => ({ is: "command", text, line: text, where: "note", opens: false, span: block.span, notices: [], asks: [] });
  const waits = missing.flatMap(({ resource, namespace, name, text }) => {
    const space = namespace === "default" ? "" : ` -n ${namespace}`;
    // What was ill when it was recorded never becomes ready.
    if (/no-such-tag|exit 1|cpu: "?1000|restartPolicy: Never/.test(text)) return [];
    if (resource === "deployments.apps") return [wait(`kubectl rollout status deployment/${name}${space} --timeout=120s`)];
    return resource === "pods" ? [wait(`kubectl wait --for=condition=Ready pod/${name}${space} --timeout=120s`)] : [];
  });
  // A pod is refused until its namespace has its service account.
  const spaces = missing.filter(({ resource }) => resource === "namespaces");
  const others = missing.filter(({ resource }) => resource !== "namespaces");
  const apply = (of: readonly Rebuilt[], told: readonly Notice[]): Planned => applied(of.map(({ text }) => text.trimEnd()).join("\n---\n"), block.span, told);
  return [
    ...(spaces.length === 0 ? [] : [apply(spaces, []), ...spaces.map(({ name }) => wait(`kubectl wait --for=create serviceaccount/default -n ${name} --timeout=30s`))]),
    ...(others.length === 0 ? [] : [apply(others, notices), ...waits]),
  ];
}
