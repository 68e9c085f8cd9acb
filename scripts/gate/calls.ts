/** Spans of one name inside one request, over all requests of a route. */
export type SpanSum = { count: number; ms: number };

/** What one side did for a route. */
export type RouteCalls = {
  /** Requests whose trace was complete enough to have its entry. */
  traces: number;
  /** By `KIND name`. */
  readonly spans: Map<string, SpanSum>;
};

type AnyValue = { stringValue?: string; boolValue?: boolean };
type OtlpSpan = {
  traceId: string;
  name: string;
  kind: number;
  startTimeUnixNano: string;
  endTimeUnixNano: string;
  attributes?: { key: string; value: AnyValue }[];
};
export type OtlpTraces = { resourceSpans?: { scopeSpans?: { spans?: OtlpSpan[] }[] }[] };

type Trace = {
  route: string | undefined;
  startMs: number;
  readonly spans: Map<string, SpanSum>;
};

const kinds = ["UNSPECIFIED", "INTERNAL", "SERVER", "CLIENT", "PRODUCER", "CONSUMER"];

/** Keeps what is needed of each trace, and adds traces up by route at the end. */
export class CallLog {
  readonly #traces = new Map<string, Trace>();

  add({ resourceSpans = [] }: OtlpTraces): void {
    for (const { scopeSpans = [] } of resourceSpans)
      for (const { spans = [] } of scopeSpans) for (const span of spans) this.#keep(span);
  }

  /** @param from  milliseconds since the epoch; requests before are warm-up */
  byRoute(from: number): Map<string, RouteCalls> {
    const routes = new Map<string, RouteCalls>();
    for (const { route, startMs, spans } of this.#traces.values()) {
      if (route === undefined || startMs < from) continue;
      const sum: RouteCalls = routes.get(route) ?? { traces: 0, spans: new Map() };
      routes.set(route, sum);
      sum.traces++;
      for (const [name, { count, ms }] of spans) addTo(sum.spans, name, count, ms);
    }
    return routes;
  }

  #keep(span: OtlpSpan): void {
    const trace = this.#traces.get(span.traceId) ?? newTrace();
    this.#traces.set(span.traceId, trace);
    const startMs = Number(span.startTimeUnixNano) / 1e6;
    const route = textOf(span, "http.route");
    if (kinds[span.kind] === "SERVER" && route !== undefined) {
      trace.route = span.name;
      trace.startMs = startMs;
    }
    const ms = Number(span.endTimeUnixNano) / 1e6 - startMs;
    addTo(trace.spans, `${kinds[span.kind] ?? "UNSPECIFIED"} ${span.name}`, 1, ms);
  }
}

/** Adds up what several logs say of each route. */
export function sumOfRoutes(logs: readonly Map<string, RouteCalls>[]): Map<string, RouteCalls> {
  const sums = new Map<string, RouteCalls>();
  for (const [route, { traces, spans }] of logs.flatMap((routes) => [...routes])) {
    const sum: RouteCalls = sums.get(route) ?? { traces: 0, spans: new Map() };
    sums.set(route, sum);
    sum.traces += traces;
    for (const [name, { count, ms }] of spans) addTo(sum.spans, name, count, ms);
  }
  return sums;
}

const newTrace = (): Trace => ({ route: undefined, startMs: 0, spans: new Map() });

const textOf = ({ attributes }: OtlpSpan, name: string): string | undefined =>
  attributes?.find(({ key }) => key === name)?.value.stringValue;

function addTo(spans: Map<string, SpanSum>, name: string, count: number, ms: number): void {
  const sum = spans.get(name) ?? { count: 0, ms: 0 };
  spans.set(name, sum);
  sum.count += count;
  sum.ms += ms;
}
