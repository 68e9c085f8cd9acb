import { objectIn } from "./object-in.ts";

/** A store did not answer as it should; the message says which and why. */
export class StoreAway extends Error {}

export type Sample = { readonly metric: Readonly<Record<string, string>>; readonly value: number };

/** An instant query. @throws StoreAway */
export async function query(prometheus: string, promql: string): Promise<Sample[]> {
  const body = await ask<{ data?: { result?: { metric: Sample["metric"]; value: [number, string] }[] } }>(
    "Prometheus",
    `${prometheus}/api/v1/query?${new URLSearchParams({ query: promql })}`,
  );
  if (!body.data?.result) throw new StoreAway(`Prometheus at ${prometheus} did not understand ${promql}`);
  return body.data.result.map(({ metric, value }) => ({ metric, value: Number(value[1]) }));
}

export type RawSample = { readonly atMs: number; readonly value: number };

/** The samples of each series since a point in time as they were stored, oldest first. @throws StoreAway */
export async function rawSamples(
  prometheus: string,
  selector: string,
  sinceMs: number,
): Promise<RawSample[][]> {
  const seconds = Math.ceil((Date.now() - sinceMs) / 1000);
  const promql = `${selector}[${seconds}s]`;
  const body = await ask<{ data?: { result?: { values?: [number, string][] }[] } }>(
    "Prometheus",
    `${prometheus}/api/v1/query?${new URLSearchParams({ query: promql })}`,
  );
  if (!body.data?.result) throw new StoreAway(`Prometheus at ${prometheus} did not understand ${promql}`);
  return body.data.result.map(({ values = [] }) =>
    values.map(([at, value]) => ({ atMs: at * 1000, value: Number(value) })),
  );
}

/** Sum of an instant query; undefined when there is no series. */
export async function total(prometheus: string, promql: string): Promise<number | undefined> {
  const samples = await query(prometheus, promql);
  return samples.length === 0 ? undefined : samples.reduce((sum, { value }) => sum + value, 0);
}

export type Window = { readonly fromMs: number; readonly untilMs: number };

const limit = 5_000;

/** How many spans of a window a TraceQL query finds. @throws StoreAway */
export async function countSpans(tempo: string, traceql: string, window: Window): Promise<number> {
  const matched = await spansPerTrace(tempo, traceql, window);
  return [...matched.values()].reduce((sum, count) => sum + count, 0);
}

/**
 * How many spans of each trace a TraceQL query finds, by trace id. The window is cut until each part fits into one answer,
 * and a trace that two parts know counts once.
 *
 * @throws StoreAway
 */
export async function spansPerTrace(
  tempo: string,
  traceql: string,
  window: Window,
): Promise<ReadonlyMap<string, number>> {
  const matched = new Map<string, number>();
  const seconds = (ms: number) => String(Math.floor(ms / 1000));
  const look = async ({ fromMs, untilMs }: Window): Promise<void> => {
    const parameters = { q: traceql, limit: String(limit), spss: "1" };
    const times = { start: seconds(fromMs), end: seconds(untilMs + 1_000) };
    const { traces = [] } = await ask<{ traces?: { traceID: string; spanSet?: { matched: number } }[] }>(
      "Tempo",
      `${tempo}/api/search?${new URLSearchParams({ ...parameters, ...times })}`,
    );
    if (traces.length >= limit && untilMs - fromMs > 2_000) {
      const middle = (fromMs + untilMs) / 2;
      await look({ fromMs, untilMs: middle });
      await look({ fromMs: middle, untilMs });
      return;
    }
    for (const { traceID, spanSet } of traces)
      matched.set(traceID, Math.max(matched.get(traceID) ?? 0, spanSet?.matched ?? 0));
  };
  await look(window);
  return matched;
}

/**
 * Asks Tempo as a run does at its end.
 *
 * @throws StoreAway when nobody answers there, or somebody else
 */
export async function requireTempo(tempo: string, now: () => number = Date.now): Promise<void> {
  const seconds = Math.floor(now() / 1000);
  const asked = new URLSearchParams({ q: "{}", limit: "1", start: `${seconds - 60}`, end: `${seconds}` });
  const url = `${tempo}/api/search?${asked}`;
  const body = await ask<object>("Tempo", url);
  // An empty answer has no traces.
  if (!("traces" in body || "metrics" in body)) throw new StoreAway(notThere("Tempo", url, "other JSON"));
}

export type StoredSpan = { readonly kind: string; readonly attributes: ReadonlyMap<string, unknown> };
type Otlp = {
  batches?: {
    scopeSpans?: {
      spans?: { kind?: string; attributes?: { key: string; value: Record<string, unknown> }[] }[];
    }[];
  }[];
};

/** Spans of a trace; none when Tempo does not know it. @throws StoreAway */
export async function readTrace(tempo: string, traceId: string): Promise<StoredSpan[]> {
  const { batches = [] } = await ask<Otlp>("Tempo", `${tempo}/api/traces/${traceId}`);
  const spans = batches.flatMap(({ scopeSpans = [] }) => scopeSpans.flatMap((scope) => scope.spans ?? []));
  return spans.map(({ kind = "", attributes = [] }) => ({
    kind,
    attributes: new Map(attributes.map(({ key, value }) => [key, Object.values(value)[0]])),
  }));
}

type StoreName = "Prometheus" | "Tempo";

async function ask<T extends object>(name: StoreName, url: string): Promise<T> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(30_000) });
    const text = await response.text();
    if (!response.ok)
      throw new StoreAway(`${name} answered ${response.status}: ${text.trim().slice(0, 200)}`);
    const body = objectIn(text);
    const type = response.headers.get("content-type") ?? "text";
    if (body === undefined) throw new StoreAway(notThere(name, url, type));
    return body as T;
  } catch (error) {
    if (error instanceof StoreAway) throw error;
    const { message, cause } = error as Error & { cause?: { code?: string; message?: string } };
    throw new StoreAway(
      `${name} at ${new URL(url).origin} does not answer: ${cause?.code ?? cause?.message ?? message}`,
    );
  }
}

const notThere = (name: StoreName, url: string, what: string) =>
  `${new URL(url).origin} is no ${name}: ${new URL(url).pathname} answered 200 with ${what}. Check --${name.toLowerCase()}.`;
