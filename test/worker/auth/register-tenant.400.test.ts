import { describe, expect, it } from "vitest";
import { call, pointersOf, problemOf } from "../support/api.ts";

const tenant = { slug: "fine", name: "Fine" };
const owner = { name: "Ada", email: "ada@example.com", password: "a-long-password" };

const cases: Record<string, { json: unknown; pointers: string[] }> = {
  "nothing at all": { json: {}, pointers: ["#/owner", "#/tenant"] },
  "a list": { json: [], pointers: ["#"] },
  "a slug with capitals": {
    json: { tenant: { ...tenant, slug: "Acme" }, owner },
    pointers: ["#/tenant/slug"],
  },
  "a slug that ends with a hyphen": {
    json: { tenant: { ...tenant, slug: "acme-" }, owner },
    pointers: ["#/tenant/slug"],
  },
  "a slug that is too long for a label": {
    json: { tenant: { ...tenant, slug: "a".repeat(41) }, owner },
    pointers: ["#/tenant/slug"],
  },
  "a password of nine characters": {
    json: { tenant, owner: { ...owner, password: "123456789" } },
    pointers: ["#/owner/password"],
  },
  "a password of 129 characters": {
    json: { tenant, owner: { ...owner, password: "x".repeat(129) } },
    pointers: ["#/owner/password"],
  },
  "an address without a host": {
    json: { tenant, owner: { ...owner, email: "ada" } },
    pointers: ["#/owner/email"],
  },
  "control characters in names": {
    json: { tenant: { ...tenant, name: "Fi\u0007ne" }, owner: { ...owner, name: "A\u0000da" } },
    pointers: ["#/owner/name", "#/tenant/name"],
  },
  "a field that is not known": {
    json: { tenant, owner: { ...owner, role: "owner" } },
    pointers: ["#/owner/role"],
  },
  "several faults": { json: { tenant: { slug: 3 }, owner }, pointers: ["#/tenant/name", "#/tenant/slug"] },
};

describe("refuses, and names each field", () => {
  for (const [name, { json, pointers }] of Object.entries(cases))
    it(name, async () => {
      const response = await call("POST", "/v1/auth/register", { json });
      expect(response.status).toBe(400);
      const problem = await problemOf(response);
      expect(problem.code).toBe("invalid_request");
      expect(pointersOf(problem)).toEqual(pointers);
    });
});

it("never repeats what was sent", async () => {
  const json = { tenant, owner: { ...owner, email: "canary@", password: "canary" } };
  const response = await call("POST", "/v1/auth/register", { json });
  expect(await response.text()).not.toContain("canary");
});
