import { describe, expect, it } from "vitest";
import { pointersOf, problemOf } from "../support/api.ts";
import { openHouse } from "../support/house.ts";

const cases: Record<string, { json: unknown; pointers: string[] }> = {
  "no capacity": { json: { name: "Blue" }, pointers: ["#/capacity"] },
  "a name of blanks": { json: { name: "   ", capacity: 1 }, pointers: ["#/name"] },
  "a name too long": { json: { name: "x".repeat(81), capacity: 1 }, pointers: ["#/name"] },
  "a name with NUL in it": { json: { name: "Blue\u0000Room", capacity: 1 }, pointers: ["#/name"] },
  "a name of two lines": { json: { name: "Blue\nRoom", capacity: 1 }, pointers: ["#/name"] },
  "no people": { json: { name: "Blue", capacity: 0 }, pointers: ["#/capacity"] },
  "half a person": { json: { name: "Blue", capacity: 1.5 }, pointers: ["#/capacity"] },
  "a number as text": { json: { name: "Blue", capacity: "4" }, pointers: ["#/capacity"] },
  "another's tenant id": {
    json: { name: "Blue", capacity: 1, tenant_id: "tenant_x" },
    pointers: ["#/tenant_id"],
  },
};

describe("refuses, and names each field", () => {
  for (const [name, { json, pointers }] of Object.entries(cases))
    it(name, async () => {
      const response = await (await openHouse()).call("POST", "/v1/rooms", { json });
      expect(response.status).toBe(400);
      expect(pointersOf(await problemOf(response))).toEqual(pointers);
    });
});

it("says of a missing field that it is required, and of a wrong one what it must be", async () => {
  const house = await openHouse();
  const detailsOf = async (json: unknown) =>
    (await problemOf(await house.call("POST", "/v1/rooms", { json }))).errors?.map(({ detail }) => detail);
  for (const detail of (await detailsOf({})) ?? ["no errors"]) expect(detail).toMatch(/^is required/);
  expect(await detailsOf({ name: 1, capacity: "4" })).toEqual([
    "has the wrong type: send a value of type string",
    "must be a whole number from 1 to 1000",
  ]);
  expect(await detailsOf({ name: null, capacity: 4 })).toEqual([
    "has the wrong type: send a value of type string",
  ]);
});
