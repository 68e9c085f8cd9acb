import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { dataFolder, openDataFolder } from "../stack/data-folder.ts";
import { ensureSecrets } from "../stack/secrets.ts";
import type { OtlpTraces } from "./calls.ts";
import { bundle, checkOut } from "./release.ts";
import { type Side, startSide } from "./side.ts";

/**
 * Checks a release out, bundles it with its own packages and starts it on a workerd of its own.
 *
 * @param name     a folder or anything that git can resolve
 * @param scratch  folder for what is made; releases that share it share their secrets
 * @param part     names what belongs to this one
 * @param take     is given the traces that it exports
 * @returns        its `stop` removes the work tree as well
 * @throws BrokenGate
 */
export async function startRelease(
  name: string,
  scratch: string,
  part: string,
  take: (traces: OtlpTraces) => void,
): Promise<Side> {
  const folder = dataFolder(join(scratch, "secrets"));
  await openDataFolder(folder);
  const secrets = await ensureSecrets(folder);
  const own = join(scratch, part);
  await mkdir(own);
  const release = await checkOut(name, own);
  try {
    const side = await startSide(release, await bundle(release, own), secrets, take);
    return { ...side, stop: () => side.stop().finally(release.remove) };
  } catch (error) {
    await release.remove();
    throw error;
  }
}
