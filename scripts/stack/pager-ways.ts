import type { Places } from "./pager-links.ts";

/**
 * Where `/to/…` leads. The links that Alertmanager writes into messages have the form of Grafana's addresses; which viewer
 * runs is known only when somebody follows one.
 *
 * @param path  what follows `/to`, e.g. `/d/frontdesk-overview`
 * @param hasConsole  whether the console answers now
 * @returns undefined where nothing that runs can show it
 */
export function wayTo(
  path: string,
  search: URLSearchParams,
  places: Places,
  hasConsole: boolean,
): string | undefined {
  const viewer = hasConsole ? places.console : undefined;
  const [, runbook] = /^\/alerts\/runbooks\/(\w+)\.md$/.exec(path) ?? [];
  if (runbook) return viewer ? `${viewer}/runbooks/${runbook}` : `/runbooks/${runbook}.md`;
  if (/^\/d\/[\w-]+$/.test(path)) {
    const base = viewer ?? places.dashboards;
    return base && `${base}${path}${search.size > 0 ? `?${search}` : ""}`;
  }
  // Where Prometheus says that its alerts come from: its own web UI, which only its image has.
  const promql = path === "/prometheus/graph" ? search.get("g0.expr") : null;
  if (promql !== null) {
    const base = viewer ? `${viewer}/metrics?q=` : places.metrics;
    return base && `${base}${encodeURIComponent(promql)}`;
  }
  const traceql = path === "/explore" ? queryIn(search.get("panes")) : undefined;
  if (traceql === undefined) return undefined;
  if (viewer) return `${viewer}/traces?q=${encodeURIComponent(traceql)}`;
  if (places.dashboards) return `${places.dashboards}/explore?${search}`;
  return places.traces && `${places.traces}${encodeURIComponent(traceql)}`;
}

/** The TraceQL inside the panes of Grafana's Explore. */
function queryIn(panes: string | null): string | undefined {
  try {
    const { traces } = JSON.parse(panes ?? "") as { traces: { queries: { query: string }[] } };
    return traces.queries[0]?.query;
  } catch {
    return undefined;
  }
}

/** Whether the console answers; asked when a link is followed, so it is not kept. */
export async function isThere(address: string | undefined): Promise<boolean> {
  if (address === undefined) return false;
  try {
    const { ok } = await fetch(`${address}/healthz`, { signal: AbortSignal.timeout(1_000) });
    return ok;
  } catch {
    return false;
  }
}
