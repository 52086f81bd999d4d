import { createCluster } from "../../src/cluster/cluster";
import type { Cluster } from "../../src/cluster/cluster-contract";
import type { Files } from "../../src/cluster/images/program";
import { kubectl } from "../../src/kubectl/index";

/** Files in memory, with directories that appear as files are written. */
export function memoryFiles(initial: Record<string, string> = {}): Files {
  const files = new Map(Object.entries(initial));
  return {
    read: (path) => files.get(path),
    list: (path) => {
      const prefix = path === "/" ? "/" : `${path}/`;
      const names = new Set([...files.keys()].filter((k) => k.startsWith(prefix)).map((k) => k.slice(prefix.length).split("/")[0] ?? ""));
      return names.size === 0 ? undefined : [...names].sort();
    },
    write: (path, data) => {
      files.set(path, data);
      return undefined;
    },
    mkdir: () => undefined,
    remove: (path) => {
      files.delete(path);
      return undefined;
    },
  };
}

export interface Console {
  readonly cluster: Cluster;
  /** Runs `kubectl …` to its end, at most `limit` ms of virtual time; code is undefined where it had not ended by then. Words are split at spaces; pass a list where they have some. */
  run(line: string | readonly string[], options?: { readonly stdin?: string; readonly limit?: number }): { readonly out: string; readonly err: string; readonly code: number | undefined };
  pass(ms: number): void;
}

/** A cluster and its console, for tests of the verbs. */
export function openConsole(files: Record<string, string> = {}): Console {
  const cluster = createCluster({ seed: 1, nodes: [{ name: "node1" }, { name: "node2" }], latency: "recorded" }, { userland: () => undefined });
  const disk = memoryFiles(Object.fromEntries(Object.entries(files).map(([name, text]) => [`/home/user/${name}`, text])));
  cluster.advance(5000);
  return {
    cluster,
    pass: (ms) => {
      cluster.advance(cluster.now + ms);
    },
    run(line, { stdin, limit = 60_000 } = {}) {
      let out = "", err = "";
      let code: number | undefined;
      const words = typeof line === "string" ? line.split(" ") : line;
      const handle = cluster.start(kubectl(), {
        argv: ["kubectl", ...words], env: { HOME: "/home/user" }, cwd: "/home/user", tty: false, files: disk,
        write: (fd, data) => {
          if (fd === 1) out += data;
          else err += data;
        },
        exit: (c) => {
          code = c;
        },
      });
      if (stdin !== undefined) {
        handle.input(stdin);
        handle.eof();
      }
      const end = cluster.now + limit;
      while (code === undefined && cluster.now < end) cluster.advance(Math.min(end, cluster.now + 50));
      const ended = code;
      if (ended === undefined) handle.kill();
      return { out, err, code: ended };
    },
  };
}
