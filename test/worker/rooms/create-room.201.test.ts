import { expect, it } from "vitest";
import { openHouse } from "../support/house.ts";

it("makes a room, and says where it is and at which version", async () => {
  const house = await openHouse();
  const response = await house.call("POST", "/v1/rooms", { json: { name: "  Blue Room ", capacity: 8 } });
  expect(response.status).toBe(201);
  const room = await response.json<{ id: string; name: string }>();
  expect(room).toMatchObject({
    name: "Blue Room",
    capacity: 8,
    id: expect.stringMatching(/^room_[0-9a-z]{26}$/),
  });
  expect(response.headers.get("location")).toBe(`/v1/rooms/${room.id}`);
  expect(response.headers.get("etag")).toBe('"1"');
  expect(await (await house.call("GET", `/v1/rooms/${room.id}`)).json()).toEqual(room);
});
