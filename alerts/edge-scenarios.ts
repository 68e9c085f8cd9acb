import { burnThreshold } from "../telemetry/derive/burn.ts";
import { seconds, type WindowPair } from "../telemetry/derive/windows.ts";
import type { Slo } from "../telemetry/slo.ts";
import { home, isCounted, type Pace, type Scenario } from "./scenario.ts";
import { pairsOf } from "./slo-alerts.ts";

/** What stands on the edge: exactly the threshold, and just enough failures. */
export function edgeScenarios(slo: Slo, pace: Pace): Scenario[] {
  const pairs = pairsOf(slo).filter(({ severity }) => isCounted(slo) && severity === pace.severity);
  return [
    ...pairs.flatMap((pair) => exactly(slo, pair, pace)),
    ...(pairs.length > 0 ? [justEnough(slo, pairs, pace)] : []),
  ];
}

/** More than the threshold fires, the threshold does not. In the first tick, where no sum has rounded anything yet. */
function exactly(slo: Slo, pair: WindowPair, { tickSeconds }: Pace): Scenario[] {
  const threshold = Number(burnThreshold(slo, pair));
  const found = Array.from({ length: 500 }, (_, n) => 10_000 * (n + 1))
    .map((events) => ({ events, bad: Math.round(threshold * events) }))
    .find((one) => isExact(one, slo, threshold));
  if (found === undefined) return [];
  return [
    {
      name: `exactly the threshold of ${pair.tier}`,
      stretches: [{ ticks: 1, good: found.events - found.bad, bad: found.bad }],
      expect: [{ atSeconds: tickSeconds, tier: pair.tier, firing: [] }],
    },
  ];
}

/** Whether floats keep the ratio, however long the window: a rate is the increase times 1 / seconds. */
function isExact({ events, bad }: { events: number; bad: number }, slo: Slo, threshold: number): boolean {
  const windows = ["5m", "30m", "1h", "6h"] as const;
  return windows.every((window) => {
    const each = 1 / seconds(window);
    const failed = slo.indicator.good.kind === "label" ? bad * each : events * each - (events - bad) * each;
    return failed / (events * each) === threshold;
  });
}

/** The first failures of a cold start, as many as the minimum asks for. */
function justEnough(slo: Slo, pairs: readonly WindowPair[], pace: Pace): Scenario {
  // Recorded rates of five minutes see four of them: a rate knows nothing from before its first sample.
  const bad = pace.lagSeconds === 0 ? slo.badEventsMin : Math.ceil((slo.badEventsMin * 5) / 4);
  return {
    name: "just enough failures of a cold start",
    stretches: [
      { ticks: 1, good: 0, bad },
      { ticks: 3, good: 0, bad: 0 },
    ],
    expect: pairs.map(({ tier }) => ({ atSeconds: 4 * pace.tickSeconds, tier, firing: [home] })),
  };
}
