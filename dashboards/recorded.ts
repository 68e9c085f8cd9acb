import { errorBudget } from "../telemetry/derive/decimal.ts";
import { quote } from "../telemetry/derive/promql.ts";
import { environment } from "../telemetry/derive/series.ts";
import { type Duration, seconds } from "../telemetry/derive/windows.ts";
import { type SloId, slos } from "../telemetry/slo.ts";
import type { Query } from "./panels.ts";
import { inEnvironment, promql } from "./queries.ts";

/** What the rules of alerts/generated record: read here, never computed again. */
const recorded = (series: string, id: SloId) => `${series}{slo=${quote(id)},${inEnvironment}}`;
const ids = Object.keys(slos) as SloId[];
const ofEach = (expr: (id: SloId) => string) => ids.map(expr).join("\nor ");
const labels = [environment, "slo"];

/** Share of the budget that is left, below 0 where more was spent than there was. */
const left = (id: SloId) => `1 - ${recorded("slo:error_ratio:30d", id)} / ${errorBudget(slos[id].objective)}`;
const burn = (id: SloId, window: Duration) =>
  `${recorded(`slo:error_ratio:${window}`, id)} / ${errorBudget(slos[id].objective)}`;

/** Share of bad events, per promise. */
export const badShare = (window: Duration): Query =>
  promql(`slo:error_ratio:${window}{${inEnvironment}}`, labels);
/** Share of the error budget that is left, per promise. */
export const budgetLeft = (): Query => promql(ofEach(left), labels);
/** The same of the promise that is worst off. */
export const worstBudgetLeft = (): Query =>
  promql(`min by (${environment}) (\n${ofEach(left)}\n)`, [environment]);
/** How many times faster than sustainable the budget is spent, per promise. */
export const burnOver = (window: Duration): Query =>
  promql(
    ofEach((id) => burn(id, window)),
    labels,
  );
/** Seconds until nothing is left if it goes on like the last six hours, per promise; the whole window where that lasts longer. */
export const exhaustion = (): Query =>
  promql(
    ofEach((id) => {
      const window = seconds(slos[id].window);
      return `clamp_max(clamp_min(${left(id)}, 0) * ${window} / (${burn(id, "6h")}), ${window})`;
    }),
    labels,
  );
