import { describe, expect, it } from "vitest";
import { makeRoom, openHouse } from "../support/house.ts";

const cases: Record<string, { tag: (etag: string) => string; status: number }> = {
  "the current ETag": { tag: (etag) => etag, status: 304 },
  "the current ETag among others": { tag: (etag) => `"9", ${etag}`, status: 304 },
  "a cache's weak ETag": { tag: (etag) => `W/${etag}`, status: 304 },
  "any ETag": { tag: () => "*", status: 304 },
  "another ETag": { tag: () => '"9"', status: 200 },
  "what is no ETag": { tag: () => "1", status: 200 },
};

describe("reading a room with If-None-Match", () => {
  for (const [name, { tag, status }] of Object.entries(cases))
    it(`${name}: ${status}`, async () => {
      const house = await openHouse();
      const { id, etag } = await makeRoom(house);
      const response = await house.call("GET", `/v1/rooms/${id}`, {
        headers: { "if-none-match": tag(etag) },
      });
      expect(response.status).toBe(status);
      expect(response.headers.get("etag")).toBe(etag);
      expect((await response.text()) === "").toBe(status === 304);
    });
});
