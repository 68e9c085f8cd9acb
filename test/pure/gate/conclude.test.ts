import { describe, expect, it } from "vitest";
import { CallLog, type OtlpTraces } from "../../../scripts/gate/calls.ts";
import { compareCalls } from "../../../scripts/gate/calls-compared.ts";
import { conclude, exitCodes } from "../../../scripts/gate/conclude.ts";
import type { Pair, Sample } from "../../../scripts/gate/pairs.ts";
import { asMarkdown, asText } from "../../../scripts/gate/report.ts";

/** Calls of a request by the type of what they call. */
type Made = Readonly<Record<string, number>>;

/** What a receiver hears of requests of one route. */
function log(route: string, requests: number, made: Made, ms = 4): CallLog {
  const calls = new CallLog();
  const text = (key: string, stringValue: string) => ({ key, value: { stringValue } });
  const time = (at: number) => `${1_700_000_000_000 + at}000000`;
  const span = (traceId: string, kind: number, name: string, attribute: ReturnType<typeof text>) => ({
    ...{ traceId, kind, name, attributes: [attribute] },
    startTimeUnixNano: time(0),
    endTimeUnixNano: time(ms),
  });
  for (let at = 0; at < requests; at++) {
    const trace = `${at}`.padStart(32, "0");
    const made1 = Object.entries(made).flatMap(([type, count]) =>
      Array.from({ length: count }, () =>
        span(trace, 3, `call ${type}`, text("cloudflare.binding.type", type)),
      ),
    );
    const spans = [...made1, span(trace, 2, route, text("http.route", route))];
    calls.add({ resourceSpans: [{ scopeSpans: [{ spans }] }] } satisfies OtlpTraces);
  }
  return calls;
}

const list = "GET /v1/bookings";
const callsOf = (candidate: CallLog, baseline = log(list, 30, { d1: 2 })) =>
  compareCalls({ baseline: baseline.byRoute(0), candidate: candidate.byRoute(0) });

/** Twenty pairs whose latencies and CPU time are the same but for a factor. */
function pairs(factor = 1): Pair[] {
  const sample = (at: number, by: number): Sample => ({
    latencies: Array.from({ length: 100 }, (_, n) => (5 + n / 20 + (at % 3) / 10) * by),
    ...{ requests: 100, errors: 0, cpuNs: (3e8 + at * 1e5) * by },
  });
  return Array.from({ length: 20 }, (_, at) => ({
    round: 0,
    baseline: sample(at, 1),
    candidate: sample(at, factor),
  }));
}
const releases = {
  baseline: { name: "v1", commit: "aaaaaaa" },
  candidate: { name: ".", commit: "bbbbbbb+changes" },
};
/** All requests of the pairs, told by both sides. */
const told = (candidate: Made, requests = 2_000) =>
  callsOf(log(list, requests, candidate), log(list, 2_000, { d1: 2 }));
const concludeFrom = (factor: number, calls = told({ d1: 2 })) =>
  conclude({ pairs: pairs(factor), calls, releases }, 1);

describe("calls", () => {
  it("more of them for a request are more, however few requests there are above twenty", () => {
    const { more, requests } = callsOf(log(list, 25, { d1: 3 }));
    expect(more).toMatchObject([
      { route: list, span: "CLIENT call d1", count: { baseline: 2, candidate: 3 } },
    ]);
    expect(requests).toEqual({ baseline: 30, candidate: 25 });
    expect(callsOf(log(list, 19, { d1: 3 })).more).toEqual([]);
  });
  it("fewer are not, and a span that takes longer is named", () => {
    const { more, slower } = callsOf(log(list, 30, { d1: 1 }, 9));
    expect(more).toEqual([]);
    expect(slower.map(({ span, ms }) => [span, ms.baseline, ms.candidate])).toEqual([
      [`SERVER ${list}`, 4, 9],
      ["CLIENT call d1", 8, 9],
    ]);
  });
  it("of the warm-up do not count", () => {
    expect(log(list, 30, {}).byRoute(1_700_000_000_001).size).toBe(0);
    expect(log(list, 30, {}).byRoute(1_700_000_000_000).size).toBe(1);
  });
});

describe("a conclusion", () => {
  it("passes the same, and says for what it looked", () => {
    const same = concludeFrom(1);
    expect(same).toMatchObject({ verdict: "not worse", reasons: [], pairs: 20 });
    expect(exitCodes[same.verdict]).toBe(0);
    expect(asText(same)).toContain("Gate: v1 (aaaaaaa) → . (bbbbbbb+changes), 20 windows of 5 s");
    expect(asText(same)).toMatch(/^CPU time per request +3\.01 ms +3\.01 ms +\+0\.0 %/m);
    expect(asText(same)).toMatch(/^Verdict: not worse\.$/m);
  });
  it("does not pass a route that was asked too seldom to compare its calls", () => {
    const seldom = concludeFrom(1, callsOf(log(list, 19, { d1: 2 }), log(list, 30, { d1: 2 })));
    expect(seldom.verdict).toBe("cannot be told");
    expect(seldom.reasons).toContain(
      `${list} was asked 19 times, and its calls are compared from 20 on: ask more or longer`,
    );
  });
  it("stops what is slower, and says by how much", () => {
    const slower = concludeFrom(1.2);
    expect(exitCodes[slower.verdict]).toBe(1);
    expect(slower.reasons).toContainEqual(expect.stringMatching(/^p95 grew: \+2\d\.\d % \(/));
    expect(slower.reasons).toContainEqual(expect.stringMatching(/^CPU time per request grew: \+20\.0 % \(/));
    expect(asMarkdown(slower)).toMatch(/^\*\*Verdict: worse\.\*\* {2}$/m);
    expect(asMarkdown(slower)).toMatch(/^\| p95 \| .* \| worse \|$/m);
  });
  it("stops more calls, though nothing is slower", () => {
    const more = concludeFrom(1, told({ d1: 3 }));
    expect(more.verdict).toBe("worse");
    expect(more.reasons).toEqual(["GET /v1/bookings calls CLIENT call d1 3.0 times, not 2.0"]);
    expect(asText(more)).toContain("  GET /v1/bookings: CLIENT call d1, 2.00 → 3.00 for a request");
  });
  it("does not pass what it could not look at: a candidate without traces, a machine without CPU times", () => {
    const silent = concludeFrom(1, told({ d1: 2 }, 1_700));
    expect(silent.reasons).toEqual([
      "only 1700 of 2000 requests of the candidate left a trace, so its calls are not known",
    ]);
    const blind = pairs().map(({ round, baseline, candidate }) => ({
      round,
      baseline: { ...baseline, cpuNs: undefined },
      candidate: { ...candidate, cpuNs: undefined },
    }));
    const unmeasured = conclude({ pairs: blind, calls: told({ d1: 2 }), releases }, 1);
    expect(unmeasured.reasons).toEqual(["CPU time per request could not be measured"]);
    expect([silent, unmeasured].map(({ verdict }) => exitCodes[verdict])).toEqual([2, 2]);
  });
});
