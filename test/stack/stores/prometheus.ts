export type Sample = { readonly metric: Readonly<Record<string, string>>; readonly value: number };

/** An instant query; numbers as they are, NaN included. @throws Error with Prometheus' own words */
export async function query(base: string, promql: string): Promise<Sample[]> {
  const data = await ask<{ result: { metric: Record<string, string>; value: [number, string] }[] }>(
    base,
    "/api/v1/query",
    { query: promql },
  );
  return data.result.map(({ metric, value }) => ({ metric, value: Number(value[1]) }));
}

/** Sum of an instant query over all its series; 0 when there is none. */
export const total = async (base: string, promql: string): Promise<number> =>
  (await query(base, promql)).reduce((sum, { value }) => sum + value, 0);

/** Trace ids of the exemplars of the last hour. */
export async function exemplars(base: string, promql: string): Promise<string[]> {
  const now = Date.now() / 1000;
  const found = await ask<{ exemplars: { labels: Record<string, string> }[] }[]>(
    base,
    "/api/v1/query_exemplars",
    { query: promql, start: String(now - 3_600), end: String(now + 60) },
  );
  return found.flatMap((series) => series.exemplars.map(({ labels }) => labels.trace_id ?? ""));
}

/** Labels of every series of the last hour that fits the selector, name included. */
export const series = (base: string, selector: string): Promise<Readonly<Record<string, string>>[]> =>
  ask(base, "/api/v1/series", { "match[]": selector, ...lastHour() });

/** Everything that Prometheus would show about the Worker: labels of its series, and exemplars. */
export async function everyLabel(base: string): Promise<string> {
  const exemplars = await ask(base, "/api/v1/query_exemplars", {
    query: "http_server_request_duration_seconds_bucket",
    ...lastHour(),
  });
  return JSON.stringify([await series(base, '{job="frontdesk"}'), exemplars]);
}

const lastHour = () => {
  const now = Date.now() / 1000;
  return { start: String(now - 3_600), end: String(now) };
};

async function ask<T>(base: string, path: string, parameters: Record<string, string>): Promise<T> {
  const response = await fetch(`${base}${path}?${new URLSearchParams(parameters)}`);
  const body = (await response.json()) as { status: string; error?: string; data: T };
  if (body.status !== "success") throw new Error(`Prometheus: ${body.error} (${JSON.stringify(parameters)})`);
  return body.data;
}
