import type { OtlpTraces } from "../gate/calls.ts";

/** Sums over all spans that were taken. */
export type UseSums = {
  objectRequests: number;
  objectSeconds: number;
  d1Queries: number;
  d1RowsRead: number;
  d1RowsWritten: number;
  queueMessages: number;
};

type Value = {
  readonly stringValue?: string;
  readonly intValue?: string | number;
  readonly doubleValue?: number;
};

/** Reads from spans what the platform would bill. */
export class UseLog {
  readonly sums: UseSums = {
    ...{ objectRequests: 0, objectSeconds: 0 },
    ...{ d1Queries: 0, d1RowsRead: 0, d1RowsWritten: 0, queueMessages: 0 },
  };

  /** Spans that began before, in ms since the epoch, do not count: set-ups come in late. */
  from = 0;

  add({ resourceSpans = [] }: OtlpTraces): void {
    for (const { scopeSpans = [] } of resourceSpans)
      for (const { spans = [] } of scopeSpans) for (const span of spans) this.#count(span);
  }

  #count({ name, kind, attributes = [], startTimeUnixNano, endTimeUnixNano }: OtlpSpan): void {
    if (Number(startTimeUnixNano) / 1e6 < this.from) return;
    const of = (key: string): Value => attributes.find((each) => each.key === key)?.value ?? {};
    const amount = (key: string) => Number(of(key).intValue ?? of(key).doubleValue ?? 0);
    const { sums } = this;
    if (kind === consumer) sums.queueMessages++;
    if (kind === server && of("http.route").stringValue === undefined && name.includes("/")) {
      sums.objectRequests++;
      sums.objectSeconds += (Number(endTimeUnixNano) - Number(startTimeUnixNano)) / 1e9;
    }
    if (kind !== client || of("cloudflare.binding.type").stringValue !== "d1") return;
    sums.d1Queries++;
    // The platform does not tell how many rows were scanned for `raw()`: then at least those that were returned.
    sums.d1RowsRead += Math.max(amount("cloudflare.d1.rows_read"), amount("db.response.returned_rows"));
    sums.d1RowsWritten += amount("cloudflare.d1.rows_written");
  }
}

type OtlpSpan = NonNullable<
  NonNullable<NonNullable<OtlpTraces["resourceSpans"]>[number]["scopeSpans"]>[number]["spans"]
>[number];

// SpanKind of opentelemetry-proto.
const [server, client, consumer] = [2, 3, 5];
