import type { Image } from "./program";

/** Images that carry a distribution's userland and run nothing by themselves. */
function distribution(name: RegExp, size: number, shell: string, release: string, userland: "alpine" | "debian", tools: readonly string[]): Image {
  return {
    name, size, user: 0, entrypoint: [], cmd: [shell], env: {}, ports: [],
    files: { "/etc/os-release": release, "/etc/passwd": `root:x:0:0:root:/root:/bin/${shell.replace(/^.*\//, "")}\nnobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin\n` },
    userland, tools, program: () => undefined,
  };
}

export const alpine = distribution(/(^|\/)alpine(:|@|$)/, 3_642_247, "/bin/sh", "NAME=\"Alpine Linux\"\nID=alpine\nVERSION_ID=3.22.2\nPRETTY_NAME=\"Alpine Linux v3.22\"\n", "alpine", []);
export const debian = distribution(/(^|\/)debian(:|@|$)/, 48_490_000, "bash", "PRETTY_NAME=\"Debian GNU/Linux 12 (bookworm)\"\nNAME=\"Debian GNU/Linux\"\nID=debian\n", "debian", ["bash"]);
export const ubuntu = distribution(/(^|\/)ubuntu(:|@|$)/, 29_724_688, "/bin/bash", "PRETTY_NAME=\"Ubuntu 24.04.3 LTS\"\nNAME=\"Ubuntu\"\nID=ubuntu\n", "debian", ["bash"]);
export const netshoot = distribution(/(^|\/)(netshoot|dnsutils|jessie-dnsutils|network-multitool|swiss-army-knife)(:|@|$)/, 74_011_000, "sh", "NAME=\"Alpine Linux\"\nID=alpine\nPRETTY_NAME=\"Alpine Linux v3.22\"\n", "alpine", ["bash", "curl", "dig", "nslookup", "nc", "jq"]);
