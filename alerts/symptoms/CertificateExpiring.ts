import { byEnvironment, environment, own } from "../../telemetry/derive/series.ts";
import type { AlertRule } from "../rule.ts";

/** Renewal is automatic thirty days ahead; with two weeks left it has failed. */
export const certificateExpiring: AlertRule = {
  alert: "CertificateExpiring",
  expr: `min ${byEnvironment} (${own("frontdesk.probe.certificate.expiry", "")}) < ${14 * 86_400}`,
  labels: { severity: "ticket", owner: "platform" },
  annotations: {
    summary: `The certificate of {{ $labels.${environment} }} ends in {{ $value | humanizeDuration }}.`,
    impact: "When it ends, no browser and no client connects any more.",
    runbook: "alerts/runbooks/CertificateExpiring.md",
    dashboard: "/d/frontdesk-api-overview",
  },
};
