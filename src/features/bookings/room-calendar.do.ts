import { DurableObject } from "cloudflare:workers";

/** The calendar of one room. */
export class RoomCalendar extends DurableObject {
  /** Answers when its storage does; asked by the deep health check. */
  ping(): number {
    return this.ctx.storage.sql.databaseSize;
  }
}
