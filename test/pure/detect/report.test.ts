import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type { Outcome } from "../../../scripts/detect/conclude.ts";
import { faultIds } from "../../../scripts/detect/faults.ts";
import { parseOptions } from "../../../scripts/detect/options.ts";
import { asMarkdown, asTable, missedGoal } from "../../../scripts/detect/report.ts";
import { detectionOf, type Results } from "../../../scripts/detect/results.ts";

const page = (alert: string, receivedAt: number) => ({
  incidentKey: `key of ${alert}`,
  ...{ alert, tiers: ["page-fast"], receivedAt, resolvedAt: undefined },
});
const outcome = (measured: number, more: Partial<Outcome> = {}): Outcome => ({
  page: { theory: 51.9, predicted: 54.9, measured },
  resolve: undefined,
  pages: [page("ApiAvailabilityBurn", 1)],
  complaints: [],
  loadAverage: 0.5,
  ...more,
});
const fault = { title: "full outage", history: "6 h clean" };

describe("the report of a drill", () => {
  it("takes the median of the runs and the worst of everything else", () => {
    const late = outcome(70, { complaints: ["paged 18.1 s after the prediction"], loadAverage: 9 });
    const found = detectionOf(fault, [outcome(58), late, outcome(54)]);
    expect(found).toMatchObject({ measuredSeconds: 58, runs: [58, 70, 54], pages: 1, loadAverage: 9 });
    expect(asTable([found])).toMatch(
      /full outage .* 51\.9 s +54\.9 s +58\.0 s \(3 runs: .*paged 18\.1 s after/,
    );
    const goal = (...seconds: number[]) =>
      missedGoal({
        "full-outage": detectionOf(
          fault,
          seconds.map((one) => outcome(one)),
        ),
      });
    expect(goal(58, 57, 58, 57, 58)).toMatch(/58 s, which is more than 57 s/);
    expect([goal(58, 57, 58, 57, 57), goal(58)]).toEqual([undefined, undefined]);
  });

  it("says so when no page came", () => {
    const silent = outcome(0, {
      page: { theory: 51.9, predicted: 54.9, measured: undefined },
      pages: [],
      complaints: ["no page came"],
    });
    expect(detectionOf(fault, [silent])).toMatchObject({ measuredSeconds: null, pages: 0, alerts: [] });
  });

  it("counts two incident keys as two pages", () => {
    const two = outcome(55, { pages: [page("A", 1), page("B", 2)] });
    expect(detectionOf(fault, [two])).toMatchObject({ pages: 2, alerts: ["A", "B"] });
  });
});

describe("docs/detection.md", () => {
  const read = (name: string) => readFileSync(new URL(`../../../docs/${name}`, import.meta.url), "utf8");
  it("says what docs/detection.json holds", () => {
    expect(read("detection.md")).toBe(asMarkdown(JSON.parse(read("detection.json")) as Results));
  });
});

describe("npm run detect", () => {
  it("runs all faults by default, a named one, or the short pair", () => {
    expect(parseOptions([]).faults).toEqual(faultIds);
    expect(parseOptions(["idle-night", "--runs", "3"])).toMatchObject({
      faults: ["idle-night"],
      runs: 3,
      atOnce: 1,
    });
    expect(parseOptions(["--short"])).toMatchObject({ faults: ["full-outage", "one-failure"], runs: 1 });
    expect(parseOptions(["--history", "real"])).toMatchObject({ faults: ["full-outage"], realHistory: true });
  });
  it.each([
    [["flood"], /Unknown fault "flood"\. There are: full-outage/],
    [["--runs", "0"], /--runs takes a whole number/],
    [["--history", "imagined"], /Use one of: real, backfilled/],
    [["--fast"], /--fast/],
  ])("refuses %s in one line", (args, says) => expect(() => parseOptions(args)).toThrow(says));
});
