import type { Env } from "../../platform/env.ts";
import type { Calendar, RoomRef } from "./ports.ts";
import type { RoomCalendar } from "./room-calendar.do.ts";

/** The calendars behind their Durable Object namespace: one object per tenant and room. */
export function calendarClient(namespace: Env["ROOM_CALENDAR"]): Calendar {
  const typed = namespace as unknown as DurableObjectNamespace<RoomCalendar>;
  // A stub belongs to one request, so it is made anew for every call.
  const stub = ({ tenantId, roomId }: RoomRef) => typed.getByName(`${tenantId}/${roomId}`);
  return {
    hold: async (room, wanted) => await stub(room).hold(room, wanted),
    intend: async (room, wanted) => await stub(room).intend(room, wanted),
    apply: async (room, settlement) => await stub(room).apply(room, settlement),
    clear: async (room) => await stub(room).clear(),
    occupied: async (room, range) => await stub(room).occupied(range),
  };
}
