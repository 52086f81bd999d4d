import type { Image } from "./program";

/** busybox: a shell and the small commands, and nothing that runs by itself. */
export function busybox(reference: string): Image {
  const old = /:1\.28(\.|$|-)/.test(reference);
  return {
    name: /(^|\/)busybox(:|@|$)/, size: old ? 75_370_280 : 76_109_517, user: 0, entrypoint: [], cmd: ["sh"], env: {}, ports: [],
    files: { "/etc/passwd": "root:x:0:0:root:/root:/bin/sh\ndaemon:x:1:1:daemon:/usr/sbin:/bin/false\nnobody:x:65534:65534:nobody:/home:/bin/false\n", "/etc/group": "root:x:0:\ndaemon:x:1:\nnobody:x:65534:\n" },
    userland: "busybox", program: () => undefined,
  };
}
