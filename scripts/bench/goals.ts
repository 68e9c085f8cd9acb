import type { Measured } from "./results.ts";
import type { RouteId } from "./routes.ts";
import { costOf } from "./summary.ts";
import type { VariantId } from "./variants.ts";

export type Verdict = "reached" | "missed" | "not measured";
export type Goal = {
  readonly what: string;
  readonly limit: string;
  readonly found: string;
  readonly verdict: Verdict;
};

const kilobyte = 1000;
const micros: Readonly<Record<string, Partial<Record<RouteId, number>>>> = {
  direct: { plain: 16, d1: 20, object: 70 },
  shell: { plain: 64, d1: 74, object: 159 },
};
const ratios: Partial<Record<RouteId, number>> = { plain: 0.06, d1: 0.05, object: 0.12 };

/** What was to be reached, and what was. */
export function goalsOf(measured: Measured): Goal[] {
  const memory = (["direct", "shell"] as const).map((id) => retained(measured, id));
  return [...added(measured), ...toStock(measured), exported(measured), ...memory, size(measured)];
}

function added({ overhead }: Measured): Goal[] {
  return Object.entries(micros).flatMap(([id, limits]) =>
    Object.entries(limits).map(([route, limit]) => {
      const rounds = overhead?.rounds[route as RouteId] ?? [];
      const known = rounds.length > 0 && rounds.every((round) => id in round);
      const value = known ? costOf(rounds, id as VariantId).added.value : undefined;
      return goal(`\`${id}\`, ${route}: CPU time added`, limit, value, "µs");
    }),
  );
}

function toStock({ overhead }: Measured): Goal[] {
  return Object.entries(ratios).map(([route, limit]) => {
    const rounds = overhead?.rounds[route as RouteId] ?? [];
    const value = rounds.length > 0 ? costOf(rounds, "direct").ratioToStock?.value : undefined;
    return goal(`\`direct\`, ${route}: added, as a share of what the package adds`, limit, value, "");
  });
}

/** Exports are rarer the more requests there are, so the limit holds from this rate on. */
const requestsPerSecondMin = 200;

function exported({ exports }: Measured): Goal {
  const found = exports?.direct;
  const isFast = found !== undefined && found.requestsPerSecond >= requestsPerSecondMin;
  const what = `\`direct\`: exports for 1000 requests, the Worker's isolate, at ${requestsPerSecondMin} requests/s or more`;
  return goal(what, 8, isFast ? found.per1000 : undefined, "");
}

function retained({ retained: found }: Measured, id: "direct" | "shell"): Goal {
  const what = `\`${id}\`: bytes retained for a request, 95 % interval includes 0`;
  const slope = found?.[id]?.bytesPerRequest;
  if (slope === undefined) return { what, limit: "0", found: "–", verdict: "not measured" };
  const shown = `${slope.low.toFixed(0)} to ${slope.high.toFixed(0)}`;
  // Below zero nothing is retained either.
  return { what, limit: "0", found: shown, verdict: slope.low <= 0 ? "reached" : "missed" };
}

function size({ size: found }: Measured): Goal {
  const bytes = found?.direct?.addedBytes;
  const kilobytes = bytes === undefined ? undefined : bytes / kilobyte;
  return goal("`direct`: minified, over a bare Worker", 40, kilobytes, "KB");
}

function goal(what: string, limit: number, value: number | undefined, unit: string): Goal {
  const withUnit = (number: number) => `${Number(number.toPrecision(3))}${unit && ` ${unit}`}`;
  if (value === undefined)
    return { what, limit: `≤ ${withUnit(limit)}`, found: "–", verdict: "not measured" };
  const verdict = value <= limit ? "reached" : "missed";
  return { what, limit: `≤ ${withUnit(limit)}`, found: withUnit(value), verdict };
}
