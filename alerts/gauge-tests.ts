import { burnThreshold } from "../telemetry/derive/burn.ts";
import { environment } from "../telemetry/derive/series.ts";
import { type Duration, seconds, slice, type WindowPair } from "../telemetry/derive/windows.ts";
import type { Slo } from "../telemetry/slo.ts";
import { foreignAlerts } from "./idle-night.ts";
import { neighbour } from "./neighbour.ts";
import { fastRules, recorded, slowInterval, slowRules } from "./recording-rules.ts";
import { seriesOf } from "./rule-tests.ts";
import { home, type Other, type Scenario, type Stretch } from "./scenario.ts";

/** Promises of a gauge are minutes, so their coarse tests have one sample a minute, too. */
const tickSeconds = seconds(slice);
/** Often enough that recorded minutes lie side by side. */
export const gaugeClockSeconds = 300;

/** Tenths of minutes that are bad, by age, newest first: no two windows hold the same share. */
const bands: readonly { readonly until: Duration; readonly tenths: number }[] = [
  { until: "5m", tenths: 6 },
  { until: "30m", tenths: 1 },
  { until: "1h", tenths: 7 },
  { until: "2h", tenths: 2 },
  { until: "6h", tenths: 5 },
  { until: "1d", tenths: 1 },
  { until: "3d", tenths: 3 },
];
const minutesInAll = seconds("3d") / tickSeconds + 12 * 60;

/** Whether the minute of that age is bad, in the newest band first. */
function isBad(age: number): boolean {
  const tenths = bands.find(({ until }) => age < seconds(until) / tickSeconds)?.tenths ?? 8;
  return (age * 7) % 10 < tenths;
}

/** Every recorded number of a promise of a gauge against the minutes counted by hand, and against those of others. */
export function minutesTest(id: string, slo: Slo) {
  const ages = Array.from({ length: minutesInAll }, (_, age) => age);
  const minute = (bad: boolean): Stretch => ({ ticks: 1, good: bad ? 0 : 1, bad: bad ? 1 : 0 });
  const sender = (where: string, turned: boolean): Other => ({
    environment: where,
    stretches: ages.map((age) => minute(isBad(age) !== turned)).reverse(),
  });
  const theirs = {
    environment: home,
    service: "somebody-else",
    stretches: [{ ...minute(true), ticks: minutesInAll }],
  };
  const share = (window: Duration, turned: boolean): number => {
    const seen = ages.filter((age) => age < seconds(window) / tickSeconds);
    return seen.filter((age) => isBad(age) !== turned).length / seen.length;
  };
  const names = [...fastRules(id, slo), ...slowRules(id, slo)].map(({ record }) => record);
  return {
    name: "every recorded number is that of the minutes that are counted by hand",
    interval: `${tickSeconds}s`,
    input_series: [
      ...[sender(home, false), sender("staging", true), theirs].flatMap((one) => seriesOf(slo, one, false)),
      ...neighbour(slo, minutesInAll, minutesInAll - 1),
    ],
    promql_expr_test: names.map((name) => ({
      expr: `round(1e6 * ${recorded(name, id)})`,
      eval_time: `${minutesInAll * tickSeconds}s`,
      exp_samples: [home, "staging"].map((where, at) => {
        const window = (/\d+[smhd]$/.exec(name) as RegExpExecArray)[0] as Duration;
        const ratio = name.includes("valid") ? 1 : share(window, at === 1);
        const value = name.includes("ratio") ? ratio : ratio / tickSeconds;
        return { labels: `{${environment}="${where}",slo="${id}"}`, value: Math.round(1e6 * value) };
      }),
    })),
  };
}

/**
 * Too few bad minutes for an alert, a few good ones, then nothing is written: when the good minutes before have left
 * the long window, the share is past the threshold. Nothing fired, so nothing may go on firing, whatever others do.
 */
export function gaugeNight(id: string, slo: Slo, pair: WindowPair): Scenario {
  // What is recorded less often than once an interval counts less.
  const uncounted = pair.severity === "page" ? 1 : gaugeClockSeconds / seconds(slowInterval);
  const bad = slo.badEventsMin * uncounted + uncounted;
  const before = Math.ceil(bad / Number(burnThreshold(slo, pair)) / 0.8 / 5) * 5;
  const long = seconds(pair.long) / tickSeconds;
  const ticks = before + long + 5;
  return {
    name: `a night without a gauge after bad minutes that ${pair.tier} did not mind, while other alerts fire`,
    stretches: [
      { ticks: before, good: 1, bad: 0 },
      { ticks: bad, good: 0, bad: 1 },
      { ticks: 5, good: 1, bad: 0 },
      { ticks: ticks - before - bad - 5, good: 0, bad: 0 },
    ],
    besides: [...foreignAlerts(id, slo, pair, ticks), ...neighbour(slo, ticks, before + long - 1)],
    expect: [before + 5, before + long].map((at) => ({
      atSeconds: at * tickSeconds,
      tier: pair.tier,
      firing: [],
    })),
  };
}
