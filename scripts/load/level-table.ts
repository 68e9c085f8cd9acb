import type { Level } from "./levels.ts";
import { shownMs, shownSeconds } from "./words.ts";

export const levelHead = ["level, visits/s", "from", "requests", "errors", "p99 ms", ""] as const;

export const levelCells = (levels: readonly Level[]): string[][] =>
  levels.map(({ rate, fromSecond, requests, errors, p99Ms, verdict, broken }) => [
    ...[String(rate), shownSeconds(fromSecond), String(requests), String(errors), shownMs(p99Ms)],
    verdict === "fail" ? `fail: ${broken.join(", ")}` : verdict === "pass" ? "pass" : "no failure shown",
  ]);

/** Where it broke first, as far as the run can tell. */
export function whereItBroke(levels: readonly Level[]): string {
  const broke = levels.find(({ verdict }) => verdict === "fail");
  return broke
    ? `it broke at ${broke.rate} visits/s`
    : `it did not surely break up to ${Math.max(...levels.map(({ rate }) => rate))} visits/s`;
}
