import { describe, expect, it } from "vitest";
import { call, problemOf } from "../support/api.ts";
import { openHouse } from "../support/house.ts";

type Case = { headers: Record<string, string>; status: number };
const cases = (host: string): Record<string, Case> => ({
  "a form of another site": {
    headers: { origin: "https://evil.example", "sec-fetch-site": "cross-site" },
    status: 403,
  },
  "a page of another tenant": {
    headers: { origin: "https://x.localhost", "sec-fetch-site": "same-site" },
    status: 403,
  },
  "an old browser on another site": { headers: { origin: "https://evil.example" }, status: 403 },
  "a sandboxed page": { headers: { origin: "null" }, status: 403 },
  "a client that says nothing": { headers: {}, status: 403 },
  "a page of this host": {
    headers: { origin: `https://${host}`, "sec-fetch-site": "same-origin" },
    status: 201,
  },
  "an old browser on this host": { headers: { origin: `https://${host}` }, status: 201 },
});

describe("a change with the session cookie", () => {
  for (const name of Object.keys(cases("")))
    it(`from ${name}`, async () => {
      const house = await openHouse();
      const { headers, status } = cases(house.host)[name] as Case;
      const cookie = `__Host-frontdesk=${house.token}`;
      const json = { name: "Blue", capacity: 2 };
      const response = await call("POST", "/v1/rooms", {
        host: house.host,
        json,
        headers: { ...headers, cookie },
      });
      expect(response.status).toBe(status);
      if (status === 403) expect((await problemOf(response)).code).toBe("forbidden");
    });

  it("is not needed to read", async () => {
    const house = await openHouse();
    const headers = { cookie: `__Host-frontdesk=${house.token}`, "sec-fetch-site": "cross-site" };
    expect((await call("GET", "/v1/rooms", { host: house.host, headers })).status).toBe(200);
  });
});
