import { and, asc, eq, gt, inArray, type SQL, sql } from "drizzle-orm";
import type { SQLiteColumn } from "drizzle-orm/sqlite-core";
import type { Statement } from "../../platform/batch.ts";
import { ask, type Db } from "../../platform/db.ts";
import type { Id } from "../../platform/ids.ts";
import { decodeCursor, encodeCursor } from "../../platform/page.ts";
import type { RoomDeps } from "./ports.ts";
import { rooms } from "./table.ts";

export function roomStore(db: Db): RoomDeps["rooms"] {
  const one = (tenant: Id<"tenant">, id: Id<"room">) => and(eq(rooms.tenantId, tenant), eq(rooms.id, id));
  return {
    async insert(room) {
      await ask(db.insert(rooms).values(room));
    },
    async byId(tenant, id) {
      const [row] = await ask(db.select().from(rooms).where(one(tenant, id)).limit(1));
      return row;
    },
    async list(tenant, { limit, cursor }) {
      const after =
        cursor === undefined ? undefined : gt(rooms.id, decodeCursor(cursor, ["string"])[0] as Id<"room">);
      const mine = and(eq(rooms.tenantId, tenant), after);
      // One more than asked tells whether another page follows. Ids sort by time of creation.
      const rows = await ask(
        db
          .select()
          .from(rooms)
          .where(mine)
          .orderBy(asc(rooms.id))
          .limit(limit + 1),
      );
      const items = rows.slice(0, limit);
      const last = items.at(-1);
      return { items, next: rows.length > limit && last ? encodeCursor([last.id]) : undefined };
    },
    async update(tenant, id, { name, capacity, updatedAt }, ifVersion) {
      const at = ifVersion === undefined ? undefined : eq(rooms.version, ifVersion);
      const changes = {
        ...(name !== undefined && { name }),
        ...(capacity !== undefined && { capacity }),
        version: sql`${rooms.version} + 1`,
        updatedAt,
      };
      const [row] = await ask(
        db
          .update(rooms)
          .set(changes)
          .where(and(one(tenant, id), at))
          .returning(),
      );
      return row;
    },
  };
}

/** Ids of rooms of a tenant, at most so many, in their order. */
export async function someRooms(
  db: Db,
  tenant: Id<"tenant">,
  after: Id<"room"> | undefined,
  limit: number,
): Promise<readonly Id<"room">[]> {
  const mine = and(eq(rooms.tenantId, tenant), after && gt(rooms.id, after));
  const some = db.select({ id: rooms.id }).from(rooms).where(mine).orderBy(asc(rooms.id));
  return (await ask(some.limit(limit))).map(({ id }) => id);
}

/** Removes those of the rooms that are not booked. @param isBooked  the bookings feature's condition on a room */
export const roomRemoval = (
  db: Db,
  ids: readonly Id<"room">[],
  isBooked: (room: SQLiteColumn) => SQL,
): Statement => db.delete(rooms).where(and(inArray(rooms.id, [...ids]), sql`not ${isBooked(rooms.id)}`));
