import type { Curve, Verified } from "./verify.ts";

const [width, height, left, top, bottom] = [860, 380, 60, 30, 330];
const right = width - 270;
const most = 5;
const x = (share: number) => left + (share / most) * (right - left);
const y = (chance: number) => bottom - chance * (bottom - top);
const colours = ["a", "b", "c", "d"];

/** The chance of pass (solid) and of fail (dashed) by the true share of bad requests. Readable on light and dark. */
export function plotPower({ curves, runsOfCurve }: Verified): string {
  const path = ({ points }: Curve, verdict: "pass" | "fail") =>
    points
      .map(
        ({ share, counts }, i) =>
          `${i === 0 ? "M" : "L"}${x(share).toFixed(1)} ${y(counts[verdict] / runsOfCurve).toFixed(1)}`,
      )
      .join("");
  const lines = curves.map(
    (curve, i) =>
      `<path d="${path(curve, "pass")}" class="line ${colours[i]}"/><path d="${path(curve, "fail")}" class="line dashed ${colours[i]}"/>`,
  );
  const legend = curves.map(
    ({ says }, i) =>
      `<line x1="${right + 15}" x2="${right + 40}" y1="${top + 20 + i * 22}" y2="${top + 20 + i * 22}" class="line ${colours[i]}"/><text x="${right + 46}" y="${top + 24 + i * 22}">${says}</text>`,
  );
  const rulers = [0, 0.05, 0.25, 0.5, 0.75, 1].map(
    (chance) =>
      `<line x1="${left}" x2="${right}" y1="${y(chance)}" y2="${y(chance)}" class="grid"/><text x="${left - 8}" y="${y(chance) + 4}" text-anchor="end">${chance * 100} %</text>`,
  );
  const ticks = [0, 1, 2, 3, 4, 5].map(
    (share) =>
      `<line x1="${x(share)}" x2="${x(share)}" y1="${top}" y2="${bottom}" class="${share === 1 ? "mark" : "grid"}"/><text x="${x(share)}" y="${bottom + 18}" text-anchor="middle">${share}×</text>`,
  );
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img" aria-label="chance of pass and fail by the true share of bad requests">
<style>
text { font: 12px system-ui, sans-serif; fill: #1f2328; }
.grid { stroke: #d0d7de; } .mark { stroke: #1f2328; stroke-width: 1.5; }
.line { fill: none; stroke-width: 2; } .dashed { stroke-dasharray: 6 4; }
.a { stroke: #2266bb; } .b { stroke: #1a7f5a; } .c { stroke: #c0392b; } .d { stroke: #8250df; }
@media (prefers-color-scheme: dark) {
text { fill: #e6edf3; } .grid { stroke: #3d444d; } .mark { stroke: #e6edf3; }
.a { stroke: #79b8ff; } .b { stroke: #3fb98a; } .c { stroke: #ff8d84; } .d { stroke: #d2a8ff; }
}
</style>
${rulers.join("\n")}
${ticks.join("\n")}
${lines.join("\n")}
${legend.join("\n")}
<text x="${right + 15}" y="${top + 130}">solid: pass, dashed: fail</text>
<text x="${(left + right) / 2}" y="${height - 8}" text-anchor="middle">true share of bad requests, in units of what is allowed</text>
</svg>
`;
}
