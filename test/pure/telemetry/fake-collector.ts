import { gunzipSync } from "node:zlib";

export type Fault =
  | "lost"
  | "lost after taking"
  | "hang"
  | "hang for ever"
  | "slow"
  | "after the lease"
  | "429"
  | "429 for long"
  | "503"
  | "500"
  | "400"
  | "html"
  | "broken json"
  | "part"
  | "part too large"
  | "says";

type Data = {
  readonly dataPoints: { startTimeUnixNano: string; timeUnixNano: string; asDouble: number }[];
};
type Metric = { readonly name: string; readonly sum?: Data; readonly gauge?: Data };
type Signal = "traces" | "logs" | "metrics";

/** A collector in memory that fails as it is told and knows what it took. */
export function fakeCollector() {
  let queue: Fault[] = [];
  const spans = new Set<string>();
  const repeated: string[] = [];
  const counts: Record<Signal, number> = { traces: 0, logs: 0, metrics: 0 };
  const sums = new Map<string, number>();
  const backwards: string[] = [];

  function take(signal: Signal, request: unknown, share: number): void {
    const items = itemsIn(signal, request);
    const kept = items.slice(0, Math.floor(items.length * share));
    counts[signal] += kept.length;
    if (signal === "metrics") for (const metric of kept as Metric[]) takePoints(metric);
    if (signal !== "traces") return;
    for (const { spanId } of kept as { spanId: string }[]) {
      if (spans.has(spanId)) repeated.push(spanId);
      spans.add(spanId);
    }
  }

  function takePoints({ name, sum, gauge }: Metric): void {
    for (const { startTimeUnixNano, timeUnixNano, asDouble } of (sum ?? gauge)?.dataPoints ?? []) {
      if (BigInt(startTimeUnixNano) > BigInt(timeUnixNano)) backwards.push(name);
      if (sum !== undefined) sums.set(name, (sums.get(name) ?? 0) + asDouble);
    }
  }

  async function fetch(url: string, init: RequestInit): Promise<Response> {
    const signal = url.slice(url.lastIndexOf("/") + 1) as Signal;
    const { body } = init;
    const request: unknown = JSON.parse(
      typeof body === "string" ? body : gunzipSync(body as Uint8Array).toString(),
    );
    return answer(
      queue.shift(),
      init.signal ?? undefined,
      (share) => take(signal, request, share),
      () => itemsIn(signal, request).length,
      rejectedOf[signal],
    );
  }
  return {
    fetch,
    fail: (fault: Fault, times: number) => void queue.push(...Array<Fault>(times).fill(fault)),
    heal: () => {
      queue = [];
    },
    taken: (signal: Signal) => counts[signal],
    twice: () => repeated,
    /** What the deltas of a counter add up to. */
    sumOf: (metric: string) => sums.get(metric) ?? 0,
    /** Metrics with a point that ends before it begins. */
    backwards: () => backwards,
  };
}

const rejectedOf: Readonly<Record<Signal, string>> = {
  traces: "rejectedSpans",
  logs: "rejectedLogRecords",
  metrics: "rejectedDataPoints",
};

const json = (status: number, value: unknown) =>
  new Response(JSON.stringify(value), { status, headers: { "content-type": "application/json" } });
const lost = () => Promise.reject(new TypeError("Network connection lost."));

function answer(
  fault: Fault | undefined,
  signal: AbortSignal | undefined,
  take: (share: number) => void,
  size: () => number,
  rejected: string,
): Promise<Response> | Response {
  const statuses: Partial<Record<Fault, readonly [number, Record<string, string>]>> = {
    "429": [429, { "retry-after": "2" }],
    "429 for long": [429, { "retry-after": "400" }],
    "503": [503, {}],
    "500": [500, {}],
    "400": [400, {}],
  };
  const status = fault && statuses[fault];
  if (status) return new Response("no", { status: status[0], headers: status[1] });
  if (fault === "lost") return lost();
  if (fault === "hang for ever") return new Promise(() => {});
  if (fault === "hang")
    return new Promise((_resolve, reject) => signal?.addEventListener("abort", () => reject(signal.reason)));
  if (fault === "part") {
    take(0.5);
    return json(200, { partialSuccess: { [rejected]: `${size() - Math.floor(size() / 2)}` } });
  }
  if (fault === "part too large") return json(200, { partialSuccess: { [rejected]: 1e9 } });
  take(1);
  if (fault === "lost after taking") return lost();
  if (fault === "html") return new Response("<html>", { headers: { "content-type": "text/html" } });
  if (fault === "broken json") return new Response("{", { headers: { "content-type": "application/json" } });
  if (fault === "says") return json(200, { partialSuccess: { errorMessage: "less, please" } });
  if (fault === "after the lease")
    return new Promise((resolve) => setTimeout(() => resolve(json(200, {})), 40_000));
  if (fault === "slow") return new Promise((resolve) => setTimeout(() => resolve(json(200, {})), 3_000));
  return json(200, {});
}

// biome-ignore lint/suspicious/noExplicitAny: OTLP as it came
function itemsIn(signal: Signal, request: any): unknown[] {
  if (signal === "traces") return request.resourceSpans[0]?.scopeSpans[0].spans ?? [];
  if (signal === "logs") return request.resourceLogs[0].scopeLogs[0].logRecords;
  return request.resourceMetrics[0].scopeMetrics[0].metrics;
}
