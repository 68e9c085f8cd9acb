import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { expect, it } from "vitest";
import { measure } from "../../scripts/gate/measure.ts";
import { ensureTool } from "../../scripts/stack/build.ts";

const root = resolve(import.meta.dirname, "../..");

/** A release like this one, whose list of bookings asks the database once more for every request. */
function releaseWithOneMoreQuery(): string {
  const folder = mkdtempSync(join(tmpdir(), "frontdesk-gate-planted-"));
  for (const name of ["src", "telemetry", "migrations", "wrangler.toml", "package.json", "tsconfig.json"])
    cpSync(join(root, name), join(folder, name), { recursive: true });
  symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
  const store = join(folder, "src/features/bookings/store.ts");
  const line = "const items = rows.slice(0, limit);";
  const source = readFileSync(store, "utf8");
  expect(source).toContain(line);
  writeFileSync(store, source.replace(line, `${line}\n  await ask(db.select().from(bookings).limit(1));`));
  return folder;
}

it("two releases under real load: turns that never meet, and the query that one has more", async () => {
  const { binaries } = await ensureTool("k6");
  const planted = releaseWithOneMoreQuery();
  const said: string[] = [];
  try {
    const nothingElse = { json: undefined, markdown: undefined, record: undefined };
    const { pairs, calls, releases } = await measure(
      { baseline: root, candidate: planted, minutes: 0.25, rate: 40, seed: 3, ...nothingElse },
      binaries.k6 as string,
      (text) => said.push(text),
      1,
    );
    expect(releases.candidate).toEqual({ name: planted, commit: "" });
    expect(pairs).toHaveLength(2);
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
    expect(said.some((text) => /\d+ of 3 pairs of turns, \d+ s left/.test(text))).toBe(true);
  } finally {
    rmSync(planted, { recursive: true, force: true });
  }
}, 180_000);
