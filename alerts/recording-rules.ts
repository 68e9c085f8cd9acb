import { badRate, validRate } from "../telemetry/derive/burn.ts";
import { quote } from "../telemetry/derive/promql.ts";
import { environment } from "../telemetry/derive/series.ts";
import { type Duration, seconds } from "../telemetry/derive/windows.ts";
import type { Slo } from "../telemetry/slo.ts";
import type { RecordingRule } from "./rule.ts";

/** Page windows are read from raw counters, so that nothing lags behind the fault. */
export const fastInterval = "5s" satisfies Duration;
/** Tickets and budgets can wait a minute, and sum what was recorded: raw samples of a month do not fit. */
export const slowInterval = "1m" satisfies Duration;

const fastWindows = ["30m", "1h", "6h"] as const;
const slowWindows = ["2h", "1d", "3d", "30d"] as const;

/** A recorded series of one promise, one per environment, e.g. `slo:error_ratio:5m{slo="api-latency"}`. */
export const recorded = (series: string, id: string): string => `${series}{slo=${quote(id)}}`;

/** Rates and error ratios of the page windows: nine series per environment. */
export function fastRules(id: string, slo: Slo): RecordingRule[] {
  const rule = (record: string, expr: string) => ({ record, expr, labels: { slo: id } });
  const bad = (window: Duration) => recorded(`slo:bad_events:rate${window}`, id);
  return [
    rule("slo:valid_events:rate5m", validRate(slo, "5m")),
    rule("slo:bad_events:rate5m", badRate(slo, "5m")),
    // No valid event, no ratio: 0/0 would be NaN, and NaN hides what comes after the night.
    rule("slo:error_ratio:5m", `${bad("5m")} / (${recorded("slo:valid_events:rate5m", id)} > 0)`),
    ...fastWindows.flatMap((window) => [
      rule(`slo:bad_events:rate${window}`, badRate(slo, window)),
      rule(
        `slo:error_ratio:${window}`,
        `${bad(window)} / on (${environment}) (${validRate(slo, window)} > 0)`,
      ),
    ]),
  ];
}

/** Error ratios of the long windows, weighted by requests: four series per environment. */
export const slowRules = (id: string): RecordingRule[] =>
  slowWindows.map((window) => ({
    record: `slo:error_ratio:${window}`,
    expr: [
      `sum_over_time(${recorded("slo:bad_events:rate5m", id)}[${window}])`,
      `/ (sum_over_time(${recorded("slo:valid_events:rate5m", id)}[${window}]) > 0)`,
    ].join("\n"),
    labels: { slo: id },
  }));

/** PromQL of the number of bad events in a window, per environment. */
export function badEvents(id: string, window: Duration): string {
  if ((fastWindows as readonly string[]).includes(window))
    return `${recorded(`slo:bad_events:rate${window}`, id)} * ${seconds(window)}`;
  // A rate that stood for one interval stands for that many events.
  return `sum_over_time(${recorded("slo:bad_events:rate5m", id)}[${window}]) * ${seconds(fastInterval)}`;
}
