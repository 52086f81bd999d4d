import { describe, expect, it } from "vitest";
import { md5 } from "../../../src/cluster/controllers/md5";

describe("md5", () => {
  it("gives the digests of RFC 1321", () => {
    expect(md5("")).toBe("d41d8cd98f00b204e9800998ecf8427e");
    expect(md5("message digest")).toBe("f96b697d7cb7938d525a2f31aaf161d0");
    expect(md5("1234567890".repeat(8))).toBe("57edf4a22be3c955ac49da2e2107b67a");
  });
});
