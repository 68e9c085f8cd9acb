import { escaped } from "./escaped.ts";
import type { LoadResult } from "./result.ts";
import { shownMs, shownSeconds } from "./words.ts";

// Plain SVG, coloured by the page's classes. Logarithmic where values span decades.

const width = 860;
const left = 70;
const right = 40;
const inner = width - left - right;

type Scale = { readonly at: (value: number) => number; readonly ticks: readonly number[] };

const figure = (height: number, label: string, body: string) =>
  `<svg viewBox="0 0 ${width} ${height}" role="img" aria-label="${escaped(label)}">${body}</svg>`;

function logScale(low: number, high: number, from: number, to: number): Scale {
  const [a, b] = [
    Math.floor(Math.log10(low)),
    Math.max(Math.floor(Math.log10(low)) + 1, Math.ceil(Math.log10(high))),
  ];
  const at = (value: number) =>
    from + ((Math.log10(Math.min(10 ** b, Math.max(10 ** a, value))) - a) / (b - a)) * (to - from);
  return { at, ticks: Array.from({ length: b - a + 1 }, (_, i) => 10 ** (a + i)) };
}

function linearScale(high: number, from: number, to: number): Scale {
  const rough = Math.max(high, 1) / 4;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = Math.max(1, ([1, 2, 5, 10].find((m) => m * power >= rough) ?? 10) * power);
  const top = Math.ceil(Math.max(high, 1) / step) * step;
  return {
    at: (value) => from + (value / top) * (to - from),
    ticks: Array.from({ length: Math.round(top / step) + 1 }, (_, i) => i * step),
  };
}

const line = (x1: number, y1: number, x2: number, y2: number, cls: string) =>
  `<line x1="${x1.toFixed(1)}" y1="${y1.toFixed(1)}" x2="${x2.toFixed(1)}" y2="${y2.toFixed(1)}" class="${cls}"/>`;
/** A power of ten; the margin has no room for more digits. */
const tickMs = (ms: number) => (ms >= 1_000 ? `${ms / 1_000} s` : `${shownMs(ms)} ms`);

const label = (x: number, y: number, anchor: "start" | "middle" | "end", text: string, cls = "") =>
  `<text x="${x.toFixed(1)}" y="${y.toFixed(1)}" text-anchor="${anchor}" class="${cls}">${escaped(text)}</text>`;
const box = (x: number, y: number, w: number, h: number, cls: string) =>
  `<rect x="${x.toFixed(1)}" y="${y.toFixed(1)}" width="${Math.max(0, w).toFixed(1)}" height="${Math.max(0, h).toFixed(1)}" class="${cls}"/>`;

/** Where the true share of bad requests of each promise lies, in units of what is allowed. */
export function verdictChart({ promises, judges }: LoadResult): string {
  const names = 220;
  const highest = Math.max(...promises.map(({ judged }) => judged.ratio.high / judged.allowed));
  const x = logScale(0.01, Math.max(10, highest), names, width - right);
  const rowHeight = 30;
  const height = promises.length * rowHeight + 40;
  const rows = promises.map(({ title, judged }, row) => {
    const y = row * rowHeight + 10;
    const [low, high] = [judged.ratio.low / judged.allowed, judged.ratio.high / judged.allowed];
    const cls =
      judged.verdict === "pass" ? "pass-fill" : judged.verdict === "fail" ? "fail-fill" : "open-fill";
    const value =
      judged.valid === 0
        ? ""
        : line(
            x.at(judged.ratio.value / judged.allowed),
            y - 1,
            x.at(judged.ratio.value / judged.allowed),
            y + 17,
            "whisker",
          );
    return `${label(names - 10, y + 12, "end", title)}${judged.valid === 0 ? label(names + 5, y + 12, "start", "no data", "soft") : box(x.at(low), y, Math.max(3, x.at(high) - x.at(low)), 16, cls)}${value}`;
  });
  const bottom = promises.length * rowHeight + 6;
  const axis = x.ticks.map(
    (tick) =>
      `${line(x.at(tick), 4, x.at(tick), bottom, tick === 1 ? "mark" : "grid")}${label(x.at(tick), bottom + 16, "middle", tick === 1 ? "allowed" : `${tick}×`, "soft")}`,
  );
  return figure(
    height,
    `share of bad requests against what is allowed, ${judges}`,
    [...axis, ...rows].join(""),
  );
}

/** The same as a file of its own, readable on light and dark. */
export const verdictPicture = (result: LoadResult): string =>
  `${verdictChart(result).replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ').replace(">", `>${pictureStyle}`)}\n`;

const pictureStyle = `<style>
text{font:12px system-ui,sans-serif;fill:#1f2328}.soft{fill:#656d76}.grid{stroke:#d0d7de}.mark{stroke:#1f2328;stroke-width:2}.whisker{stroke:#1f2328;stroke-width:1.5}
.pass-fill{fill:#1a7f5a}.fail-fill{fill:#c0392b}.open-fill{fill:#bf8700}
@media(prefers-color-scheme:dark){text{fill:#e6edf3}.soft{fill:#9198a1}.grid{stroke:#3d444d}.mark,.whisker{stroke:#e6edf3}.pass-fill{fill:#3fb98a}.fail-fill{fill:#ff8d84}.open-fill{fill:#e3b341}}
</style>`;

const plotHeight = 230;
const base = plotHeight - 30;

const timeSteps = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 14_400, 43_200, 86_400];

/** At most six steps of a length that a clock has. */
function timeAxis({ overTime }: LoadResult, points: number): string {
  const whole = points * overTime.stepSeconds;
  const step = timeSteps.find((seconds) => whole / seconds <= 6) ?? Math.ceil(whole / 6);
  return Array.from({ length: Math.floor(whole / step) + 1 }, (_, i) => i * step)
    .map((second) =>
      label(
        left + (second / whole) * inner,
        base + 18,
        second === 0 ? "start" : second === whole ? "end" : "middle",
        shownSeconds(second),
        "soft",
      ),
    )
    .join("");
}

const rulers = (scale: Scale, words: (value: number) => string) =>
  scale.ticks
    .map(
      (tick) =>
        `${line(left, scale.at(tick), width - right, scale.at(tick), "grid")}${label(left - 8, scale.at(tick) + 4, "end", words(tick), "soft")}`,
    )
    .join("");

/** p50 and p99 of each part of the run. */
export function latencyChart(result: LoadResult): string {
  const { p50, p99 } = result.overTime;
  const values = [...p50, ...p99].filter((value): value is number => value !== null && value > 0);
  if (values.length === 0) return "";
  const y = logScale(Math.min(...values), Math.max(...values), base, 14);
  const path = (series: readonly (number | null)[], cls: string) => {
    let isPen = false;
    const steps = series.map((value, i) => {
      if (value === null) {
        isPen = false;
        return "";
      }
      // A part between empty ones is a dash.
      const isAlone = !isPen && (series[i + 1] ?? null) === null;
      const step = `${isPen ? "L" : "M"}${(left + ((i + 0.5) / series.length) * inner).toFixed(1)} ${y.at(value).toFixed(1)}${isAlone ? "m-3 0h6" : ""}`;
      isPen = true;
      return step;
    });
    return `<path d="${steps.join("")}" class="${cls}"/>`;
  };
  const legend = `${line(width - 150, 8, width - 130, 8, "one")}${label(width - 125, 12, "start", "p50")}${line(width - 80, 8, width - 60, 8, "two")}${label(width - 55, 12, "start", "p99")}`;
  return figure(
    plotHeight,
    "p50 and p99 over time",
    `${rulers(y, tickMs)}${timeAxis(result, p50.length)}${path(p50, "one")}${path(p99, "two")}${legend}`,
  );
}

/** Requests of each part of the run, the failed ones below. */
export function errorsChart(result: LoadResult): string {
  const { requests, errors } = result.overTime;
  const y = linearScale(Math.max(...requests), base, 14);
  const step = inner / requests.length;
  const bars = requests.map((count, i) => {
    const failed = errors[i] ?? 0;
    const x = left + i * step;
    const all = box(x, y.at(count), step - Math.min(1, step / 4), base - y.at(count), "bar");
    // A single failure among hundreds must still be seen.
    const bad =
      failed === 0
        ? ""
        : box(
            x,
            Math.min(y.at(failed), base - 3),
            step - Math.min(1, step / 4),
            Math.max(3, base - y.at(failed)),
            "bad",
          );
    return all + bad;
  });
  return figure(
    plotHeight,
    "requests and errors over time",
    `${rulers(y, String)}${timeAxis(result, requests.length)}${bars.join("")}${label(width - right, 10, "end", `each bar ${result.overTime.stepSeconds} s; failed in red`, "soft")}`,
  );
}

/** How many requests took how long. */
export function distributionChart({ distribution: { edgesMs, counts } }: LoadResult): string {
  const first = counts.findIndex((count) => count > 0);
  if (first === -1) return "";
  const last = counts.findLastIndex((count) => count > 0);
  const [from, until] = [Math.max(0, first - 1), Math.min(edgesMs.length - 1, last + 1)];
  const shown = counts.slice(from, until + 1);
  const y = linearScale(Math.max(...shown), base, 14);
  const step = inner / shown.length;
  const bars = shown.map((count, i) =>
    box(left + i * step, y.at(count), step - 1, base - y.at(count), "bar"),
  );
  const every = Math.ceil(shown.length / 9);
  const names = shown.flatMap((_, i) =>
    i % every === 0
      ? [label(left + i * step, base + 18, "middle", `${shownMs(edgesMs[from + i - 1] ?? 0)}`, "soft")]
      : [],
  );
  return figure(
    plotHeight,
    "distribution of latency",
    `${rulers(y, String)}${bars.join("")}${names.join("")}${label(width - right, 10, "end", "milliseconds, each bar a fifth wider", "soft")}`,
  );
}

/** p50 to p99 of each route, with the interval of p99. */
export function routesChart({ routes }: LoadResult): string {
  const shown = routes.filter(({ p99 }) => p99 !== undefined);
  if (shown.length === 0) return "";
  const finite = shown.flatMap(({ p50, p99 }) =>
    [p50?.low, p99?.high, p50?.value, p99?.value].filter(
      (ms): ms is number => ms !== undefined && Number.isFinite(ms) && ms > 0,
    ),
  );
  const names = 300;
  const x = logScale(Math.min(...finite), Math.max(...finite), names, width - right);
  const rows = shown.map(({ route, p50, p95, p99 }, row) => {
    const y = row * 28 + 10;
    const [a, b, c] = [p50?.value ?? 0, p95?.value ?? 0, p99?.value ?? 0];
    const bar = box(x.at(a), y + 3, x.at(c) - x.at(a), 10, "bar");
    const whisker = line(x.at(p99?.low ?? c), y + 8, x.at(p99?.high ?? c), y + 8, "whisker");
    return `${label(names - 10, y + 12, "end", route)}${bar}${line(x.at(b), y + 1, x.at(b), y + 15, "whisker")}${whisker}`;
  });
  const bottom = shown.length * 28 + 8;
  const axis = x.ticks.map(
    (tick) =>
      `${line(x.at(tick), 4, x.at(tick), bottom, "grid")}${label(x.at(tick), bottom + 16, "middle", tickMs(tick), "soft")}`,
  );
  return figure(bottom + 26, "p50, p95 and p99 by route", [...axis, ...rows].join(""));
}
