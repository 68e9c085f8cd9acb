import type { RouteCalls } from "./calls.ts";
import type { SideName } from "./pairs.ts";

/** One span of one route, on both sides. */
export type SpanGrowth = {
  /** e.g. `POST /v1/bookings` */
  readonly route: string;
  /** e.g. `CLIENT SELECT bookings` */
  readonly span: string;
  /** Per request. */
  readonly count: Readonly<Record<SideName, number>>;
  /** Milliseconds per request, of all spans of this name together. */
  readonly ms: Readonly<Record<SideName, number>>;
};

export type CallsCompared = {
  /** Routes with more D1 queries, Durable Object calls or other calls out than before: a gate stops for these. */
  readonly more: readonly SpanGrowth[];
  /** Where time grew most, whatever stops for it. */
  readonly slower: readonly SpanGrowth[];
  readonly requests: Readonly<Record<SideName, number>>;
  /** Routes that were asked too seldom to be compared, with how often the side has it that asked less. */
  readonly seldom: readonly { readonly route: string; readonly requests: number }[];
};

/** A route that was asked less often says little about the calls of a request. */
export const requestsMin = 20;
/** More calls for a request than this are more calls; below are retries and what is done now and then. */
const callsMore = 0.2;
const slowerShown = 5;

/** Calls out of the Worker; a queue send is one, too. */
const isCall = (span: string) => /^(CLIENT|PRODUCER) /.test(span);

/** Compares what each route did for a request. Counts need no statistics: the visits are the same. */
export function compareCalls(sides: Readonly<Record<SideName, Map<string, RouteCalls>>>): CallsCompared {
  const asked = [...new Set([...sides.baseline.keys(), ...sides.candidate.keys()])].map((route) => ({
    route,
    requests: Math.min(sides.baseline.get(route)?.traces ?? 0, sides.candidate.get(route)?.traces ?? 0),
  }));
  const grown = asked
    .filter(({ requests }) => requests >= requestsMin)
    .flatMap(({ route }) =>
      spansOf(route, sides.baseline.get(route) as RouteCalls, sides.candidate.get(route) as RouteCalls),
    );
  const more = grown.filter(
    ({ span, count }) => isCall(span) && count.candidate - count.baseline > callsMore,
  );
  const slower = grown
    .filter(({ ms }) => ms.candidate > ms.baseline)
    .sort((a, b) => b.ms.candidate - b.ms.baseline - (a.ms.candidate - a.ms.baseline))
    .slice(0, slowerShown);
  const requests = (routes: Map<string, RouteCalls>) =>
    [...routes.values()].reduce((sum, { traces }) => sum + traces, 0);
  return {
    ...{ more, slower, seldom: asked.filter(({ requests }) => requests < requestsMin) },
    requests: { baseline: requests(sides.baseline), candidate: requests(sides.candidate) },
  };
}

function spansOf(route: string, baseline: RouteCalls, candidate: RouteCalls): SpanGrowth[] {
  const names = new Set([...baseline.spans.keys(), ...candidate.spans.keys()]);
  const of = (calls: RouteCalls, span: string, what: "count" | "ms") =>
    (calls.spans.get(span)?.[what] ?? 0) / calls.traces;
  return [...names].map((span) => ({
    ...{ route, span },
    count: { baseline: of(baseline, span, "count"), candidate: of(candidate, span, "count") },
    ms: { baseline: of(baseline, span, "ms"), candidate: of(candidate, span, "ms") },
  }));
}
