import type { LabelName } from "../telemetry/metrics.ts";
import type { Matcher } from "../telemetry/slo.ts";
import type { Limits } from "./limits.ts";

/** Units that panels may have, as every renderer understands them. */
export type Unit =
  | "requests/s"
  | "events/s"
  | "messages/s"
  | "calls/s"
  | "bytes/s"
  | "ratio"
  | "seconds"
  | "bytes"
  | "count"
  | "times"
  | "dollars";

/**
 * `expr` is PromQL; `$__rate_interval`, `$__range` and `$environment` are its only variables.
 * `legend` names labels in double braces; `labels` are those that tell its lines apart.
 */
export type Query = {
  readonly expr: string;
  readonly legend: string;
  readonly labels: readonly string[];
  /** How often its series have a sample, where that is less often than every five seconds. */
  readonly step?: "15s";
};

/** Where a reader goes from here. */
export type Link =
  | { readonly to: "dashboard"; readonly title: string; readonly uid: string }
  /** TraceQL; `{{label}}` stands for the label of the line that was pressed, where the viewer knows it. */
  | { readonly to: "traces"; readonly title: string; readonly traceql: string }
  | { readonly to: "logs"; readonly title: string; readonly logsql: string }
  /** A page of alerts/runbooks, by the name of its alert. */
  | { readonly to: "runbook"; readonly title: string; readonly alert: string };

/** What a reader at night would miss, so it stands at every panel. */
type Asked = {
  readonly title: string;
  /** What a reader wants to know when looking here, as a question. */
  readonly question: string;
  /** What it means when there is nothing to draw. */
  readonly noData: string;
  /** Empty when all is well; the fault that fills it. */
  readonly filledBy?: string;
  readonly links?: readonly Link[];
  /** The same question asked of the spans of requests, for stores that keep those and no metrics. */
  readonly spans?: SpanQuery;
};

/** Spans of requests counted, or a quantile of their durations. */
export type SpanQuery = {
  readonly calculate: "count" | "p50" | "p95" | "p99";
  readonly by: readonly LabelName<"http.server.request.duration">[];
  readonly where?: readonly Matcher<LabelName<"http.server.request.duration">>[];
};

type Drawn = {
  readonly unit: Unit;
  readonly queries: readonly [Query, ...Query[]];
  readonly limits?: Limits;
  /** The axis begins at 0 unless it says otherwise. */
  readonly min?: number | "lowest";
  readonly max?: number;
};

/** Lines over time. */
export type LinePanel = Asked &
  Drawn & {
    readonly kind: "lines";
    /** Dots that lead from a sample to its trace. */
    readonly exemplars?: boolean;
  };
/** The last value of each line: a number, or a bar beside the others. */
export type ValuePanel = Asked & Drawn & { readonly kind: "values" | "bars" };
/** One row per set of labels, one column per query. */
export type TablePanel = Asked & {
  readonly kind: "table";
  /** Label → head of its column; rows are told apart by them. */
  readonly rows: Readonly<Record<string, string>>;
  readonly columns: readonly [Column, ...Column[]];
  /** Head of the column whose worst values stand on top. */
  readonly sort?: { readonly head: string; readonly order: "ascending" | "descending" };
};
export type Column = {
  readonly head: string;
  readonly query: Query;
  readonly unit: Unit;
  readonly limits?: Limits;
};
/** Traces that a TraceQL query finds. */
export type TracePanel = Asked & { readonly kind: "traces"; readonly traceql: string };
/** Records that a LogsQL query finds. */
export type LogPanel = Asked & { readonly kind: "logs"; readonly logsql: string };

/** One panel, whatever draws it. */
export type Panel = LinePanel | ValuePanel | TablePanel | TracePanel | LogPanel;

export type Dashboard = {
  /** Stable: links from alerts and bookmarks use it. */
  readonly uid: string;
  readonly title: string;
  readonly description: string;
  /** Numbers that the reader may change, as text; `$name` in a query. */
  readonly inputs?: readonly { readonly name: string; readonly label: string; readonly value: string }[];
  /** From top to bottom: is it bad, where, since when, why. */
  readonly rows: readonly { readonly title: string; readonly panels: readonly Panel[] }[];
};

/** Every PromQL query of a panel, in the order in which it is asked. */
export function promqlOf(panel: Panel): readonly Query[] {
  switch (panel.kind) {
    case "lines":
    case "values":
    case "bars":
      return panel.queries;
    case "table":
      return panel.columns.map(({ query }) => query);
    default:
      return [];
  }
}

/** What stands behind the (i) of a panel. */
export const descriptionOf = ({ question, noData, filledBy }: Panel): string =>
  `${question} No data: ${noData}${filledBy === undefined ? "" : ` Empty when healthy; filled by: ${filledBy}`}`;
