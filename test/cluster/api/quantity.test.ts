import { describe, expect, it } from "vitest";
import { QuantityError, addQuantities, canonicalQuantity, compareQuantities, milli, subtractQuantities, value } from "../../../src/cluster/api/quantity";

describe("quantities", () => {
  it.each([
    ["0.1", "100m"], ["1024Mi", "1Gi"], ["1000m", "1"], ["0.5", "500m"], ["100Mi", "100Mi"], ["1.5Gi", "1536Mi"], ["1e3", "1e3"], ["1000", "1k"], ["123456", "123456"],
    ["1500m", "1500m"], ["0", "0"], ["0Mi", "0"], ["-1", "-1"], ["+5k", "5k"], ["512Ki", "512Ki"], ["1Ki", "1Ki"], ["512", "512"], ["0.5Ki", "512"], ["1n", "1n"],
    ["0.0000000001", "1n"], ["8145328Ki", "8145328Ki"], ["1E", "1E"], ["100e-1", "10"], ["12e6", "12e6"], ["007", "7"],
  ])("%s is %s", (text, canonical) => expect(canonicalQuantity(text)).toBe(canonical));

  it.each(["", "abc", "1.2.3", "1 Gi", "--1", "1Gi5"])("%j is none", (text) => expect(() => canonicalQuantity(text)).toThrow(QuantityError));

  it("says as the API what is wrong", () => {
    expect(() => canonicalQuantity("abc")).toThrow("quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'");
    expect(() => canonicalQuantity("1KiB")).toThrow("quantities must match");
    expect(() => canonicalQuantity("1GM")).toThrow("unable to parse quantity's suffix");
    expect(() => canonicalQuantity("1e999999999")).toThrow(QuantityError);
  });

  it("counts", () => {
    expect([milli("0.5"), milli("250m"), milli("2"), milli("1u")]).toEqual([500, 250, 2000, 1]);
    expect([value("1Ki"), value("100m"), value("64Mi")]).toEqual([1024, 1, 67108864]);
    expect([compareQuantities("1Gi", "1024Mi"), compareQuantities("1", "900m"), compareQuantities("1M", "1Mi")]).toEqual([0, 1, -1]);
    expect([addQuantities("500m", "1"), addQuantities("0", "64Mi"), addQuantities("64Mi", "64Mi"), subtractQuantities("1Gi", "512Mi")]).toEqual(["1500m", "64Mi", "128Mi", "512Mi"]);
  });
});
