import type { DashboardEntry } from "../ask/content.ts";

/** The overview first, then as a person asks: promises, product, its parts, the telemetry itself, the load. */
const words = ["overview", "slo", "booking", "dependenc", "event", "telemetry", "load"];

export function inOrder(entries: readonly DashboardEntry[]): readonly DashboardEntry[] {
  const rank = ({ uid }: DashboardEntry) => {
    const found = words.findIndex((word) => uid.includes(word));
    return found < 0 ? words.length : found;
  };
  return entries.toSorted((a, b) => rank(a) - rank(b) || a.title.localeCompare(b.title));
}
