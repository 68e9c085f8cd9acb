import type { Faults } from "../faults.ts";
import { faultKinds } from "./kinds.ts";

/** The section of `docs/performance.md`. */
export function faultsText({ results, memoryMiB, twice, ...load }: Faults): string {
  const rows = results.map(({ fault, p95Ratio, clients, taken, uncertain, dropped }) => {
    const { value, low, high } = p95Ratio;
    const interval = `${value.toFixed(3)} (${low.toFixed(3)} to ${high.toFixed(3)})`;
    const error = `${(((taken - clients) / clients) * 100).toFixed(1)} %`;
    return `| ${faultKinds[fault]} | ${interval} | ${clients} | ${taken} (${error}) | ${uncertain} | ${dropped} |`;
  });
  return `Two workerd processes serve the same ${load.requestsPerSecond} requests a second at once, each with a collector of its own; one of the two is in trouble, in turn.
The ratio is of the p95 of both in the same second, its median over ${load.secondsPerFault} seconds.
After each fault the collector is healthy again, and sent + dropped + uncertain = ended is checked; the figures are what was counted then.

| The collector | p95 of the API, healthy = 1 | requests answered | counted by the SLI | spans uncertain | spans dropped |
|---|---|---|---|---|---|
${rows.join("\n")}

Resident memory of workerd: ${memoryMiB.atFirst.toFixed(0)} MiB after warm-up, ${memoryMiB.most.toFixed(0)} MiB at most.
Spans that a collector took twice: ${twice}.`;
}
