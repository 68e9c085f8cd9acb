import { environment, own } from "../../telemetry/derive/series.ts";
import type { AlertRule } from "../rule.ts";
import { databaseErrors } from "./DatabaseErrors.ts";
import { durableObjectErrors } from "./DurableObjectErrors.ts";

/**
 * The journey of a user fails from outside: three steps in ten minutes, so that one lost packet is none.
 * `increase()` reads two as up to 2.2. Health has a promise of its own.
 */
export const probeFailing: AlertRule = {
  alert: "ProbeFailing",
  expr: `sum by (${environment}, frontdesk_probe_step) (increase(${own("frontdesk.probe.steps", "", [
    { label: "frontdesk.probe.step", op: "is not", value: "health" },
    { label: "error.type", op: "is not", value: "" },
  ])}[10m])) > 2.5`,
  labels: { severity: "ticket", owner: "platform" },
  follows: {
    causes: [databaseErrors, durableObjectErrors],
    pagesOf: ["deep-health", "api-availability", "booking-availability", "login-availability"],
  },
  annotations: {
    summary: `The step {{ $labels.frontdesk_probe_step }} of the probe in {{ $labels.${environment} }} failed {{ $value | humanize }} times in ten minutes.`,
    impact: "What the probe does, users do: log in, look for a room, book, cancel.",
    runbook: "alerts/runbooks/ProbeFailing.md",
    dashboard: "/d/frontdesk-api-overview",
  },
};
