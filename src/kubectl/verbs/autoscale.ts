import type { Verb } from "../command";
import { CommandError, throwAll } from "../errors";
import { DRY_RUN, fieldManager, FILENAME_FLAGS, int, PRINT_FLAGS, text, bool } from "../flags";
import { emit, meta } from "../generators/emit";
import { fetchAll } from "../resource/arguments";

/** kubectl autoscale */
export const autoscale: Verb = {
  name: "autoscale",
  short: "Auto-scale a deployment, replica set, stateful set, or replication controller",
  flags: [...FILENAME_FLAGS, ...PRINT_FLAGS, DRY_RUN, fieldManager("kubectl-autoscale"), int("min", "The lower limit for the number of pods that can be set by the autoscaler.", { default: "-1" }), int("max", "The upper limit for the number of pods that can be set by the autoscaler. Required.", { default: "-1" }), int("cpu-percent", "The target average CPU utilization (represented as a percent of requested CPU) over all the pods.", { default: "-1" }), text("name", "The name for the newly created object."), bool("save-config", "If true, the configuration of current object will be saved in its annotation.")],
  run(command) {
    const { flags } = command;
    const [min, max, cpu] = [flags.number("min"), flags.number("max"), flags.number("cpu-percent")];
    if (!flags.changed("max")) throw new CommandError('required flag(s) "max" not set');
    if (max < 1) throw new CommandError("--max=MAXPODS is required and must be at least 1, max: " + String(max));
    if (max < min) throw new CommandError(`--max=MAXPODS must be larger or equal to --min=MINPODS, max: ${max}, min: ${min}`);
    const { infos, errors } = fetchAll(command);
    throwAll(errors);
    for (const info of infos) {
      emit(command, {
        kind: "HorizontalPodAutoscaler", apiVersion: "autoscaling/v1", metadata: meta(flags.text("name") || info.name),
        spec: { scaleTargetRef: { kind: info.object.kind, name: info.name, apiVersion: info.object.apiVersion }, ...(min > 0 ? { minReplicas: min } : {}), maxReplicas: max, ...(cpu >= 0 ? { targetCPUUtilizationPercentage: cpu } : {}) },
        status: { currentReplicas: 0, desiredReplicas: 0 },
      }, { operation: "autoscaled" });
    }
  },
};
