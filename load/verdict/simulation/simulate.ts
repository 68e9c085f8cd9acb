import { type Errors, upperBound } from "../bounds.ts";
import { errorsFor, judgePromise, type PromiseVerdict } from "../judge-promise.ts";
import { judgeRun } from "../judge-run.ts";
import { seededRandom } from "../random.ts";
import type { Second } from "../seconds.ts";
import type { Case } from "./cases.ts";
import { independent, type Process } from "./processes.ts";

export type Counts = Readonly<Record<PromiseVerdict, number>>;

/** What judges; tests put a worse one in its place. */
export type Judge = (seconds: readonly Second[], allowed: number, errors: Errors) => PromiseVerdict;

const ours: Judge = (seconds, allowed, errors) => judgePromise(seconds, allowed, errors).verdict;
/** Both sides at 5 %: one promise that stands alone. */
const alone: Errors = errorsFor(1);

/** Verdicts on `runs` runs whose true share of bad requests is `share`. The same seed makes the same runs. */
export function simulate(
  { process, seconds, rate, allowed }: Omit<Case, "says">,
  share: number,
  runs: number,
  seed: number,
  judge: Judge = ours,
): Counts {
  const random = seededRandom(seed);
  const counts = { pass: 0, fail: 0, inconclusive: 0 };
  for (let run = 0; run < runs; run++)
    counts[judge(process({ seconds, rate, share }, random), allowed, alone)]++;
  return counts;
}

/**
 * Verdicts on whole runs of `shares.length` promises, each with its own share of bad requests.
 *
 * @param shares  true shares, in units of what is allowed
 */
export function simulateFamily(shares: readonly number[], runs: number, seed: number): Counts {
  const [seconds, rate, allowed] = [900, 2, 0.01];
  const random = seededRandom(seed);
  const errors = errorsFor(shares.length);
  const counts = { pass: 0, fail: 0, inconclusive: 0, broken: 0 };
  for (let run = 0; run < runs; run++) {
    const promises = shares.map((share, i) => ({
      ...{ id: String(i), title: String(i), objective: "99%" },
      judged: judgePromise(independent({ seconds, rate, share: share * allowed }, random), allowed, errors),
    }));
    const conclusion = judgeRun({
      ...{
        judges: "promises",
        promises,
        unexpected: 0,
        wrong: 0,
        dropped: 0,
        interrupted: undefined,
        complaints: [],
        broken: [],
      },
    });
    counts[conclusion.verdict]++;
  }
  return counts;
}

/** How often a verdict comes, by the length of the run and the true share: the power curve. */
export function power(
  process: Process,
  run: { readonly rate: number; readonly allowed: number },
  shares: readonly number[],
  lengths: readonly number[],
  runs: number,
): { readonly seconds: number; readonly share: number; readonly counts: Counts }[] {
  return lengths.flatMap((seconds) =>
    shares.map((share) => ({
      ...{ seconds, share },
      counts: simulate(
        { process, seconds, ...run },
        share * run.allowed,
        runs,
        Math.round(share * 1000) + seconds,
      ),
    })),
  );
}

/** Whether a rate that was seen so often contradicts that it is at most `rate`, with a chance of one in ten thousand to say so in vain. */
export const contradicts = (seen: number, runs: number, rate: number): boolean =>
  1 - upperBound(runs - seen, runs, 0.0001) > rate;
