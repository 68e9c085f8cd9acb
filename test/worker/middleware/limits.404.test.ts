import { describe, expect, it } from "vitest";
import { call, problemOf } from "../support/api.ts";
import { openHouse } from "../support/house.ts";

describe("there is nothing at", () => {
  for (const path of ["/nowhere", "/v1", "/v1/health/", "/v1/rooms/x/y/z", "/V1/HEALTH", "//v1/health"])
    it(path, async () => {
      const response = await call("GET", path);
      expect(response.status).toBe(404);
      expect((await problemOf(response)).code).toBe("not_found");
    });

  it("an unknown path, whoever asks and on whatever host", async () => {
    const house = await openHouse();
    expect((await house.call("DELETE", "/v1/nowhere")).status).toBe(404);
  });
});
