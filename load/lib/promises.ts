import { Counter, Rate } from "k6/metrics";
import { keeps, type Labels, type Rule } from "./fits.ts";

type ClientPromise = Rule & {
  readonly metric: string;
  readonly thresholds: Record<string, string[]>;
  readonly judgedFrom: number;
};
type Thresholds = {
  promises: ClientPromise[];
  always: Record<string, string[]>;
  answers: Record<string, string[]>;
};

/** Made from telemetry/slo.ts by `npm run generate`. */
const generated: Thresholds = JSON.parse(open("../generated/thresholds.json"));

const recorders = generated.promises.map((promise) => ({
  promise,
  good: new Rate(promise.metric),
  valid: new Counter(`${promise.metric}_valid`),
}));

/** Records one answer under every promise it is valid for. */
export function judge(labels: Labels, durationMs: number): void {
  for (const { promise, good, valid } of recorders) {
    const kept = keeps(promise, labels, durationMs);
    if (kept === undefined) continue;
    valid.add(1);
    good.add(kept);
  }
}

const isJudged = ({ good, judgedFrom }: ClientPromise, planned: number, judges: "answers" | "promises") =>
  planned >= judgedFrom && !(judges === "answers" && "withinMs" in good);

/**
 * k6 thresholds of a run.
 * A promise is judged when the planned requests allow at least one bad one; its count is guarded in any case.
 * Where every answer counts, nobody asks how fast: a cold or busy machine would fail what works.
 *
 * @param routes  fewest requests expected per route, e.g. `{ "POST /v1/bookings": 20 }`
 * @param planned  requests that the run will make after its set-up
 * @param judges  `answers` when every single answer must be the expected one
 */
export function thresholds(
  routes: Record<string, number>,
  planned: number,
  judges: "answers" | "promises",
): Record<string, string[]> {
  const result: Record<string, string[]> = {
    ...generated.always,
    ...(judges === "answers" ? generated.answers : {}),
  };
  for (const promise of generated.promises)
    for (const [metric, conditions] of Object.entries(promise.thresholds))
      if (metric !== promise.metric || isJudged(promise, planned, judges)) result[metric] = conditions;
  for (const [route, fewest] of Object.entries(routes)) {
    result[`http_reqs{route:${route}}`] = [`count>=${fewest}`];
    // These two cannot fail: k6 only reports what a threshold asks for.
    result[`http_req_duration{route:${route}}`] = ["max>=0"];
    result[`http_req_failed{route:${route}}`] = ["rate>=0"];
  }
  return result;
}
