import type { Verb } from "../command";
import { clusterInfo, completion, cp, options, plugin, proxy, top, version } from "./about";
import { apiResources, apiVersions } from "./api";
import { apply } from "./apply";
import { auth } from "./auth";
import { autoscale } from "./autoscale";
import { certificate } from "./certificate";
import { config } from "./config";
import { create } from "./create";
import { deleteVerb } from "./delete";
import { describe } from "./describe";
import { diff } from "./diff";
import { edit } from "./edit";
import { events } from "./events";
import { attach, exec } from "./exec";
import { explain } from "./explain";
import { expose } from "./expose";
import { get } from "./get";
import { kustomize } from "./kustomize";
import { annotate, label } from "./label";
import { logs } from "./logs";
import { cordon, drain, taint, uncordon } from "./nodes";
import { patch } from "./patch";
import { portForward } from "./port-forward";
import { replace } from "./replace";
import { rollout } from "./rollout";
import { run } from "./run";
import { scale } from "./scale";
import { set } from "./set";
import { wait } from "./wait";

/** The verbs of kubectl, one file each; a new one is a file and a line here. */
export const verbs: readonly Verb[] = [
  create, expose, run, set, explain, get, edit, deleteVerb, rollout, scale, autoscale, certificate, clusterInfo, top, cordon, uncordon, drain, taint,
  describe, logs, attach, exec, portForward, proxy, cp, auth, events, diff, apply, patch, replace, wait, kustomize, label, annotate, completion,
  apiResources, apiVersions, config, plugin, options, version,
];
