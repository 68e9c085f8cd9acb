import { holds, opposite } from "../telemetry/derive/promql.ts";
import { environment } from "../telemetry/derive/series.ts";
import { type Duration, seconds, type WindowPair } from "../telemetry/derive/windows.ts";
import type { Matcher, Slo } from "../telemetry/slo.ts";
import { gaugeClockSeconds, gaugeNight, minutesTest } from "./gauge-tests.ts";
import { idleNight } from "./idle-night.ts";
import { neighbour } from "./neighbour.ts";
import { operandScenarios } from "./operands.ts";
import { recorded } from "./recording-rules.ts";
import { yaml } from "./rule-file.ts";
import { seriesOf, type Tested, testOf } from "./rule-tests.ts";
import { home, isCounted, type Other, type Stretch } from "./scenario.ts";
import { pairsOf } from "./slo-alerts.ts";
import { unbrokenTest } from "./unbroken.ts";

const sampleSeconds = 60;
/** How often rules are evaluated where windows are long: pages are looked at over hours, tickets and numbers over days. */
const clocks = { page: 300, ticket: 1_800 } as const;
const perSample = 1_000;

type Band = { readonly until: Duration; readonly bad: number };
/** Bad events of each minute by its age, newest first: no two windows hold the same share. */
const bands: readonly Band[] = [
  { until: "5m", bad: 900 },
  { until: "30m", bad: 50 },
  { until: "1h", bad: 700 },
  { until: "2h", bad: 20 },
  { until: "6h", bad: 500 },
  { until: "1d", bad: 10 },
  { until: "3d", bad: 300 },
];
/** Older than all windows but that of the budget. */
const oldest = { lastsSeconds: 12 * 3_600, bad: 800 };

const staging = "staging";
const whose = (where: string, id: string) => `{${environment}="${where}",slo="${id}"}`;

/**
 * Text of promtool tests of one promise that look far back, with few evaluations.
 * Those for tickets hold the recorded numbers, too, which all promises have.
 */
export function coarseTestFile(
  header: string,
  { id, slo, isFirst }: Tested,
  severity: WindowPair["severity"],
): string {
  const clock = isCounted(slo) ? clocks[severity] : gaugeClockSeconds;
  const pairs = pairsOf(slo).filter((pair) => isFirst && pair.severity === severity);
  const scenarios = pairs.flatMap((pair) =>
    isCounted(slo)
      ? [
          ...operandScenarios({ slo, pair, tickSeconds: sampleSeconds, clockSeconds: clock }),
          idleNight(id, slo, pair, { tickSeconds: sampleSeconds, blipSeconds: 4 * clock }),
        ]
      : // Minutes are read one by one: promtool would need half a minute for three days of them.
        seconds(pair.long) > 86_400
        ? []
        : [gaugeNight(id, slo, pair)],
  );
  const tests = scenarios.map((scenario) =>
    testOf(id, slo, scenario, { tickSeconds: sampleSeconds, severity }),
  );
  const file = {
    rule_files: [`${id}.rules.yaml`],
    evaluation_interval: `${clock}s`,
    // What the fast group recorded at the tick before is too old to be seen at this one.
    group_eval_order: [`${id}:fast`, `${id}:slow`],
    tests: [...(severity === "ticket" ? numbersOf(id, slo) : []), ...tests],
  };
  return `# ${header}\n${yaml(file)}`;
}

const numbersOf = (id: string, slo: Slo) =>
  isCounted(slo)
    ? [
        numbersTest(id, slo),
        unbrokenTest(
          id,
          slo,
          numbers.map(({ series }) => series),
        ),
      ]
    : [minutesTest(id, slo)];

/**
 * Holds every recorded number of a promise against the same number counted by hand,
 * while other environments, other services and events that are not valid flood the same metric.
 */
function numbersTest(id: string, slo: Slo) {
  const senders: Other[] = [
    { environment: home, stretches: stretches((bad) => bad) },
    { environment: staging, stretches: stretches((bad) => perSample - bad) },
    { environment: home, service: "somebody-else", stretches: flood },
    ...slo.indicator.valid.map((matcher) => ({
      environment: home,
      labels: { [matcher.label]: breaking(matcher) },
      stretches: flood,
    })),
  ];
  return {
    name: "every recorded number is the one that is counted by hand",
    interval: `${sampleSeconds}s`,
    input_series: [
      ...senders.flatMap((sender) => seriesOf(slo, sender, false)),
      ...neighbour(slo, endSeconds / sampleSeconds, endSeconds / sampleSeconds - 1),
    ],
    promql_expr_test: numbers.map(({ series, value }) => ({
      // Millionths: the last digits of a float are not the promise's.
      expr: `round(1e6 * ${recorded(series, id)})`,
      eval_time: `${endSeconds}s`,
      exp_samples: [
        { labels: whose(home, id), value: millionths(value((bad) => bad)) },
        { labels: whose(staging, id), value: millionths(value((bad) => perSample - bad)) },
      ],
    })),
  };
}

const millionths = (value: number) => Math.round(1e6 * value);

type Turned = (bad: number) => number;

function stretches(turned: Turned): Stretch[] {
  const newestFirst = bands.map(({ until, bad }, at) => ({
    ticks: (seconds(until) - (at === 0 ? 0 : seconds((bands[at - 1] as Band).until))) / sampleSeconds,
    bad,
  }));
  const all = [...newestFirst, { ticks: oldest.lastsSeconds / sampleSeconds, bad: oldest.bad }];
  return all.reverse().map(({ ticks, bad }) => ({ ticks, good: perSample - turned(bad), bad: turned(bad) }));
}

const endSeconds = seconds((bands.at(-1) as Band).until) + oldest.lastsSeconds;
const flood: Stretch[] = [{ ticks: endSeconds / sampleSeconds, good: 7 * perSample, bad: 3 * perSample }];

/** A value of the label with which an event is not valid. */
function breaking(matcher: Matcher): string {
  const found = [
    matcher.value,
    matcher.value.replaceAll(".*", ""),
    matcher.value.replaceAll(".", "0"),
    "elsewhere",
  ].find((value) => holds(opposite(matcher), { [matcher.label]: value }));
  if (found === undefined)
    throw new RangeError(`give an example of ${matcher.label} that is not ${matcher.op} ${matcher.value}`);
  return found;
}

/** Bad events of the minute that ended so many seconds before the end. */
const badAt = (age: number) => bands.find(({ until }) => age < seconds(until))?.bad ?? oldest.bad;

/** Mean of bad events a minute. A rate sees increases, so of the oldest minute in the window it sees nothing. */
function meanOfRate(window: Duration, turned: Turned): number {
  const ages = range(seconds(window) / sampleSeconds - 1).map((at) => at * sampleSeconds);
  return mean(ages.map((age) => turned(badAt(age))));
}

/** The same for what is summed from recorded rates of five minutes, one for each evaluation. */
const meanOfSums = (window: Duration, turned: Turned): number =>
  mean(
    range(Math.min(seconds(window), endSeconds) / clocks.ticket).map((at) =>
      turned(badAt(at * clocks.ticket)),
    ),
  );

const range = (length: number) => Array.from({ length }, (_, at) => at);
const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

const raw = (["5m", "30m", "1h", "6h"] as const).map((window) => ({
  series: `slo:error_ratio:${window}`,
  value: (turned: Turned) => meanOfRate(window, turned) / perSample,
}));
const summed = (["2h", "1d", "3d", "30d"] as const).map((window) => ({
  series: `slo:error_ratio:${window}`,
  value: (turned: Turned) => meanOfSums(window, turned) / perSample,
}));
const badRates = (["1h", "6h"] as const).map((window) => ({
  series: `slo:bad_events:rate${window}`,
  value: (turned: Turned) => meanOfRate(window, turned) / sampleSeconds,
}));
const numbers = [
  ...raw,
  ...badRates,
  {
    series: "slo:valid_events:rate5m",
    value: () => perSample / sampleSeconds,
  },
  {
    series: "slo:bad_events:rate5m",
    value: (turned: Turned) => meanOfRate("5m", turned) / sampleSeconds,
  },
  ...summed,
];
