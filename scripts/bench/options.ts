import { readFlags, WrongFlag } from "../flags/read-flags.ts";
import { BrokenBench } from "./broken.ts";
import type { MeasurementName } from "./results.ts";
import type { BenchRun, ChosenVariant } from "./run.ts";
import { variants } from "./variants.ts";

export type BenchOptions = Omit<BenchRun, "folder"> & { readonly measurements: readonly MeasurementName[] };

/**
 * Reads the flags; without a name all measurements are meant.
 *
 * @throws BrokenBench for anything that is not understood
 */
export function parseOptions(args: readonly string[], known: readonly MeasurementName[]): BenchOptions {
  const { values, positionals } = read(args);
  const isKnown = (name: string): name is MeasurementName => (known as readonly string[]).includes(name);
  const unknown = positionals.find((name) => !isKnown(name));
  if (unknown !== undefined)
    throw new BrokenBench(`Unknown measurement "${unknown}". There are: ${known.join(", ")}.`);
  return {
    measurements: positionals.length > 0 ? positionals.filter(isKnown) : known,
    quick: values.quick ?? false,
    isWhole: !values.quick && values.variants === undefined,
    rounds: wholeNumber("--rounds", values.rounds ?? (values.quick ? "3" : "30")),
    seed: wholeNumber("--seed", values.seed ?? "1"),
    variants: chosen(values.variants),
  };
}

function wholeNumber(flag: string, text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new BrokenBench(`${flag} takes a whole number, not "${text}".`);
  return Number(text);
}

// The uninstrumented one is the floor that all others are compared with, so it is always there.
function chosen(list: string | undefined): readonly ChosenVariant[] {
  const ids: readonly string[] = list?.split(",") ?? variants.map(({ id }) => id);
  const unknown = ids.find((id) => !variants.some((variant) => variant.id === id));
  if (unknown !== undefined)
    throw new BrokenBench(
      `Unknown variant "${unknown}". There are: ${variants.map(({ id }) => id).join(", ")}.`,
    );
  return variants.filter(({ id }) => id === "none" || ids.includes(id));
}

const flags = {
  quick: { type: "boolean" },
  rounds: { type: "string" },
  seed: { type: "string" },
  variants: { type: "string" },
} as const;

function read(args: readonly string[]) {
  try {
    return readFlags({ args: [...args], allowPositionals: true, options: flags });
  } catch (error) {
    if (error instanceof WrongFlag) throw new BrokenBench(error.message);
    throw error;
  }
}
