import { divideUp, errorBudget, objectiveRatio } from "../telemetry/derive/decimal.ts";
import { type Matcher, type Promises, type Slo, slos } from "../telemetry/slo.ts";
import type { Check, Rule } from "./lib/fits.ts";

/** A promise as the client can judge it. `metric` is the rate of good events that load/lib records. */
export type ClientPromise = Rule & {
  readonly id: string;
  readonly title: string;
  readonly metric: string;
  readonly objective: string;
  /** Share of bad events that the objective allows, as decimal text. */
  readonly allowed: string;
  readonly thresholds: Readonly<Record<string, readonly string[]>>;
  /** Below so many valid requests one bad one breaks the promise: slowness is then shown, not judged. */
  readonly judgedFrom: number;
};

export type Thresholds = {
  readonly description: string;
  readonly promises: readonly ClientPromise[];
  /** What every run must hold, whatever it does. */
  readonly always: Readonly<Record<string, readonly string[]>>;
  /** And what it must hold besides where every single answer counts. */
  readonly answers: Readonly<Record<string, readonly string[]>>;
};

/** What a client knows of an answer. A promise that reads other labels cannot be judged from outside. */
const known = ["http.request.method", "http.route", "http.response.status_code"];

/** The content of load/generated/thresholds.json. */
export function thresholds(description: string, promises: Promises = slos): Thresholds {
  return {
    description,
    promises: Object.entries(promises).flatMap(([id, slo]) => clientPromise(id, slo) ?? []),
    // A threshold without samples passes, so whatever is judged is also counted.
    always: { dropped_iterations: ["count==0"], wrong_answers: ["count==0"], http_reqs: ["count>0"] },
    answers: { checks: ["rate==1"] },
  };
}

function clientPromise(id: string, slo: Slo): ClientPromise | undefined {
  const { metric: source, valid, good } = slo.indicator;
  const conditions = [...valid, ...(good.kind === "label" ? [good.matcher] : [])];
  const isKnown = conditions.every(({ label }) => known.includes(label));
  if (source !== "http.server.request.duration" || !isKnown) return undefined;
  const metric = `slo_${id.replace(/-/g, "_")}`;
  return {
    id,
    title: slo.title,
    metric,
    objective: slo.objective,
    allowed: errorBudget(slo.objective),
    valid: valid.map(check),
    good: good.kind === "label" ? [check(good.matcher)] : { withinMs: good.seconds * 1000 },
    thresholds: {
      [metric]: [`rate>=${objectiveRatio(slo.objective)}`],
      [`${metric}_valid`]: ["count>0"],
    },
    judgedFrom: good.kind === "label" ? 1 : Number(divideUp("1", errorBudget(slo.objective), 0)),
  };
}

function check({ label, op, value }: Matcher): Check {
  const literal = op === "is" || op === "is not";
  const pattern = literal ? value.replace(/[.*+?^${}()|[\]\\/]/g, "\\$&") : value;
  return { label, pattern: `^(?:${pattern})$`, fits: op === "is" || op === "matches" };
}
