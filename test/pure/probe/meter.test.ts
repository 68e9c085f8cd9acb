import { expect, it } from "vitest";
import { Meter } from "../../../scripts/probe/meter.ts";

type Point = {
  attributes: { key: string; value: { stringValue: string } }[];
  startTimeUnixNano: string;
  asInt: string;
  bucketCounts: string[];
  count: string;
  sum: number;
  asDouble: number;
};
type Exported = {
  resourceMetrics: {
    resource: { attributes: Point["attributes"] };
    scopeMetrics: {
      metrics: Record<"sum" | "histogram" | "gauge", { dataPoints: Point[] } | undefined>[];
    }[];
  }[];
};
const who = { environment: "staging", from: "here" };
const exported = (meter: Meter, at: number) => {
  const [{ resource, scopeMetrics } = { resource: undefined, scopeMetrics: [] }] = (
    meter.export(at, who) as Exported
  ).resourceMetrics;
  const [sums, histograms, gauges] = scopeMetrics[0]?.metrics ?? [];
  return {
    resource: Object.fromEntries(
      (resource?.attributes ?? []).map(({ key, value }) => [key, value.stringValue]),
    ),
    counts: Object.fromEntries(
      (sums?.sum?.dataPoints ?? []).map(({ attributes, asInt, startTimeUnixNano }) => [
        attributes.map(({ value }) => value.stringValue).join(" "),
        [Number(asInt), Number(startTimeUnixNano) / 1e9],
      ]),
    ),
    histograms: histograms?.histogram?.dataPoints ?? [],
    expiry: gauges?.gauge?.dataPoints[0]?.asDouble,
  };
};
const happened = ({ counts }: ReturnType<typeof exported>) =>
  Object.fromEntries(Object.entries(counts).filter(([, [value]]) => value !== 0));

it("counts the usual failures of every step from the beginning, so that the first ones are not guessed to be more", () => {
  const meter = new Meter(1_000);
  meter.add([{ step: "health", seconds: 1 }], undefined);
  expect(exported(meter, 2_000).counts).toMatchObject({
    "health timeout": [0, 1],
    "health connection_lost": [0, 1],
    "health unavailable": [0, 1],
    "cancel internal": [0, 1],
  });
  meter.add([{ step: "health", seconds: 10, errorType: "timeout" }], undefined);
  expect(exported(meter, 3_000).counts["health timeout"]).toEqual([1, 1]);
});

it("adds up, and lets a new series begin at the export before it, when it stood at zero", () => {
  const meter = new Meter(1_000);
  meter.add([{ step: "health", seconds: 0.004 }], undefined);
  expect(happened(exported(meter, 2_000))).toEqual({ health: [1, 1] });
  meter.add([{ step: "health", seconds: 20, errorType: "rate_limited" }], undefined);
  expect(happened(exported(meter, 3_000))).toEqual({ health: [1, 1], "health rate_limited": [1, 2] });
  meter.add([{ step: "health", seconds: 0.3, errorType: "rate_limited" }], undefined);
  const last = exported(meter, 4_000);
  expect(happened(last)).toEqual({ health: [1, 1], "health rate_limited": [2, 2] });
  expect(last.resource).toEqual({
    "service.name": "frontdesk",
    "deployment.environment.name": "staging",
    "service.instance.id": "here",
  });
  // Durations are of all tries, good and bad; an edge belongs to the bucket below it, and the last one has no edge.
  const [histogram] = last.histograms;
  expect(histogram?.bucketCounts).toEqual("1,0,0,0,0,0,1,0,0,0,0,0,1".split(","));
  expect(histogram?.count).toBe("3");
  expect(histogram?.sum).toBeCloseTo(20.304);
});

it("tells the expiry of a certificate only where there is one", () => {
  const meter = new Meter(0);
  meter.add([], undefined);
  expect(exported(meter, 1).expiry).toBeUndefined();
  meter.add([], -5);
  expect(exported(meter, 2).expiry).toBe(-5);
});
