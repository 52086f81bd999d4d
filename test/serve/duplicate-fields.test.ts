import { describe, expect, it } from "vitest";
import { duplicateFields } from "../../src/serve/duplicate-fields";

describe("keys that stand twice", () => {
  it("are told with their path, once each, and nothing else is", () => {
    expect(duplicateFields('{"a":1,"b":{"a":2,"c":[{"d":1},{"d":1,"d":2,"d":3}]},"a":3}')).toEqual(['duplicate field "b.c[1].d"', 'duplicate field "a"']);
    expect(duplicateFields('{"a":"a","b":["a","a"],"c":{"a":"\\"a\\":"},"\\u0061b":1,"ab":2}')).toEqual(['duplicate field "ab"']);
    expect(duplicateFields('[{"a":1},{"a":1}]')).toEqual([]);
  });
});
