import type { Capacity } from "./report.ts";

const width = 860;
const height = 360;
const box = { left: 60, right: 800, top: 30, bottom: 310 } as const;

const signs = { found: "", "at least": "≥ ", "at most": "≤ " } as const;

/** Throughput and p95 against the load that was asked for, with the fitted curve and the knee. Readable on light and dark. */
export function plotCapacity({ levels, knee }: Capacity): string {
  const most = Math.max(...levels.map(({ offered }) => offered)) * 1.05;
  const slowest = Math.max(knee.idleMs * 12, ...levels.map(({ p95Ms }) => Math.min(p95Ms, knee.idleMs * 40)));
  const x = (rate: number) => box.left + (rate / most) * (box.right - box.left);
  const yRate = (rate: number) => box.bottom - (rate / most) * (box.bottom - box.top);
  const yMs = (ms: number) => box.bottom - (Math.min(ms, slowest) / slowest) * (box.bottom - box.top);
  const path = (points: readonly (readonly [number, number])[]) =>
    points.map(([px, py], at) => `${at === 0 ? "M" : "L"}${px.toFixed(1)} ${py.toFixed(1)}`).join(" ");
  // Its words stay within the plot.
  const isRight = knee.knee > most * 0.8;
  const fit = Array.from({ length: 100 }, (_, at) => (at / 100) * Math.min(most, knee.saturation)).map(
    (rate) => [x(rate), yMs(knee.idleMs / (1 - rate / knee.saturation))] as const,
  );
  const marks = levels
    .map(
      ({ offered, answered, p95Ms }) =>
        `<circle cx="${x(offered).toFixed(1)}" cy="${yRate(answered).toFixed(1)}" r="4" class="rate"/>
<rect x="${(x(offered) - 4).toFixed(1)}" y="${(yMs(p95Ms) - 4).toFixed(1)}" width="8" height="8" class="ms"/>`,
    )
    .join("\n");
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img" aria-label="Throughput and p95 against load">
<style>
text { font: 12px system-ui, sans-serif; fill: #1f2328; }
.axis, .asked { stroke: #8c959f; fill: none; } .asked { stroke-dasharray: 4 4; }
.rate { fill: #1a7f5a; } .ms { fill: #bc4c00; } .fit { stroke: #bc4c00; fill: none; } .knee { stroke: #1f2328; stroke-dasharray: 2 3; }
@media (prefers-color-scheme: dark) { text { fill: #e6edf3; } .knee { stroke: #e6edf3; } }
</style>
<path class="axis" d="M${box.left} ${box.top} V${box.bottom} H${box.right} V${box.top}"/>
<path class="asked" d="${path([
    [x(0), yRate(0)],
    [x(most), yRate(most)],
  ])}"/>
<path class="fit" d="${path(fit)}"/>
<path class="knee" d="M${x(knee.knee).toFixed(1)} ${box.top} V${box.bottom}"/>
${marks}
<text x="${box.left}" y="18">● answered, requests/s (left, to ${most.toFixed(0)})</text>
<text x="${box.right}" y="18" text-anchor="end">■ p95, ms (right, to ${slowest.toFixed(0)})</text>
<text x="${(x(knee.knee) + (isRight ? -6 : 6)).toFixed(1)}" y="${box.top + 14}"${isRight ? ' text-anchor="end"' : ""}>knee ${signs[knee.kneeIs]}${knee.knee.toFixed(0)}/s</text>
<text x="${(box.left + box.right) / 2}" y="${box.bottom + 30}" text-anchor="middle">requests/s asked, 0 to ${most.toFixed(0)}</text>
</svg>
`;
}
