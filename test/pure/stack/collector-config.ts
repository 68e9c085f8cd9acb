import { readFileSync } from "node:fs";
import { parse } from "yaml";

export type Connector = {
  dimensions?: { name: string }[];
  histogram: { disable?: boolean; unit?: string; explicit?: { buckets: string[] } };
  exemplars?: { enabled: boolean };
  aggregation_cardinality_limit: number;
  metrics_expiration?: string;
  metrics_flush_interval: string;
};
export type Exporter = {
  retry_on_failure?: { max_elapsed_time?: string };
  sending_queue?: { storage?: string; sizer?: string; queue_size?: string; num_consumers?: number };
};
type Processor = {
  metric_statements?: { statements: string[] }[];
  policies?: { type: string; latency?: { threshold_ms: number } }[];
};
export type Pipeline = { receivers: string[]; processors?: string[]; exporters: string[] };
export type CollectorConfig = {
  connectors: Record<string, Connector>;
  exporters: Record<string, Exporter>;
  processors: Record<string, Processor>;
  service: { extensions: string[]; pipelines: Record<string, Pipeline> };
};
/** A file on its own: an overlay leaves out what it does not change. */
export type Part = {
  connectors?: Record<string, Connector>;
  exporters?: Record<string, Exporter>;
  service?: { pipelines?: Record<string, Partial<Pipeline>> };
};

export const readPart = (path: string) => parse(readFileSync(path, "utf8"), { merge: true }) as Part;

/** Merges files as the collector does: maps key by key, lists and values by the last one. */
export const merged = (paths: readonly string[]): CollectorConfig =>
  paths.reduce<unknown>((base, path) => merge(base, readPart(path)), {}) as CollectorConfig;

function merge(base: unknown, over: unknown): unknown {
  if (!isMap(base) || !isMap(over)) return over;
  const keys = new Set([...Object.keys(base), ...Object.keys(over)]);
  return Object.fromEntries(
    [...keys].map((key) => [key, key in over ? merge(base[key], over[key]) : base[key]]),
  );
}

const isMap = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
