import execution from "k6/execution";
import type { Options } from "k6/options";
import { leastOf, type Step, storyOf } from "../day.ts";
import { book, bookRoute } from "../journeys/book.ts";
import { browse, browseRoute } from "../journeys/browse.ts";
import { cancel, cancelRoute } from "../journeys/cancel.ts";
import { createRoom, createRoomRoute } from "../journeys/create-room.ts";
import { list, listRoute } from "../journeys/list.ts";
import { login, loginRoute } from "../journeys/login.ts";
import { register, registerRoute } from "../journeys/register.ts";
import { removeTenant, removeTenantRoute } from "../journeys/remove-tenant.ts";
import { peakOf, planOf, requestsOf, type ShapeName, shapes, visitsOf } from "../shapes.ts";
import { thresholds } from "./promises.ts";
import { draw, tenantOf } from "./seeded.ts";
import { settings } from "./settings.ts";
import { roomsFor } from "./slots.ts";
import type { Witness } from "./summary.ts";

const routes: Record<Step, string> = {
  login: loginRoute,
  browse: browseRoute,
  book: bookRoute,
  cancel: cancelRoute,
  list: listRoute,
};
const { seed, runId } = settings;
const storyOfVisit = (shape: ShapeName, visit: number) => storyOf(shape, draw(seed, `visit ${visit}`));

/** k6's options of a shape: an arrival rate, because a closed model hides stalls. */
export function optionsOf(shape: ShapeName): Options {
  const plan = planOf(shape, settings.rate, settings.durationSeconds);
  const [peak, total] = [peakOf(plan), visitsOf(plan)];
  return {
    scenarios: {
      [shape]: {
        executor: "ramping-arrival-rate",
        startRate: plan.start,
        timeUnit: "1s",
        stages: plan.stages.map(({ seconds, rate }) => ({ duration: `${seconds}s`, target: rate })),
        // Five seconds of visits may be under way at once, and more begin when it gets slower: a slow system is seen
        // in the durations, not in visits that never began.
        preAllocatedVUs: Math.min(total, Math.max(100, peak * 5), 500),
        maxVUs: Math.min(total, Math.max(100, peak * 30), 2_000),
        gracefulStop: "60s",
      },
    },
    // Requests, not visits: nothing in the run may exceed it, whatever visits do.
    ...(settings.maxRequestRate === undefined ? {} : { rps: settings.maxRequestRate }),
    thresholds: thresholds(
      expected(shape, total),
      requestsOf(shape, plan) / settings.runners,
      shapes[shape].judges,
    ),
    summaryTrendStats: ["count", "med", "p(95)", "p(99)", "max"],
    // What the verdict reads of a point, and nothing that grows with the run.
    systemTags: ["status", "method", "group", "name", "scenario", "error_code", "check"],
    userAgent: "frontdesk-load",
    setupTimeout: "120s",
    teardownTimeout: "60s",
  };
}

/** Fewest requests per route: how many visits begin is known beforehand, and so is about what they do. */
function expected(shape: ShapeName, total: number): Record<string, number> {
  // k6 begins a visit more or less than the area of a ramp, and shares them out among runners.
  const sure = Math.max(0, Math.floor((total / settings.runners) * 0.99) - 1);
  const least = leastOf(shape, sure);
  const counts: Record<string, number> = {};
  for (const step of Object.keys(routes) as Step[]) counts[routes[step]] = least[step];
  // Set-up and tear-down.
  for (const route of [registerRoute, loginRoute, bookRoute, removeTenantRoute])
    counts[route] = (counts[route] ?? 0) + 1;
  return { ...counts, [createRoomRoute]: roomsFor(total) };
}

export type Stage = { tenant: string; token: string; rooms: string[]; witness: Witness };

/** Makes the run's own tenant. Its requests warm the system up and are not judged. */
export function setUp(shape: ShapeName): Stage {
  const tenant = tenantOf(runId);
  register(tenant);
  const token = login(tenant);
  const count = roomsFor(visitsOf(planOf(shape, settings.rate, settings.durationSeconds)));
  const rooms = Array.from({ length: count }, (_, n) => createRoom(tenant.slug, token, `Room ${n + 1}`));
  const { id, traceId } = book(tenant.slug, token, rooms, 0);
  return { tenant: tenant.slug, token, rooms, witness: { booking_id: id, trace_id: traceId } };
}

/** One visit of a shape. */
export function visit(shape: ShapeName, stage: Stage): void {
  const n = execution.scenario.iterationInTest;
  play(storyOfVisit(shape, n), stage, n);
}

/** Visit number n: its story step by step. Staff that logged in go on with their own session. */
export function play(story: readonly Step[], { tenant, token, rooms }: Stage, n: number): void {
  // Slot 0 is the witness of the set-up.
  const slot = n + 1;
  let session = token;
  let booking = "";
  const act: Record<Step, () => void> = {
    login: () => {
      session = login(tenantOf(runId));
    },
    browse: () => browse(tenant, session, rooms, slot),
    book: () => {
      booking = book(tenant, session, rooms, slot).id;
    },
    list: () => list(tenant, session),
    cancel: () => cancel(tenant, session, booking),
  };
  for (const step of story) act[step]();
}

/**
 * Removes the run's own tenant, with all that its visits made.
 * A target that is out of breath by now takes nothing from what was measured: its check has failed, and the runner tries again.
 */
export function tearDown({ tenant, token }: Stage): void {
  try {
    removeTenant(tenant, token);
  } catch {}
}
