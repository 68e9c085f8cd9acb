import { describe, expect, it } from "vitest";
import { randomIds } from "../../../src/platform/ids.ts";
import { problemOf } from "../support/api.ts";
import { openHouse } from "../support/house.ts";

const cases: Record<string, string> = {
  "an id that nobody has": randomIds("room"),
  "an id of another kind": randomIds("booking"),
  "what is no id": "room_1",
  "a path that climbs": "..%2Ftenant",
};

describe("there is no room behind", () => {
  for (const [name, id] of Object.entries(cases))
    it(name, async () => {
      const response = await (await openHouse()).call("GET", `/v1/rooms/${id}`);
      expect(response.status).toBe(404);
      expect((await problemOf(response)).code).toBe("not_found");
    });
});
