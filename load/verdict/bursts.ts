import { type Second, sumOf } from "./seconds.ts";

/** How many requests count as one, because bad ones come together. */
export type DesignEffect = {
  /** What is taken before anything is seen: the requests that fall into the assumed length of a fault. */
  readonly assumed: number;
  /** What the run itself shows; 1 where it shows nothing. */
  readonly measured: number;
  /** Blocks of time with bad events, on which `measured` rests. */
  readonly bursts: number;
  readonly blockSeconds: number;
};

/** Fewer blocks than this say too little about their own spread. */
const blocksMin = 20;
const lengthsSeconds = [1, 2, 5, 10, 20, 30, 60, 120, 300, 600];

/**
 * What is assumed of a fault until the run has shown longer ones: whoever is hit has neighbours within three tenths of a second who are hit too.
 * No sample can rule out what it is too short to contain, so a verdict needs such a floor; ADR 0027 says what it costs.
 */
export const assumedBurstSeconds = 0.3;

/**
 * Design effect of the share of bad events: its variance over blocks of time, divided by what independent events would have.
 * Blocks of several lengths are tried and the largest effect is taken, because a burst that is cut in two looks half as long.
 *
 * @param seconds       every second of the run in order, also those without events
 * @param burstSeconds  how long a fault is assumed to last at least; 0 assumes that events are independent
 * @source Kish, Survey Sampling, 1965, 8.2 (ratio estimator over clusters); Flyvbjerg and Petersen, J. Chem. Phys. 91, 1989 (growing blocks)
 */
export function designEffect(seconds: readonly Second[], burstSeconds = assumedBurstSeconds): DesignEffect {
  const { valid, bad } = sumOf(seconds);
  const perSecond = seconds.length === 0 ? 0 : valid / seconds.length;
  let worst: DesignEffect = {
    ...{ assumed: Math.max(1, perSecond * burstSeconds), measured: 1, bursts: 0, blockSeconds: 0 },
  };
  if (bad === 0 || bad === valid) return worst;
  const ratio = bad / valid;
  for (const blockSeconds of lengthsSeconds) {
    const { squares, blocks, bursts } = spread(seconds, blockSeconds, ratio);
    if (blocks < blocksMin) break;
    const measured = ((blocks / (blocks - 1)) * squares) / (valid * ratio * (1 - ratio));
    if (measured > worst.measured) worst = { assumed: worst.assumed, measured, bursts, blockSeconds };
  }
  return worst;
}

type Spread = { readonly squares: number; readonly blocks: number; readonly bursts: number };

/** Squared distances of the blocks' bad events from what the whole run's ratio would give them; a last part joins the block before. */
function spread(seconds: readonly Second[], blockSeconds: number, ratio: number): Spread {
  const blocks = Math.floor(seconds.length / blockSeconds);
  let [squares, bursts] = [0, 0];
  for (let block = 0; block < blocks; block++) {
    const until = block === blocks - 1 ? seconds.length : (block + 1) * blockSeconds;
    let [distance, bad] = [0, 0];
    for (let i = block * blockSeconds; i < until; i++) {
      const second = seconds[i];
      if (!second) continue;
      distance += second.bad - ratio * second.valid;
      bad += second.bad;
    }
    squares += distance ** 2;
    bursts += Number(bad > 0);
  }
  return { squares, blocks, bursts };
}
