import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { ensureTool } from "../stack/build.ts";
import { screenOn } from "../stack/screen.ts";
import { BrokenRun } from "./options.ts";

/**
 * The executable of the k6 that this repository pins, built first if it is not there, with progress on the terminal.
 *
 * @throws BrokenRun, BuildError
 */
export async function findK6(): Promise<string> {
  const screen = screenOn(process.stderr);
  const { binaries } = await ensureTool("k6", {
    onProgress: ({ title, phase, seconds }) => screen.status(phase, `${title}: ${phase}, ${seconds} s`),
  });
  screen.clearStatus();
  if (!binaries.k6) throw new BrokenRun("k6 was not built; run again.");
  await requireK6(binaries.k6);
  return binaries.k6;
}

/** @throws BrokenRun unless it is the k6 that this repository pins */
export async function requireK6(k6: string): Promise<void> {
  const said = await promisify(execFile)(k6, ["version"]).then(
    ({ stdout }) => stdout,
    (error: Error) => {
      throw new BrokenRun(`k6 does not run: ${error.message.split("\n")[0]}`);
    },
  );
  const [, major, minor] = /k6(?:\.exe)? v(\d+)\.(\d+)\./.exec(said) ?? [];
  if (Number(major) !== 2 || Number(minor) < 2)
    throw new BrokenRun(`k6 2.2 or newer is needed, this is: ${said.trim().split("\n")[0]}`);
}
