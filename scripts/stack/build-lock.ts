import { open, rm, stat, utimes } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";

/** A lock whose owner has not touched it for this long died. */
const staleMs = 20_000;
const touchMs = 4_000;

/**
 * Runs `work` while no other process holds `path`: two clones that start at once share one build.
 * Losing the race for a dead owner's lock is harmless: results are renamed into place, so at worst one is built twice.
 */
export async function withLock<T>(path: string, onWait: () => void, work: () => Promise<T>): Promise<T> {
  while (!(await take(path))) {
    onWait();
    await sleep(500);
  }
  const touch = setInterval(() => void utimes(path, new Date(), new Date()).catch(() => undefined), touchMs);
  try {
    return await work();
  } finally {
    clearInterval(touch);
    await rm(path, { force: true });
  }
}

async function take(path: string): Promise<boolean> {
  try {
    await (await open(path, "wx")).close();
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  }
  const age = await stat(path).then(
    ({ mtimeMs }) => Date.now() - mtimeMs,
    () => 0,
  );
  if (age > staleMs) await rm(path, { force: true });
  return false;
}
