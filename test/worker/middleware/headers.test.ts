import { describe, expect, it } from "vitest";
import { call } from "../support/api.ts";

const paths = { "an answer": "/v1/health", "a failure": "/nowhere", "the docs page": "/docs" };

describe("security headers are on", () => {
  for (const [name, path] of Object.entries(paths))
    it(name, async () => {
      const { headers } = await call("GET", path);
      expect(headers.get("strict-transport-security")).toContain("max-age=63072000");
      expect(headers.get("x-content-type-options")).toBe("nosniff");
      expect(headers.get("x-frame-options")).toBe("DENY");
      expect(headers.get("referrer-policy")).toBe("no-referrer");
      expect(headers.get("content-security-policy")).toMatch(/default-src 'none'/);
      expect(headers.get("content-security-policy")).not.toMatch(/unsafe|https?:|\*/);
    });
});

it("says how long it took", async () => {
  expect((await call("GET", "/v1/health")).headers.get("x-response-time")).toMatch(/^\d+ms$/);
});

it("names the trace in Server-Timing", async () => {
  const timing = (await call("GET", "/v1/health")).headers.get("server-timing");
  expect(timing).toMatch(/^traceparent;desc="00-[0-9a-f]{32}-[0-9a-f]{16}-01"$/);
});

describe("CORS", () => {
  it("lets any origin read, but never with cookies", async () => {
    const { headers } = await call("GET", "/v1/health", { headers: { origin: "https://app.example" } });
    expect(headers.get("access-control-allow-origin")).toBe("*");
    expect(headers.get("access-control-allow-credentials")).toBeNull();
    expect(headers.get("access-control-expose-headers")).toContain("ETag");
  });

  it("answers a preflight with the methods of that path", async () => {
    const preflight = { origin: "https://app.example", "access-control-request-method": "PATCH" };
    const response = await call("OPTIONS", "/v1/rooms/room_x", { headers: preflight });
    expect(response.status).toBe(204);
    expect(response.headers.get("access-control-allow-methods")).toBe("GET, PATCH, HEAD, OPTIONS");
    expect(response.headers.get("access-control-allow-headers")).toContain("Authorization");
  });

  it("answers OPTIONS of a path that is not there with 404", async () => {
    expect((await call("OPTIONS", "/nowhere")).status).toBe(404);
  });
});
