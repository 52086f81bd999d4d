import { describe, expect, it } from "vitest";
import { imageId, parseImage } from "../../../src/cluster/kubelet/image-reference";

const full = (text: string): string | undefined => parseImage(text)?.full;

describe("image references", () => {
  it("completes registry, library and tag", () => {
    expect(full("nginx")).toBe("docker.io/library/nginx:latest");
    expect(full("nginx:1.25")).toBe("docker.io/library/nginx:1.25");
    expect(full("guangzhengli/hellok8s:v1")).toBe("docker.io/guangzhengli/hellok8s:v1");
    expect(full("registry.k8s.io/pause:3.10")).toBe("registry.k8s.io/pause:3.10");
    expect(full("localhost:5000/a/b")).toBe("localhost:5000/a/b:latest");
  });
  it("refuses what the grammar refuses", () => {
    for (const bad of ["", "Nginx:1", "nginx:", "nginx::1", "my image", "a/b:c:d", "nginx@sha256:12"]) expect(parseImage(bad), bad).toBeUndefined();
  });
  it("has the digests of the recordings", () => {
    const reference = parseImage("busybox");
    expect(reference && imageId(reference)).toBe("docker.io/library/busybox@sha256:de68ccc327e508f44a3a150fc877a442581bb03dd53e24b418fbc425ece79d52");
  });
});
