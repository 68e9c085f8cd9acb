import type { DrawnSpan } from "./trace.ts";

/** A trace and what it is called in the picture; every group has its own time axis. */
export type Group = { readonly title: string; readonly spans: readonly DrawnSpan[] };

const width = 1080;
const rowHeight = 24;
const labelWidth = 400;
const barLeft = labelWidth + 20;
const barWidth = width - barLeft - 90;
const colours = {
  server: "#4c8dff",
  client: "#8a6df0",
  producer: "#e09a2d",
  consumer: "#2fa86e",
  internal: "#7d8794",
  failed: "#e5484d",
} as const;

/** Draws traces as one waterfall picture: SVG text, readable on light and dark pages. */
export function traceSvg(groups: readonly Group[]): string {
  const parts: string[] = [];
  let y = 20;
  for (const { title, spans } of groups) {
    parts.push(`<text x="20" y="${y + 16}" class="title">${escapeText(title)}</text>`);
    y += 34;
    const totalMs = Math.max(...spans.map((span) => span.startMs + span.durationMs), 0.001);
    for (const span of spans) {
      parts.push(row(span, y, totalMs));
      y += rowHeight;
    }
    y += 16;
  }
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${y + 34}" viewBox="0 0 ${width} ${y + 34}" role="img" aria-label="A booking as traces">`,
    `<style>text{font:13px ui-monospace,Menlo,Consolas,"DejaVu Sans Mono",monospace;fill:#dfe5ee}.title{font-weight:600;font-size:15px;fill:#fff}.time{fill:#9aa7b8;font-size:12px}</style>`,
    `<rect width="100%" height="100%" rx="10" fill="#12161d"/>`,
    ...parts,
    legend(y + 14),
    "</svg>\n",
  ].join("\n");
}

function row(span: DrawnSpan, y: number, totalMs: number): string {
  const x = barLeft + (span.startMs / totalMs) * barWidth;
  const length = Math.max((span.durationMs / totalMs) * barWidth, 3);
  const colour = span.failed ? colours.failed : colours[span.kind];
  const indent = 20 + span.depth * 16;
  const room = Math.floor((labelWidth - indent) / 7.9);
  const name = span.name.length > room ? `${span.name.slice(0, room - 1)}…` : span.name;
  return [
    `<text x="${indent}" y="${y + 14}">${escapeText(name)}</text>`,
    `<rect x="${x.toFixed(1)}" y="${y + 3}" width="${length.toFixed(1)}" height="${rowHeight - 9}" rx="3" fill="${colour}"/>`,
    `<text x="${(x + length + 6).toFixed(1)}" y="${y + 14}" class="time">${span.durationMs.toFixed(span.durationMs < 10 ? 1 : 0)} ms</text>`,
  ].join("");
}

function legend(y: number): string {
  return Object.entries(colours)
    .map(([name, colour], index) => {
      const x = 20 + index * 110;
      return `<rect x="${x}" y="${y - 9}" width="10" height="10" rx="2" fill="${colour}"/><text x="${x + 16}" y="${y}" class="time">${name}</text>`;
    })
    .join("");
}

const escapeText = (text: string) => text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");
