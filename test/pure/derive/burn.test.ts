import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { badRate, burnThreshold, errorRatio, validRate } from "../../../telemetry/derive/burn.ts";
import { compare, multiply } from "../../../telemetry/derive/decimal.ts";
import { detectionSeconds, resetSeconds } from "../../../telemetry/derive/detection.ts";
import { prometheusName } from "../../../telemetry/derive/names.ts";
import { opposite, quote, select } from "../../../telemetry/derive/promql.ts";
import { own } from "../../../telemetry/derive/series.ts";
import { seconds, windowPairs } from "../../../telemetry/derive/windows.ts";
import { slos } from "../../../telemetry/slo.ts";

const [pageFast] = windowPairs;
const threeNines = { objective: "99.9%" } as const;

describe("names as Prometheus sees them", () => {
  const names = {
    "http.server.request.duration": "http_server_request_duration_seconds",
    "frontdesk.dependency.duration": "frontdesk_dependency_duration_seconds",
    "frontdesk.events": "frontdesk_events_total",
    "frontdesk.heartbeat": "frontdesk_heartbeat_total",
    "frontdesk.outbox.age": "frontdesk_outbox_age_seconds",
    "frontdesk.outbox.pending": "frontdesk_outbox_pending",
    "frontdesk.telemetry.dropped": "frontdesk_telemetry_dropped_total",
  } as const;
  for (const [metric, name] of Object.entries(names))
    it(`${metric} is ${name}`, () => expect(prometheusName(metric as keyof typeof names)).toBe(name));
});

describe("PromQL", () => {
  it("quotes what would end a string", () => expect(quote('a"b\\c\nd')).toBe('"a\\"b\\\\c\\nd"'));
  it("selects by translated labels", () =>
    expect(select("m", [{ label: "http.route", op: "matches not", value: "/v1/health.*" }])).toBe(
      'm{http_route!~"/v1/health.*"}',
    ));
  it("selects the product's own series of a metric", () =>
    expect(own("frontdesk.heartbeat", "")).toBe('frontdesk_heartbeat_total{service_name="frontdesk"}'));
  it("keeps environments apart when it adds up", () =>
    expect(validRate({ indicator: { ...slos["api-availability"].indicator, valid: [] } }, "5m")).toBe(
      'sum by (deployment_environment_name) (rate(http_server_request_duration_seconds_count{service_name="frontdesk"}[5m]))',
    ));
  it("the opposite of the opposite is the condition itself", () => {
    for (const op of ["is", "is not", "matches", "matches not"] as const)
      expect(opposite(opposite({ label: "a", op, value: "b" }))).toEqual({ label: "a", op, value: "b" });
  });
  it("fills missing errors with zero over the same labels", () => {
    const bad = badRate(slos["api-availability"], "5m");
    expect(bad).toContain(`or 0 * ${validRate(slos["api-availability"], "5m")}`);
    expect(bad).toContain('http_response_status_code=~"5.."');
  });
  it("counts events of a counter by the counter itself", () =>
    expect(validRate(slos["deep-health"], "1h")).toBe(
      'sum by (deployment_environment_name) (rate(frontdesk_probe_steps_total{service_name="frontdesk",frontdesk_probe_step="health"}[1h]))',
    ));
  it("counts each minute of a gauge as one event, and those over the limit as bad", () => {
    const worst =
      'max by (deployment_environment_name) (frontdesk_outbox_age_seconds{service_name="frontdesk"})';
    expect(validRate(slos["event-freshness"], "5m")).toBe(`(count_over_time((${worst})[5m:1m]) / 300)`);
    expect(badRate(slos["event-freshness"], "5m")).toBe(
      `(sum_over_time((${worst} > bool 120)[5m:1m]) / 300)`,
    );
    expect(errorRatio(slos["event-freshness"], "5m")).toBe(`avg_over_time((${worst} > bool 120)[5m:1m])`);
  });
  it("counts a slow event as the rest of the bucket at the promise", () =>
    expect(badRate(slos["booking-latency"], "5m")).toContain('le="1"'));
});

describe("detection and reset", () => {
  it("a full outage at 99.9 % is seen after 51.84 s with an hour of past", () =>
    expect(detectionSeconds(threeNines, pageFast, "1")).toBe("51.84"));
  it("with five minutes of past it is seen after 4.384 s", () =>
    expect(detectionSeconds(threeNines, pageFast, "1", 300)).toBe("4.384"));
  it("a ratio at the threshold is never seen", () => {
    expect(detectionSeconds(threeNines, pageFast, "0.0144")).toBeUndefined();
    expect(resetSeconds(threeNines, pageFast, "0.0144")).toBeUndefined();
  });
  it("resets after the short window less its share", () =>
    expect(resetSeconds(threeNines, pageFast, "1")).toBe("295.68"));
  it("minutes of a gauge are seen whole: the one that makes it more than the threshold", () => {
    const { indicator } = slos["event-freshness"];
    const fresh = { objective: "99%", indicator } as const;
    // 0.144 of 60 minutes are 8.64, of 5 minutes and those that come 0.84.
    expect(detectionSeconds(fresh, pageFast, "1")).toBe("540");
    expect(detectionSeconds(fresh, pageFast, "1", 300)).toBe("60");
    // 0.06 of 47 minutes and 3 that come are 3: not more, so a fourth is needed.
    expect(detectionSeconds(fresh, windowPairs[1], "1", 47 * 60)).toBe("240");
    expect(resetSeconds(fresh, pageFast, "1")).toBe("300");
  });

  const history = fc.integer({ min: 1, max: 400_000 });
  const percent = fc.integer({ min: 1, max: 100 }).map((n) => multiply(String(n), "0.01"));
  it("agrees with a window that is filled second by second", () =>
    fc.assert(
      fc.property(fc.constantFrom(...windowPairs), percent, history, (pair, ratio, past) => {
        const predicted = detectionSeconds(threeNines, pair, ratio, past);
        fc.pre(predicted !== undefined);
        const share = (t: number) => (Number(ratio) * t) / Math.min(seconds(pair.long), past + t);
        const threshold = Number(burnThreshold(threeNines, pair));
        expect(share(Number(predicted) + 0.001)).toBeGreaterThanOrEqual(threshold);
        expect(share(Number(predicted) - 0.002)).toBeLessThan(threshold);
      }),
    ));
  it("is never later with less past", () =>
    fc.assert(
      fc.property(fc.constantFrom(...windowPairs), percent, history, history, (pair, ratio, a, b) => {
        const [less, more] = [Math.min(a, b), Math.max(a, b)];
        const early = detectionSeconds(threeNines, pair, ratio, less);
        const late = detectionSeconds(threeNines, pair, ratio, more);
        fc.pre(early !== undefined && late !== undefined);
        expect(compare(early, late)).toBeLessThanOrEqual(0);
      }),
    ));
});

describe("windows", () => {
  it("each long window is longer than its short one, and slower pairs burn slower", () => {
    for (const pair of windowPairs) expect(seconds(pair.long)).toBeGreaterThan(seconds(pair.short));
    const burns = windowPairs.map(({ burn }) => Number(burn));
    expect(burns).toEqual(burns.toSorted((a, b) => b - a));
  });
  it("refuses what is no duration", () => expect(() => seconds("5.5h")).toThrow(/not a duration/));
});
