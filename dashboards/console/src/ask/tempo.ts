import { askJson } from "./ask.ts";

/** A trace that a search found. Times are milliseconds; the start since 1970. */
export type FoundTrace = {
  readonly id: string;
  readonly service: string;
  readonly name: string;
  readonly startMs: number;
  readonly durationMs: number;
  readonly spans: number;
  readonly errors: number;
  /** Attributes of the first span that matched. */
  readonly attributes: Readonly<Record<string, string>>;
};

type Value = Readonly<Record<string, unknown>>;
type Answer = {
  readonly traces?: readonly {
    readonly traceID: string;
    readonly rootServiceName?: string;
    readonly rootTraceName?: string;
    readonly startTimeUnixNano?: string;
    readonly durationMs?: number;
    readonly spanSets?: readonly {
      readonly spans?: readonly {
        readonly name?: string;
        readonly attributes?: readonly { key: string; value: Value }[];
      }[];
    }[];
    readonly serviceStats?: Readonly<
      Record<string, { readonly spanCount?: number; readonly errorCount?: number }>
    >;
  }[];
};

export type Window = { readonly start: Date; readonly end: Date };

/** Traces that a TraceQL query finds in a time, newest first. */
export async function searchTraces(
  traceql: string,
  { start, end }: Window,
  limit = 50,
): Promise<FoundTrace[]> {
  const seconds = (date: Date) => String(Math.ceil(date.getTime() / 1_000));
  const asked = new URLSearchParams({
    q: traceql,
    limit: String(limit),
    start: seconds(start),
    end: seconds(end),
    spss: "1",
  });
  const { traces = [] } = await askJson<Answer>(`/proxy/tempo/api/search?${asked}`);
  return traces
    .map((trace) => {
      const stats = Object.values(trace.serviceStats ?? {});
      const [span] = trace.spanSets?.[0]?.spans ?? [];
      return {
        // Tempo drops leading zeros.
        id: trace.traceID.padStart(32, "0"),
        service: trace.rootServiceName ?? "",
        name: nameOf(trace.rootTraceName, span?.name),
        startMs: Number(BigInt(trace.startTimeUnixNano ?? "0") / 1_000_000n),
        durationMs: trace.durationMs ?? 0,
        spans: stats.reduce((sum, { spanCount = 0 }) => sum + spanCount, 0),
        errors: stats.reduce((sum, { errorCount = 0 }) => sum + errorCount, 0),
        attributes: Object.fromEntries(
          (span?.attributes ?? []).map(({ key, value }) => [key, String(Object.values(value)[0])]),
        ),
      };
    })
    .sort((a, b) => b.startMs - a.startMs);
}

/** The root of a trace may be a caller's that sends its spans elsewhere, e.g. the probe: then what matched names it. */
function nameOf(root: string | undefined, matched: string | undefined): string {
  const isThere = root !== undefined && root !== "" && !root.startsWith("<root span");
  return isThere ? root : matched || "(root span not yet received)";
}

/** Values that an attribute has in recent traces, e.g. of `span.http.route`. */
export async function valuesOf(attribute: string): Promise<string[]> {
  const path = `/proxy/tempo/api/v2/search/tag/${encodeURIComponent(attribute)}/values`;
  const { tagValues = [] } = await askJson<{ tagValues?: { value: string }[] }>(path);
  return tagValues.map(({ value }) => value).sort();
}
