import { expect, it } from "vitest";
import { tenantFinder } from "../../../src/features/tenants/find-tenant.ts";
import type { Tenant } from "../../../src/platform/access.ts";
import { randomIds } from "../../../src/platform/ids.ts";
import { handClock } from "../../fakes/clock.ts";

function house(known: readonly string[]) {
  const clock = handClock();
  const asked: string[] = [];
  const bySlug = async (slug: string): Promise<Tenant | undefined> => {
    asked.push(slug);
    return known.includes(slug)
      ? { id: randomIds("tenant"), slug, name: slug, tier: "free", createdAt: 0 }
      : undefined;
  };
  return { clock, asked, find: tenantFinder({ clock, tenants: { bySlug } }) };
}

it("remembers a tenant for five seconds and not longer", async () => {
  const { clock, asked, find } = house(["acme"]);
  const first = await find("acme");
  clock.advance(4_999);
  expect(await find("acme")).toBe(first);
  clock.advance(1);
  await find("acme");
  expect(asked).toEqual(["acme", "acme"]);
});

it("does not remember that a slug was unknown, so that a new tenant is there at once", async () => {
  const { asked, find } = house([]);
  await find("later");
  await find("later");
  expect(asked).toHaveLength(2);
});

it("asks no database about what cannot be a slug", async () => {
  const { asked, find } = house([]);
  for (const text of ["", "UPPER", "a", "x".repeat(41), "sql'--", "-a-"])
    expect(await find(text)).toBeUndefined();
  expect(asked).toEqual([]);
});

it("stays small however many tenants come by", async () => {
  const many = Array.from({ length: 1_001 }, (_, i) => `tenant-${i}`);
  const { asked, find } = house(many);
  for (const slug of many) await find(slug);
  await find("tenant-1000");
  expect(asked).toHaveLength(1_001);
  await find("tenant-0");
  expect(asked).toHaveLength(1_002);
});
