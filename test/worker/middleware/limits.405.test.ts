import { describe, expect, it } from "vitest";
import { call, problemOf } from "../support/api.ts";

const cases: Record<string, { method: string; path: string; allow: string }> = {
  "deleting the health": { method: "DELETE", path: "/v1/health", allow: "GET, HEAD, OPTIONS" },
  "reading the log-in": { method: "GET", path: "/v1/auth/login", allow: "POST, OPTIONS" },
  "asking for the head of the log-in": { method: "HEAD", path: "/v1/auth/login", allow: "POST, OPTIONS" },
  "putting a room": { method: "PUT", path: "/v1/rooms/room_x", allow: "GET, PATCH, HEAD, OPTIONS" },
  "a method from elsewhere": { method: "PROPFIND", path: "/v1/rooms", allow: "GET, POST, HEAD, OPTIONS" },
};

describe("Allow says what the path answers to after", () => {
  for (const [name, { method, path, allow }] of Object.entries(cases))
    it(name, async () => {
      const response = await call(method, path);
      expect(response.status).toBe(405);
      expect(response.headers.get("allow")).toBe(allow);
      if (method !== "HEAD") expect((await problemOf(response)).code).toBe("method_not_allowed");
    });
});
