import { describe, expect, it } from "vitest";
import { compare, type Sample } from "../../../scripts/probe/compare.ts";
import { failureOfAnswer, failureOfFetch } from "../../../scripts/probe/failure.ts";

const probed = (good: number, failed: number): Sample[] => [
  { metric: { frontdesk_probe_step: "book" }, value: good },
  { metric: { frontdesk_probe_step: "book", error_type: "internal" }, value: failed },
];
const served = (good: number, failed: number, route = "/v1/bookings"): Sample[] =>
  [
    ["201", good],
    ["503", failed],
  ].map(([code, value]) => ({
    metric: { http_request_method: "POST", http_route: route, http_response_status_code: String(code) },
    value: Number(value),
  }));

describe("both sides of a step", () => {
  const cases: Record<string, [probe: Sample[], server: Sample[], verdict: string]> = {
    "that counted the same agree": [probed(118, 2), served(118, 2), "agree within 12"],
    "that differ by a round at either end agree": [probed(118, 2), served(116, 2), "agree within 12"],
    "of which little is known agree within two rounds": [probed(11, 0), served(9, 0), "agree within 2"],
    "that differ by more than that do not": [
      probed(12, 0),
      served(9, 0),
      "the server never saw 3: the way there, or telemetry",
    ],
    "differ when requests never arrived": [
      probed(60, 60),
      served(60, 0),
      "the server never saw 60: the way there, or telemetry",
    ],
    "differ when the server failed unseen": [
      probed(120, 0),
      served(90, 30),
      "the server failed 30 that the probe took as good",
    ],
    "differ when the probe is the one that fails": [
      probed(90, 30),
      served(120, 0),
      "the probe failed 30 that the server took as good",
    ],
    "differ when nobody probes": [[], served(5, 0), "no probe tried it"],
    "are told apart by route": [
      probed(60, 0),
      served(60, 0, "/v1/rooms"),
      "the server never saw 60: the way there, or telemetry",
    ],
  };
  it.each(Object.entries(cases))("%s", (_what, [probe, server, verdict]) => {
    const row = compare(probe, server).find(({ step }) => step === "book");
    expect([row?.verdict, row?.agrees]).toEqual([verdict, verdict.startsWith("agree")]);
  });
});

describe("the reason of a failure", () => {
  it("is the server's own word where it is a known one, else its status", () => {
    expect(failureOfAnswer(409, { code: "slot_taken" })).toBe("slot_taken");
    expect(failureOfAnswer(500, { code: "toString" })).toBe("internal");
    expect(failureOfAnswer(503, { status: "fail" })).toBe("unavailable");
    expect(failureOfAnswer(429, {})).toBe("rate_limited");
    expect(failureOfAnswer(418, {})).toBe("_OTHER");
  });
  it("without an answer is the time or the way", () => {
    expect(failureOfFetch(AbortSignal.abort(new DOMException("late", "TimeoutError")).reason)).toBe(
      "timeout",
    );
    expect(failureOfFetch(new TypeError("fetch failed"))).toBe("connection_lost");
  });
});
