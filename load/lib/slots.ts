// Pure, no k6: tests look for collisions here.

const hourMs = 3_600_000;
// Far enough ahead that no clock calls it past; whole days, so that slots of one day are the same in every run of it.
const firstDayMs = (Math.floor(Date.now() / (24 * hourMs)) + 30) * 24 * hourMs;

/** The API takes bookings two years ahead; this many slots of an hour are left of it for each room. */
export const slotsPerRoom = (2 * 365 - 31) * 24;

export type Slot = { readonly room_id: string; readonly from: string; readonly to: string };

/** Slot number n of all slots over these rooms: no two numbers overlap. */
export function slot(n: number, rooms: readonly string[]): Slot {
  const from = firstDayMs + Math.floor(n / rooms.length) * hourMs;
  const room = rooms[n % rooms.length];
  if (!room) throw new Error("a run needs a room");
  return { room_id: room, from: new Date(from).toISOString(), to: new Date(from + hourMs).toISOString() };
}

/** Rooms that a run needs, so that its bookings fit and no calendar is asked by all: at most 50. */
export function roomsFor(visits: number): number {
  const rooms = Math.min(50, Math.max(2, Math.ceil(visits / 500)));
  if (visits >= rooms * slotsPerRoom)
    throw new Error(`${visits} visits are too many for one run: at most ${50 * slotsPerRoom - 1}`);
  return rooms;
}
