import { describe, expect, it } from "vitest";
import { nextRun, parseCron } from "../../../../src/cluster/api/kinds/cron-schedule";

const next = (expression: string, after: string): string => new Date(nextRun(parseCron(expression), Date.parse(after)) ?? 0).toISOString().slice(0, 16);

describe("cron schedules", () => {
  it.each([
    ["* * * * *", "2026-01-01T00:00:00Z", "2026-01-01T00:01"],
    ["*/15 * * * *", "2026-01-01T00:44:59Z", "2026-01-01T00:45"],
    ["0 0 * * *", "2026-02-28T12:00:00Z", "2026-03-01T00:00"],
    ["30 4 1,15 * 5", "2026-01-02T05:00:00Z", "2026-01-09T04:30"],
    ["0 9 * JAN-MAR mon", "2026-03-31T00:00:00Z", "2027-01-04T09:00"],
    ["0 0 29 2 *", "2026-01-01T00:00:00Z", "2028-02-29T00:00"],
    ["@hourly", "2026-01-01T23:00:00Z", "2026-01-02T00:00"],
  ])("%s after %s runs at %s", (expression, after, at) => expect(next(expression, after)).toBe(at));

  it("never runs on days that do not exist", () => expect(nextRun(parseCron("0 0 31 2 *"), 0)).toBeUndefined());

  it.each([
    ["61 * * * *", "end of range (61) above maximum (59): 61"],
    ["every minute", "expected exactly 5 fields, found 2: [every minute]"],
    ["*/0 * * * *", "step of range should be a positive number: */0"],
    ["5-2 * * * *", "beginning of range (5) beyond end of range (2): 5-2"],
  ])("refuses %s", (expression, message) => expect(() => parseCron(expression)).toThrow(message));
});
