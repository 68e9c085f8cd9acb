import { beyond, type Case, cases } from "../../../load/verdict/simulation/cases.ts";
import { independent, markovBursts } from "../../../load/verdict/simulation/processes.ts";
import { type Counts, power, simulate, simulateFamily } from "../../../load/verdict/simulation/simulate.ts";

export type Row = {
  readonly says: string;
  readonly seconds: number;
  readonly rate: number;
  readonly allowed: number;
  readonly counts: Counts;
};
export type Curve = {
  readonly says: string;
  readonly seconds: number;
  /** True share in units of what is allowed, and how often each verdict came. */
  readonly points: readonly { readonly share: number; readonly counts: Counts }[];
};
export type Verified = {
  readonly runs: number;
  readonly runsOfCurve: number;
  readonly seed: number;
  readonly cases: readonly Row[];
  readonly beyond: readonly Row[];
  readonly family: readonly { readonly says: string; readonly counts: Counts }[];
  readonly curves: readonly Curve[];
};

const shares = [0, 0.1, 0.25, 0.5, 0.75, 1, 1.25, 1.5, 2, 3, 4, 5];
const families = [
  {
    says: "one of six promises exactly as good as allowed, five without an error",
    shares: [1, 0, 0, 0, 0, 0],
  },
  { says: "six of six exactly as good as allowed", shares: [1, 1, 1, 1, 1, 1] },
];

/** Simulates everything that docs/verdict.md states. */
export function verifyVerdict(runs: number, seed: number, say: (text: string) => void): Verified {
  const row = (one: Case): Row => {
    say(one.says);
    const { says, seconds, rate, allowed } = one;
    return { says, seconds, rate, allowed, counts: simulate(one, allowed, runs, seed) };
  };
  const runsOfCurve = Math.max(100, Math.round(runs / 10));
  const curve = (says: string, process: typeof independent, seconds: number): Curve => {
    say(`power: ${says}`);
    const points = power(process, { rate: 20, allowed: 0.001 }, shares, [seconds], runsOfCurve);
    return { says, seconds, points: points.map(({ share, counts }) => ({ share, counts })) };
  };
  return {
    ...{ runs, runsOfCurve, seed },
    cases: cases.map(row),
    beyond: beyond.map(row),
    family: families.map((family) => {
      say(family.says);
      return { says: family.says, counts: simulateFamily(family.shares, runs, seed) };
    }),
    curves: [
      curve("independent errors, 15 min", independent, 900),
      curve("independent errors, 1 h", independent, 3_600),
      curve("bursts of a quarter of a second, 15 min", markovBursts(0.25), 900),
      curve("bursts of a quarter of a second, 1 h", markovBursts(0.25), 3_600),
    ],
  };
}
