import type { Image } from "./program";
import { idle } from "./server";

/** The container that holds a pod's network; it sleeps until it is told to go. */
export const pause: Image = {
  name: /(^|\/)pause(-amd64)?(:|@|$)/, size: 320_368, user: 65535, entrypoint: ["/pause"], cmd: [], env: {}, ports: [], files: { "/pause": "" }, userland: "none",
  program: (argv) => (argv[0] === "/pause" ? idle(0) : undefined),
};
