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
const heights = { values: 4, lines: 9, bars: 9, table: 9, traces: 9, logs: 9 } as const;

/** Panels of a row stand beside each other, equally wide and as high as the highest of them. */
export const placed = ({ panels }: Dashboard["rows"][number]): readonly Placed[] => {
  const height = Math.max(...panels.map(({ kind }) => heights[kind]));
  const width = Math.floor(columns / panels.length);
  return panels.map((panel, i) => ({ key: keyOf(panel), panel, x: i * width, y: 0, width, height }));
};

const keyOf = ({ title }: Panel) =>
  title
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-|-$/g, "");
