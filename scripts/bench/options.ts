import { readFlags, WrongFlag } from "../flags/read-flags.ts";
import { BrokenBench } from "./broken.ts";

export type BenchRun = {
  /** For bundles and logs; gone when the run is over. */
  readonly folder: string;
  /** A short look: the figures are rough and no file is written. */
  readonly quick: boolean;
};

export type BenchOptions = Omit<BenchRun, "folder"> & { readonly measurements: readonly string[] };

/**
 * Reads the flags; without a name all measurements are meant.
 *
 * @throws BrokenBench for anything that is not understood
 */
export function parseOptions(args: readonly string[], known: readonly string[]): BenchOptions {
  const { values, positionals } = read(args);
  const unknown = positionals.find((name) => !known.includes(name));
  if (unknown !== undefined)
    throw new BrokenBench(`Unknown measurement "${unknown}". There are: ${known.join(", ")}.`);
  return { measurements: positionals.length > 0 ? positionals : known, quick: values.quick ?? false };
}

function read(args: readonly string[]) {
  try {
    return readFlags({ args: [...args], allowPositionals: true, options: { quick: { type: "boolean" } } });
  } catch (error) {
    if (error instanceof WrongFlag) throw new BrokenBench(error.message);
    throw error;
  }
}
