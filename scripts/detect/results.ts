import { readFile, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { type HereAndNow, hereAndNow } from "../measured/here-and-now.ts";
import type { Outcome } from "./conclude.ts";
import type { Cost } from "./cost.ts";
import { type FaultId, faultIds } from "./faults.ts";
import { median } from "./median.ts";

const root = resolve(import.meta.dirname, "../..");
const file = join(root, "docs/detection.json");

/** Where and when something was measured. */
export type Circumstances = HereAndNow & {
  /** Processes that wanted to run, over a minute: more than there are cores, and times suffer. */
  readonly loadAverage: number;
};

/** One fault, over all its runs; seconds. null where there is none or none came. */
export type Detection = Circumstances & {
  readonly title: string;
  readonly history: string;
  /** Names of the alerts that paged. */
  readonly alerts: readonly string[];
  readonly tiers: readonly string[];
  /** Medians over the runs. Theory: the rules alone. Predicted: with the average lag of what is in between. */
  readonly theorySeconds: number | null;
  readonly predictedSeconds: number | null;
  readonly measuredSeconds: number | null;
  readonly runs: readonly (number | null)[];
  /** From recovery, of those runs that waited for it. */
  readonly resolvePredictedSeconds: number | null;
  readonly resolveMeasuredSeconds: number | null;
  /** Most incident keys in a run. */
  readonly pages: number;
  /** What is not as it should be, e.g. a page that came late. */
  readonly complaints: readonly string[];
};

/** `alerts` is the same by alert name, for the page that lists them: the fault that each was last measured with first. */
export type Results = {
  readonly faults: Readonly<Partial<Record<DrillId, Detection>>>;
  readonly alerts: Readonly<Record<string, readonly MeasuredAlert[]>>;
  readonly cost?: Cost & Circumstances;
};
/** A fault, or the same on an hour of history that was really lived through. */
export type DrillId = FaultId | `${FaultId}:real-hour`;
export type MeasuredAlert = Pick<Detection, "at" | "predictedSeconds" | "measuredSeconds"> & {
  readonly fault: DrillId;
};

export async function readResults(): Promise<Results> {
  try {
    return JSON.parse(await readFile(file, "utf8")) as Results;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return { faults: {}, alerts: {} };
    throw error;
  }
}

/** Adds what was found; other faults keep what was found before. Seconds are kept to a tenth. */
export async function writeResults(found: Partial<Results>): Promise<Results> {
  const known = await readResults();
  const faults = inOrder({ ...known.faults, ...found.faults });
  const cost = found.cost ?? known.cost;
  const results: Results = { faults, alerts: byAlert(faults), ...(cost && { cost }) };
  const rounded = (_key: string, value: unknown) =>
    typeof value === "number" ? Math.round(value * 10_000) / 10_000 : value;
  const text = `${JSON.stringify(results, rounded, 2)}\n`;
  await writeFile(file, text);
  // As it is kept: the page is written from the same figures.
  return JSON.parse(text) as Results;
}

/** As `--help` lists them, a lived-through hour right after the same fault. */
function inOrder(faults: Results["faults"]): Results["faults"] {
  const place = (key: string) => faultIds.findIndex((id) => key === id || key === `${id}:real-hour`);
  return Object.fromEntries(Object.entries(faults).sort(([a], [b]) => place(a) - place(b)));
}

function byAlert(faults: Results["faults"]): Results["alerts"] {
  const alerts: Record<string, MeasuredAlert[]> = {};
  for (const [fault, { alerts: names, at, predictedSeconds, measuredSeconds }] of Object.entries(faults))
    for (const name of names)
      alerts[name] = [
        ...(alerts[name] ?? []),
        { fault: fault as DrillId, at, predictedSeconds, measuredSeconds },
      ];
  return Object.fromEntries(Object.entries(alerts).sort(([a], [b]) => a.localeCompare(b)));
}

/** Several runs of one fault as one row. */
export function detectionOf(
  fault: { readonly title: string; readonly history: string },
  outcomes: readonly Outcome[],
): Detection {
  const pages = outcomes.flatMap((outcome) => outcome.pages);
  const tenth = (value: number | undefined) => (value === undefined ? null : Math.round(value * 10) / 10);
  const resolves = outcomes.flatMap(({ resolve }) => resolve ?? []);
  const middle = (values: readonly (number | undefined)[]) =>
    tenth(median(values.filter((value) => value !== undefined)));
  return {
    ...fault,
    alerts: [...new Set(pages.map(({ alert }) => alert))],
    tiers: [...new Set(pages.flatMap(({ tiers }) => tiers))],
    theorySeconds: middle(outcomes.map(({ page }) => page.theory)),
    predictedSeconds: middle(outcomes.map(({ page }) => page.predicted)),
    measuredSeconds: middle(outcomes.map(({ page }) => page.measured)),
    runs: outcomes.map(({ page }) => tenth(page.measured)),
    resolvePredictedSeconds: middle(resolves.map(({ predicted }) => predicted)),
    resolveMeasuredSeconds: middle(resolves.map(({ measured }) => measured)),
    pages: Math.max(0, ...outcomes.map((outcome) => outcome.pages.length)),
    complaints: [...new Set(outcomes.flatMap(({ complaints }) => complaints))],
    ...circumstances(Math.max(...outcomes.map(({ loadAverage }) => loadAverage))),
  };
}

export function circumstances(loadAverage: number): Circumstances {
  return {
    ...hereAndNow(),
    loadAverage: Math.round(loadAverage * 10) / 10,
  };
}
