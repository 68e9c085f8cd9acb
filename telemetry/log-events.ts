import type { AttributeName } from "./attributes.ts";

/** Parts of the system that write records: features, and what all of them stand on. */
export const modules = [
  "activity",
  "auth",
  "bookings",
  "configuration",
  "cron",
  "documentation",
  "events",
  "health",
  "http",
  "object",
  "queue",
  "rooms",
  "telemetry",
  "tenants",
  "worker",
] as const;
export type Module = (typeof modules)[number];

type Severity = "debug" | "info" | "warn" | "error";

/** The registry of log records by event name: what is not here does not compile. */
type LogEvent = {
  readonly severities: readonly [Severity, ...Severity[]];
  /** Who writes it; whichever part it happens in, when absent. */
  readonly module?: Module;
  /** What it may carry, next to `everyRecord`. */
  readonly fields: readonly AttributeName[];
};

const exception = ["error.type", "exception.type", "exception.message", "exception.stacktrace"] as const;
const failedTask = { severities: ["error"], module: "cron", fields: [] } as const;

export const logEvents = {
  "http.request": {
    severities: ["info", "error"],
    fields: [
      "http.route",
      "http.response.status_code",
      "frontdesk.duration",
      "frontdesk.problem.code",
      "error.type",
    ],
  },
  "http.server.request.exception": { severities: ["error"], fields: exception },
  exception: { severities: ["error"], fields: [...exception, "frontdesk.attempt.id", "frontdesk.room.id"] },
  "calendar.repaired": {
    severities: ["info"],
    module: "bookings",
    fields: ["frontdesk.attempt.id", "frontdesk.room.id", "frontdesk.outcome"],
  },
  "cron.relay.failed": failedTask,
  "cron.repair.failed": failedTask,
  "cron.measure.failed": failedTask,
  "cron.forget_answers.failed": failedTask,
  "cron.forget_events.failed": failedTask,
  "cron.sweep.failed": failedTask,
  configuration: { severities: ["warn"], module: "configuration", fields: [] },
  "telemetry.lost": { severities: ["warn"], module: "telemetry", fields: [] },
  "telemetry.warned": { severities: ["warn"], module: "telemetry", fields: [] },
  "telemetry.suppressed": { severities: ["warn"], module: "telemetry", fields: [] },
  "telemetry.refused": { severities: ["warn"], module: "telemetry", fields: [] },
  "telemetry.unconfigured": { severities: ["warn"], module: "telemetry", fields: [] },
} as const satisfies Record<string, LogEvent>;

export type LogEventName = keyof typeof logEvents;

/** What any record may carry: its own name, its module, and who asked for the invocation. */
export const everyRecord = [
  "event.name",
  "frontdesk.module",
  "frontdesk.request.id",
  "frontdesk.correlation.id",
  "frontdesk.tenant.id",
] as const satisfies readonly AttributeName[];
