import { describe, expect, it } from "vitest";
import { problemOf } from "../support/api.ts";
import { openHouse } from "../support/house.ts";

describe("says that an empty body is empty", () => {
  const bodies: Record<string, { body?: string }> = { "no body": {}, "a body without a byte": { body: "" } };
  for (const [name, init] of Object.entries(bodies))
    it(name, async () => {
      const headers = { "content-type": "application/json; charset=utf-8" };
      const response = await (await openHouse()).call("POST", "/v1/rooms", { ...init, headers });
      expect(response.status).toBe(400);
      expect(await problemOf(response)).toMatchObject({
        code: "malformed_body",
        detail: "The body is empty: send a JSON object.",
      });
    });
});

it("asks for no body where none is taken", async () => {
  const headers = { "content-type": "application/json" };
  expect((await (await openHouse()).call("GET", "/v1/rooms", { headers })).status).toBe(200);
});
