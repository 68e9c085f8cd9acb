import type { SpanRecord } from "../../../telemetry/kit/records.ts";
import { inScope } from "./scope.ts";
import { keyOfSpan } from "./span-key.ts";

/** One kind of call: how often the platform was called, and how many spans say so. */
export type Difference = { readonly what: string; readonly calls: number; readonly spans: number };

type Balance = { calls: number; spans: number };

// On the global object, because files that share a workerd may each load this module.
const place = globalThis as {
  frontdeskLedger?: { balances: Map<string, Balance>; methods: Map<string, number> };
};
const ledger = place.frontdeskLedger ?? {
  balances: new Map<string, Balance>(),
  methods: new Map<string, number>(),
};
place.frontdeskLedger = ledger;

function balanceOf(what: string): Balance {
  const known = ledger.balances.get(what) ?? { calls: 0, spans: 0 };
  ledger.balances.set(what, known);
  return known;
}

/**
 * Books a call that reached the platform from inside the Worker.
 *
 * @param what    what its span can tell: binding and operation
 * @param method  the method that was called, where several look alike in a span
 */
export function bookCall(what: string, method = what): void {
  balanceOf(what).calls++;
  ledger.methods.set(method, (ledger.methods.get(method) ?? 0) + 1);
}

/** Books a span that ended inside the Worker; what a test does with the kit by itself is not compared. */
export function bookSpan(span: SpanRecord): void {
  if (!inScope()) return;
  const what = keyOfSpan(span);
  if (what !== undefined) balanceOf(what).spans++;
}

/** Calls without a span, and spans without a call. */
export const differences = (): Difference[] =>
  [...ledger.balances]
    .filter(([, { calls, spans }]) => calls !== spans)
    .map(([what, { calls, spans }]) => ({ what, calls, spans }));

/** Calls by method since the ledger was opened. */
export const callsByMethod = (): Readonly<Record<string, number>> =>
  Object.fromEntries([...ledger.methods].sort(([a], [b]) => a.localeCompare(b)));

/** Forgets what does not balance, so that one hole is reported once. */
export function strike(): void {
  for (const { what } of differences()) ledger.balances.delete(what);
}

/** Differences that remain when everything that is under way has had time to end. */
export async function settledDifferences(withinMs = 3_000): Promise<Difference[]> {
  for (const until = Date.now() + withinMs; ; ) {
    const found = differences();
    if (found.length === 0 || Date.now() > until) return found;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
