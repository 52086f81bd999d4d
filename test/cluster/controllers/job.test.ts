import { describe, expect, it } from "vitest";
import { bench } from "../kubelet/cluster-harness";
import { formatIndexes, parseIndexes } from "../../../src/cluster/controllers/job-indexes";
import { userland } from "../../../src/shell/shell";
import { digitsOfPi } from "../../../src/cluster/images/perl";
import type { Job } from "../../../src/cluster/api/kinds/job";
import type { CronJob } from "../../../src/cluster/api/kinds/cronjob";
import type { ApiResponse } from "../../../src/cluster/api/request";
import type { Pod } from "../../../src/cluster/api/types";

const caller = { user: "kubernetes-admin", groups: ["system:masters"], agent: "kubectl", origin: "note" } as const;

interface Lab {
  readonly b: ReturnType<typeof bench>;
  post(resource: string, body: object): ApiResponse;
  patch(resource: string, name: string, body: object): ApiResponse;
  remove(resource: string, name: string): ApiResponse;
  job(name: string): Job | undefined;
  conditions(name: string): readonly string[];
  pods(): readonly Pod[];
}

function lab(): Lab {
  const b = bench(userland);
  const base = { caller, group: "batch", version: "v1", namespace: "default", query: {}, accept: "object" } as const;
  const job = (name: string): Job | undefined => b.cluster.at().get({ resource: "jobs.batch", namespace: "default", name }) as Job | undefined;
  return {
    b, job,
    post: (resource, body) => b.cluster.handle({ ...base, verb: "create", resource, body }),
    patch: (resource, name, body) => b.cluster.handle({ ...base, verb: "patch", resource, name, body, contentType: "application/merge-patch+json" }),
    remove: (resource, name) => b.cluster.handle({ ...base, verb: "delete", resource, name, body: { propagationPolicy: "Background" } }),
    conditions: (name) => (job(name)?.status?.conditions ?? []).map(({ type, status, reason }) => `${type} ${status} ${reason ?? ""}`),
    pods: () => b.cluster.at().list("pods", { namespace: "default" }) as readonly Pod[],
  };
}

function jobOf(name: string, script: string, spec: object = {}, pod: object = {}): object {
  return { apiVersion: "batch/v1", kind: "Job", metadata: { name }, spec: { ...spec, template: { spec: { restartPolicy: "Never", containers: [{ name: "c", image: "busybox", command: ["sh", "-c", script] }], ...pod } } } };
}

describe("a Job", () => {
  it("runs to completion, counts its pods once, and lets go of them", () => {
    const { b, post, job, conditions, pods } = lab();
    expect(post("jobs", jobOf("work", "sleep 1", { completions: 5, parallelism: 2 })).code).toBe(201);
    b.run(60_000);
    expect(conditions("work")).toEqual(["SuccessCriteriaMet True CompletionsReached", "Complete True CompletionsReached"]);
    expect(job("work")?.status).toMatchObject({ succeeded: 5, ready: 0, terminating: 0, uncountedTerminatedPods: {} });
    expect(job("work")?.status?.active).toBeUndefined();
    expect(pods()).toHaveLength(5);
    expect(pods().every((pod) => pod.metadata.finalizers === undefined)).toBe(true);
    expect(b.events("work").filter((line) => line.includes("SuccessfulCreate"))).toHaveLength(5);
    expect(b.events("work")).toContain("Normal Completed Job completed");
  });

  it("never runs more pods at once than its parallelism, and never one too many in all", () => {
    const { b, post, pods } = lab();
    let most = 0;
    post("jobs", jobOf("work", "sleep 1", { completions: 7, parallelism: 3 }));
    for (let at = 0; at < 120; at++) {
      b.run(500);
      most = Math.max(most, pods().filter((pod) => pod.status?.phase !== "Succeeded").length);
    }
    expect(most).toBe(3);
    expect(pods()).toHaveLength(7);
  });

  it("waits longer after each failure, and gives up at the limit", () => {
    const { b, post, job, conditions, pods } = lab();
    post("jobs", jobOf("fail", "exit 1", { backoffLimit: 2 }));
    b.run(120_000);
    expect(conditions("fail")).toEqual(["FailureTarget True BackoffLimitExceeded", "Failed True BackoffLimitExceeded"]);
    expect(job("fail")?.status?.failed).toBe(3);
    const made = pods().map((pod) => Date.parse(pod.metadata.creationTimestamp ?? "") / 1000).sort((x, y) => x - y);
    expect((made[1] ?? 0) - (made[0] ?? 0)).toBeGreaterThanOrEqual(10);
    expect((made[2] ?? 0) - (made[1] ?? 0)).toBeGreaterThanOrEqual(20);
    expect(b.events("fail")).toContain("Warning BackoffLimitExceeded Job has reached the specified backoff limit");
  });

  it("gives each pod of an Indexed job its index, and limits failures per index", () => {
    const { b, post, job, conditions, pods } = lab();
    post("jobs", jobOf("ix", "[ $JOB_COMPLETION_INDEX != 1 ]", { completions: 3, parallelism: 3, completionMode: "Indexed", backoffLimitPerIndex: 1 }));
    b.run(180_000);
    expect(job("ix")?.status).toMatchObject({ completedIndexes: "0,2", failedIndexes: "1", succeeded: 2, failed: 2 });
    expect(conditions("ix")).toEqual(["FailureTarget True FailedIndexes", "Failed True FailedIndexes"]);
    expect(pods().map((pod) => pod.metadata.annotations?.["batch.kubernetes.io/job-completion-index"]).sort()).toEqual(["0", "1", "1", "2"]);
    expect(pods().every((pod) => /^ix-\d-[a-z0-9]{5}$/.test(pod.metadata.name))).toBe(true);
  });

  it("follows its podFailurePolicy: one exit code fails the job at once, another is not counted", () => {
    const { b, post, conditions, job } = lab();
    const rules = [{ action: "FailJob", onExitCodes: { operator: "In", values: [42] } }, { action: "Ignore", onExitCodes: { operator: "In", values: [7] } }];
    post("jobs", jobOf("bug", "exit 42", { podFailurePolicy: { rules } }));
    post("jobs", jobOf("luck", "exit 7", { backoffLimit: 0, podFailurePolicy: { rules } }));
    b.run(40_000);
    expect(conditions("bug")).toEqual(["FailureTarget True PodFailurePolicy", "Failed True PodFailurePolicy"]);
    expect(job("bug")?.status?.conditions?.[0]?.message).toMatch(/^Container c for pod default\/bug-[a-z0-9]{5} failed with exit code 42 matching FailJob rule at index 0$/);
    expect(conditions("luck")).toEqual([]);
    expect(job("luck")?.status?.failed).toBeUndefined();
  });

  it("is done early by its successPolicy, and stops the rest", () => {
    const { b, post, conditions, job } = lab();
    post("jobs", jobOf("lead", "[ $JOB_COMPLETION_INDEX = 0 ] || sleep 1000", { completions: 2, parallelism: 2, completionMode: "Indexed", successPolicy: { rules: [{ succeededIndexes: "0" }] } }, { terminationGracePeriodSeconds: 1 }));
    b.run(60_000);
    expect(conditions("lead")).toEqual(["SuccessCriteriaMet True SuccessPolicy", "Complete True SuccessPolicy"]);
    expect(job("lead")?.status?.completedIndexes).toBe("0");
  });

  it("stops and goes on when it is suspended and resumed", () => {
    const { b, post, patch, conditions, pods } = lab();
    post("jobs", jobOf("susp", "sleep 2", { suspend: true }));
    b.run(5_000);
    expect(conditions("susp")).toEqual(["Suspended True JobSuspended"]);
    expect(pods()).toHaveLength(0);
    patch("jobs", "susp", { spec: { suspend: false } });
    b.run(20_000);
    expect(conditions("susp")).toEqual(["Suspended False JobResumed", "SuccessCriteriaMet True CompletionsReached", "Complete True CompletionsReached"]);
  });

  it("fails at its deadline, and goes with its pods when its time to live is over", () => {
    const { b, post, conditions, job, pods } = lab();
    post("jobs", jobOf("late", "sleep 1000", { activeDeadlineSeconds: 5, ttlSecondsAfterFinished: 10 }, { terminationGracePeriodSeconds: 1 }));
    b.run(15_000);
    expect(conditions("late")).toEqual(["FailureTarget True DeadlineExceeded", "Failed True DeadlineExceeded"]);
    b.run(20_000);
    expect(job("late")).toBeUndefined();
    expect(pods()).toHaveLength(0);
  });

  it("leaves no pod behind when it is deleted while they run", () => {
    const { b, post, remove, job, pods } = lab();
    post("jobs", jobOf("gone", "sleep 1000", { parallelism: 3 }, { terminationGracePeriodSeconds: 1 }));
    b.run(10_000);
    expect(pods()).toHaveLength(3);
    remove("jobs", "gone");
    b.run(20_000);
    expect(job("gone")).toBeUndefined();
    expect(pods()).toHaveLength(0);
  });
});

describe("a CronJob", () => {
  const cronOf = (spec: object, script = "sleep 1"): object => ({ apiVersion: "batch/v1", kind: "CronJob", metadata: { name: "tick" }, spec: { schedule: "* * * * *", ...spec, jobTemplate: { spec: (jobOf("x", script) as { spec: object }).spec } } });
  const jobs = ({ b }: Lab): readonly string[] => b.cluster.at().list("jobs.batch").map((one) => one.metadata.name);
  const cron = ({ b }: Lab): CronJob => b.cluster.at().get({ resource: "cronjobs.batch", namespace: "default", name: "tick" }) as CronJob;

  it("makes a job a minute, named by the minute, and keeps as many as its limits say", () => {
    const one = lab();
    one.post("cronjobs", cronOf({ successfulJobsHistoryLimit: 2 }));
    one.b.run(5 * 60_000 + 20_000);
    expect(jobs(one)).toHaveLength(2);
    const last = Date.parse(String(cron(one).status?.lastScheduleTime));
    expect(jobs(one)).toContain(`tick-${last / 60_000}`);
    expect(cron(one).status?.active).toBeUndefined();
    expect(cron(one).status?.lastSuccessfulTime).toBeDefined();
  });

  it("does not start a second job under Forbid, and replaces the first under Replace", () => {
    for (const [policy, names] of [["Forbid", 1], ["Replace", 1], ["Allow", 3]] as const) {
      const one = lab();
      one.post("cronjobs", cronOf({ concurrencyPolicy: policy }, "sleep 1000"));
      one.b.run(3 * 60_000 + 40_000);
      expect(cron(one).status?.active).toHaveLength(names);
      if (policy === "Forbid") expect(one.b.events("tick").some((line) => line.includes("JobAlreadyActive"))).toBe(true);
      if (policy === "Replace") expect(jobs(one)[0]).toBe(`tick-${Date.parse(String(cron(one).status?.lastScheduleTime)) / 60_000}`);
    }
  });

  it("goes by its time zone, and says when there is none of that name", () => {
    const one = lab();
    one.post("cronjobs", cronOf({ schedule: "30 17 * * *", timeZone: "Asia/Shanghai" }));
    one.b.run(2 * 3600_000);
    expect(String(cron(one).status?.lastScheduleTime)).toMatch(/T09:30:00Z$/);
    const two = lab();
    two.post("cronjobs", cronOf({ timeZone: "Mars/Olympus" }));
    two.b.run(1000);
    expect(two.b.events("tick").some((line) => line.includes("unknown time zone Mars/Olympus")) || cron(two) === undefined).toBe(true);
  });
});

describe("indexes and digits", () => {
  it("reads and writes runs of indexes", () => {
    expect(formatIndexes([0, 1, 2, 5, 7, 8])).toBe("0-2,5,7,8");
    expect(parseIndexes("0-2,5,7,8", 8)).toEqual([0, 1, 2, 5, 7]);
    expect(formatIndexes([])).toBe("");
  });
  it("knows pi", () => {
    expect(digitsOfPi(30)).toBe("3.14159265358979323846264338327");
    expect(digitsOfPi(2000)).toHaveLength(2001);
  });
});
