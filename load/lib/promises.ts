import { Counter, Rate } from "k6/metrics";

type Check = { label: string; pattern: string; fits: boolean };
type ClientPromise = {
  id: string;
  metric: string;
  valid: Check[];
  good: Check[] | { withinMs: number };
  thresholds: Record<string, string[]>;
  judgedFrom: number;
};
type Thresholds = { promises: ClientPromise[]; always: Record<string, string[]> };

/** Made from telemetry/slo.ts by `npm run generate`. */
const generated: Thresholds = JSON.parse(open("../generated/thresholds.json"));

const recorders = generated.promises.map((promise) => ({
  promise,
  good: new Rate(promise.metric),
  valid: new Counter(`${promise.metric}_valid`),
}));

/** Records one answer under every promise it is valid for. */
export function judge(labels: Record<string, string>, durationMs: number): void {
  for (const { promise, good, valid } of recorders) {
    if (!all(promise.valid, labels)) continue;
    valid.add(1);
    good.add("withinMs" in promise.good ? durationMs <= promise.good.withinMs : all(promise.good, labels));
  }
}

const all = (checks: Check[], labels: Record<string, string>) =>
  checks.every(({ label, pattern, fits }) => new RegExp(pattern).test(labels[label] ?? "") === fits);

/**
 * k6 thresholds of a run.
 * A promise is judged when the planned requests allow at least one bad one; its count is guarded in any case.
 *
 * @param routes  fewest requests expected per route, e.g. `{ "POST /v1/bookings": 20 }`
 * @param planned  requests that the run will make after its set-up
 */
export function thresholds(routes: Record<string, number>, planned: number): Record<string, string[]> {
  const result: Record<string, string[]> = { ...generated.always };
  for (const promise of generated.promises)
    for (const [metric, conditions] of Object.entries(promise.thresholds))
      if (planned >= promise.judgedFrom || metric !== promise.metric) result[metric] = conditions;
  for (const [route, fewest] of Object.entries(routes)) {
    result[`http_reqs{route:${route}}`] = [`count>=${fewest}`];
    // These two cannot fail: k6 only reports what a threshold asks for.
    result[`http_req_duration{route:${route}}`] = ["max>=0"];
    result[`http_req_failed{route:${route}}`] = ["rate>=0"];
  }
  return result;
}
