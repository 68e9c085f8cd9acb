import type { Measured } from "./results.ts";
import { routes } from "./routes.ts";
import { costOf } from "./summary.ts";
import { variants } from "./variants.ts";

const left = 250;
const width = 860;
const barHeight = 14;
const gap = 5;
const groupGap = 34;

type Bar = {
  readonly id: string;
  readonly value: number;
  readonly low: number;
  readonly high: number;
  readonly y: number;
};

/** Bars of what each variant adds, with their intervals; one group for a route. Readable on light and dark. */
export function plotOverhead({ overhead }: Measured): string {
  const groups = routes.map(({ id: route, title }) => ({
    title,
    bars: variants
      .filter(({ id }) => id !== "none" && overhead?.rounds[route].some((round) => id in round))
      .map(({ id }) => ({ id, ...costOf(overhead?.rounds[route] ?? [], id).added })),
  }));
  const most = Math.max(1, ...groups.flatMap(({ bars }) => bars.map(({ high }) => high)));
  const scale = (micros: number) => left + (Math.max(0, micros) / most) * (width - left - 90);
  let y = 30;
  let body = "";
  for (const { title, bars } of groups) {
    body += `<text x="10" y="${y}" class="head">${escaped(title)}</text>\n`;
    y += 10;
    for (const bar of bars) {
      body += drawBar({ ...bar, y }, scale);
      y += barHeight + gap;
    }
    y += groupGap;
  }
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${y}" role="img" aria-label="CPU time added for a request, microseconds">
${style}
${body}</svg>
`;
}

function drawBar({ id, value, low, high, y }: Bar, scale: (micros: number) => number): string {
  const middle = y + barHeight / 2;
  return `<text x="${left - 8}" y="${y + 11}" class="name">${escaped(id)}</text>
<rect x="${left}" y="${y}" width="${(scale(value) - left).toFixed(1)}" height="${barHeight}" class="${id === "direct" || id === "shell" ? "ours" : "other"}"/>
<line x1="${scale(low).toFixed(1)}" x2="${scale(high).toFixed(1)}" y1="${middle}" y2="${middle}" class="interval"/>
<text x="${(scale(high) + 6).toFixed(1)}" y="${y + 11}" class="value">+${value.toFixed(0)} µs</text>
`;
}

const style = `<style>
text { font: 12px system-ui, sans-serif; fill: #1f2328; }
.head { font-weight: 600; font-size: 13px; }
.name { text-anchor: end; }
.ours { fill: #1a7f5a; } .other { fill: #8c959f; }
.interval { stroke: #1f2328; stroke-width: 1.5; }
@media (prefers-color-scheme: dark) {
text { fill: #e6edf3; } .ours { fill: #3fb98a; } .other { fill: #6e7681; } .interval { stroke: #e6edf3; }
}
</style>`;

const escaped = (text: string) => text.replace(/[&<>]/g, (sign) => `&#${sign.charCodeAt(0)};`);
