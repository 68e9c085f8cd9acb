import type { Id } from "../../platform/ids.ts";
import type { RoomChange, RoomDeps } from "./ports.ts";
import type { Room } from "./room.ts";

export type Updated =
  | { outcome: "updated"; room: Room }
  | { outcome: "not_found" }
  | { outcome: "version_differs" };

/** Changes what is named. With `ifVersion`, only if nobody changed the room since that version. */
export async function updateRoom(
  deps: RoomDeps,
  tenant: Id<"tenant">,
  id: Id<"room">,
  change: RoomChange,
  ifVersion: number | undefined,
): Promise<Updated> {
  const room = await deps.rooms.update(tenant, id, { ...change, updatedAt: deps.clock() }, ifVersion);
  if (room) return { outcome: "updated", room };
  const exists = ifVersion !== undefined && (await deps.rooms.byId(tenant, id));
  return exists ? { outcome: "version_differs" } : { outcome: "not_found" };
}
