import { describe, expect, it } from "vitest";
import { randomIds } from "../../../src/platform/ids.ts";
import { hour, openRoom } from "./calendar.ts";

describe("inside a booking of the longest kind, far from its start", () => {
  it("the room's availability shows it", async () => {
    const room = await openRoom();
    expect((await room.book("k", 0, 720)).status).toBe(201);
    const path = `/v1/rooms/${room.id}/availability?from=${hour(700)}&to=${hour(701)}`;
    const { busy } = await (await room.house.call("GET", path)).json<{ busy: { from: string }[] }>();
    expect(busy).toHaveLength(1);
  });

  it("the calendar itself refuses a hold, before D1 has to", async () => {
    const room = await openRoom();
    await room.book("k", 0, 720);
    const place = { from: Date.parse(hour(719)), to: Date.parse(hour(721)) };
    const wanted = { kind: "create" as const, place, fingerprint: "", aborted: [] };
    const ids = { attempt: randomIds("attempt"), booking: randomIds("booking") };
    const reply = await room.stub.hold(
      { tenantId: room.house.tenant.id, roomId: room.id },
      { ...wanted, ...ids },
    );
    expect(reply.outcome).toBe("taken");
  });
});
