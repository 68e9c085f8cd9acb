import type { Duration } from "../telemetry/derive/windows.ts";

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
    /**
     * `cause`: a part that fails; while it fires, tickets of `symptom`s in its environment say nothing new and are held back.
     * Promises have neither: nothing but their own page ever holds back their ticket, and nothing their page.
     */
    readonly role?: "cause" | "symptom";
    readonly [label: string]: string;
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
