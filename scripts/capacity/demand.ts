import { hours, requestsPerVisit, type Step, visits } from "../../load/day.ts";
import type { Usage } from "./prices.ts";

/** What one request of a route uses, measured. */
export type RouteUse = {
  readonly cpuMs: number;
  readonly objectRequests: number;
  /** Wall-clock seconds of objects, times the 128 MB that each is billed for. */
  readonly objectGbSeconds: number;
  readonly d1Queries: number;
  readonly d1RowsRead: number;
  readonly d1RowsWritten: number;
  /** Bytes by which the database grew. */
  readonly storedBytes: number;
  readonly queueMessages: number;
  /** Bytes of telemetry, unpacked. */
  readonly telemetryBytes: number;
};

/**
 * Rows that a step writes in the calendar of its room: entries of indexes, deletions and alarms set are billed as rows too.
 * The platform does not tell them apart by request, so test/worker/bookings/calendar-rows.test.ts counts them.
 */
export const calendarRowsWritten: Readonly<Record<Step, number>> = {
  login: 0,
  list: 0,
  browse: 0,
  book: 8,
  cancel: 7,
};

const daysPerMonth = 365 / 12;
/** A message is written, read and deleted. */
const operationsPerMessage = 3;

/** Share of the requests of a day that belong to each step of the model. */
export function mix(): Record<Step, number> {
  const shares: Record<Step, number> = { login: 0, browse: 0, book: 0, cancel: 0, list: 0 };
  for (const { ofHundred, steps } of Object.values(visits))
    for (const step of steps) shares[step] += ofHundred / 100 / requestsPerVisit("steady");
  return shares;
}

/** Of a figure for each step, what an average request of the day has. */
function averageOf(figures: Readonly<Record<Step, number>>): number {
  const shares = Object.entries(mix()) as [Step, number][];
  return shares.reduce((total, [step, share]) => total + share * figures[step], 0);
}

/** What an average request of the day uses. */
export function averageUse(uses: Readonly<Record<Step, RouteUse>>): RouteUse {
  const sum = (pick: (use: RouteUse) => number) =>
    averageOf({
      ...{ login: pick(uses.login), list: pick(uses.list), browse: pick(uses.browse) },
      ...{ book: pick(uses.book), cancel: pick(uses.cancel) },
    });
  return {
    cpuMs: sum((use) => use.cpuMs),
    objectRequests: sum((use) => use.objectRequests),
    objectGbSeconds: sum((use) => use.objectGbSeconds),
    d1Queries: sum((use) => use.d1Queries),
    d1RowsRead: sum((use) => use.d1RowsRead),
    d1RowsWritten: sum((use) => use.d1RowsWritten),
    storedBytes: sum((use) => use.storedBytes),
    queueMessages: sum((use) => use.queueMessages),
    telemetryBytes: sum((use) => use.telemetryBytes),
  };
}

/** What a month of so many requests a day uses. Consumers of the queue are requests of the Worker, too. */
export function monthOf(use: RouteUse, requestsPerDay: number): Usage {
  const requests = requestsPerDay * daysPerMonth;
  return {
    requests: requests * (1 + use.queueMessages),
    cpuMs: requests * use.cpuMs,
    objectRequests: requests * use.objectRequests,
    objectGbSeconds: requests * use.objectGbSeconds,
    objectRowsWritten: requests * averageOf(calendarRowsWritten),
    d1RowsRead: requests * use.d1RowsRead,
    d1RowsWritten: requests * use.d1RowsWritten,
    d1GbMonths: (requests * 12 * use.storedBytes) / 1e9,
    queueOperations: requests * use.queueMessages * operationsPerMessage,
    telemetryGb: (requests * use.telemetryBytes) / 1e9,
  };
}

/** Requests a second in the busiest hour of the model day. */
export function peakPerSecond(requestsPerDay: number): number {
  const whole = hours.reduce((sum: number, share) => sum + share, 0);
  return (requestsPerDay * (Math.max(...hours) / whole)) / 3600;
}
