import { access, constants, mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { formats } from "./formats.ts";
import { BrokenRun, type LoadOptions } from "./options.ts";
import type { LoadResult } from "./result.ts";

type Where = Pick<LoadOptions, "json" | "report">;

/**
 * Makes the folders that the reports go to: before the load, so that no run is lost for want of a place.
 *
 * @throws BrokenRun that names the flag
 */
export async function makeRoom({ json, report }: Where): Promise<void> {
  const folders = { "--json": json === undefined ? undefined : dirname(json), "--report": report };
  for (const [flag, folder] of Object.entries(folders)) {
    if (folder === undefined) continue;
    try {
      await mkdir(folder, { recursive: true });
      await access(folder, constants.W_OK);
    } catch (error) {
      throw new BrokenRun(`${flag}: ${folder} cannot be written (${(error as NodeJS.ErrnoException).code}).`);
    }
  }
}

export async function writeReports({ json, report }: Where, result: LoadResult): Promise<void> {
  if (json) await writeFile(json, formats["verdict.json"](result));
  if (!report) return;
  for (const [name, render] of Object.entries(formats)) await writeFile(join(report, name), render(result));
}
