import { rmSync } from "node:fs";
import { resolve } from "node:path";
import { expect, it } from "vitest";
import { measure } from "../../scripts/gate/measure.ts";
import { ensureTool } from "../../scripts/stack/build.ts";
import { plantedRelease } from "./planted-release.ts";

const root = resolve(import.meta.dirname, "../..");

it("two releases under real load, both asked in the same windows, and the query that one has more", async () => {
  const { binaries } = await ensureTool("k6");
  const line = "const items = rows.slice(0, limit);";
  const more = "await ask(db.select().from(bookings).limit(1));";
  const planted = plantedRelease("src/features/bookings/store.ts", line, `${line}\n  ${more}`);
  const said: string[] = [];
  try {
    const nothingElse = { json: undefined, markdown: undefined, record: undefined };
    const { pairs, calls, releases } = await measure(
      { baseline: root, candidate: planted, minutes: 0.25, rate: 40, seed: 3, ...nothingElse },
      binaries.k6 as string,
      (text) => said.push(text),
      { rounds: 1, warmUpSeconds: 5 },
    );
    expect(releases.candidate).toEqual({ name: planted, commit: "" });
    expect(pairs).toHaveLength(3);
    for (const { baseline, candidate } of pairs)
      for (const side of [baseline, candidate]) {
        expect(side.requests).toBeGreaterThan(60);
        expect(side.errors).toBe(0);
        expect(side.latencies).toHaveLength(side.requests);
        // Between a millisecond and a second of CPU time for a request, on any machine.
        expect((side.cpuNs ?? 0) / side.requests / 1e6).toBeGreaterThan(0.5);
        expect((side.cpuNs ?? 0) / side.requests / 1e6).toBeLessThan(1000);
      }
    expect(calls.requests.baseline).toBeGreaterThan(100);
    expect(calls.requests.candidate).toBeGreaterThan(100);
    expect(calls.more.map(({ route, span }) => `${route}: ${span}`)).toEqual([
      "GET /v1/bookings: CLIENT SELECT bookings",
    ]);
    expect(calls.more[0]?.count).toEqual({ baseline: 1, candidate: 2 });
    expect(said.some((text) => /^asking both, \d+ s left$/.test(text))).toBe(true);
  } finally {
    rmSync(planted, { recursive: true, force: true });
  }
}, 180_000);
