import { describe, expect, it } from "vitest";
import { parseOptions } from "../../../scripts/budget/options.ts";
import type { Budget } from "../../../scripts/budget/read.ts";
import { asJson, asMarkdown, asTable, duration } from "../../../scripts/budget/report.ts";
import { slos } from "../../../telemetry/slo.ts";

const healthy: Budget = {
  slo: "api-availability",
  title: "API availability",
  objective: "99.9%",
  window: "30d",
  environment: "production",
  state: {
    left: 0.625,
    exhaustedInSeconds: Number.POSITIVE_INFINITY,
    historySeconds: 12 * 86_400,
    isHeard: true,
  },
  validEvents: 123_456,
  burn: { "5m": 0, "1h": 0, "6h": 0, "1d": 0.4, "3d": null },
  verdict: "go",
};
const spent: Budget = {
  ...healthy,
  slo: "booking-latency",
  title: "Booking creation latency",
  state: { left: -0.5, exhaustedInSeconds: 0, historySeconds: 7_200, isHeard: false },
  verdict: "stop",
};
const idle: Budget = {
  ...healthy,
  environment: "staging",
  state: undefined,
  validEvents: 0,
  verdict: "unknown",
};

describe("a report of budgets", () => {
  it("says in the terminal what is left, how long it lasts, and what the policy allows", () => {
    const text = asTable([healthy, spent, idle]);
    expect(text).toMatch(/^API availability +production +99\.9% +123456 +62\.5% +not burning .* 12 d +go$/m);
    expect(text).toMatch(/^Booking creation latency .* -50\.0% +spent .* 2 h, silent +stop$/m);
    expect(text).toMatch(/^API availability +staging .* no data /m);
    expect(text).toContain("STOP: a budget is spent.");
  });
  it("keeps the columns of a Markdown table equal", () => {
    const rows = asMarkdown([healthy, idle])
      .split("\n")
      .filter((line) => line.startsWith("|"));
    expect(new Set(rows.map((row) => row.split("|").length)).size).toBe(1);
    expect(rows).toHaveLength(4);
  });
  it("gives programs numbers, and null for what never ends or is not known", () => {
    const { verdict, budgets } = JSON.parse(asJson([healthy, idle]));
    expect(verdict).toBe("unknown");
    expect(budgets[0].state).toEqual({
      left: 0.625,
      exhaustedInSeconds: null,
      historySeconds: 1_036_800,
      isHeard: true,
    });
    expect(budgets[0].burn["3d"]).toBeNull();
    expect(budgets[1].state).toBeUndefined();
  });
  it.each([
    [0, "0 s"],
    [119, "119 s"],
    [120, "2 min"],
    [7_199, "119 min"],
    [7_200, "2 h"],
    [172_800, "2 d"],
  ])("writes %d seconds as %s", (seconds, text) => expect(duration(seconds)).toBe(text));
});

describe("the question", () => {
  it("is about every promise unless one is named", () => {
    expect(parseOptions([], "/nowhere").slos).toEqual(Object.keys(slos));
    expect(parseOptions(["--slo", "api-latency"], "/nowhere").slos).toEqual(["api-latency"]);
  });
  it.each([
    [["--slo", "uptime"], /"uptime" is no promise. Use one of: api-availability/],
    [["--environment", "prod"], /"prod" is unknown. Use one of: local, staging, production/],
    [["--json", "--markdown"], /not both/],
    [["--prometheus", "localhost"], /not an http\(s\) URL/],
    [["--month"], /Unknown flag "--month". Valid: --prometheus/],
  ])("%j is refused with the mend", (args, message) => {
    expect(() => parseOptions(args, "/nowhere")).toThrow(message);
  });
});
