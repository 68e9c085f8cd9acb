import { beforeEach, describe, expect, it } from "vitest";
import { buildDeps } from "../../../src/deps.ts";
import { repairCalendars } from "../../../src/features/bookings/repair-calendars.ts";
import { randomIds } from "../../../src/platform/ids.ts";
import { env } from "../support/api.ts";
import { customer, hour, openRoom, type Room } from "./calendar.ts";

const minuteMs = 60_000;
const decidedAt = Date.parse("2026-12-01T09:00:00Z");
const attempts = (name: string, n: number) => Array.from({ length: n }, (_, i) => `${name}-${100 + i}`);

/** Committed attempts of the room that its calendar was never told of, each for an hour of its own. */
async function owe(room: Room, owed: readonly string[], at: number): Promise<void> {
  const booking = env.DB.prepare("INSERT INTO bookings VALUES (?,?,?,?,?,?,?,'confirmed',1,0)");
  const decision = env.DB.prepare(
    "INSERT INTO decisions (attempt, outcome, booking_id, decided_at, queued_at) VALUES (?,'committed',?,?,?)",
  );
  const first = (await room.rows()).length;
  await env.DB.batch(
    owed.flatMap((attempt, i) => {
      const id = randomIds("booking");
      const [from, to] = [Date.parse(hour(first + i)), Date.parse(hour(first + i + 1))];
      const values = [id, room.house.tenant.id, room.id, from, to, customer.name, customer.email];
      return [booking.bind(...values), decision.bind(attempt, id, at, at)];
    }),
  );
}

/** Cron's repair so many minutes after the decisions; calendars refuse what starts with "stuck". */
function repairAt(minutes: number): Promise<number> {
  const deps = buildDeps(env, { clock: () => decidedAt + minutes * minuteMs, ids: randomIds }).bookings;
  const apply: typeof deps.calendar.apply = async (room, settlement) => {
    if (settlement.attempt.startsWith("stuck")) throw new Error("Network connection lost.");
    await deps.calendar.apply(room, settlement);
  };
  return repairCalendars({ ...deps, calendar: { ...deps.calendar, apply } });
}

beforeEach(async () => {
  await env.DB.prepare("DELETE FROM decisions").run();
});

describe("the repair of calendars", () => {
  it("reaches what stands behind many that always fail, and counts all that is owed", async () => {
    const room = await openRoom();
    await owe(room, attempts("stuck", 60), decidedAt);
    await owe(room, attempts("well", 3), decidedAt + 1);
    expect(await repairAt(2), "the first 50 fail, 13 are not tried").toBe(63);
    expect(await repairAt(3), "the rest has its turn").toBe(60);
    expect((await room.calendar()).placed).toHaveLength(3);
    expect(await repairAt(5)).toBe(60);
  });

  it("takes the oldest first", async () => {
    const room = await openRoom();
    // The order must be asked for, not be a gift of the index.
    await env.DB.prepare("DROP INDEX decisions_unapplied").run();
    await owe(room, attempts("well-younger", 50), decidedAt + 1);
    await owe(room, attempts("well-older", 5), decidedAt);
    expect(await repairAt(2)).toBe(5);
    const left = await env.DB.prepare("SELECT attempt FROM decisions WHERE applied_at IS NULL").all();
    for (const { attempt } of left.results) expect(attempt).toMatch(/younger/);
    expect(await repairAt(2)).toBe(0);
    await room.agree();
  });

  it("leaves alone what was decided within the last minute", async () => {
    const room = await openRoom();
    await owe(room, attempts("well", 1), decidedAt);
    expect(await repairAt(1)).toBe(0);
    expect((await room.calendar()).placed).toEqual([]);
  });
});
