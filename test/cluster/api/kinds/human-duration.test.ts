import { expect, it } from "vitest";
import { humanDuration } from "../../../../src/cluster/api/kinds/human-duration";

const s = 1000, m = 60 * s, h = 60 * m, d = 24 * h;

it.each([
  [-2 * s, "<invalid>"], [-1 * s, "0s"], [0, "0s"], [119 * s, "119s"], [2 * m, "2m"], [2 * m + s, "2m1s"], [10 * m + 5 * s, "10m"], [179 * m, "179m"],
  [3 * h, "3h"], [3 * h + m, "3h1m"], [8 * h + m, "8h"], [47 * h, "47h"], [2 * d, "2d"], [2 * d + 3 * h, "2d3h"], [8 * d + 3 * h, "8d"],
  [729 * d, "729d"], [2 * 365 * d, "2y"], [2 * 365 * d + d, "2y1d"], [9 * 365 * d + d, "9y"],
])("prints %d ms as %s", (duration, text) => expect(humanDuration(duration)).toBe(text));
