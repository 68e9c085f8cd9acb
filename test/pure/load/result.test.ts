import { describe, expect, it } from "vitest";
import { planOf } from "../../../load/shapes.ts";
import { thresholds } from "../../../load/thresholds.ts";
import { latencyChart } from "../../../scripts/load/charts.ts";
import { formats } from "../../../scripts/load/formats.ts";
import { progressOn } from "../../../scripts/load/progress.ts";
import { Recording, readPoint } from "../../../scripts/load/recording.ts";
import { resultOf } from "../../../scripts/load/result.ts";
import type { K6Metric, K6Verdict, Summary } from "../../../scripts/load/run-k6.ts";
import { terminalReport } from "../../../scripts/load/terminal.ts";
import { percent } from "../../../scripts/load/words.ts";

const { promises } = thresholds("by a test");
const routes = ["POST /v1/auth/login", "POST /v1/bookings", "GET /v1/bookings"];
const count = (value: number, conditions: Record<string, boolean> = {}): K6Metric => ({
  type: "counter",
  values: { count: value },
  thresholds: Object.fromEntries(Object.entries(conditions).map(([text, ok]) => [text, { ok }])),
});

type Told = {
  shape?: "smoke" | "steady" | "breakpoint";
  seconds?: number;
  /** Seconds of the plan, when it was broken off. */
  planned?: number;
  status?: (n: number) => number;
  ms?: (n: number) => number;
};

/** A run as k6 would have told it: ten requests of each route a second. */
function madeRun(
  { shape = "steady", seconds = 800, planned = seconds, status = () => 200, ms = (n) => 10 + (n % 90) }: Told,
  change: Partial<Summary> = {},
  k6: K6Verdict = "pass",
  away: readonly string[] = [],
) {
  const recording = new Recording();
  for (let n = 0; n < seconds * 30; n++)
    recording.add({
      startMs: 1_000_000 + (n * 1000) / 30,
      ...{ durationMs: ms(n), route: routes[n % 3] ?? "", status: status(n), isWarmUp: false },
    });
  const summary: Summary = {
    run: { shape, target: "http://x", run_id: "r<1>", seed: 1, rate: 10, duration_seconds: planned },
    witness: { booking_id: "booking_1", trace_id: "abc" },
    metrics: { http_reqs: count(recording.size) },
    checks: { checks: [] },
    ...change,
  };
  const options = { shape, plan: planOf(shape, 10, planned), burstSeconds: 0.25 };
  const outcome = { k6, summary, startedMs: 999_000, stoppedMs: 1_000_000 + seconds * 1000 };
  return resultOf({ options, outcome, recording, promises, release: "v7", away });
}

describe("the result of a run", () => {
  it("passes a quiet run of 800 s, and says where the true shares lie", () => {
    const result = madeRun({});
    expect(result.verdict, result.reasons.join()).toBe("pass");
    expect(terminalReport(result)).toMatch(
      /Login availability +0 +8000 +0% +0% to 0\.0936% +0\.1% \(99\.9%\) +pass/,
    );
    expect(terminalReport(result)).toMatch(/\nPASS$/);
  });
  it("fails one whose logins fail now and then, and names it", () => {
    const result = madeRun({ status: (n) => (n % 600 === 0 ? 503 : 200) });
    expect(result.verdict).toBe("fail");
    expect(result.reasons.join()).toMatch(/Login availability is broken: 40 of 8000 bad/);
    expect(result.promises.find(({ id }) => id === "booking-availability")?.judged.verdict).toBe("pass");
  });
  it("judges slowness by what was promised, not by failures", () => {
    const result = madeRun({ ms: (n) => (n % 30 === 1 ? 1_500 : 20) });
    expect(result.reasons.join()).toMatch(/Booking creation latency is broken/);
    expect(result.promises.find(({ id }) => id === "login-latency")?.judged.bad).toBe(0);
  });
  it("is inconclusive when it was too short, and shows without judging in a smoke test", () => {
    expect(madeRun({ seconds: 60 }).reasons.join()).toMatch(/Login availability: needs \d+ more requests/);
    const smoke = madeRun({ shape: "smoke", seconds: 10 });
    expect(smoke.verdict).toBe("pass");
    expect(terminalReport(smoke)).toMatch(/API availability +0 +300 .*shown, too few to judge/);
  });
  it("is broken when k6 told of fewer requests than it made, when nothing was asked, and when too little was done", () => {
    expect(madeRun({}, { metrics: { http_reqs: count(24_001) } }).reasons).toEqual([
      "k6 made 24001 requests and told of 24000: its points are not whole",
    ]);
    expect(madeRun({ seconds: 0 }, { metrics: {} }).reasons.join()).toMatch(
      /nothing that API availability judges was asked/,
    );
    const guard = {
      http_reqs: count(24_000),
      "http_reqs{route:POST /v1/x}": count(1, { "count>=9": false }),
    };
    expect(madeRun({}, { metrics: guard }, "fail").reasons.join()).toMatch(
      /did not do what was planned: http_reqs\{route:POST \/v1\/x\} count>=9/,
    );
  });
  it("keeps what was measured when a store is away at the end, and names the release", () => {
    const result = madeRun({}, {}, "pass", ["Tempo at http://t does not answer: ECONNREFUSED"]);
    expect([result.verdict, result.reasons, result.run.requests]).toEqual([
      ...["broken", ["Tempo at http://t does not answer: ECONNREFUSED"], 24_000],
    ]);
    for (const text of [
      terminalReport(result),
      formats["verdict.md"](result),
      formats["verdict.html"](result),
    ])
      expect(text).toContain("against http://x (v7)");
  });
  it("keeps what was measured until Ctrl-C, does not pass, and says everywhere when that was", () => {
    const result = madeRun({ planned: 1_200 }, {}, "interrupted");
    expect([result.verdict, result.run.requests]).toEqual(["inconclusive", 24_000]);
    expect(result.reasons).toEqual(["interrupted after 13:20 of 20:00, so it cannot pass"]);
    const early = madeRun(
      { seconds: 2, planned: 120, status: (n) => (n === 5 ? 503 : 200) },
      {},
      "interrupted",
    );
    expect(early.verdict).toBe("inconclusive");
    expect(early.run).toMatchObject({ duration_seconds: 120, interrupted_after_seconds: 2, took_seconds: 2 });
    expect(early.overTime.requests).toHaveLength(2);
    for (const render of [terminalReport, ...Object.values(formats).slice(0, 4)])
      expect(render(early)).toMatch(/interrupted after 0:02 of 2:00.* so it cannot pass/s);
    expect(formats["junit.xml"](early).match(/ time="2"/g)).toHaveLength(2);
    const failed = madeRun({ planned: 1_200, status: (n) => (n % 60 === 0 ? 503 : 200) }, {}, "interrupted");
    expect(failed.verdict).toBe("fail");
    for (const render of [terminalReport, ...Object.values(formats).slice(1, 4)])
      expect(render(failed)).toContain("interrupted after 13:20 of 20:00");
    // Nothing was asked of the promises, or of a level: that is what breaking off means.
    const nothing = madeRun({ seconds: 0, planned: 120 }, { metrics: {} }, "interrupted");
    expect([nothing.verdict, nothing.run.interrupted_after_seconds]).toEqual(["inconclusive", 0]);
    expect(formats["verdict.html"](nothing)).not.toMatch(/NaN|undefined|Infinity/);
    const levels = madeRun({ shape: "breakpoint", seconds: 90, planned: 600 }, {}, "interrupted").levels;
    expect(levels.map(({ rate }) => rate)).toEqual([10, 20]);
  });
  it("says at which level it broke", () => {
    const result = madeRun({ shape: "breakpoint", seconds: 600, ms: (n) => (n > 9_000 ? 2_000 : 20) });
    expect(result.levels.map(({ verdict }) => verdict)).toEqual([
      ...Array(5).fill("inconclusive"),
      ...Array(5).fill("fail"),
    ]);
    for (const text of [
      terminalReport(result),
      formats["verdict.md"](result),
      formats["verdict.html"](result),
    ])
      expect(text).toContain("it broke at 60 visits/s");
  });
});

describe("its formats", () => {
  it("have a time axis whose labels differ, and whole seconds between them", () => {
    const shown = (seconds: number) => {
      const svg = latencyChart(madeRun({ seconds }));
      return [...svg.matchAll(/>(\d+:\d\d(?::\d\d)?)</g)].map(([, text]) => text);
    };
    expect(shown(1)).toEqual(["0:00", "0:01"]);
    // A single second is seen, too.
    expect(latencyChart(madeRun({ seconds: 1 })).match(/d="M[^"L]+h6"/g)).toHaveLength(2);
    expect(shown(2)).toEqual(["0:00", "0:01", "0:02"]);
    expect(shown(10)).toEqual(["0:00", "0:02", "0:04", "0:06", "0:08", "0:10"]);
    expect(shown(61)).toEqual(["0:00", "0:15", "0:30", "0:45", "1:00"]);
    expect(shown(1_200)).toEqual(["0:00", "5:00", "10:00", "15:00", "20:00"]);
  });
  it("are shares that a person can read", () =>
    expect([0, 3.07e-61, 1e-6, 0.000936, 0.1569, 1].map(percent)).toEqual([
      ...["0%", "<0.0001%", "0.0001%", "0.0936%", "15.69%", "100%"],
    ]));
  const result = madeRun({ seconds: 60 });
  it("are JSON without Infinity, XML with escaped names, and Markdown", () => {
    expect(JSON.parse(formats["verdict.json"](result)).promises[0].judged.needed).toBeGreaterThan(1_800);
    const xml = formats["junit.xml"](madeRun({ status: (n) => (n % 600 === 0 ? 503 : 200) }));
    expect(xml).toMatch(/tests="7" failures="\d" errors="0" skipped="\d"/);
    expect(xml.match(/<testcase /g)).toHaveLength(7);
    expect(formats["verdict.md"](result)).toMatch(/^## ❔ Load test: INCONCLUSIVE: /);
  });
  it("are one page that asks no network for anything, with five plots", () => {
    const page = formats["verdict.html"](result);
    expect(page.match(/<svg /g)).toHaveLength(5);
    expect(page).not.toMatch(/<script|<link|src=|url\(|NaN|undefined|r<1>/);
  });
});

describe("what is read from k6", () => {
  const line = (tags: object) =>
    `{"metric":"http_req_duration","type":"Point","data":{"time":"2026-11-21T20:00:01.5Z","value":500,"tags":${JSON.stringify(tags)}}}`;
  it("is when a request began, and whether it was warm-up", () => {
    expect(readPoint(line({ route: "GET /v1/x", status: "0", group: "::setup" }))).toEqual({
      ...{
        startMs: Date.parse("2026-11-21T20:00:01Z"),
        durationMs: 500,
        route: "GET /v1/x",
        status: 0,
        isWarmUp: true,
      },
    });
    expect(readPoint(line({ route: "GET /v1/x", status: "200", group: "" }))?.isWarmUp).toBe(false);
    expect(readPoint('{"metric":"http_reqs","type":"Point"}')).toBeUndefined();
  });
  it("is shown with the time that is left", () => {
    const said: string[] = [];
    let now = 5_000;
    const show = progressOn(
      { status: (_step, text) => void said.push(text) },
      planOf("steady", 3, 90),
      () => now,
    );
    show({ requests: 1, errors: 0 });
    now += 30_000;
    show({ requests: 160, errors: 2 });
    expect(said.at(-1)).toBe("0:30 of 1:30, 3 visits/s, 160 requests, 2 failed, 1:00 left");
  });
});
