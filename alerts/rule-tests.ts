import { prometheusName } from "../telemetry/derive/names.ts";
import { holds, opposite, select } from "../telemetry/derive/promql.ts";
import { byEnvironment, environment, environmentAttribute, product } from "../telemetry/derive/series.ts";
import { type Slo, slos } from "../telemetry/slo.ts";
import { yaml } from "./rule-file.ts";
import { home, type Other, type Pace, type Scenario, type Stretch, scenarios } from "./scenarios.ts";
import { alertName } from "./slo-alerts.ts";

/** Text of the promtool tests of one promise's rule file, for its pages or for its tickets. */
export function ruleTestFile(header: string, id: keyof typeof slos, pace: Pace): string {
  const slo: Slo = slos[id];
  const { tickSeconds } = pace;
  const tests = scenarios(slo, pace, isFirstOfItsKind(id)).map((scenario) => ({
    name: scenario.name,
    interval: `${tickSeconds}s`,
    input_series: inputSeries(slo, scenario),
    promql_expr_test: scenario.expect.map(({ atSeconds, tier, firing }) => {
      const expr = `count ${byEnvironment} (ALERTS{alertname="${alertName(slo)}",alertstate="firing",tier="${tier}"})`;
      const samples = firing.map((where) => ({ labels: `{${environment}="${where}"}`, value: 1 }));
      return { expr, eval_time: `${atSeconds}s`, exp_samples: samples };
    }),
  }));
  const file = { rule_files: [`${id}.rules.yaml`], evaluation_interval: `${tickSeconds}s`, tests };
  return `# ${header}\n${yaml(file)}`;
}

/** Promises of one kind have the same rules: good by a label, or within an edge. */
const isFirstOfItsKind = (id: string): boolean =>
  Object.entries<Slo>(slos).find(([, { indicator }]) => indicator.good.kind === kindOf(id))?.[0] === id;
const kindOf = (id: string) => (slos as Record<string, Slo>)[id]?.indicator.good.kind;

type Series = { readonly series: string; readonly values: string };

const inputSeries = (slo: Slo, { stretches, withoutBadSeries = false, others = [] }: Scenario): Series[] => [
  ...seriesOf(slo, { environment: home, stretches }, withoutBadSeries),
  ...others.flatMap((other) => seriesOf(slo, other, false)),
];

function seriesOf(slo: Slo, { stretches, ...sender }: Other, withoutBadSeries: boolean): Series[] {
  const { metric, good } = slo.indicator;
  const name = prometheusName(metric);
  const labels = {
    ...exampleLabels(slo),
    [product.label]: sender.service ?? product.value,
    [environmentAttribute]: sender.environment,
    ...sender.labels,
  };
  if (good.kind === "within") {
    const bucket = { ...labels, le: String(good.seconds) };
    return [
      { series: series(`${name}_count`, labels), values: counter(stretches, (s) => s.good + s.bad) },
      { series: series(`${name}_bucket`, bucket), values: counter(stretches, (s) => s.good) },
    ];
  }
  const failed = { ...labels, [good.matcher.label]: "503" };
  if (holds(good.matcher, failed)) throw new RangeError(`give ${slo.title} an example of a bad event`);
  return [
    { series: series(`${name}_count`, labels), values: counter(stretches, (s) => s.good) },
    ...(withoutBadSeries
      ? []
      : [{ series: series(`${name}_count`, failed), values: counter(stretches, (s) => s.bad) }]),
  ];
}

/** Labels of one valid and good event, from conditions and a few likely values. */
function exampleLabels(slo: Slo): Record<string, string> {
  const { valid, good } = slo.indicator;
  const likely = {
    "http.request.method": "POST",
    "http.response.status_code": "201",
    "http.route": "/v1/bookings",
  };
  const exact = valid.filter(({ op }) => op === "is").map(({ label, value }) => [label, value] as const);
  const labels: Record<string, string> = { ...likely, ...Object.fromEntries(exact) };
  const conditions = [...valid, ...(good.kind === "label" ? [good.matcher] : [])];
  const broken = conditions.find((matcher) => holds(opposite(matcher), labels));
  if (broken)
    throw new RangeError(`give ${slo.title} an example of ${broken.label} ${broken.op} ${broken.value}`);
  return labels;
}

const series = (name: string, labels: Record<string, string>): string =>
  select(
    name,
    Object.entries(labels).map(([label, value]) => ({ label, op: "is", value })),
  );

/** A counter in promtool's notation. It begins with an explicit 0, because promtool knows no start timestamps. */
function counter(stretches: readonly Stretch[], amount: (stretch: Stretch) => number): string {
  let value = 0;
  const parts = stretches.map((stretch) => {
    if (stretch.data === "missing") return `_x${stretch.ticks}`;
    if (stretch.data === "restart") value = 0;
    const step = amount(stretch);
    const first = value + step;
    value += step * stretch.ticks;
    return `${first}+${step}x${stretch.ticks - 1}`;
  });
  return ["0", ...parts].join(" ");
}
