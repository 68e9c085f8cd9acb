import type { Id } from "../../platform/ids.ts";
import type { RoomDeps } from "./ports.ts";
import { type Availability, availabilityIn, type Interval } from "./room.ts";

export const rangeDaysMax = 31;

export type Availabilities = ({ outcome: "found" } & Availability) | { outcome: "not_found" };

/** What is busy and what is free in a range. An answer, not a promise: only a booking holds a slot. */
export async function checkAvailability(
  deps: RoomDeps,
  tenant: Id<"tenant">,
  id: Id<"room">,
  range: Interval,
): Promise<Availabilities> {
  // In this order, so that nobody can make the calendar of a room that is not theirs.
  if (!(await deps.rooms.byId(tenant, id))) return { outcome: "not_found" };
  const taken = await deps.occupied(tenant, id, range.from, range.to);
  return { outcome: "found", ...availabilityIn(range, taken) };
}
