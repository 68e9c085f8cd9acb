import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { promisify } from "node:util";
import { parse } from "yaml";
import { lastErrors } from "./k6-words.ts";
import { BrokenRun, type LoadOptions, shapeScript } from "./options.ts";
import { variablesOf } from "./run-k6.ts";

const manifestFile = resolve(import.meta.dirname, "../../load/distributed/testrun.yaml");

/**
 * Packs a shape with its plan, thresholds and test data for k6 processes that share it. Tokens are not in it.
 * Each of the processes needs a RUN_ID of its own, which becomes the name of its tenant, and its execution segment.
 *
 * @param k6    executable
 * @param into  file that is written
 * @returns     how many runners it is for: what `parallelism` of testrun.yaml says
 * @throws BrokenRun when the plan cannot be divided among them, or k6 does not pack it
 */
export async function writeArchive(k6: string, options: LoadOptions, into: string): Promise<number> {
  const runners = await runnersOf(manifestFile);
  const maxRequestRate = Math.floor(options.maxRequestRate / runners);
  if (maxRequestRate < 1)
    throw new BrokenRun(
      `--max-rate ${options.maxRequestRate} is less than one request a second for each of ${runners} runners.`,
    );
  // RUN_ID and the token belong to a runner, so they are left to its environment.
  const { RUN_ID: _id, TRACE_TOKEN: _token, ...shared } = variablesOf({ ...options, maxRequestRate });
  const variables = Object.entries({ ...shared, RUNNERS: String(runners) });
  const args = ["archive", "--no-color", "--archive-out", into];
  for (const [name, value] of variables) args.push("--env", `${name}=${value}`);
  await promisify(execFile)(k6, [...args, shapeScript(options.shape)]).catch(({ stderr = "" }) => {
    throw new BrokenRun(`k6 does not pack ${options.shape}: ${lastErrors(String(stderr))}`);
  });
  return runners;
}

/** @throws BrokenRun unless the file names a number of runners */
async function runnersOf(file: string): Promise<number> {
  const manifest = parse(await readFile(file, "utf8")) as { spec?: { parallelism?: unknown } } | null;
  const runners = Number(manifest?.spec?.parallelism);
  if (!Number.isInteger(runners) || runners < 1)
    throw new BrokenRun(`${file}: spec.parallelism must be a whole number of runners from 1.`);
  return runners;
}
