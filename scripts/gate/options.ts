import { readFlags } from "../flags/read-flags.ts";
import { BrokenGate } from "./broken-gate.ts";

export const usage = `npm run gate -- --baseline A --candidate B [flags]

Runs two releases side by side on workerd, asks both the same, visit by visit in turn, and says whether B is worse.
A and B are commits, tags or branches of this repository, or folders; "." is what is in this folder now.

  --minutes N       how long both are asked (7.5); starting both six times takes two minutes more
  --rate N          requests a second, half of them for each side (40)
  --seed N          choices of the visitors (1)
  --json FILE       the result as JSON
  --markdown FILE   the result for a pull request
  --record FILE     what was measured, window by window, as JSON
  --verify FILE     no run: draws many comparisons from such a record of twice the same release, and says how often
                    the gate calls a false alarm, and how often it finds 10 % of p95 and 5 % of CPU time;
                    --minutes says how long each is, at most as long as the record
  --help            this page

Exit 0: not worse. 1: worse. 2: cannot be told, for the reason that is given. 3: the comparison could not be made.`;

export type GateOptions = {
  readonly baseline: string;
  readonly candidate: string;
  readonly minutes: number;
  readonly rate: number;
  readonly seed: number;
  readonly json: string | undefined;
  readonly markdown: string | undefined;
  readonly record: string | undefined;
};
export type VerifyOptions = { readonly verify: string; readonly seed: number; readonly minutes: number };

/** Reads the flags. @throws WrongFlag, BrokenGate for what is not understood, one line */
export function parseOptions(args: readonly string[]): GateOptions | VerifyOptions {
  const text = { type: "string" } as const;
  const { values } = readFlags({
    args: [...args],
    options: {
      ...{ baseline: text, candidate: text, minutes: text, rate: text, seed: text },
      ...{ json: text, markdown: text, record: text, verify: text },
    },
  });
  const seed = number("--seed", values.seed ?? "1", 1, 1e9);
  const minutes = number("--minutes", values.minutes ?? "7.5", 1, 120);
  if (values.verify !== undefined) return { verify: values.verify, seed, minutes };
  return {
    baseline: named("--baseline", values.baseline),
    candidate: named("--candidate", values.candidate),
    rate: number("--rate", values.rate ?? "40", 1, 500),
    ...{ minutes, seed, json: values.json, markdown: values.markdown, record: values.record },
  };
}

function named(flag: string, value: string | undefined): string {
  if (value) return value;
  throw new BrokenGate(
    `${flag} is missing. Example: npm run gate -- --baseline main --candidate . (a commit, tag, branch or folder)`,
  );
}

function number(flag: string, text: string, least: number, most: number): number {
  const value = Number(text);
  if (/^\d+(\.\d+)?$/.test(text) && value >= least && value <= most) return value;
  throw new BrokenGate(`${flag} takes a number from ${least} to ${most}, not "${text}".`);
}
