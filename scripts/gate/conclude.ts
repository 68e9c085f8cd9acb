import { type CallsCompared, requestsMin } from "./calls-compared.ts";
import { type Compared, compare } from "./compare.ts";
import type { Measured } from "./measure.ts";
import { measures } from "./measures.ts";
import { type Pair, sideNames } from "./pairs.ts";

export type GateVerdict = "not worse" | "worse" | "cannot be told";
export type Conclusion = {
  readonly verdict: GateVerdict;
  /** Why, one line each. */
  readonly reasons: readonly string[];
  readonly compared: readonly Compared[];
  readonly calls: CallsCompared;
  readonly releases: Measured["releases"];
  readonly pairs: number;
};
export const exitCodes: Readonly<Record<GateVerdict, number>> = {
  "not worse": 0,
  worse: 1,
  "cannot be told": 2,
};

/** One verdict over all measures and calls: anything worse stops, anything unclear asks for a longer run. */
export function conclude({ pairs, calls, releases }: Measured, seed: number): Conclusion {
  const compared = compare(pairs, { seed });
  const worse = compared.filter(({ verdict }) => verdict === "worse");
  const unclear = compared.filter(({ verdict }) => verdict === "cannot be told");
  const stops = [
    ...worse.map((each) => `${measures[each.measure].title} grew: ${grownBy(each)}`),
    ...calls.more.map(
      ({ route, span, count }) =>
        `${route} calls ${span} ${count.candidate.toFixed(1)} times, not ${count.baseline.toFixed(1)}`,
    ),
  ];
  const doubts = [
    ...unclear.map(
      (each) =>
        `${measures[each.measure].title}: ${grownBy(each)}; about ${pairsNeeded(each, pairs.length)} times as long would tell`,
    ),
    ...compared
      .filter(({ verdict }) => verdict === "not measured")
      .map(({ measure }) => `${measures[measure].title} could not be measured`),
    ...unseen(pairs, calls),
    ...calls.seldom.map(
      ({ route, requests }) =>
        `${route} was asked ${requests} times, and its calls are compared from ${requestsMin} on: ask more or longer`,
    ),
  ];
  const verdict = stops.length > 0 ? "worse" : doubts.length > 0 ? "cannot be told" : "not worse";
  return {
    verdict,
    reasons: stops.length > 0 ? stops : doubts,
    ...{ compared, calls, releases, pairs: pairs.length },
  };
}

/** Requests whose traces must have come, or nothing is known of their calls. */
const tracesMin = 0.9;

/** A side that tells of too few of its requests: its calls were not compared. */
function unseen(pairs: readonly Pair[], { requests }: CallsCompared): string[] {
  return sideNames.flatMap((side) => {
    const asked = pairs.reduce((sum, pair) => sum + pair[side].requests, 0);
    return requests[side] >= tracesMin * asked
      ? []
      : [
          `only ${requests[side]} of ${asked} requests of the ${side} left a trace, so its calls are not known`,
        ];
  });
}

/** e.g. `+12.1 % (8.0 to 16.0)` */
export function grownBy({ measure, growth: { value, low, high } }: Compared): string {
  const unit = measures[measure].kind === "ratio" ? "%" : "points";
  const [shown, from, to] = [value, low, high].map((each) => (each * 100).toFixed(unit === "%" ? 1 : 2));
  return `${value >= 0 ? "+" : ""}${shown} ${unit} (${from} to ${to})`;
}

/** The interval shrinks with the square root of the time. */
function pairsNeeded({ measure, growth: { value, high } }: Compared, pairs: number): string {
  const room = measures[measure].sought - Math.min(value, measures[measure].sought / 2);
  const times = ((high - value) / room) ** 2;
  return `${Math.min(99, Math.max(1.2, Number.isFinite(times) ? times : pairs)).toFixed(1)}`;
}
