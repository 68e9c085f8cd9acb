import type { Attributes } from "../attributes.ts";
import {
  type CounterName,
  type GaugeName,
  type LabelName,
  type MetricName,
  workerMetrics,
} from "../metrics.ts";
import { offerPoint } from "./export/buffer.ts";
import { refuse } from "./log.ts";

// `{}` would take any object, so a metric without labels takes none.
type Labels<M extends MetricName> = [LabelName<M>] extends [never]
  ? Readonly<Record<string, never>>
  : Pick<Attributes, LabelName<M>>;

/** Adds to a counter of the Worker (OTLP delta sum). */
export function count<M extends CounterName>(metric: M, amount: number, labels?: Labels<M>): void {
  if (Number.isFinite(amount) && amount >= 0) point("counter", metric, amount, labels);
}

/** Writes a gauge; only the cron handler does, the single writer. */
export function record<M extends GaugeName>(metric: M, value: number, labels?: Labels<M>): void {
  if (Number.isFinite(value)) point("gauge", metric, value, labels);
}

function point(
  instrument: "counter" | "gauge",
  metric: CounterName | GaugeName,
  value: number,
  labels: object | undefined,
): void {
  // What slips past the compiler must not cost the caller anything.
  const row: { readonly instrument: string; readonly unit: string } | undefined = workerMetrics[metric];
  if (row?.instrument !== instrument) {
    refuse(`${instrument} ${metric}: no such row in metrics.ts`);
    return;
  }
  const now = Date.now();
  offerPoint({
    metric,
    unit: row.unit,
    kind: instrument === "counter" ? "sum" : instrument,
    labels: { ...labels },
    startMs: now,
    timeMs: now,
    value,
  });
}
