import { burnThreshold } from "../telemetry/derive/burn.ts";
import { quote } from "../telemetry/derive/promql.ts";
import { environment } from "../telemetry/derive/series.ts";
import { seconds, type WindowPair } from "../telemetry/derive/windows.ts";
import type { Slo } from "../telemetry/slo.ts";
import { home, type Scenario, type Series } from "./scenario.ts";
import { alertName } from "./slo-alerts.ts";

const perTick = 1_000;

/**
 * A blip that was too small for an alert, then an idle night: when the good answers before it have left the long
 * window, its share is past the threshold. Nothing fired, so nothing may go on firing, whatever else fires at the time.
 */
export function idleNight(
  id: string,
  slo: Slo,
  pair: WindowPair,
  { tickSeconds, blipSeconds }: { readonly tickSeconds: number; readonly blipSeconds: number },
): Scenario {
  const long = seconds(pair.long);
  const before = 2 * seconds(pair.short);
  const bad = Math.floor(3 * Number(burnThreshold(slo, pair)) * perTick);
  const lasts = before + long + blipSeconds;
  const end = before + long + blipSeconds / 2;
  return {
    name: `an idle night after a blip that ${pair.tier} did not mind, while other alerts fire`,
    stretches: [
      { ticks: before / tickSeconds, good: 100 * perTick, bad: 0 },
      { ticks: blipSeconds / tickSeconds, good: perTick - bad, bad },
      { ticks: (lasts - before - blipSeconds) / tickSeconds, good: 0, bad: 0 },
    ],
    besides: foreignAlerts(id, slo, pair, lasts / tickSeconds),
    expect: [before + blipSeconds, end].map((atSeconds) => ({ atSeconds, tier: pair.tier, firing: [] })),
  };
}

/** Alerts that fire all the time, of which each differs from ours in one label. */
export function foreignAlerts(id: string, slo: Slo, { tier }: WindowPair, ticks: number): Series[] {
  const ours = { alertname: alertName(slo), alertstate: "firing", slo: id, tier, [environment]: home };
  const others = {
    alertname: "Other",
    alertstate: "pending",
    slo: "other",
    tier: "other",
    [environment]: "other",
  };
  return Object.entries(others).map(([different, other]) => ({
    series: `ALERTS{${Object.entries({ ...ours, [different]: other, from: different })
      .map(([label, value]) => `${label}=${quote(value)}`)
      .join(",")}}`,
    values: `1x${ticks}`,
  }));
}
