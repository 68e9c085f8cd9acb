import { lostSpans } from "./lost-spans.ts";
import { query, type Sample } from "./stores.ts";

/** How one thing that may only grow so much stood at the beginning and at the end of a run. */
export type Grown = {
  readonly what: string;
  readonly before: number;
  readonly after: number;
  readonly unit: "bytes" | "spans" | "series";
  /** Empty when it is as it should be. */
  readonly complaint: string;
};

export type Standing = ReadonlyMap<string, { readonly value: number; readonly unit: Grown["unit"] }>;

const questions: readonly { what: (sample: Sample) => string; unit: Grown["unit"]; promql: string }[] = [
  {
    what: ({ metric }) => `memory of ${metric.job}`,
    unit: "bytes",
    promql: "max by (job) (process_resident_memory_bytes or otelcol_process_memory_rss)",
  },
  {
    what: () => "spans refused or not delivered by the collector",
    unit: "spans",
    promql:
      "(sum(otelcol_receiver_refused_spans) or vector(0)) + (sum(otelcol_exporter_send_failed_spans) or vector(0))",
  },
  { what: () => "series in Prometheus", unit: "series", promql: "max(prometheus_tsdb_head_series)" },
  { what: () => "traces on disk", unit: "bytes", promql: "sum(tempo_ingester_flush_size_bytes_sum)" },
  { what: () => "log store on disk", unit: "bytes", promql: "sum(vl_data_size_bytes)" },
  {
    what: () => "metrics store on disk",
    unit: "bytes",
    promql: "max(prometheus_tsdb_storage_blocks_bytes) + max(prometheus_tsdb_head_chunks_storage_size_bytes)",
  },
];

/**
 * Reads how the stack stands.
 *
 * @param sinceMs  when the run began, in milliseconds since the epoch
 * @throws StoreAway
 */
export async function readStanding(prometheus: string, sinceMs = Date.now()): Promise<Standing> {
  const dropped = await lostSpans(prometheus, "dropped", sinceMs);
  const standing = new Map<string, { value: number; unit: Grown["unit"] }>([
    ["spans dropped by the Worker", { value: dropped, unit: "spans" }],
  ]);
  for (const { what, unit, promql } of questions)
    for (const sample of await query(prometheus, promql))
      standing.set(what(sample), { value: sample.value, unit });
  return standing;
}

const mebibyte = 2 ** 20;
/** More memory than this per hour is a leak, above what a process takes when load begins. */
const memoryPerHour = 64 * mebibyte;
const warmUpMemory = 256 * mebibyte;
/** Generous: a record of a request is a tenth of it. What grows faster does not last a month. */
const bytesPerRequest = 32 * 1024;
/** New series come with new routes and status codes, not with requests. */
const seriesMax = 5_000;

/** Compares two readings around a run. */
export function grown(
  before: Standing,
  after: Standing,
  run: { seconds: number; requests: number },
): Grown[] {
  const stayed = [...after].map(([what, { value, unit }]) => {
    const old = before.get(what)?.value ?? 0;
    return { what, before: old, after: value, unit, complaint: complaintOf(what, unit, value - old, run) };
  });
  const gone = [...before].filter(([what]) => !after.has(what));
  return [
    ...stayed,
    ...gone.map(([what, { value, unit }]) => ({
      ...{ what, before: value, after: Number.NaN, unit },
      complaint: `${what} is not told any more`,
    })),
  ];
}

function complaintOf(
  what: string,
  unit: Grown["unit"],
  more: number,
  { seconds, requests }: { seconds: number; requests: number },
): string {
  if (unit === "spans") return more > 0 ? `${more} ${what}` : "";
  if (unit === "series") return more > seriesMax ? `${more} more ${what}` : "";
  const limit = what.startsWith("memory")
    ? warmUpMemory + (memoryPerHour * seconds) / 3600
    : 64 * mebibyte + bytesPerRequest * requests;
  return more > limit
    ? `${what} grew by ${Math.round(more / mebibyte)} MiB, at most ${Math.round(limit / mebibyte)} is expected`
    : "";
}
