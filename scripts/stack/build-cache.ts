import { readdir, rm, stat, utimes } from "node:fs/promises";
import { join } from "node:path";

const hourMs = 3_600_000;
const keptMs = 14 * 24 * hourMs;
/** Kept however old it is, beside the one that is to be built: that of a branch that is worked on in turn. */
const keptAtLeast = 1;

/** Says that a build is in use. A cache that can only be read is used all the same. */
export async function markUsed(folder: string, now = new Date()): Promise<void> {
  await utimes(folder, now, now).catch(() => undefined);
}

/**
 * Removes what a new build of `name` replaced: builds that no start has used for 14 days, but never the one used last.
 * Also what killed builds left behind; an hour is longer than any build.
 */
export async function removeUnused(cache: string, name: string, now = Date.now()): Promise<void> {
  const found = await Promise.all(
    (await readdir(cache)).map(async (entry) => {
      const path = join(cache, entry);
      const { mtimeMs } = await stat(path).catch(() => ({ mtimeMs: now }));
      return { entry, path, age: now - mtimeMs };
    }),
  );
  const isOfName = new RegExp(`^${name}-[0-9a-f]{12}$`);
  const builds = found.filter(({ entry }) => isOfName.test(entry)).sort((a, b) => a.age - b.age);
  const old = [
    ...builds.slice(keptAtLeast).filter(({ age }) => age > keptMs),
    ...found.filter(({ entry, age }) => entry.startsWith(".building-") && age > hourMs),
  ];
  for (const { path } of old) await rm(path, { recursive: true, force: true });
}
