import type { Image } from "./program";

/** curlimages/curl and its likes: the command itself is one of the userland's tools. */
export const curl: Image = {
  name: /(^|\/)(curl|curlimages|alpine-curl|busyboxplus)(:|@|$|\/)/, size: 9_390_000, user: 100, entrypoint: ["/entrypoint.sh"], cmd: ["curl"], env: {}, ports: [],
  files: { "/entrypoint.sh": "#!/bin/sh\nif [ \"${1#-}\" != \"$1\" ]; then set -- curl \"$@\"; fi\nexec \"$@\"\n" }, userland: "alpine", tools: ["curl"], program: () => undefined,
};
