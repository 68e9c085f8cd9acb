import { mkdirSync, mkdtempSync, readdirSync, utimesSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { markUsed, removeUnused } from "../../../scripts/stack/build-cache.ts";

const now = new Date("2026-11-21T12:00:00Z");
const daysOf: Record<string, number> = {
  "console-00000000000a": 1,
  "console-00000000000b": 13,
  "console-00000000000c": 15,
  "console-00000000000d": 40,
  "tempo-00000000000e": 90,
  "console-mine": 90,
  ".building-console-1": 1,
  ".building-tempo-2": 0,
};

function cacheWith(days: Record<string, number>): string {
  const cache = mkdtempSync(join(tmpdir(), "frontdesk-cache-"));
  for (const [name, age] of Object.entries(days)) {
    mkdirSync(join(cache, name, "assets"), { recursive: true });
    const used = new Date(now.getTime() - age * 86_400_000);
    utimesSync(join(cache, name), used, used);
  }
  return cache;
}

it("A new build removes those of its name that nobody used for two weeks, and what killed builds left", async () => {
  const cache = cacheWith(daysOf);
  await removeUnused(cache, "console", now.getTime());
  expect(readdirSync(cache).sort()).toEqual(
    [
      ".building-tempo-2",
      "console-00000000000a",
      "console-00000000000b",
      "console-mine",
      "tempo-00000000000e",
    ].sort(),
  );
});

it("The build that was used last is kept however old it is, and use makes young", async () => {
  const cache = cacheWith({ "tempo-00000000000a": 50, "tempo-00000000000b": 60, "tempo-00000000000c": 70 });
  await markUsed(join(cache, "tempo-00000000000c"), now);
  await removeUnused(cache, "tempo", now.getTime() + 1);
  expect(readdirSync(cache)).toEqual(["tempo-00000000000c"]);
  await markUsed(join(cache, "gone"));
});
