import type { Id } from "../../platform/ids.ts";
import type { RoomDeps } from "./ports.ts";
import type { Room } from "./room.ts";

export type NewRoom = { readonly name: string; readonly capacity: number };

export async function createRoom(deps: RoomDeps, tenantId: Id<"tenant">, asked: NewRoom): Promise<Room> {
  const now = deps.clock();
  const room: Room = { id: deps.ids("room"), tenantId, ...asked, version: 1, createdAt: now, updatedAt: now };
  await deps.rooms.insert(room);
  return room;
}
