import { regularizedBeta, studentT } from "../../load/verdict/beta.ts";
import { seededRandom } from "../../load/verdict/random.ts";
import { mean } from "../bench/statistics.ts";
import type { Pair } from "./pairs.ts";

/** Fewer starts say too little of how much starts differ. */
const startsMin = 6;
/** What disturbs a machine may last longer than a window: so many neighbours are drawn together, where enough blocks are left. */
const neighboursMax = 3;
const blocksMin = 24;
/**
 * Starts are taken for alike when chance alone makes them differ as much more often than this.
 *
 * @source Bozivich, Bancroft and Hartley 1956, on pooling after a test
 */
const alikeFrom = 0.25;

/**
 * Numbers of pairs that are drawn together: neighbours in time, or all of one start where starts differ by more than their pairs do.
 *
 * @param differences  of one measure, one for each pair
 */
export function blocksOf(pairs: readonly Pair[], differences: readonly number[]): number[][] {
  const starts = [
    ...Map.groupBy(
      pairs.map((_, at) => at),
      (at) => pairs[at]?.round,
    ).values(),
  ];
  const values = starts
    .map((start) => start.map((at) => differences[at] as number).filter(Number.isFinite))
    .filter((start) => start.length > 0);
  if (values.length >= startsMin && chanceOfStarts(values) < alikeFrom) return starts;
  const size = Math.min(neighboursMax, Math.max(1, Math.floor(pairs.length / blocksMin)));
  return starts.flatMap((start) =>
    Array.from({ length: Math.ceil(start.length / size) }, (_, at) =>
      start.slice(at * size, (at + 1) * size),
    ),
  );
}

/**
 * Probability that starts which are alike differ this much.
 *
 * @param starts  values of each
 * @source Fisher's analysis of variance, one way
 */
export function chanceOfStarts(starts: readonly (readonly number[])[]): number {
  const all = starts.flat();
  const grand = mean(all);
  const sum = (of: (values: readonly number[]) => number) =>
    starts.reduce((total, values) => total + of(values), 0);
  const between = sum((values) => values.length * (mean(values) - grand) ** 2);
  const within = sum((values) => values.reduce((total, value) => total + (value - mean(values)) ** 2, 0));
  const [freeBetween, freeWithin] = [starts.length - 1, all.length - starts.length];
  // Nothing differs, or nothing was measured.
  if (!(between > 0)) return 1;
  return regularizedBeta(within / (within + between), freeWithin / 2, freeBetween / 2);
}

/** Blocks, drawn again as often as asked; the same seed draws the same. */
export function drawAgain(blocks: readonly number[][], seed: number, draws: number): number[][] {
  const random = seededRandom(seed);
  const draw = () => blocks[Math.floor(random() * blocks.length)] as number[];
  return Array.from({ length: draws }, () => blocks.flatMap(draw));
}

/** A few blocks, drawn again, differ less from each other than new ones would: by this factor, at one in a hundred. */
export const stretchOf = (blocks: number): number =>
  Math.sqrt(blocks / (blocks - 1)) * (studentT(0.01, blocks - 1) / studentT(0.01, 1e6));
