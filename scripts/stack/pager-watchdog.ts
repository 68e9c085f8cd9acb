import type { Notification } from "./pager-notification.ts";

/** What the pager knows of the alert that always fires. */
export type WatchdogState = {
  /** RFC 3339; null before the first sign. */
  readonly lastHeard: string | null;
  readonly isMissing: boolean;
};

/** A notification that the pager makes itself, before it has an id. */
export type OwnPage = Omit<Notification, "id">;

/** Longer than this between two looks: the machine slept, and nobody could have sent a sign. */
const sleptMs = 60_000;

/**
 * Waits for the watchdog and pages when it stays away: then no other alert would arrive either.
 * The first sign may take as long as any other, counted from the start.
 */
export class WatchdogWait {
  readonly #patienceMs: number;
  #lastHeardMs: number | undefined;
  #waitsSinceMs: number;
  #lastLookMs: number;
  #missingSince: string | undefined;

  /** @param patienceMs  how long a sign may stay away; 0: for ever */
  constructor(patienceMs: number, nowMs: number) {
    this.#patienceMs = patienceMs;
    this.#waitsSinceMs = nowMs;
    this.#lastLookMs = nowMs;
  }

  get state(): WatchdogState {
    return {
      lastHeard: this.#lastHeardMs === undefined ? null : new Date(this.#lastHeardMs).toISOString(),
      isMissing: this.#missingSince !== undefined,
    };
  }

  /** A sign arrived. @returns the end of the page, if one was open */
  heard(nowMs: number): OwnPage | undefined {
    this.#lastHeardMs = nowMs;
    this.#waitsSinceMs = nowMs;
    this.#lastLookMs = nowMs;
    const since = this.#missingSince;
    this.#missingSince = undefined;
    return since === undefined ? undefined : page("resolved", since, nowMs, this.#patienceMs);
  }

  /** Alertmanager says that the watchdog has ended: Prometheus sends it no more. @returns a page, unless one is open */
  ended(nowMs: number): OwnPage | undefined {
    this.#lastLookMs = nowMs;
    this.#waitsSinceMs = nowMs - this.#patienceMs;
    return this.look(nowMs);
  }

  /** To be called every few seconds. @returns a page, once, when the watchdog has stayed away for too long */
  look(nowMs: number): OwnPage | undefined {
    if (nowMs - this.#lastLookMs > sleptMs) this.#waitsSinceMs = nowMs;
    this.#lastLookMs = nowMs;
    const isLate = nowMs - this.#waitsSinceMs >= this.#patienceMs;
    if (this.#patienceMs === 0 || !isLate || this.#missingSince !== undefined) return undefined;
    this.#missingSince = new Date(nowMs).toISOString();
    return page("firing", this.#missingSince, nowMs, this.#patienceMs);
  }
}

/** A notification that holds nothing but a sign of life. */
export const isSign = ({ alerts }: Pick<Notification, "alerts">): boolean =>
  alerts.every(({ labels }) => labels.severity === "watchdog");

function page(status: "firing" | "resolved", since: string, nowMs: number, patienceMs: number): OwnPage {
  const now = new Date(nowMs).toISOString();
  const labels = {
    alertname: "WatchdogMissing",
    severity: "page",
    owner: "platform",
    service: "frontdesk",
  };
  const annotations = {
    summary: `The watchdog has not been heard for ${Math.round(patienceMs / 1_000)} s: Prometheus or Alertmanager is down, or the way from there to here.`,
    impact: "No other alert would arrive.",
    runbook: "alerts/runbooks/Watchdog.md",
  };
  return {
    receivedAt: now,
    status,
    receiver: "pager",
    groupKey: "pager:watchdog-missing",
    groupLabels: { alertname: labels.alertname },
    commonLabels: labels,
    commonAnnotations: annotations,
    externalURL: "",
    truncatedAlerts: 0,
    alerts: [
      {
        ...{ status, labels, annotations, startsAt: since },
        ...{ endsAt: status === "resolved" ? now : "0001-01-01T00:00:00Z" },
        ...{ generatorURL: "", fingerprint: "pager-watchdog-missing" },
      },
    ],
  };
}
