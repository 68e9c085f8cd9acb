import { byEnvironment, own } from "../../telemetry/derive/series.ts";
import type { MetricName } from "../../telemetry/metrics.ts";
import type { Matcher } from "../../telemetry/slo.ts";

type Events = { readonly metric: MetricName; readonly valid: readonly Matcher[]; readonly bad: Matcher };

/** Share of bad events in five minutes above a limit, and enough of them that one failure in a quiet hour is none. */
export function errorShare({ metric, valid, bad }: Events, above: string, badMin: number): string {
  const sum = (how: "rate" | "increase", where: readonly Matcher[]) =>
    `sum ${byEnvironment} (${how}(${own(metric, "_count", where)}[5m]))`;
  return [
    `${sum("rate", [...valid, bad])} / ${sum("rate", valid)} > ${above}`,
    `and ${sum("increase", [...valid, bad])} >= ${badMin}`,
  ].join("\n");
}

/** The slowest twentieth of five minutes takes longer than a limit, with enough events to speak of a twentieth. */
export function slowTwentieth({ metric, valid }: Omit<Events, "bad">, seconds: number, min: number): string {
  const [buckets, count] = [own(metric, "_bucket", valid), own(metric, "_count", valid)];
  return [
    `histogram_quantile(0.95, sum ${byEnvironment.replace(")", ", le)")} (rate(${buckets}[5m]))) > ${seconds}`,
    `and sum ${byEnvironment} (increase(${count}[5m])) >= ${min}`,
  ].join("\n");
}

/** What a call of a binding says when it failed; a broken constraint is an answer of the database, not its failure. */
export const failedCall = {
  label: "error.type",
  op: "matches not",
  value: "|constraint",
} as const satisfies Matcher;

export const callsOf = (type: "d1" | "durable_object") =>
  ({
    metric: "frontdesk.dependency.duration",
    valid: [{ label: "cloudflare.binding.type", op: "is", value: type }],
  }) as const satisfies Omit<Events, "bad">;
