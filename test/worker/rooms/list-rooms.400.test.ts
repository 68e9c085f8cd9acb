import { describe, expect, it } from "vitest";
import { pointersOf, problemOf } from "../support/api.ts";
import { openHouse } from "../support/house.ts";

const cases: Record<string, { query: string; pointers: string[] }> = {
  "no items": { query: "limit=0", pointers: ["limit"] },
  "too many items": { query: "limit=101", pointers: ["limit"] },
  "a limit in words": { query: "limit=ten", pointers: ["limit"] },
  "a cursor of our own making": { query: "cursor=hello", pointers: ["cursor"] },
  "a cursor of another shape": { query: `cursor=${btoa("[1,2]")}`, pointers: ["cursor"] },
  "a parameter that is not known": { query: "limt=1&limit=1&page=2", pointers: ["limt", "page"] },
  "an endless cursor": { query: `cursor=${"x".repeat(501)}`, pointers: ["cursor"] },
};

describe("refuses, and names the parameter", () => {
  for (const [name, { query, pointers }] of Object.entries(cases))
    it(name, async () => {
      const response = await (await openHouse()).call("GET", `/v1/rooms?${query}`);
      expect(response.status).toBe(400);
      expect(pointersOf(await problemOf(response))).toEqual(pointers);
    });
});
