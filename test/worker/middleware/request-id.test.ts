import { describe, expect, it } from "vitest";
import { call } from "../support/api.ts";

const ask = (headers: Record<string, string>) => call("GET", "/v1/health", { headers });
const minted = /^req_[0-7][0-9a-z]{25}$/;

it("mints an id for both headers when the caller sends none", async () => {
  const { headers } = await ask({});
  expect(headers.get("x-request-id")).toMatch(minted);
  expect(headers.get("x-correlation-id")).toBe(headers.get("x-request-id"));
});

it("keeps the caller's ids apart", async () => {
  const { headers } = await ask({ "x-request-id": "req:1", "x-correlation-id": "order_7.2-b" });
  expect(headers.get("x-request-id")).toBe("req:1");
  expect(headers.get("x-correlation-id")).toBe("order_7.2-b");
});

it("returns them with a failure too", async () => {
  const { headers } = await call("GET", "/nowhere", { headers: { "x-request-id": "mine" } });
  expect(headers.get("x-request-id")).toBe("mine");
});

describe("mints instead of", () => {
  const cases: Record<string, string> = {
    "an id that is too long": "x".repeat(129),
    "an id with a blank": "a b",
    "an id with a quote": 'a"b',
    "an id with markup": "<script>",
    "an empty id": "",
  };
  for (const [name, id] of Object.entries(cases))
    it(name, async () => {
      const { headers } = await ask({ "x-request-id": id, "x-correlation-id": id });
      expect(headers.get("x-request-id")).toMatch(minted);
      expect(headers.get("x-correlation-id")).toMatch(minted);
    });

  it("nothing of 128 characters", async () => {
    const id = "x".repeat(128);
    expect((await ask({ "x-request-id": id })).headers.get("x-request-id")).toBe(id);
  });
});
