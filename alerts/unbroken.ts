import { holds } from "../telemetry/derive/promql.ts";
import { environment } from "../telemetry/derive/series.ts";
import { type Duration, seconds } from "../telemetry/derive/windows.ts";
import type { Slo } from "../telemetry/slo.ts";
import { recorded } from "./recording-rules.ts";
import { seriesOf } from "./rule-tests.ts";
import { home, type Other } from "./scenario.ts";

const tickSeconds = 60;
const lastsSeconds = 6 * 3_600;
const perTick = 1_000;

/** One environment of good answers; the newest samples may be missing, or nobody asked. */
type Unbroken = { readonly sender: Other; readonly goneSeconds: number; readonly isIdle: boolean };

/**
 * Before the first failure nothing counts failures; the promise is kept all the same, and says so with a 0.
 * Each environment for itself: one whose events have a value of their own where a promise only excludes one,
 * those that have gone, for as long as a window remembers them, and an idle one, of which there is no share.
 *
 * @param series  names of the recorded numbers, each ending in its window
 */
export function unbrokenTest(id: string, slo: Slo, series: readonly string[]) {
  const environments = [
    unbroken(home),
    ...odd(slo),
    ...[10, 40, 180].map((minutes) => unbroken(`gone for ${minutes} minutes`, { goneSeconds: minutes * 60 })),
    unbroken("idle", { isIdle: true }),
  ];
  return {
    name: "a promise that nobody broke yet has numbers, all of them zero, and no share of nothing",
    interval: `${tickSeconds}s`,
    input_series: environments.flatMap(({ sender }) => seriesOf(slo, sender, true)),
    promql_expr_test: series
      .filter((name) => !name.includes("valid"))
      .map((name) => ({
        expr: `round(1e6 * ${recorded(name, id)})`,
        eval_time: `${lastsSeconds}s`,
        exp_samples: environments
          .filter((one) => isKnown(one, name))
          .map(({ sender }) => ({
            labels: `{${environment}="${sender.environment}",slo="${id}"}`,
            value: 0,
          })),
      })),
  };
}

function unbroken(
  where: string,
  {
    labels = {},
    goneSeconds = 0,
    isIdle = false,
  }: Partial<Omit<Unbroken, "sender">> & Pick<Other, "labels"> = {},
): Unbroken {
  const there = { ticks: (lastsSeconds - goneSeconds) / tickSeconds, good: isIdle ? 0 : perTick, bad: 0 };
  const gone = { ticks: goneSeconds / tickSeconds, good: 0, bad: 0, data: "missing" } as const;
  const stretches = goneSeconds > 0 ? [there, gone] : [there];
  return { sender: { environment: where, labels, stretches }, goneSeconds, isIdle };
}

/** A value that no selector names, for each label that selectors only exclude values of. */
const odd = ({ indicator: { valid } }: Slo): Unbroken[] =>
  valid
    .map(({ label }) => ({ [label]: "elsewhere" }))
    .filter((labels) => valid.every((one) => !(one.label in labels) || holds(one, labels)))
    .map((labels) => unbroken(`with another ${Object.keys(labels)[0]}`, { labels }));

/** The window in a name remembers the events, and a share is of something. */
function isKnown({ goneSeconds, isIdle }: Unbroken, name: string): boolean {
  const [window] = /\d+[smhd]$/.exec(name) ?? [];
  return goneSeconds < seconds(window as Duration) && !(isIdle && name.includes("ratio"));
}
