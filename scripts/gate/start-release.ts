import { rmSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { dataFolder, openDataFolder } from "../stack/data-folder.ts";
import { ensureSecrets } from "../stack/secrets.ts";
import { atEnd } from "./at-end.ts";
import type { OtlpTraces } from "./calls.ts";
import { bundle, checkOut, type Release } from "./release.ts";
import { type Side, startSide } from "./side.ts";

/** A release that can be started, as often as needed. */
export type Built = {
  readonly release: Release;
  /** Its one module. */
  readonly code: string;
  readonly secrets: Readonly<Record<string, string>>;
};

/**
 * Checks a release out and bundles it with its own packages. Whoever calls it removes the release.
 *
 * @param name     a folder or anything that git can resolve
 * @param scratch  folder for what is made, which does not outlive this process; releases that share it share their secrets
 * @param part     names what belongs to this one
 * @throws BrokenGate
 */
export async function buildRelease(name: string, scratch: string, part: string): Promise<Built> {
  atEnd(() => rmSync(scratch, { recursive: true, force: true }));
  const folder = dataFolder(join(scratch, "secrets"));
  await openDataFolder(folder);
  const secrets = await ensureSecrets(folder);
  const own = join(scratch, part);
  await mkdir(own);
  const release = await checkOut(name, own);
  try {
    return { release, code: await bundle(release, own), secrets };
  } catch (error) {
    await release.remove();
    throw error;
  }
}

/**
 * Starts what was built on a workerd of its own, with empty storage.
 *
 * @param take  is given the traces that it exports
 * @throws BrokenGate
 */
export const startBuilt = (
  { release, code, secrets }: Built,
  take: (traces: OtlpTraces) => void,
): Promise<Side> => startSide(release, code, secrets, take);

/**
 * Builds a release and starts it once; its `stop` removes the release as well. Parameters and errors of both.
 */
export async function startRelease(
  name: string,
  scratch: string,
  part: string,
  take: (traces: OtlpTraces) => void,
): Promise<Side> {
  const built = await buildRelease(name, scratch, part);
  try {
    const side = await startBuilt(built, take);
    return { ...side, stop: () => side.stop().finally(built.release.remove) };
  } catch (error) {
    await built.release.remove();
    throw error;
  }
}
