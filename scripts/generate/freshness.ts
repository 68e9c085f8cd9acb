import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";

export type Stale = { readonly path: string; readonly why: "missing" | "differs" | "orphan" };

/** Compares a folder of files with what they should be; files in `folders` that nobody makes are orphans. */
export async function findStale(
  root: string,
  files: Readonly<Record<string, string>>,
  folders: readonly string[],
): Promise<Stale[]> {
  const compared = Object.entries(files).map(async ([path, wanted]): Promise<Stale[]> => {
    const found = await readFile(join(root, path), "utf8").catch(() => undefined);
    if (found === wanted) return [];
    return [{ path, why: found === undefined ? "missing" : "differs" }];
  });
  const listed = folders.map(async (folder): Promise<Stale[]> => {
    const entries = await readdir(join(root, folder), { withFileTypes: true }).catch(() => []);
    const paths = entries.filter((entry) => !entry.isDirectory()).map(({ name }) => `${folder}/${name}`);
    return paths.filter((path) => !(path in files)).map((path) => ({ path, why: "orphan" }));
  });
  return (await Promise.all([...compared, ...listed])).flat();
}

/** Makes stale files fresh: writes what is missing or differs, deletes orphans. */
export async function refresh(
  root: string,
  files: Readonly<Record<string, string>>,
  stale: readonly Stale[],
): Promise<void> {
  for (const { path } of stale) {
    const wanted = files[path];
    if (wanted === undefined) {
      await rm(join(root, path));
      continue;
    }
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), wanted);
  }
}
