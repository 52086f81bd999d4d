import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";

/** Writes a kubeconfig that its owner alone can read. */
export function writeKubeconfig(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  // A file that is there keeps its mode, so it goes first.
  rmSync(path, { force: true });
  writeFileSync(path, text, { mode: 0o600, flag: "wx" });
}

/** A kubeconfig for one server, one user and one context, as YAML (JSON strings are YAML). `ca` is PEM. */
export function kubeconfig(server: string, ca: string, token: string): string {
  return `apiVersion: v1
kind: Config
current-context: kubernetes-admin@kubernetes
clusters:
- name: kubernetes
  cluster:
    certificate-authority-data: ${Buffer.from(ca).toString("base64")}
    server: ${server}
contexts:
- name: kubernetes-admin@kubernetes
  context:
    cluster: kubernetes
    user: kubernetes-admin
users:
- name: kubernetes-admin
  user:
    token: ${token}
preferences: {}
`;
}
