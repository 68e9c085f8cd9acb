import { describe, expect, it } from "vitest";
import { call, problemOf } from "../support/api.ts";

const path = "/v1/auth/register";
const cases: Record<string, Record<string, string>> = {
  "a form": { "content-type": "application/x-www-form-urlencoded" },
  "text, as a form of another site may send it": { "content-type": "text/plain" },
  "no type": { "content-type": "" },
  "a compressed body": { "content-type": "application/json", "content-encoding": "gzip" },
};

describe("refuses", () => {
  for (const [name, headers] of Object.entries(cases))
    it(name, async () => {
      const response = await call("POST", path, { body: "{}", headers });
      expect(response.status).toBe(415);
      expect((await problemOf(response)).code).toBe("unsupported_media_type");
    });

  it("says what it takes", async () => {
    const response = await call("POST", path, { body: "a=b", headers: { "content-type": "text/plain" } });
    expect(response.headers.get("accept")).toBe("application/json");
  });
});

it("takes JSON with a parameter and in capitals", async () => {
  for (const type of ["application/json; charset=utf-8", "Application/JSON"]) {
    expect((await call("POST", path, { body: "{}", headers: { "content-type": type } })).status).toBe(400);
  }
});
