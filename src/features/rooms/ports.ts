import type { Clock } from "../../platform/clock.ts";
import type { Id, Ids } from "../../platform/ids.ts";
import type { Page } from "../../platform/page.ts";
import type { Interval, Room } from "./room.ts";

export type RoomChange = { readonly name?: string | undefined; readonly capacity?: number | undefined };

export type RoomDeps = {
  readonly clock: Clock;
  readonly ids: Ids;
  readonly rooms: {
    insert(room: Room): Promise<void>;
    byId(tenant: Id<"tenant">, room: Id<"room">): Promise<Room | undefined>;
    /** In order of creation. */
    list(tenant: Id<"tenant">, page: { limit: number; cursor?: string | undefined }): Promise<Page<Room>>;
    /** Raises the version; undefined when there is no such room at `ifVersion` (any, when that is left out). */
    update(
      tenant: Id<"tenant">,
      room: Id<"room">,
      change: RoomChange & { readonly updatedAt: number },
      ifVersion?: number,
    ): Promise<Room | undefined>;
  };
  /** Intervals that bookings take of a room within a range; supplied by the bookings feature. */
  readonly occupied: (
    tenant: Id<"tenant">,
    room: Id<"room">,
    from: number,
    to: number,
  ) => Promise<readonly Interval[]>;
};
