/** What differs from run to run by nature, made equal: random name parts, uids, addresses, ages, times, revisions. */
const rules: readonly (readonly [RegExp, string])[] = [
  [/\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/g, "<uid>"],
  [/"?\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z"?/g, "<time>"],
  [/\b(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d \w{3} \d{4} \d\d:\d\d:\d\d [+-]\d{4}/g, "<time>"],
  [/containerd:\/\/[0-9a-f]{64}/g, "<container>"],
  [/sha256:[0-9a-f]{64}/g, "<digest>"],
  [/X509SHA256=[0-9a-f]{64}/g, "X509SHA256=<digest>"],
  [/\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d+ \+0000/g, "<time>"],
  [/\b(LIVE|MERGED)-\d+/g, "$1-<x>"],
  [/\bW\d{4} \d\d:\d\d:\d\d\.\d+ +\d+ /g, "<klog> "],
  [/(resourceVersion"?: )"\d+"/g, "$1<rev>"],
  [/\d{4}-\d\d-\d\d \d\d:\d\d:\d\d \+0000 UTC/g, "<time>"],
  [/(machineID|Machine ID):(\s+)[0-9a-f]{32}/g, "$1:$2<machine>"],
  [/(Resource Version:\s+)\d+/g, "$1<rev>"],
  [/\bin [\d.]+m?s \([\d.]+m?s including waiting\)/g, "in <duration>"],
  [/Image size: \d+ bytes/g, "Image size: <size>"],
  [/\b10\.244\.\d+\.\d+\b/g, "<pod-ip>"],
  [/\b10\.(?:9[6-9]|10\d|11[01])\.(?!0\.1\b)\d+\.\d+\b/g, "<service-ip>"],
  [/\b(192\.168\.\d+\.\d+)\b/g, "<node-ip>"],
  [/\bkube-api-access-[bcdfghjklmnpqrstvwxz2456789]{5}\b/g, "kube-api-access-<x>"],
  [/-(?=[bcdfghjklmnpqrstvwxz2456789]{0,4}[bcdfghjklmnpqrstvwxz2456789])[bcdfghjklmnpqrstvwxz2456789]{5}(?![\w-])/g, "-<x>"],
  [/\.1[0-9a-f]{15}\b/g, ".<event>"],
  [/\b(?:\d+[dhms])+(?: \(x\d+ over (?:\d+[dhms])+\))?(?= |$|\n|\))/g, "<age>"],
  [/<age> ago/g, "<age>"],
  [/<unknown>(?=\s+(?:Normal|Warning))/g, "<age>"],
  [/\bnode[12]\b/g, "<node>"],
  [/:3\d{4}\/(TCP|UDP)/g, ":<node-port>/$1"],
  [/(nodePort: )3\d{4}/g, "$1<node-port>"],
  // The machine that the scheduler runs on, and the port that a node port leads through.
  [/default-scheduler-[\w-]+/g, "default-scheduler-<host>"],
  [/(NodePort: .*?)3\d{4}\//g, "$1<node-port>/"],
  [/(resourceVersion\\": ?\\")\d+/g, "$1<rev>"],
  [/(resourceVersion": ?")\d+/g, "$1<rev>"],
  [/ {2,}/g, "  "],
  [/ +$/gm, ""],
];

export function normalise(text: string): string {
  // `rollout status` repeats a line at every change it hears of; how often is a matter of timing.
  text = text.replace(/^(Waiting for .*\n)\1+/gm, "$1");
  return rules.reduce((so, [pattern, by]) => so.replace(pattern, by), text).replace(/\r/g, "");
}

/** Rows whose names are random stand in random order: the same lines in another order are the same output. */
export function sameOutput(recorded: string, ours: string): boolean {
  const a = normalise(recorded);
  const b = normalise(ours);
  if (a === b) return true;
  const sorted = (text: string): string => text.split("\n").sort().join("\n");
  // Rows that follow random names, and events of one second, come in an order of chance.
  return /<x>|^LAST SEEN /m.test(a) && sorted(a) === sorted(b);
}

/**
 * `rollout status` prints what it hears of from the moment it began, and that moment is chance: of two runs the one that began
 * later prints the end of what the other prints. At least the last two lines must be there.
 */
export function sameRollout(recorded: string, ours: string): boolean {
  const [short = [], long = []] = [normalise(recorded), normalise(ours)].map((text) => text.split("\n")).sort((a, b) => a.length - b.length);
  return short.filter((line) => line !== "").length >= 2 && short.every((line, at) => line === long[long.length - short.length + at]);
}

/** A recorded watch as one sequence of states for each object, repeats collapsed and ages left out; the order across objects is free. */
export function watchSequences(text: string): readonly string[] {
  const sequences = new Map<string, string[]>();
  for (const raw of text.split("\n")) {
    const line = raw.replace(/^\s*\d+\.\d+ {2}/, "");
    if (line.trim() === "" || line.startsWith("#") || /^NAME /.test(line)) continue;
    const [name = "", ...cells] = line.trim().split(/\s{2,}/);
    const state = normalise(cells.slice(0, -1).join(" | "));
    const of = sequences.get(name);
    if (of === undefined) sequences.set(name, [state]);
    else if (of[of.length - 1] !== state) of.push(state);
  }
  return [...sequences].map(([name, states]) => `${normalise(name)}: ${states.join(" → ")}`).sort();
}

/** The lines that only one side has, what is random by nature made equal. */
export function lineDifference(recorded: string, ours: string): string {
  const [a, b] = [normalise(recorded).split("\n"), normalise(ours).split("\n")];
  return [...a.filter((line) => !b.includes(line)).map((line) => `- ${line}\n`), ...b.filter((line) => !a.includes(line)).map((line) => `+ ${line}\n`)].join("");
}
