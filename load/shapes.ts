// The shapes of load as plans. Pure: k6 follows a plan, the runner shows it and knows how long it takes.
import { hours, requestsPerVisit, requestsPerVisitMax } from "./day.ts";

/** From where the stage before ended, the rate goes straight to `rate` visits a second in `seconds`. */
export type Stage = { readonly seconds: number; readonly rate: number };

export type Plan = {
  /** Visits a second at the beginning. */
  readonly start: number;
  readonly stages: readonly Stage[];
};

export type ShapeName = "smoke" | "steady" | "spike" | "soak" | "stress" | "breakpoint";

type Shape = {
  readonly says: string;
  /** Visits a second; of shapes that change it, the ordinary rate. */
  readonly rate: number;
  readonly seconds: number;
  /** `answers`: every single answer must be right. `promises`: the promises must hold, with confidence. */
  readonly judges: "answers" | "promises";
  readonly stages: (rate: number, seconds: number) => Plan;
};

const constant = (rate: number, seconds: number): Plan => ({ start: rate, stages: [{ seconds, rate }] });

/** Whole seconds of each share; the last takes what is left. */
function parts(seconds: number, shares: readonly number[]): number[] {
  const cut = shares.map((share) => Math.max(1, Math.floor(seconds * share)));
  const rest = seconds - cut.slice(0, -1).reduce((sum, part) => sum + part, 0);
  return [...cut.slice(0, -1), Math.max(1, rest)];
}

/** Jumps to a rate and keeps it. */
function levels(rates: readonly number[], seconds: readonly number[]): Plan {
  const stages = rates.flatMap((rate, i) => [
    { seconds: 0, rate },
    { seconds: seconds[i] ?? 1, rate },
  ]);
  return { start: rates[0] ?? 1, stages: stages.slice(1) };
}

export const shapes: Readonly<Record<ShapeName, Shape>> = {
  smoke: {
    says: "does everything work at all?",
    ...{ rate: 2, seconds: 10, judges: "answers", stages: constant },
  },
  steady: {
    says: "do the promises hold on an ordinary day?",
    ...{ rate: 20, seconds: 1_200, judges: "promises", stages: constant },
  },
  spike: {
    says: "do they hold when five times as many come at once, for a fifth of the time?",
    ...{ rate: 10, seconds: 1_200, judges: "promises" },
    stages: (rate, seconds) => levels([rate, rate * 5, rate], parts(seconds, [0.4, 0.2, 0.4])),
  },
  soak: {
    says: "does it stay well through whole days? one day of the model in each run",
    ...{ rate: 20, seconds: 14_400, judges: "promises" },
    stages: (rate, seconds) => {
      const each = parts(
        seconds,
        hours.map(() => 1 / hours.length),
      );
      const stages = hours.map((share, hour) => ({
        seconds: each[hour] ?? 1,
        rate: Math.max(1, Math.round(rate * share)),
      }));
      return { start: Math.max(1, Math.round(rate * hours[23])), stages };
    },
  },
  stress: {
    says: "do they hold while load climbs to three times the ordinary, stays, and goes?",
    ...{ rate: 10, seconds: 1_200, judges: "promises" },
    stages: (rate, seconds) => {
      const [up = 1, stay = 1, down = 1] = parts(seconds, [0.4, 0.4, 0.2]);
      return {
        start: rate,
        stages: [
          { seconds: up, rate: rate * 3 },
          { seconds: stay, rate: rate * 3 },
          { seconds: down, rate },
        ],
      };
    },
  },
  breakpoint: {
    says: "at which rate do they break? ten levels, each one ordinary rate more",
    ...{ rate: 10, seconds: 600, judges: "promises" },
    stages: (rate, seconds) => {
      const steps = Array.from({ length: 10 }, (_, i) => i + 1);
      return levels(
        steps.map((step) => step * rate),
        parts(
          seconds,
          steps.map(() => 0.1),
        ),
      );
    },
  },
};

export const shapeNames = Object.keys(shapes) as ShapeName[];

export function planOf(shape: ShapeName, rate?: number, seconds?: number): Plan {
  const { stages, ...usual } = shapes[shape];
  return stages(rate ?? usual.rate, seconds ?? usual.seconds);
}

export const secondsOf = ({ stages }: Plan): number => stages.reduce((sum, { seconds }) => sum + seconds, 0);

export const peakOf = ({ start, stages }: Plan): number => Math.max(start, ...stages.map(({ rate }) => rate));

/** Visits that a plan begins, on average: stages are ramps. */
export function visitsOf({ start, stages }: Plan): number {
  let from = start;
  let sum = 0;
  for (const { seconds, rate } of stages) {
    sum += (seconds * (from + rate)) / 2;
    from = rate;
  }
  return Math.floor(sum);
}

/** Most requests a second that a plan can ask for: every visit the longest. */
export const requestRateMax = (shape: ShapeName, plan: Plan): number =>
  Math.ceil(peakOf(plan) * requestsPerVisitMax(shape));

export const requestsOf = (shape: ShapeName, plan: Plan): number =>
  Math.round(visitsOf(plan) * requestsPerVisit(shape));

/** Visits a second at a time of the plan. */
export function rateAt({ start, stages }: Plan, second: number): number {
  let from = start;
  let left = second;
  for (const { seconds, rate } of stages) {
    if (left < seconds) return from + ((rate - from) * left) / seconds;
    left -= seconds;
    from = rate;
  }
  return from;
}
