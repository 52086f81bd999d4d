import type { Image } from "./program";
import { pathOf, respond, server } from "./server";

const program = server({
  ports: (context) => context.ports ?? [],
  boot: (context) => [{ fd: 1, text: context.ports?.length ? `simulated program: listening on ${context.ports.join(", ")}` : "simulated program: running" }],
  answer: (request, context) => ({ response: respond(200, `simulated program in ${context.hostname}: ${request.method ?? "GET"} ${pathOf(request)}\n`) }),
});

/** Stands in for an image that nobody modelled: a server on the ports that the pod declares, which says what it is. */
export function unknown(reference: string): Image {
  let size = 17;
  for (let i = 0; i < reference.length; i++) size = (Math.imul(size, 31) + reference.charCodeAt(i)) >>> 0;
  const known: Readonly<Record<string, number>> = { "quay.io/fluentd_elasticsearch/fluentd:v5.0.1": 3_725_150, "quay.io/fluentd_elasticsearch/fluentd:v2.6.0": 46_428_481 };
  return {
    name: /./, size: known[reference] ?? 4_000_000 + (size % 90_000_000), user: 0, entrypoint: ["/simulated-program"], cmd: [], env: {}, ports: [], files: { "/simulated-program": "" }, userland: "debian", tools: ["bash", "curl"],
    program: (argv) => (argv[0] === "/simulated-program" ? program : undefined),
  };
}
