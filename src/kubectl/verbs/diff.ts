import type { KubeObject } from "../../cluster/model";
import type { Verb } from "../command";
import { Exit, isNotFound, throwAll } from "../errors";
import { bool, fieldManager, FILENAME_FLAGS, SELECTOR } from "../flags";
import { configurationOf, lastApplied } from "../last-applied";
import type { Obj } from "../objects";
import { obj } from "../objects";
import { goYaml } from "../print/yaml";
import { unifiedDiff } from "../print/unified-diff";
import { threeWayPatch } from "../three-way";
import { groupVersion } from "../discovery";
import { manifestsOf } from "./apply";
import { VALIDATE } from "./create";

/** kubectl diff: what apply would change, as the server sees it; exits with 1 where there is a difference. */
export const diff: Verb = {
  name: "diff",
  short: "Diff the live version against a would-be applied version",
  flags: [...FILENAME_FLAGS, SELECTOR, VALIDATE, fieldManager("kubectl-client-side-apply"), bool("server-side", "If true, apply runs in the server instead of the client."), bool("force-conflicts", "If true, server-side apply will force the changes against conflicts."), bool("prune", "Include resources that would be deleted by pruning.")],
  run(command) {
    const errors: Error[] = [];
    let different = false;
    for (const read of manifestsOf(command, false)) {
      if (read instanceof Error) {
        errors.push(read);
        continue;
      }
      const { mapping, namespace, name } = read;
      const manifest = read.object ?? { apiVersion: "", kind: "", metadata: {} };
      let live: KubeObject | undefined;
      let merged: KubeObject;
      try {
        live = command.ask<KubeObject>("get", mapping, { namespace, name });
        const text = lastApplied(live);
        // Unlike apply, diff leaves the annotation that remembers the file as it is.
        const patch = threeWayPatch(mapping, text === undefined ? {} : (JSON.parse(text) as Obj), JSON.parse(configurationOf(manifest)) as Obj, live);
        merged = command.ask<KubeObject>("patch", mapping, { namespace, name, contentType: patch.contentType, body: patch.body, query: { dryRun: "All", fieldManager: "kubectl-client-side-apply" } });
      } catch (error) {
        if (!isNotFound(error)) {
          errors.push(error as Error);
          continue;
        }
        merged = command.ask<KubeObject>("create", mapping, { namespace, body: manifest, query: { dryRun: "All", fieldManager: "kubectl-client-side-apply" } });
      }
      const file = `${groupVersion(mapping).replace("/", ".")}.${mapping.kind}.${namespace}.${name}`;
      const stamp = `${new Date(command.unix).toISOString().replace("T", " ").replace("Z", "000000")} +0000`;
      const text = unifiedDiff(live ? goYaml(shown(live)) : "", goYaml(shown(merged)), `/tmp/LIVE-${id(command.unix)}/${file}\t${stamp}`, `/tmp/MERGED-${id(command.unix + 1)}/${file}\t${stamp}`);
      if (text === "") continue;
      different = true;
      command.out(`diff -u -N /tmp/LIVE-${id(command.unix)}/${file} /tmp/MERGED-${id(command.unix + 1)}/${file}\n${text}`);
    }
    throwAll(errors);
    if (different) throw new Exit(1);
  },
};

function id(seed: number): string {
  return String(Math.floor(seed) % 4_000_000_000).padStart(10, "1");
}

function shown(object: KubeObject): Obj {
  const { managedFields: _gone, ...metadata } = obj(object.metadata);
  return { ...object, metadata };
}
