import { blockedIn, noSlot, type Room, type World } from "./world.ts";

const activeRows = (world: World) =>
  world.rows.flatMap((row, booking) => (row?.active ? [{ room: row.room, slot: row.slot, booking }] : []));

/** D1 has two active bookings of one place. */
export function doubleBooking(world: World): string | undefined {
  const places = activeRows(world).map(({ room, slot }) => `${room}/${slot}`);
  const twice = places.find((place, i) => places.indexOf(place) < i);
  return twice && `double booking of ${twice}`;
}

/** Stronger than the design asks: an active booking is blocked by its room in every state, not only at rest. */
export function anyViolation(world: World, atRest: boolean): string | undefined {
  const double = doubleBooking(world);
  if (double) return double;
  const active = activeRows(world);
  const free = active.find(({ room, slot, booking }) => {
    const blocked = blockedIn(world.rooms[room] as Room);
    return !blocked.some((held) => held.booking === `${booking}` && held.from === slot);
  });
  if (free) return `booking ${free.booking} is not blocked by room ${free.room}`;
  return atRest ? disagreement(world) : undefined;
}

function disagreement(world: World): string | undefined {
  const placed = world.rooms.flatMap((room, index) =>
    room.bookings.flatMap(([booking, , slot]) => (slot === noSlot ? [] : [`${booking} at ${index}/${slot}`])),
  );
  const truth = activeRows(world).map(({ booking, room, slot }) => `${booking} at ${room}/${slot}`);
  return placed.sort().join() === truth.sort().join()
    ? undefined
    : `at rest rooms say ${placed} and D1 says ${truth}`;
}
