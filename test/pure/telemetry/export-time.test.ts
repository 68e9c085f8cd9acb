import { expect, it } from "vitest";
import { answerTimes } from "../../../telemetry/kit/export/flush.ts";

const start = Date.UTC(2026, 0, 1);
const grantedMs = 30_000;
const begun = Array.from({ length: 15_000 }, (_, ms) => [ms, answerTimes(start, start + ms)] as const);

it("an export that begins in time is over before waitUntil is cut, however long both its posts take", () => {
  for (const [, times] of begun) expect(times?.lastMs).toBeLessThan(start + grantedMs);
});

it("each of its two posts in a row has at least seven seconds, and the first ones fourteen", () => {
  for (const [ms, times] of begun) {
    const [first = 0, last = 0] = [times?.firstMs, times?.lastMs];
    expect(first - (start + ms)).toBeGreaterThanOrEqual(7_000);
    expect(last - first).toBeGreaterThanOrEqual(7_000);
  }
  expect(begun[0]?.[1]?.firstMs).toBe(start + 14_500);
});

it("no export begins when its posts could not have their time", () => {
  expect(answerTimes(start, start + 15_000)).toBeUndefined();
  expect(answerTimes(start, start + 29_500)).toBeUndefined();
});
