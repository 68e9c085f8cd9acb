import type { variants } from "./variants.ts";

export type ChosenVariant = (typeof variants)[number];

export type BenchRun = {
  /** For bundles and logs; gone when the run is over. */
  readonly folder: string;
  /** A short look: the figures are rough. */
  readonly quick: boolean;
  /** All variants, in full. */
  readonly isWhole: boolean;
  readonly rounds: number;
  readonly seed: number;
  readonly variants: readonly ChosenVariant[];
};
