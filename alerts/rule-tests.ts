import { prometheusName } from "../telemetry/derive/names.ts";
import { select } from "../telemetry/derive/promql.ts";
import { environment, environmentAttribute, product } from "../telemetry/derive/series.ts";
import { metrics } from "../telemetry/metrics.ts";
import type { Promises, Slo } from "../telemetry/slo.ts";
import { edgeScenarios } from "./edge-scenarios.ts";
import { exampleEvents } from "./example-events.ts";
import { serviceLabel, yaml } from "./rule-file.ts";
import { home, type Other, type Pace, type Scenario, type Series, type Stretch } from "./scenario.ts";
import { scenarios } from "./scenarios.ts";
import { alertName } from "./slo-alerts.ts";

/** Text of the promtool tests of one promise's rule file, for its pages or for its tickets. */
export function ruleTestFile(header: string, { id, slo, isFirst }: Tested, pace: Pace): string {
  const all = [...scenarios(slo, pace, isFirst), ...(isFirst ? edgeScenarios(slo, pace) : [])];
  const file = {
    rule_files: [`${id}.rules.yaml`],
    evaluation_interval: `${pace.tickSeconds}s`,
    tests: all.map((scenario) => testOf(id, slo, scenario, pace)),
  };
  return `# ${header}\n${yaml(file)}`;
}

/** A scenario as promtool reads it; an alert that fires must have all labels that routes and readers need. */
export function testOf(
  id: string,
  slo: Slo,
  scenario: Scenario,
  { tickSeconds, severity }: Pick<Pace, "tickSeconds" | "severity">,
) {
  return {
    name: scenario.name,
    interval: `${tickSeconds}s`,
    input_series: inputSeries(slo, scenario),
    promql_expr_test: scenario.expect.map(({ atSeconds, tier, firing }) => {
      const fires = `alertname="${alertName(slo)}",alertstate="firing",tier="${tier}",owner!=""`;
      const whose = `severity="${severity}",owner="${slo.owner}",service="${serviceLabel.service}",slo="${id}"`;
      return {
        expr: `count by (${environment}, severity, owner, service, slo) (ALERTS{${fires}})`,
        eval_time: `${atSeconds}s`,
        exp_samples: firing.map((where) => ({ labels: `{${environment}="${where}",${whose}}`, value: 1 })),
      };
    }),
  };
}

/** A promise, and whether it is the first of its kind: the next of the same kind have the same rules. */
export type Tested = { readonly id: string; readonly slo: Slo; readonly isFirst: boolean };

/** Kinds are: good by a label, within an edge, at most so much. */
export function isFirstOfItsKind(id: string, promises: Promises): boolean {
  const kindOf = (slo: Slo | undefined) => slo?.indicator.good.kind;
  return Object.entries(promises).find(([, slo]) => kindOf(slo) === kindOf(promises[id]))?.[0] === id;
}

const inputSeries = (
  slo: Slo,
  { stretches, withoutBadSeries = false, others = [], besides = [] }: Scenario,
): Series[] => [
  ...seriesOf(slo, { environment: home, stretches }, withoutBadSeries),
  ...others.flatMap((other) => seriesOf(slo, other, false)),
  ...besides,
];

/** What somebody's steady traffic looks like in Prometheus. */
export function seriesOf(slo: Slo, { stretches, ...sender }: Other, withoutBadSeries: boolean): Series[] {
  const { metric, good } = slo.indicator;
  const name = prometheusName(metric);
  const countName = metrics[metric].instrument === "histogram" ? `${name}_count` : name;
  const events = exampleEvents(slo);
  const of = (labels: Readonly<Record<string, string>>) => ({
    ...labels,
    [product.label]: sender.service ?? product.value,
    [environmentAttribute]: sender.environment,
    ...sender.labels,
  });
  switch (good.kind) {
    case "at most":
      return [{ series: series(name, of(events.good)), values: gauge(stretches, good.value) }];
    case "within": {
      const bucket = { ...of(events.good), le: String(good.seconds) };
      const all = counter(stretches, (s) => s.good + s.bad);
      return [
        { series: series(countName, of(events.good)), values: all },
        { series: series(`${name}_bucket`, bucket), values: counter(stretches, (s) => s.good) },
        { series: series(`${name}_bucket`, { ...bucket, le: "+Inf" }), values: all },
      ];
    }
    case "label": {
      const [fine, failed] = [events.good, events.bad].map((labels) => series(countName, of(labels))) as [
        string,
        string,
      ];
      const bad = { series: failed, values: counter(stretches, (s) => s.bad) };
      return [
        { series: fine, values: counter(stretches, (s) => s.good) },
        ...(withoutBadSeries ? [] : [bad]),
      ];
    }
  }
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

/** A gauge in the same notation: nothing at first, then its limit, which is good, or a little more. */
const gauge = (stretches: readonly Stretch[], limit: number): string =>
  [
    "_",
    ...stretches.map(({ ticks, good, bad, data }) =>
      data === "missing" || good + bad === 0
        ? `_x${ticks}`
        : `${bad > 0 ? 1.02 * limit : limit}x${ticks - 1}`,
    ),
  ].join(" ");
