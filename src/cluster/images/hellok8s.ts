import type { Image, ProcessContext } from "./program";
import { pathOf, respond, server } from "./server";

const bodies: Readonly<Record<string, (context: ProcessContext) => string>> = {
  v1: () => "[v1] Hello, Kubernetes!",
  v2: () => "[v2] Hello, Kubernetes!",
  v3: ({ hostname }) => `[v3] Hello, Kubernetes!, From host: ${hostname}`,
  v4: ({ hostname, env }) => `[v4] Hello, Kubernetes! From host: ${hostname}, Get Database Connect URL: ${env["DB_URL"] ?? ""}`,
  v5: ({ hostname, env }) => `[v5] Hello, Kubernetes! From host: ${hostname}, Get Database Connect Password: ${env["DB_PASSWORD"] ?? ""}`,
  v6: ({ hostname, env }) =>
    `[v6] Hello, Helm! Message from helm values: ${env["MESSAGE"] ?? ""}, From namespace: ${env["NAMESPACE"] ?? ""}, From host: ${hostname}, Get Database Connect URL: ${env["DB_URL"] ?? ""}, Database Connect Password: ${env["DB_PASSWORD"] ?? ""}`,
};

const sizes: Readonly<Record<string, number>> = { v1: 56_707_684, v5: 5_393_902, liveness: 73_423_336, bad: 49_389_888 };

/** The images of the hellok8s tutorial: answer every path on 3000, log nothing, have no shell. */
export function hellok8s(reference: string): Image {
  const tag = /:([^/@:]+)$/.exec(reference)?.[1] ?? "latest";
  const body = bodies[tag] ?? bodies["v2"];
  const program = server({
    ports: () => [3000],
    code: 2,
    answer(request, context, started) {
      if (pathOf(request) === "/healthz") {
        const age = (context.now - started) / 1000;
        if (tag === "bad") return { response: respond(500, "") };
        if (tag === "liveness" && age > 15) return { response: respond(500, `error: ${age}`) };
        return { response: respond(200, "ok") };
      }
      return { response: respond(200, body(context)) };
    },
  });
  return {
    name: /(^|\/)hellok8s(:|@|$)/, size: sizes[tag] ?? 13_400_000, user: 0, entrypoint: ["/src/bin/main"], cmd: [], env: {}, ports: [3000], files: { "/src/bin/main": "" }, userland: "none",
    program: (argv) => (argv[0] === "/src/bin/main" ? program : undefined),
  };
}
