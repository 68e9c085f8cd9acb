import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, inject, it } from "vitest";
import { budgets } from "../../load/budgets.ts";
import type { OtlpTraces } from "../../scripts/gate/calls.ts";
import { startRelease } from "../../scripts/gate/start-release.ts";
import { plantedRelease } from "./planted-release.ts";
import { loadWithResult } from "./stores/load-run.ts";

const { urls } = inject("frontdesk");
const route = "GET /v1/bookings";

/** What a release exports goes on to the stack. */
const passOn = (traces: OtlpTraces) =>
  void fetch(`${urls.collector}/v1/traces`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(traces),
  });

it("A query in a loop fails the load run of a release that has it, and the request is named", async () => {
  const line = "const items = rows.slice(0, limit);";
  const loop = "for (const _ of items) await ask(db.select().from(bookings).limit(1));";
  const planted = plantedRelease("src/features/bookings/store.ts", line, `${line}\n  ${loop}`);
  const scratch = mkdtempSync(join(tmpdir(), "frontdesk-planted-"));
  const side = await startRelease(planted, scratch, "planted", passOn);
  try {
    const run = await loadWithResult(
      { HEALTH_TOKEN: "", TRACE_TOKEN: "" },
      ...["smoke", "--target", side.url, "--rate", "4", "--duration", "3", "--tempo", urls.tempo],
    );
    expect(run.exit, run.stdout + run.stderr).toBe(1);
    const over = run.result.calls.filter(({ most, allowed }) => most > allowed);
    expect(over.map(({ route: name, kind, allowed }) => [name, kind, allowed])).toEqual([
      [route, "d1", budgets[route]?.d1],
    ]);
    const [{ most, allowed, traceId }] = over as [(typeof over)[number]];
    expect(run.result.reasons).toEqual([
      `${route} made ${most} D1 queries in one request, at most ${allowed} (trace ${traceId.padStart(32, "0")})`,
    ]);
    // Every other route was looked at, too.
    expect(new Set(run.result.calls.map((row) => row.route))).toEqual(new Set(Object.keys(budgets)));
  } finally {
    await side.stop();
    for (const folder of [planted, scratch]) rmSync(folder, { recursive: true, force: true });
  }
});
