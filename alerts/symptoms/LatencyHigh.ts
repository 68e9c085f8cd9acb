import { environment } from "../../telemetry/derive/series.ts";
import { slowSeconds } from "../../telemetry/metrics.ts";
import type { AlertRule } from "../rule.ts";
import { databaseErrors } from "./DatabaseErrors.ts";
import { databaseSlow } from "./DatabaseSlow.ts";
import { durableObjectErrors } from "./DurableObjectErrors.ts";
import { slowTwentieth } from "./ratio.ts";

/** One request in twenty is slower than the promise of a hundred: it will not hold. */
export const latencyHigh: AlertRule = {
  alert: "LatencyHigh",
  expr: slowTwentieth({ metric: "http.server.request.duration", valid: [] }, slowSeconds, 20),
  for: "5m",
  labels: { severity: "ticket", owner: "platform" },
  follows: { causes: [databaseErrors, databaseSlow, durableObjectErrors], pagesOf: ["api-latency"] },
  annotations: {
    summary: `The slowest twentieth of requests in {{ $labels.${environment} }} takes longer than {{ $value | humanizeDuration }}.`,
    impact: "Pages load slowly; people repeat what they did.",
    runbook: "alerts/runbooks/LatencyHigh.md",
    dashboard: "/d/frontdesk-api-overview",
  },
};
