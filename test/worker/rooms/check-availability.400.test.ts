import { describe, expect, it } from "vitest";
import { pointersOf, problemOf } from "../support/api.ts";
import { makeRoom, openHouse } from "../support/house.ts";

const cases: Record<string, { query: string; pointers: string[] }> = {
  "no range": { query: "", pointers: ["from", "to"] },
  "an end before the start": { query: "from=2026-12-02T00:00:00Z&to=2026-12-01T00:00:00Z", pointers: ["to"] },
  "an empty range": { query: "from=2026-12-01T00:00:00Z&to=2026-12-01T00:00:00Z", pointers: ["to"] },
  "more than 31 days": { query: "from=2026-12-01T00:00:00Z&to=2027-01-01T00:00:01Z", pointers: ["to"] },
  "a parameter that is not known": {
    query: "from=2026-12-01T00:00:00Z&to=2026-12-02T00:00:00Z&until=x",
    pointers: ["until"],
  },
  "a time without zone": { query: "from=2026-12-01T00:00:00&to=2026-12-02T00:00:00Z", pointers: ["from"] },
  "a day that is not in the calendar": {
    query: "from=2026-02-30T00:00:00Z&to=2026-03-02T00:00:00Z",
    pointers: ["from"],
  },
};

describe("refuses, and names the parameter", () => {
  for (const [name, { query, pointers }] of Object.entries(cases))
    it(name, async () => {
      const house = await openHouse();
      const { id } = await makeRoom(house);
      const response = await house.call("GET", `/v1/rooms/${id}/availability?${query}`);
      expect(response.status).toBe(400);
      expect(pointersOf(await problemOf(response))).toEqual(pointers);
    });
});

it("says of a missing parameter that it is required, and what it must be", async () => {
  const house = await openHouse();
  const { id } = await makeRoom(house);
  const { errors } = await problemOf(await house.call("GET", `/v1/rooms/${id}/availability`));
  const detail = expect.stringMatching(/^is required, and must be an RFC 3339 time in UTC/);
  expect(errors).toEqual([
    { pointer: "from", detail },
    { pointer: "to", detail },
  ]);
});
