import { describe, expect, it } from "vitest";
import { thresholds } from "../../../load/thresholds.ts";

const made = thresholds("by a test");
const promise = (id: string) => made.promises.find((entry) => entry.id === id);

describe("what k6 is told of the promises", () => {
  it("asks for the promised share, and that there is something to judge", () =>
    expect(promise("api-availability")?.thresholds).toEqual({
      slo_api_availability: ["rate>=0.999"],
      slo_api_availability_valid: ["count>0"],
    }));
  it("asks for the promised milliseconds", () =>
    expect(promise("api-latency")?.good).toEqual({ withinMs: 500 }));
  it("turns conditions into patterns over the whole value", () =>
    expect(promise("booking-availability")?.valid).toEqual([
      { label: "http.route", pattern: "^(?:\\/v1\\/bookings)$", fits: true },
      { label: "http.request.method", pattern: "^(?:POST)$", fits: true },
    ]));
  it("judges slowness only once the promise allows one slow request", () => {
    expect(promise("api-latency")?.judgedFrom).toBe(100);
    expect(promise("api-availability")?.judgedFrom).toBe(1);
  });
  it("guards against a run that did nothing", () =>
    expect(made.always).toEqual({
      dropped_iterations: ["count==0"],
      wrong_answers: ["count==0"],
      http_reqs: ["count>0"],
    }));
  it("lets single answers fail, except where every answer counts", () => {
    expect(made.always).not.toHaveProperty("checks");
    expect(made.answers).toEqual({ checks: ["rate==1"] });
  });
  it("says which share may be bad, as exact text", () =>
    expect(promise("api-availability")?.allowed).toBe("0.001"));
});
