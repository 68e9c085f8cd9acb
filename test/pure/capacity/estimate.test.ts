import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { averageUse, mix, monthOf, peakPerSecond, type RouteUse } from "../../../scripts/capacity/demand.ts";
import { findKnee, isServed, type Level } from "../../../scripts/capacity/knee.ts";
import { limits, strains } from "../../../scripts/capacity/limits.ts";
import { plotCapacity } from "../../../scripts/capacity/plot.ts";
import { chargesOf, planUsd, priceNames, prices, totalOf } from "../../../scripts/capacity/prices.ts";
import { asMarkdown, type Capacity } from "../../../scripts/capacity/report.ts";
import { UseLog } from "../../../scripts/capacity/use-log.ts";

const use: RouteUse = {
  cpuMs: 7,
  objectRequests: 1,
  objectGbSeconds: 0.001,
  d1Queries: 4,
  d1RowsRead: 20,
  d1RowsWritten: 3,
  storedBytes: 100,
  queueMessages: 0.5,
  telemetryBytes: 5_000,
};

describe("a month", () => {
  it("costs what the vendor's own example says: 15 million requests of 7 ms are 8 dollars", () => {
    const nothing = Object.fromEntries(priceNames.map((name) => [name, 0]));
    const usage = { ...nothing, requests: 15e6, cpuMs: 15e6 * 7 } as Parameters<typeof chargesOf>[0];
    expect(totalOf(chargesOf(usage))).toBeCloseTo(8, 10);
    expect(totalOf(chargesOf(nothing as typeof usage))).toBe(planUsd);
  });
  it("of a million requests a day uses what its requests use", () => {
    const month = monthOf(use, 1e6);
    const requests = (1e6 * 365) / 12;
    expect(month.requests).toBeCloseTo(requests * 1.5, 3);
    expect(month.queueOperations).toBeCloseTo(requests * 1.5, 3);
    expect(month.d1GbMonths).toBeCloseTo(36.5, 6);
    // 50 bookings of 8 rows and 10 cancellations of 7 in every 210 requests.
    expect(month.objectRowsWritten).toBeCloseTo((requests * 470) / 210, 3);
    expect(month.telemetryGb).toBeCloseTo(152.08, 1);
    expect(monthOf(use, 2e6).cpuMs).toBeCloseTo(2 * month.cpuMs, 3);
  });
  it("has the mix of the model day, all of it", () => {
    const shares = mix();
    expect(Object.values(shares).reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 12);
    const uses = Object.fromEntries(
      Object.keys(shares).map((step) => [step, { ...use, cpuMs: step === "login" ? 100 : 0 }]),
    ) as Record<keyof typeof shares, RouteUse>;
    expect(averageUse(uses).cpuMs).toBeCloseTo(100 * shares.login, 10);
    expect(averageUse(uses).d1RowsRead).toBeCloseTo(20, 10);
  });
  it("peaks above its average", () => {
    expect(peakPerSecond(86_400)).toBeGreaterThan(1.5);
    expect(peakPerSecond(86_400)).toBeLessThan(3);
  });
  it("names where each price was read", () => {
    for (const { source, included, usd } of Object.values(prices)) {
      expect(source).toMatch(/^https:\/\//);
      expect(included).toBeGreaterThan(0);
      expect(usd).toBeGreaterThan(0);
    }
  });
});

describe("limits", () => {
  it("are sorted by what breaks first, and grow with the load", () => {
    const at = (requestsPerDay: number) => strains({ requestsPerDay, use, rooms: 100 });
    expect(at(1e6)).toHaveLength(limits.length);
    const shares = at(1e6).map(({ share }) => share);
    expect(shares).toEqual(shares.toSorted((a, b) => b - a));
    expect(at(1e7)[0]?.share).toBeCloseTo(10 * (shares[0] ?? 0), 10);
    expect(at(1e6)[0]?.limit.title).toContain("size of the D1 database");
  });
});

/** A system that serves at random, saturated at 200 requests a second, 5 ms of CPU time for each. */
const level = (offered: number): Level => {
  const answered = Math.min(offered, 190);
  const p95Ms = 12 / (1 - answered / 200);
  return {
    offered,
    answered,
    p50Ms: p95Ms / 3,
    p95Ms,
    p99Ms: p95Ms * 1.5,
    errors: 0,
    cores: 0.1 + answered * 0.005,
  };
};

const measured = {
  ...{ at: "now", commit: "abc", machine: "one", requestsPerDay: 1e6, rooms: 10, promisedMs: 500 },
  uses: { login: use, list: use, browse: use, book: use, cancel: use },
};

describe("a knee", () => {
  it("is found where the latency doubles, and CPU time is the slope", () => {
    const { knee, saturation, idleMs, cpuMs, holds } = findKnee(
      [20, 40, 60, 90, 130, 180, 300].map(level),
      500,
    );
    expect(saturation).toBeGreaterThan(195);
    expect(saturation).toBeLessThan(205);
    expect(knee).toBe(saturation / 2);
    expect(idleMs).toBeCloseTo(12, 0);
    expect(cpuMs).toBeCloseTo(5, 6);
    expect(holds).toBe(180);
  });
  it("that lies where the grid of rates ends is only bounded, and every text says so", () => {
    const shown = (rates: readonly number[], of: (offered: number) => Level = level) => {
      const levels = rates.map(of);
      const knee = findKnee(levels, 500);
      const text = asMarkdown({ ...measured, levels, knee });
      return { ...knee, text, plot: plotCapacity({ ...measured, levels, knee }) };
    };
    const found = shown([20, 60, 90, 130, 180, 300]);
    expect([found.kneeIs, found.holdsIs]).toEqual(["found", "found"]);
    expect(found.text).toMatch(
      /\*\*Knee: (99|10[01]) requests\/s\*\*, where .* served .*: 180 requests\/s\./s,
    );
    const above = shown([20, 40, 60]);
    expect(above).toMatchObject({ knee: 60, kneeIs: "at least", holds: 60, holdsIs: "at least" });
    expect(above.text).toContain("**Knee: at least 60 requests/s: the grid ends there**; up to it");
    expect(above.text).toContain("within 500 ms): at least 60 requests/s: the grid ends there.");
    expect(above.plot).toContain("knee ≥ 60/s");
    const below = shown([120, 150, 180]);
    expect(below).toMatchObject({ knee: 120, kneeIs: "at most" });
    expect(below.text).toContain("**Knee: at most 120 requests/s: the grid ends there**; below it");
    expect(below.plot).toContain("knee ≤ 120/s");
    // Latency leaps before throughput is lost: no saturation explains it.
    const leap = (offered: number) => ({ ...level(offered), p95Ms: offered < 60 ? 12 : 1e5, p99Ms: 1e6 });
    expect(shown([20, 40, 60], leap)).toMatchObject({ kneeIs: "at most", holds: 0, holdsIs: "found" });
    expect(shown([20, 40, 60], leap).text).toContain("within 500 ms): none.");
    expect(shown([20, 40, 60], leap).text).toMatch(/at most 30 requests\/s: latency leaps there before/);
    const wall = (offered: number) => ({ ...level(offered), answered: Math.min(offered, 70), p95Ms: 12 });
    expect(shown([20, 40, 60, 90], wall).text).toContain("at least 60 requests/s: more was not answered**");
  });
  it("of docs/capacity.md is the one in capacity.json", () => {
    const read = (name: string) => readFileSync(new URL(`../../../docs/${name}`, import.meta.url), "utf8");
    const capacity: Capacity = JSON.parse(read("capacity.json"));
    expect(capacity.knee).toEqual(findKnee(capacity.levels, capacity.promisedMs));
    expect(asMarkdown(capacity)).toBe(read("capacity.md"));
    expect(plotCapacity(capacity)).toBe(read("capacity.svg"));
  });
  it("is not invented from too little", () => {
    expect(() => findKnee([level(20), level(40), level(300)], 500)).toThrow("three levels");
  });
  it("a level that fails, lags or breaks the promise is not served", () => {
    expect(isServed(level(20), 500)).toBe(true);
    expect(isServed({ ...level(20), errors: 1 }, 500)).toBe(false);
    expect(isServed({ ...level(20), p99Ms: 501 }, 500)).toBe(false);
    expect(isServed({ ...level(20), answered: 18 }, 500)).toBe(false);
  });
});

describe("what is read from spans", () => {
  it("leaves out what began before, and adds up queries, objects and messages", () => {
    const log = new UseLog();
    const attribute = (key: string, stringValue: string) => ({ key, value: { stringValue } });
    const span = (at: number, kind: number, name: string, ...attributes: ReturnType<typeof attribute>[]) => ({
      ...{ traceId: "a", kind, name, attributes },
      ...{ startTimeUnixNano: `${at}000000`, endTimeUnixNano: `${at + 500}000000` },
    });
    const each = (at: number) => [
      span(at, 3, "SELECT rooms", attribute("cloudflare.binding.type", "d1")),
      span(at, 2, "RoomCalendar/hold"),
      span(at, 5, "process frontdesk-events"),
    ];
    log.from = 1_700_000_000_000;
    const spans = [...each(1_699_999_999_999), ...each(1_700_000_000_000)];
    log.add({ resourceSpans: [{ scopeSpans: [{ spans }] }] });
    expect(log.sums).toMatchObject({ d1Queries: 1, objectRequests: 1, objectSeconds: 0.5, queueMessages: 1 });
  });
});
