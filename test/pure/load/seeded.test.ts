import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { draw, hex, tenantOf, traceparent } from "../../../load/lib/seeded.ts";
import { slugPattern } from "../../../src/platform/slug.ts";

describe("what a run is called by", () => {
  it("is the same for the same run", () => {
    expect(tenantOf("a")).toEqual(tenantOf("a"));
    expect(traceparent("a", "1.0")).toEqual(traceparent("a", "1.0"));
    expect(draw(1, "cancel 3")).toBe(draw(1, "cancel 3"));
  });
  it("makes a tenant that the API accepts", () => {
    const { slug, owner } = tenantOf("mwq6wteo-0eda93");
    expect(slug).toMatch(slugPattern);
    expect(owner.password.length).toBeGreaterThanOrEqual(10);
  });
  it("makes a traceparent as W3C writes it", () =>
    expect(traceparent("a", "1.0").header).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/));
  it("never repeats a trace id among 100 000 requests of many runs", () => {
    const seen = new Set<string>();
    for (let run = 0; run < 100; run++)
      for (let n = 0; n < 1000; n++) seen.add(traceparent(`run-${run}`, `1.${n}`).traceId);
    expect(seen.size).toBe(100_000);
  });
  it("draws evenly", () => {
    const draws = Array.from({ length: 10_000 }, (_, n) => draw(7, `cancel ${n}`));
    const mean = draws.reduce((sum, n) => sum + n, 0) / draws.length;
    expect(Math.abs(mean - 0.5)).toBeLessThan(0.02);
  });
  it("gives as many hexadecimal digits as asked for", () =>
    fc.assert(
      fc.property(fc.string(), fc.integer({ min: 1, max: 32 }), (text, digits) => {
        expect(hex(text, digits)).toMatch(new RegExp(`^[0-9a-f]{${digits}}$`));
      }),
    ));
});
