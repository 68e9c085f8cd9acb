import { quote } from "../telemetry/derive/promql.ts";
import { environment } from "../telemetry/derive/series.ts";
import type { Slo } from "../telemetry/slo.ts";
import { fastRules, slowRules } from "./recording-rules.ts";
import { home, type Series } from "./scenario.ts";

/**
 * What another promise has recorded in the same environment, at an event a second of which all fail:
 * Prometheus holds all promises, a test file only one.
 *
 * @param until  number of its last sample, counted from 0
 * @param from   number of its first; long series take long to read
 */
export const neighbour = (slo: Slo, until: number, from = 0): Series[] =>
  [...fastRules("neighbour", slo), ...slowRules("neighbour", slo)].map(({ record, labels }) => ({
    series: `${record}{slo=${quote(labels.slo ?? "")},${environment}=${quote(home)}}`,
    values: `${from > 0 ? `_x${from - 1} ` : ""}1x${until - from}`,
  }));
