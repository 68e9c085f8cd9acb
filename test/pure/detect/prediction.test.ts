import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { requestsOf, routes } from "../../../scripts/detect/callers.ts";
import { countersOf, integrate, lengthOf, recordedOf, type Stretch } from "../../../scripts/detect/past.ts";
import { byLatency, byStatus, predictPage, predictResolve } from "../../../scripts/detect/predict.ts";
import { multiply } from "../../../telemetry/derive/decimal.ts";
import { detectionSeconds, resetSeconds } from "../../../telemetry/derive/detection.ts";
import { seconds, windowPairs } from "../../../telemetry/derive/windows.ts";

const slo = { objective: "99.9%", badEventsMin: 5 } as const;
const pages = windowPairs.filter(({ severity }) => severity === "page");
const steady = (length: number, more: Partial<Stretch> = {}): Stretch => ({
  seconds: length,
  perSecond: 1_000,
  ...more,
});

describe("what is predicted by counting through the windows", () => {
  it("is what the closed form says when the past is clean, however short", () =>
    fc.assert(
      fc.property(
        fc.integer({ min: 20, max: 1_000 }),
        fc.integer({ min: 60, max: 30_000 }),
        (promille, past) => {
          const ratio = multiply(String(promille), "0.001");
          const sooner = Math.min(
            ...pages.map((pair) =>
              Number(detectionSeconds(slo, pair, ratio, past) ?? Number.POSITIVE_INFINITY),
            ),
          );
          const fault = [steady(8_000, { errorRatio: promille / 1_000 })];
          const found = predictPage(slo, [steady(past)], fault)?.seconds ?? Number.POSITIVE_INFINITY;
          expect(found).toBeGreaterThanOrEqual(sooner - 0.001);
          expect(found).toBeLessThanOrEqual(sooner + 0.2);
        },
      ),
      { numRuns: 30 },
    ));

  it("is 51.84 s for a full outage with six clean hours, and 21.7 s by the half-hour pair with one", () => {
    const outage = [steady(200, { errorRatio: 1 })];
    expect(predictPage(slo, [steady(21_600)], outage)).toEqual({
      tier: "page-fast",
      seconds: expect.closeTo(51.9, 1),
    });
    expect(predictPage(slo, [steady(3_600)], outage)).toEqual({
      tier: "page-slow",
      seconds: expect.closeTo(21.8, 1),
    });
  });

  it("comes sooner when the hour is partly burnt, and never for one failure or an idle night", () => {
    const burnt = [steady(18_000), steady(360, { errorRatio: 0.1 }), steady(2_400)];
    const outage = [steady(200, { errorRatio: 0.1 })];
    expect(predictPage(slo, burnt, outage)?.seconds).toBeCloseTo(158.4, 0);
    expect(
      predictPage(slo, [{ seconds: 3_600, perSecond: 0 }], [{ seconds: 1, perSecond: 1, errorRatio: 1 }]),
    ).toBeUndefined();
    expect(predictPage(slo, [steady(3_600)], [{ seconds: 900, perSecond: 0 }])).toBeUndefined();
  });

  it("resolves when the short window has forgotten, as the closed form says after an incident that filled it", () => {
    const [fast] = pages;
    const before = [steady(21_600), steady(seconds("5m"), { errorRatio: 0.3 })];
    const closed = Number(fast && resetSeconds(slo, fast, "0.3"));
    expect(predictResolve(slo, before, steady(600))).toBeCloseTo(closed, 0);
    // Nobody asks: nothing burns and nothing is forgotten, so callers who come back end it at once.
    const away = [steady(21_600), steady(60, { errorRatio: 1 }), { seconds: 400, perSecond: 0 }];
    expect(predictResolve(slo, away, steady(600))).toBeLessThan(1);
  });

  it("counts slow answers among the good ones only", () => {
    const slow = steady(1, { errorRatio: 0.5, slowRatio: 0.5 });
    expect([byStatus.valid(slow), byStatus.bad(slow)]).toEqual([1_000, 500]);
    expect([byLatency.valid(slow), byLatency.bad(slow)]).toEqual([500, 250]);
  });
});

describe("the load of the drill", () => {
  it("goes through all its routes with a fault of every second, tenth and fiftieth request", () => {
    const requests = requestsOf({ slug: "demo", token: "t", roomId: "room" });
    expect(routes.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1, 9);
    for (const every of [2, 10, 50]) {
      const hit = Array.from({ length: requests.length }, (_, n) => requests[(n * every) % requests.length]);
      expect(new Set(hit).size).toBe(requests.length);
    }
  });
});

describe("a past that is backfilled", () => {
  const half = { share: 0.5, status: "200" };
  const two = [
    { route: "GET /a", ...half },
    { route: "POST /b", ...half },
  ];
  const past = [steady(600), steady(300, { errorRatio: 0.1, slowRatio: 0.2 })];
  const at = (name: string, labels: Record<string, string>) => {
    const counters = countersOf(past, two).find((family) => family.name === name)?.counters ?? [];
    return counters
      .filter((counter) => Object.entries(labels).every(([label, is]) => counter.labels[label] === is))
      .map((counter) => counter.at(lengthOf(past)));
  };

  it("holds as many events as there were, by route, status and bucket", () => {
    const name = "http_server_request_duration_seconds";
    expect(at(`${name}_count`, { http_route: "/a", http_response_status_code: "503" })).toEqual([15_000]);
    expect(at(`${name}_count`, { http_route: "/b", http_response_status_code: "200" })).toEqual([435_000]);
    const good = { http_route: "/a", http_request_method: "GET", http_response_status_code: "200" };
    expect(at(`${name}_bucket`, { ...good, le: "0.5" })).toEqual([435_000 - 27_000]);
    expect(at(`${name}_bucket`, { ...good, le: "+Inf" })).toEqual([435_000]);
  });

  it("has no series of failures where nothing failed, like the real one", () => {
    const families = countersOf([steady(600)], two);
    expect(families.flatMap(({ counters }) => counters).some(({ labels }) => labels.error_type)).toBe(false);
  });

  it("records the rates of five minutes that the slow rules would have recorded", () => {
    const [valid, bad] = recordedOf(past, [{ id: "api-availability", counting: byStatus }]);
    expect(valid?.counters[0]?.at(900)).toBe(1_000);
    expect(bad?.counters.map((counter) => [counter.at(600), counter.at(750), counter.at(900)])).toEqual([
      [0, 50, 100],
    ]);
    expect(integrate(past, 450, byStatus.bad)).toBe(0);
  });
});
