import { badRate, errorRatio, validRate } from "../telemetry/derive/burn.ts";
import { quote } from "../telemetry/derive/promql.ts";
import { type Duration, seconds } from "../telemetry/derive/windows.ts";
import type { Slo } from "../telemetry/slo.ts";
import type { RecordingRule } from "./rule.ts";

/** Page windows are read from raw counters, so that nothing lags behind the fault. */
export const fastInterval = "5s" satisfies Duration;
/** Tickets and budgets can wait a minute, and sum what was recorded: raw samples of a month do not fit. */
export const slowInterval = "1m" satisfies Duration;

const shortPages = ["5m", "30m"] as const;
const longPages = ["1h", "6h"] as const;
const slowWindows = ["2h", "1d", "3d", "30d"] as const;

/** A recorded series of one promise, one per environment, e.g. `slo:error_ratio:5m{slo="api-latency"}`. */
export const recorded = (series: string, id: string): string => `${series}{slo=${quote(id)}}`;

/** Error ratios of the page windows, and the bad events of the long ones: six series per environment. */
export function fastRules(id: string, slo: Slo): RecordingRule[] {
  const rule = (record: string, expr: string) => ({ record, expr, labels: { slo: id } });
  const ratio = (window: Duration, bad?: string) =>
    rule(`slo:error_ratio:${window}`, errorRatio(slo, window, bad));
  return [
    ...shortPages.map((window) => ratio(window)),
    ...longPages.flatMap((window) => [
      rule(`slo:bad_events:rate${window}`, badRate(slo, window)),
      // Hours of raw counters are what a tick costs: read once, in the line above.
      ratio(window, recorded(`slo:bad_events:rate${window}`, id)),
    ]),
  ];
}

/** Rates once a minute, and from them the error ratios of the long windows, weighted by requests: six series. */
export function slowRules(id: string, slo: Slo): RecordingRule[] {
  const rule = (record: string, expr: string) => ({ record, expr, labels: { slo: id } });
  return [
    rule("slo:valid_events:rate5m", validRate(slo, "5m")),
    rule("slo:bad_events:rate5m", badRate(slo, "5m")),
    ...slowWindows.map((window) =>
      rule(
        `slo:error_ratio:${window}`,
        [
          `sum_over_time(${recorded("slo:bad_events:rate5m", id)}[${window}])`,
          `/ (sum_over_time(${recorded("slo:valid_events:rate5m", id)}[${window}]) > 0)`,
        ].join("\n"),
      ),
    ),
  ];
}

/** PromQL of the number of bad events in a window, per environment. */
export function badEvents(id: string, window: Duration): string {
  if ((longPages as readonly string[]).includes(window))
    return `${recorded(`slo:bad_events:rate${window}`, id)} * ${seconds(window)}`;
  // A rate that stood for one interval stands for that many events.
  return `sum_over_time(${recorded("slo:bad_events:rate5m", id)}[${window}]) * ${seconds(slowInterval)}`;
}
