import type { attributes } from "../../telemetry/attributes.ts";
import { own } from "../../telemetry/derive/series.ts";

const value = "traces" satisfies (typeof attributes)["frontdesk.signal"]["values"][number];
const ofSpans = [{ label: "frontdesk.signal", op: "is" as const, value }];

/** Sums over spans that the Worker gave up, and over those whose end it does not know. */
export const lostSpans = {
  dropped: `sum(${own("frontdesk.telemetry.dropped", "", ofSpans)})`,
  uncertain: `sum(${own("frontdesk.telemetry.uncertain", "", ofSpans)})`,
} as const;
