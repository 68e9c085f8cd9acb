import type { Dashboard, Panel } from "../panels.ts";

/** A panel and its place in its own row, in columns of 24 and units of Grafana's grid. */
export type Placed = {
  /** Stable within its dashboard: made of the title. */
  readonly key: string;
  readonly panel: Panel;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
};

const columns = 24;
/** Lines have room for a legend of some rows below them. */
const heights = { values: 5, lines: 9, bars: 9, table: 9, traces: 9, logs: 9 } as const;

/** Panels of a row stand beside each other, as high as the highest of them, and fill it: what does not divide evenly goes to the first. */
export const placed = ({ panels }: Dashboard["rows"][number]): readonly Placed[] => {
  const height = Math.max(...panels.map(({ kind }) => heights[kind]));
  const edge = (i: number) => Math.ceil((i * columns) / panels.length);
  return panels.map((panel, i) => ({
    ...{ key: keyOf(panel), panel, height },
    ...{ x: edge(i), y: 0, width: edge(i + 1) - edge(i) },
  }));
};

const keyOf = ({ title }: Panel) =>
  title
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-|-$/g, "");
