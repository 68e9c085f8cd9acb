import { expect, it } from "vitest";
import { grown, type Standing } from "../../../scripts/load/endurance.ts";

const mebibyte = 2 ** 20;
const standing = (memory: number, dropped: number, series: number, disk: number): Standing =>
  new Map([
    ["memory of tempo", { value: memory * mebibyte, unit: "bytes" }],
    ["spans dropped by the Worker", { value: dropped, unit: "spans" }],
    ["series in Prometheus", { value: series, unit: "series" }],
    ["log store on disk", { value: disk * mebibyte, unit: "bytes" }],
  ]);
const run = { seconds: 3_600, requests: 10_000 };
const complaints = (after: Standing) =>
  grown(standing(100, 2, 1_000, 10), after, run).flatMap(({ complaint }) => complaint || []);

it("A stack that stays well through a soak run is not complained of", () =>
  expect(complaints(standing(300, 2, 1_400, 60))).toEqual([]));

it("A leak, a dropped span, series without end and a store that fills up are each complained of", () => {
  expect(complaints(standing(600, 2, 1_000, 10))).toEqual([
    "memory of tempo grew by 500 MiB, at most 320 is expected",
  ]);
  expect(complaints(standing(100, 5, 1_000, 10))).toEqual(["3 spans dropped by the Worker"]);
  expect(complaints(standing(100, 2, 9_000, 10))).toEqual(["8000 more series in Prometheus"]);
  expect(complaints(standing(100, 2, 1_000, 900))).toEqual([
    "log store on disk grew by 890 MiB, at most 377 is expected",
  ]);
});

it("A store that stops telling is complained of", () => {
  const silent = new Map([...standing(100, 2, 1_000, 10)].filter(([what]) => what !== "memory of tempo"));
  expect(complaints(silent)).toEqual(["memory of tempo is not told any more"]);
});
