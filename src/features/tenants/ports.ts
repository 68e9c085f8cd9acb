import type { Tenant } from "../../platform/access.ts";
import type { Clock } from "../../platform/clock.ts";
import type { Id } from "../../platform/ids.ts";

export type TenantDeps = {
  readonly clock: Clock;
  readonly tenants: {
    /** None that is removed. */
    bySlug(slug: string): Promise<Tenant | undefined>;
  };
  readonly removals: {
    /** From now on nobody comes in. A second time it changes nothing. */
    mark(tenant: Id<"tenant">, now: number): Promise<void>;
    /** Marked before then, in no order, so that one that cannot be swept starves no other. */
    marked(before: number, limit: number): Promise<readonly Id<"tenant">[]>;
    /** Removes the tenant's own row, unless it still has events; says whether it is gone. */
    end(tenant: Id<"tenant">): Promise<boolean>;
  };
  /** What other features keep of a tenant; a removal takes a slice and gives how many rows it took. */
  readonly belongings: {
    /** In order of their ids. */
    rooms(tenant: Id<"tenant">, after: Id<"room"> | undefined, limit: number): Promise<readonly Id<"room">[]>;
    clearCalendar(tenant: Id<"tenant">, room: Id<"room">): Promise<void>;
    /** At most so many bookings of the rooms, and those of the rooms that have none left. */
    removeRooms(rooms: readonly Id<"room">[], rows: number): Promise<number>;
    removeDecisions(tenant: Id<"tenant">, rows: number): Promise<number>;
    /** All else; of each table at most so many rows. */
    removeRest(tenant: Id<"tenant">, rows: number): Promise<number>;
  };
};
