import { groupIntervalSeconds } from "./group-interval.ts";
import { type Page, pagesSince } from "./pages.ts";
import type { DrillSystem } from "./system.ts";

/** Seconds; undefined where there is none. */
export type Times = {
  /** The rules alone, as if everything in between took no time. */
  readonly theory: number | undefined;
  /** With the average lag of what is in between. */
  readonly predicted: number | undefined;
  readonly measured: number | undefined;
};
/** What one drill of one fault found. */
export type Outcome = {
  readonly page: Times;
  /** From recovery; undefined when it was not waited for. */
  readonly resolve: Times | undefined;
  readonly pages: readonly Page[];
  /** Why it is not as it should be; empty when it is. */
  readonly complaints: readonly string[];
  /** Highest number of processes that wanted to run, over a minute. */
  readonly loadAverage: number;
};
export type Found = Omit<Outcome, "loadAverage">;

/** A page may come this much later than predicted, or sooner. */
export const toleranceSeconds = 10;

export const timesOf = (theory: number | undefined, lag: number, measured: number | undefined): Times => ({
  theory,
  predicted: theory === undefined ? undefined : theory + lag,
  measured,
});
export const times = (
  began: number,
  page: Page | undefined,
  theory: number | undefined,
  lag: number,
): Times => timesOf(theory, lag, page && (page.receivedAt - began) / 1_000);

type Conclusion = Pick<Outcome, "page" | "resolve" | "complaints"> & {
  readonly system: DrillSystem;
  /** Epoch milliseconds. */
  readonly began: number;
};

/**
 * Compares what was received with what was predicted.
 *
 * @param lateSeconds  a page may come this much later; sooner only by the tolerance
 */
export async function conclude(
  { system, began, page, resolve, complaints }: Conclusion,
  { lateSeconds }: { readonly lateSeconds: number },
): Promise<Found> {
  const pages = await pagesSince(system.frontdesk.urls.pager, began);
  const late = ({ measured = 0, predicted = 0 }: Partial<Times>) => measured - predicted;
  const resolveLate = late(resolve ?? {});
  const found = [
    ...complaints,
    ...(page.predicted === undefined ? ["no page was predicted"] : []),
    ...(page.measured === undefined ? ["no page came"] : []),
    ...(late(page) > lateSeconds ? [`paged ${late(page).toFixed(1)} s after the prediction`] : []),
    ...(page.measured !== undefined && late(page) < -toleranceSeconds
      ? [`paged ${(-late(page)).toFixed(1)} s before the prediction`]
      : []),
    ...(pages.length > 1 ? [`${pages.length} pages instead of one`] : []),
    ...(resolve && resolve.measured === undefined ? ["not resolved"] : []),
    ...(resolveLate > lateSeconds + groupIntervalSeconds
      ? [`resolved ${resolveLate.toFixed(1)} s after the prediction`]
      : []),
  ];
  return { page, resolve, pages, complaints: found };
}
