import { describe, expect, it } from "vitest";
import { pointersOf, problemOf } from "../support/api.ts";
import { makeRoom, openHouse } from "../support/house.ts";

const cases: Record<string, { json: unknown; etag?: string; pointers: string[] }> = {
  "no field": { json: {}, pointers: ["#"] },
  "a field that cannot change": { json: { name: "Red", id: "room_x" }, pointers: ["#/id"] },
  "a weak ETag": { json: { name: "Red" }, etag: 'W/"1"', pointers: ["if-match"] },
  "an ETag without quotes": { json: { name: "Red" }, etag: "1", pointers: ["if-match"] },
};

describe("refuses, and names what is wrong", () => {
  for (const [name, { json, etag, pointers }] of Object.entries(cases))
    it(name, async () => {
      const house = await openHouse();
      const { id } = await makeRoom(house);
      const headers: Record<string, string> = etag === undefined ? {} : { "if-match": etag };
      const response = await house.call("PATCH", `/v1/rooms/${id}`, { json, headers });
      expect(response.status).toBe(400);
      expect(pointersOf(await problemOf(response))).toEqual(pointers);
    });
});
