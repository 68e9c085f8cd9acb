import { describe, expect, it } from "vitest";
import { errorBudget } from "../../../telemetry/derive/decimal.ts";
import { metrics } from "../../../telemetry/metrics.ts";
import {
  availability,
  latency,
  type Matcher,
  type Objective,
  type Slo,
  slos,
  timeSlices,
} from "../../../telemetry/slo.ts";

const sli = "http.server.request.duration";

/** Held by the compiler: `npm run typecheck` fails when one of these starts to compile. */
const refused = {
  edge: () =>
    // @ts-expect-error 0.4 is not a bucket edge
    latency(sli, { valid: [], withinSeconds: 0.4 }),
  metric: () =>
    // @ts-expect-error no such metric
    availability("http.server.duration", { valid: [], good: { label: "http.route", op: "is", value: "/" } }),
  gauge: () =>
    // @ts-expect-error a gauge has no events to count
    latency("frontdesk.outbox.age", { valid: [], withinSeconds: 0.5 }),
  gaugeByLabel: () =>
    // @ts-expect-error nor has it good ones by a label
    availability("frontdesk.outbox.age", { valid: [], good: { label: "error.type", op: "is", value: "" } }),
  counterByEdge: () =>
    // @ts-expect-error a counter has no edges
    latency("frontdesk.probe.steps", { valid: [], withinSeconds: 0.5 }),
  counterByMinute: () =>
    // @ts-expect-error a counter is no gauge: its value only grows
    timeSlices("frontdesk.events", { valid: [], atMost: 5 }),
  probeLabel: () =>
    availability("frontdesk.probe.steps", {
      // @ts-expect-error not a label of the probe
      valid: [{ label: "http.route", op: "is", value: "/" }],
      good: { label: "error.type", op: "is", value: "" },
    }),
  mixed: (): Slo["indicator"] =>
    // @ts-expect-error minutes are of gauges only
    ({ metric: "http.server.request.duration", valid: [], good: { kind: "at most", value: 1 } }),
  label: () =>
    // @ts-expect-error not a label of this metric
    availability(sli, { valid: [], good: { label: "cloudflare.binding.name", op: "is", value: "DB" } }),
  unbounded: (): Matcher<keyof typeof metrics> => ({
    // @ts-expect-error an unbounded attribute is no label at all
    label: "frontdesk.tenant.id",
    op: "is",
    value: "x",
  }),
  operator: (): Matcher => ({
    label: "http.route",
    // @ts-expect-error not an operator
    op: "like",
    value: "x",
  }),
  // @ts-expect-error 100% leaves no budget
  everything: (): Objective => "100%",
  // @ts-expect-error above 100
  tooMuch: (): Objective => "101.5%",
  // @ts-expect-error below 0
  negative: (): Objective => "-1%",
  // @ts-expect-error a number is not exact text
  number: (): Objective => 99.9,
};

it.each(["everything", "tooMuch", "negative"] as const)("refuses at run time too: %s", (name) =>
  expect(() => errorBudget(refused[name]())).toThrow(RangeError),
);

describe.each(Object.entries<Slo>(slos))("%s", (_id, slo) => {
  it("leaves a budget", () => expect(errorBudget(slo.objective)).toMatch(/^0\.\d+$/));
  it("says what it is for in sentences", () => {
    expect(slo.rationale).toMatch(/\.$/);
    expect(slo.userImpact).toMatch(/\.$/);
  });
  it("alerts on more than one failure", () => expect(slo.badEventsMin).toBeGreaterThan(1));
  it("reads labels that its metric has", () => {
    const { metric, valid, good } = slo.indicator;
    const known: readonly string[] = metrics[metric].labels;
    const used = [...valid, ...(good.kind === "label" ? [good.matcher] : [])].map(({ label }) => label);
    expect(known).toEqual(expect.arrayContaining(used));
  });
});

it("gives each promise a runbook of its own", () => {
  const runbooks = Object.values(slos).map(({ runbook }) => runbook);
  expect(new Set(runbooks).size).toBe(runbooks.length);
});
