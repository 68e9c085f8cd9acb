import execution from "k6/execution";
import type { Options } from "k6/options";
import { book, bookRoute } from "../journeys/book.ts";
import { cancel, cancelRoute } from "../journeys/cancel.ts";
import { createRoom, createRoomRoute } from "../journeys/create-room.ts";
import { list, listRoute } from "../journeys/list.ts";
import { login, loginRoute } from "../journeys/login.ts";
import { register, registerRoute } from "../journeys/register.ts";
import { thresholds } from "../lib/promises.ts";
import { draw, tenantOf } from "../lib/seeded.ts";
import { settings } from "../lib/settings.ts";
import { summary, type Witness } from "../lib/summary.ts";

// Does everything work at all? One visit after the other, gently: log in, book, list, and half of the guests cancel.
const visits = Math.floor(settings.rate * settings.durationSeconds);
const cancels = (visit: number) => draw(settings.seed, `cancel ${visit}`) < 0.5;
const cancelled = Array.from({ length: visits }, (_, visit) => visit).filter(cancels).length;

export const options: Options = {
  scenarios: {
    smoke: {
      executor: "constant-arrival-rate",
      rate: settings.rate,
      timeUnit: "1s",
      duration: `${settings.durationSeconds}s`,
      // Every visit may be under way at once: a slow system is seen in the durations, not in visits that never began.
      preAllocatedVUs: Math.min(visits, 100),
      gracefulStop: "60s",
    },
  },
  thresholds: thresholds(
    {
      [registerRoute]: 1,
      [createRoomRoute]: 2,
      [loginRoute]: visits + 1,
      [bookRoute]: visits + 1,
      [listRoute]: visits,
      [cancelRoute]: cancelled,
    },
    visits * 3 + cancelled,
  ),
  summaryTrendStats: ["count", "med", "p(95)", "p(99)", "max"],
  userAgent: "frontdesk-load",
};

type Stage = { tenant: string; token: string; rooms: string[]; witness: Witness };

export function setup(): Stage {
  const tenant = tenantOf(settings.runId);
  register(tenant);
  const token = login(tenant);
  const rooms = ["Blue Room", "Red Room"].map((name) => createRoom(tenant.slug, token, name));
  const { id, traceId } = book(tenant.slug, token, rooms, 0);
  return { tenant: tenant.slug, token, rooms, witness: { booking_id: id, trace_id: traceId } };
}

export default function visit({ tenant, rooms }: Stage): void {
  const n = execution.scenario.iterationInTest;
  const token = login(tenantOf(settings.runId));
  // Slot 0 is the witness of the set-up.
  const booking = book(tenant, token, rooms, n + 1);
  list(tenant, token);
  if (cancels(n)) cancel(tenant, token, booking.id);
}

export const handleSummary = (report: Parameters<typeof summary>[1]): Record<string, string> =>
  summary("smoke", report);
