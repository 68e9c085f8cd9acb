import type { Duration } from "../telemetry/derive/windows.ts";
import type { SloId } from "../telemetry/slo.ts";

/** A series that Prometheus computes and keeps. */
export type RecordingRule = {
  readonly record: string;
  readonly expr: string;
  readonly labels: Readonly<Record<string, string>>;
};

/** A condition that somebody is told about. Every annotation stands here, or on-call has to guess. */
export type AlertRule = {
  /** The page of the same name in alerts/runbooks says what to do. */
  readonly alert: string;
  readonly expr: string;
  readonly for?: Duration;
  readonly labels: {
    readonly severity: "page" | "ticket" | "watchdog";
    readonly owner: string;
    readonly [label: string]: string;
  };
  /**
   * What this ticket follows from: while one of these fires in its environment, it says nothing new and is held back.
   * Only what makes this very thing happen: whatever else stands here would hide it, perhaps for weeks.
   * Promises have none: nothing but their own page ever holds back their ticket, and nothing a page.
   */
  readonly follows?: {
    readonly causes: readonly AlertRule[];
    /** Promises whose page says the same, and more. */
    readonly pagesOf?: readonly SloId[];
  };
  readonly annotations: {
    readonly summary: string;
    readonly impact: string;
    readonly runbook: string;
    readonly dashboard: string;
    /** TraceQL that finds the culprits. */
    readonly traces?: string;
    /** What is left of the error budget, as a template of Prometheus. */
    readonly budget?: string;
  };
};

/** Rules that are evaluated together, in this order, on the same instant. */
export type RuleGroup = {
  readonly name: string;
  readonly interval: Duration;
  readonly rules: readonly (RecordingRule | AlertRule)[];
};
