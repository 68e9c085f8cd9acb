import { runInDurableObject } from "cloudflare:test";
import { expect, it } from "vitest";
import { calendarRowsWritten } from "../../../scripts/capacity/demand.ts";
import { openRoom } from "./calendar.ts";

/** What the platform would bill as written in this calendar from now on. */
async function countWritten(room: Awaited<ReturnType<typeof openRoom>>): Promise<() => number> {
  const cursors: { readonly rowsWritten: number }[] = [];
  let alarms = 0;
  await runInDurableObject(room.stub, (_, { storage }) => {
    const { sql } = storage;
    const exec = sql.exec.bind(sql);
    sql.exec = ((...query: Parameters<typeof exec>) => {
      const cursor = exec(...query);
      cursors.push(cursor);
      return cursor;
    }) as typeof sql.exec;
    const setAlarm = storage.setAlarm.bind(storage);
    storage.setAlarm = (...when) => {
      alarms++;
      return setAlarm(...when);
    };
  });
  return () => cursors.reduce((sum, { rowsWritten }) => sum + rowsWritten, alarms);
}

it("A booking and its cancellation write as many rows in a calendar as the estimate of costs says", async () => {
  const room = await openRoom();
  await room.book("first", 0, 1);
  const written = await countWritten(room);
  const response = await room.book("second", 2, 3);
  const { id } = (await response.json()) as { id: string };
  const booked = written();
  await room.cancel(id);
  expect({ book: booked, cancel: written() - booked }).toEqual({
    book: calendarRowsWritten.book,
    cancel: calendarRowsWritten.cancel,
  });
});
