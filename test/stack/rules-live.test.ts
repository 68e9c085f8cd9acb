import { setInterval } from "node:timers";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, describe, expect, it } from "vitest";
import { burnThreshold } from "../../telemetry/derive/burn.ts";
import { windowPairs } from "../../telemetry/derive/windows.ts";
import { slos } from "../../telemetry/slo.ts";
import { newTraceId, sendSpans, type TestSpan } from "./otlp.ts";
import { killHard, ownPlace, startTool } from "./own-tools.ts";
import { poll } from "./stores/poll.ts";
import { query, total } from "./stores/prometheus.ts";

/** What promtool cannot express: it knows no start times of series, and no collector. */

const promise = "api-availability";
const [pageFast] = windowPairs;
const threshold = Number(burnThreshold(slos[promise], pageFast));
const zeroSamples = "created-timestamp-zero-ingestion";
const flushMs = 5_000;
const evaluationMs = 5_000;

const timers: NodeJS.Timeout[] = [];
afterAll(() => timers.forEach(clearInterval));

/** A collector and a Prometheus of its own with the real rules; nothing else writes to them. */
async function pipeline(change: (argument: string) => string = (argument) => argument) {
  const place = await ownPlace(["prometheus", "tempo", "tempoOtlp", "victoriaLogs"]);
  const [collector] = await Promise.all([
    startTool(place, "collector"),
    startTool(place, "prometheus", { change }),
  ]);
  const prometheus = place.url("prometheus");
  const send = (route: string, status: number, count: number) =>
    sendSpans(
      place.url("collector"),
      newTraceId(),
      Array.from({ length: count }, () => request(route, status)),
      { service: "frontdesk", environment: "production" },
    );
  return {
    ...{ collector, send },
    total: (promql: string) => total(prometheus, promql),
    firing: async () => (await query(prometheus, `ALERTS{alertstate="firing",slo="${promise}"}`)).length,
    /** One good answer now and then; a collector that is just being restarted refuses it. */
    serve: (everyMs: number) => {
      let served = 0;
      const serve = async () => {
        const taken = await send("/v1/rooms", 200, 1).then(
          () => 1,
          () => 0,
        );
        served += taken;
      };
      timers.push(setInterval(() => void serve(), everyMs));
      return () => served;
    },
  };
}

const request = (route: string, status: number): TestSpan => ({
  name: `GET ${route}`,
  kind: 2,
  attributes: {
    "frontdesk.sli": true,
    "http.request.method": "GET",
    "http.route": route,
    "http.response.status_code": status,
  },
});

const counted = "sum(http_server_request_duration_seconds_count)";
const failures = 'sum(http_server_request_duration_seconds_count{http_response_status_code="503"})';
const badEvents = `slo:bad_events:rate1h{slo="${promise}"} * 3600`;
/** Good answers while the collector restarts. */
const perSecond = 20;
const worstRatio = `max(max_over_time(slo:error_ratio:5m{slo="${promise}"}[5m]))`;

describe.concurrent("on a collector and a Prometheus with the real rules", () => {
  it("the very first errors of a route, as one burst, page; without zero samples they are never seen", async () => {
    const [seeing, blind] = await Promise.all([
      pipeline(),
      pipeline((argument) => argument.replace(`,${zeroSamples}`, "")),
    ]);
    const both = [seeing, blind];
    for (const { serve } of both) serve(500);
    for (const { total } of both)
      expect(
        await poll(
          () => total(`count(slo:error_ratio:5m{slo="${promise}"})`),
          (n) => n > 0,
          30_000,
        ),
      ).toBe(1);
    expect(await Promise.all(both.map(({ firing }) => firing()))).toEqual([0, 0]);

    const burst = slos[promise].badEventsMin;
    await Promise.all(both.map(({ send }) => send("/v1/bookings/{id}", 503, burst)));
    expect(await poll(seeing.firing, (n) => n > 0, 30_000)).toBeGreaterThan(0);
    expect(await seeing.total(badEvents)).toBeGreaterThanOrEqual(burst);
    // Two samples of a new series are stretched at their end by as much as 1.1 times what lies between them.
    expect(await seeing.total(badEvents)).toBeLessThanOrEqual(2.1 * burst);

    // The other one has counted them just as well, and goes on evaluating.
    expect(await poll(() => blind.total(failures), Boolean, 30_000)).toBe(burst);
    await sleep(flushMs + 2 * evaluationMs);
    expect(await blind.total(failures)).toBe(burst);
    expect(await blind.total(badEvents)).toBe(0);
    expect(await blind.firing()).toBe(0);
  }, 120_000);

  it("a collector restart neither looks like errors nor loses the promise", async () => {
    const { collector, send, serve, total, firing } = await pipeline();
    const served = serve(1_000 / perSecond);
    // Errors before it, within the promise: what a counter that begins anew must not repeat or forget.
    // Enough good answers that one error, counted twice at worst, is far below the threshold.
    expect(
      await poll(
        () => total(counted),
        (n) => n >= 200,
        60_000,
      ),
    ).toBeGreaterThanOrEqual(200);
    await send("/v1/rooms", 503, 1);
    expect(await poll(() => total(failures), Boolean, 30_000)).toBe(1);
    await sleep(2 * evaluationMs);
    const before = await total(badEvents);

    const countedBefore = await total(counted);
    await killHard(collector);
    const servedAtRestart = served();
    // The restarted collector begins new series: nothing may look like a burst of errors, and no minute without a ratio.
    await sleep(flushMs + 2 * evaluationMs);
    expect(await firing()).toBe(0);
    expect(await total(worstRatio)).toBeLessThan(threshold);
    expect(await total(badEvents)).toBeCloseTo(before, 0);
    const gaps = `count_over_time(slo:error_ratio:5m{slo="${promise}"}[15s])`;
    expect(await total(gaps)).toBeGreaterThanOrEqual(2);
    // What came after it counts on top of what came before.
    const isWhole = (n: number) =>
      n >= countedBefore + served() - servedAtRestart - perSecond * (flushMs / 1_000);
    expect(isWhole(await total(`sum(increase(http_server_request_duration_seconds_count[5m]))`))).toBe(true);

    // The promise still stands guard: the first errors of the new collector are seen.
    await send("/v1/rooms", 503, 20);
    expect(await poll(firing, (n) => n > 0, 30_000)).toBeGreaterThan(0);
    expect(await total(badEvents)).toBeGreaterThanOrEqual(before + 19);
  }, 120_000);
});
