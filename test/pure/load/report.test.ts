import { describe, expect, it } from "vitest";
import { thresholds } from "../../../load/thresholds.ts";
import { report, routes } from "../../../scripts/load/report.ts";
import type { K6Metric, Summary } from "../../../scripts/load/run-k6.ts";

const { promises } = thresholds("by a test");
const route = "POST /v1/bookings/{booking_id}/cancel";
const metric = (
  type: K6Metric["type"],
  values: Record<string, number>,
  conditions: Record<string, boolean> = {},
) => ({
  type,
  values,
  thresholds: Object.fromEntries(Object.entries(conditions).map(([text, ok]) => [text, { ok }])),
});

const summary: Summary = {
  run: { shape: "smoke", target: "http://x", run_id: "r1", seed: 1, rate: 2, duration_seconds: 10 },
  witness: { booking_id: "booking_1", trace_id: "abc" },
  metrics: {
    [`http_reqs{route:${route}}`]: metric("counter", { count: 15 }, { "count>=16": false }),
    [`http_req_duration{route:${route}}`]: metric("trend", { med: 12.34, "p(95)": 50, "p(99)": 60.06 }),
    [`http_req_failed{route:${route}}`]: metric("rate", { rate: 0.2, passes: 3, fails: 12 }),
    slo_api_availability: metric("rate", { rate: 0.8 }, { "rate>=0.999": false }),
    slo_api_availability_valid: metric("counter", { count: 15 }, { "count>0": true }),
    slo_api_latency: { type: "rate", values: { rate: 0.5 } },
    slo_api_latency_valid: metric("counter", { count: 12 }, { "count>0": true }),
  },
  checks: { checks: [{ name: "it is 200", passes: 12, fails: 3 }] },
};

describe("the result of a run", () => {
  it("gives each route its figures", () =>
    expect(routes(summary)).toEqual([{ route, count: 15, errors: 3, p50: 12.34, p95: 50, p99: 60.06 }]));

  const text = report({ verdict: "fail", summary }, promises);
  it("names every crossed threshold and failed check", () => {
    expect(text).toContain(`threshold crossed: http_reqs{route:${route}} count>=16`);
    expect(text).toContain("threshold crossed: slo_api_availability rate>=0.999");
    expect(text).toContain("check failed: it is 200 (3 of 15)");
    expect(text).toMatch(/FAIL: 2 thresholds crossed$/);
  });
  it("says of each promise whether it was judged", () => {
    expect(text).toMatch(/API availability +80\.00% +15 +99\.9% +broken/);
    expect(text).toMatch(/API latency +50\.00% +12 +99% +seen, not judged below 100 requests/);
    expect(text).toMatch(/Booking creation latency +– +0 +99% +no data/);
  });
  it("says PASS and nothing of thresholds when all held", () =>
    expect(
      report({ verdict: "pass", summary: { ...summary, metrics: {}, checks: { checks: [] } } }, promises),
    ).toMatch(/PASS$/));
});
