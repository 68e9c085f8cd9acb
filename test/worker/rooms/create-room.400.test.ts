import { describe, expect, it } from "vitest";
import { pointersOf, problemOf } from "../support/api.ts";
import { openHouse } from "../support/house.ts";

const cases: Record<string, { json: unknown; pointers: string[] }> = {
  "no capacity": { json: { name: "Blue" }, pointers: ["#/capacity"] },
  "a name of blanks": { json: { name: "   ", capacity: 1 }, pointers: ["#/name"] },
  "a name too long": { json: { name: "x".repeat(81), capacity: 1 }, pointers: ["#/name"] },
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
