import type { SloId } from "../telemetry/slo.ts";

/** Units that panels may have, as every renderer understands them. */
export type Unit = "requests/s" | "events/s" | "messages/s" | "ratio" | "seconds" | "count";

/** `expr` is PromQL; `$__rate_interval` and `$environment` are its only variables. `legend` names labels in double braces. */
export type Query = { readonly expr: string; readonly legend: string };

/** One panel, whatever draws it. What is required here is what a reader at night would miss. */
export type Panel = {
  readonly title: string;
  /** What a reader wants to know when looking here, as a question. */
  readonly question: string;
  readonly unit: Unit;
  /** What it means when there is nothing to draw. */
  readonly noData: string;
  readonly queries: readonly [Query, ...Query[]];
  /** Draws the promise as a line: the error budget on ratios, the promised seconds on durations. */
  readonly promise?: SloId;
  /** Dots that lead from a sample to its trace. */
  readonly exemplars?: boolean;
};

export type Dashboard = {
  /** Stable: links from alerts and bookmarks use it. */
  readonly uid: string;
  readonly title: string;
  readonly description: string;
  readonly rows: readonly { readonly title: string; readonly panels: readonly Panel[] }[];
};
