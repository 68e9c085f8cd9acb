import { describe, expect, it } from "vitest";
import { env } from "../support/api.ts";
import { customer, hour, openRoom, type Room } from "./calendar.ts";

const insert = (room: Room, id: string, from: number, to: number, status = "confirmed") =>
  env.DB.prepare("INSERT INTO bookings VALUES (?,?,?,?,?,?,?,?,1,0)").bind(
    id,
    room.house.tenant.id,
    room.id,
    Date.parse(hour(from)),
    Date.parse(hour(to)),
    customer.name,
    customer.email,
    status,
  );

describe("the second lock, in D1", () => {
  it("refuses an insert that overlaps, and the whole batch with it", async () => {
    const room = await openRoom();
    await insert(room, "b-1", 0, 4).run();
    const batch = env.DB.batch([insert(room, "b-2", 8, 9), insert(room, "b-3", 3, 5)]);
    await expect(batch).rejects.toThrow(/bookings\.overlap/);
    expect(await room.rows()).toHaveLength(1);
  });

  it("refuses an update that makes two overlap, be it of time or of status", async () => {
    const room = await openRoom();
    await env.DB.batch([
      insert(room, "c-1", 0, 1),
      insert(room, "c-2", 1, 2),
      insert(room, "c-3", 0, 1, "cancelled"),
    ]);
    const longer = env.DB.prepare("UPDATE bookings SET to_ms = to_ms + 1 WHERE id = 'c-1'");
    await expect(longer.run()).rejects.toThrow(/bookings\.overlap/);
    const revived = env.DB.prepare("UPDATE bookings SET status = 'confirmed' WHERE id = 'c-3'");
    await expect(revived.run()).rejects.toThrow(/bookings\.overlap/);
  });

  it("reads nothing of what was cancelled, however much of it a room has", async () => {
    const room = await openRoom();
    const read = async (id: string, from: number) =>
      (await insert(room, id, from, from + 1).run()).meta.rows_read;
    const few = await read("r-1", 0);
    await env.DB.batch(
      Array.from({ length: 50 }, (_, i) => insert(room, `r-x${i}`, i % 5, (i % 5) + 1, "cancelled")),
    );
    expect(await read("r-2", 2)).toBeLessThanOrEqual(few + 5);
  });

  it("lets neighbours, cancelled ones and other rooms be", async () => {
    const [room, other] = [await openRoom(), await openRoom()];
    await env.DB.batch([insert(room, "d-1", 1, 2), insert(room, "d-2", 0, 1), insert(room, "d-3", 2, 3)]);
    await env.DB.batch([insert(room, "d-4", 1, 2, "cancelled"), insert(other, "d-5", 1, 2)]);
    expect(await room.rows()).toHaveLength(4);
  });

  it("sees a booking of the longest kind that began long before", async () => {
    const room = await openRoom();
    await insert(room, "e-1", 0, 720).run();
    await expect(insert(room, "e-2", 719, 721).run()).rejects.toThrow(/bookings\.overlap/);
    await expect(insert(room, "e-3", 1000, 1721).run()).rejects.toThrow(/CHECK/);
  });

  it("answers 409 when only D1 knows of the other booking, and leaves no hold", async () => {
    const room = await openRoom();
    await insert(room, "f-1", 0, 1).run();
    expect((await room.book("k-1")).status).toBe(409);
    expect((await room.calendar()).intents).toEqual([]);
  });
});
