import { expect } from "vitest";
import { own } from "../../../telemetry/derive/series.ts";
import { poll } from "./poll.ts";
import { query, total } from "./prometheus.ts";

/** Requests by "METHOD route"; what is no request would stand there too, under the labels that it lacks. */
export type Counts = Readonly<Record<string, number>>;

// The health route is asked by the supervisor too; everything else here is ours.
const counter = own("http.server.request.duration", "_count", [
  { label: "http.route", op: "is not", value: "/v1/health" },
]);
const marked = own("http.server.request.duration", "_count", [
  { label: "http.route", op: "is", value: "/v1/tenant" },
  { label: "http.request.method", op: "is", value: "GET" },
]);

/** What one marker adds. No visitor of k6 asks this. */
export const marker: Counts = { "GET /v1/tenant": 1 };

/** The raw SLI counter of the product. */
export async function counts(prometheus: string): Promise<Counts> {
  const samples = await query(prometheus, `sum by (http_request_method, http_route) (${counter})`);
  return Object.fromEntries(
    samples.map(({ metric, value }) => [`${metric.http_request_method} ${metric.http_route}`, value]),
  );
}

/**
 * The same once nothing that happened before is on its way: a request sent now was counted.
 * Span metrics are flushed as a whole, so what came before it was counted with it.
 */
export async function settled(
  urls: { api: string; prometheus: string },
  tenant: string,
  correlationId = "marker",
): Promise<Counts> {
  const seen = await total(urls.prometheus, marked);
  await fetch(`${urls.api}/v1/tenant`, {
    headers: { "X-Tenant": tenant, "X-Correlation-ID": correlationId },
  });
  const isMarked = (now: number) => now > seen;
  expect(await poll(() => total(urls.prometheus, marked), isMarked)).toBe(seen + 1);
  return counts(urls.prometheus);
}

/** What was counted between two readings; what stood still is left out. */
export function difference(before: Counts, after: Counts): Counts {
  const changed = Object.entries(after).map(([route, now]) => [route, now - (before[route] ?? 0)] as const);
  return Object.fromEntries(changed.filter(([, grown]) => grown !== 0));
}

export const sumOf = (numbers: Counts): number => Object.values(numbers).reduce((sum, n) => sum + n, 0);

export const same = (a: Counts, b: Counts): boolean =>
  Object.keys(a).length === Object.keys(b).length && Object.keys(b).every((key) => a[key] === b[key]);
