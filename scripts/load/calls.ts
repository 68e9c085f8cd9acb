import { budgets, type Calls } from "../../load/budgets.ts";
import { readTrace, spansPerTrace, type Window } from "./stores.ts";

/** The most calls of a kind that one request of a route made. */
export type CallRow = {
  readonly route: string;
  readonly kind: keyof Calls;
  readonly most: number;
  readonly allowed: number;
  /** A request that made so many. */
  readonly traceId: string;
};

type Attributes = ReadonlyMap<string, unknown>;
const isOf: Readonly<Record<keyof Calls, (attributes: Attributes) => boolean>> = {
  d1: (attributes) => attributes.get("cloudflare.binding.type") === "d1",
  durable_object: (attributes) => attributes.get("cloudflare.binding.type") === "durable_object",
  outbound: (attributes) => attributes.has("server.address"),
};
const kinds = Object.keys(isOf) as (keyof Calls)[];
/** Traces that are read for each route, evenly over the run. */
const tracesMax = 40;

/**
 * Reads from the run's traces what its requests asked of others; routes without a budget or without a trace are left out.
 * A request of a run has a trace of its own, so all calls in it are its calls.
 *
 * @throws StoreAway
 */
export async function readCalls(
  tempo: string,
  runId: string,
  routes: readonly string[],
  window: Window,
): Promise<CallRow[]> {
  const rows: CallRow[] = [];
  for (const route of routes) {
    const budget = budgets[route];
    if (!budget) continue;
    const [method, template] = route.split(" ");
    const entry = `{ span.frontdesk.correlation.id = "${runId}" && span.frontdesk.sli = true && span.http.request.method = "${method}" && span.http.route = "${template}" }`;
    const ids = [...(await spansPerTrace(tempo, entry, window)).keys()].sort();
    if (ids.length === 0) continue;
    const step = Math.max(1, ids.length / tracesMax);
    const chosen = Array.from(
      { length: Math.min(ids.length, tracesMax) },
      (_, i) => ids[Math.floor(i * step)] ?? "",
    );
    const traces = await Promise.all(chosen.map(async (id) => ({ id, calls: await callsOf(tempo, id) })));
    for (const kind of kinds) {
      const worst = traces.toSorted((a, b) => b.calls[kind] - a.calls[kind])[0];
      rows.push({
        route,
        kind,
        most: worst?.calls[kind] ?? 0,
        allowed: budget[kind],
        traceId: worst?.id ?? "",
      });
    }
  }
  return rows;
}

async function callsOf(tempo: string, traceId: string): Promise<Calls> {
  const clients = (await readTrace(tempo, traceId)).filter(({ kind }) => kind === "SPAN_KIND_CLIENT");
  const count = (kind: keyof Calls) => clients.filter(({ attributes }) => isOf[kind](attributes)).length;
  return { d1: count("d1"), durable_object: count("durable_object"), outbound: count("outbound") };
}

const words: Readonly<Record<keyof Calls, string>> = {
  d1: "D1 queries",
  durable_object: "Durable Object calls",
  outbound: "outbound calls",
};

/** One line for each route that was answered and left no trace: nobody knows what it asked for. */
export const untold = (rows: readonly CallRow[], answered: readonly string[]): string[] =>
  answered
    .filter((route) => budgets[route] && !rows.some((row) => row.route === route))
    .map((route) => `Tempo holds no trace of ${route}, so its calls cannot be held against load/budgets.ts`);

/** One line for each route that asked for more than it may. */
export const overBudget = (rows: readonly CallRow[]): string[] =>
  rows
    .filter(({ most, allowed }) => most > allowed)
    .map(
      ({ route, kind, most, allowed, traceId }) =>
        `${route} made ${most} ${words[kind]} in one request, at most ${allowed} (trace ${traceId.padStart(32, "0")})`,
    );

/** Cells of a table, a row for each route. */
export function callCells(rows: readonly CallRow[]): string[][] {
  const routes = [...new Set(rows.map(({ route }) => route))];
  return routes.map((route) => [
    route,
    ...kinds.map((kind) => {
      const row = rows.find((one) => one.route === route && one.kind === kind);
      return row ? `${row.most} of ${row.allowed}` : "–";
    }),
    overBudget(rows.filter((row) => row.route === route)).length > 0 ? "too many" : "within",
  ]);
}

export const callHead = ["most calls of a request", ...kinds.map((kind) => words[kind]), ""] as const;
