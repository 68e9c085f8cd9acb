import { readFlags } from "../flags/read-flags.ts";
import { BrokenDrill } from "./broken-drill.ts";
import { type FaultId, faultIds, faults, usualRate } from "./faults.ts";

export const usage = `npm run detect -- [fault …] [flags]

Starts the real system with a history, injects each fault and measures what the pager receives.
Without a name all faults are injected, which takes about an hour and a half; the figures go to docs/detection.json and .md.

${faultIds.map((id) => `  ${id.padEnd(18)} ${faults[id].title}`).join("\n")}

  --runs N       runs of each fault (1; of full-outage 5)
  --history real an hour of real load first instead of a backfilled history (full-outage unless named)
  --at-once N    systems that run side by side (1); more is quicker, and needs a quiet machine
  --short        full-outage and one-failure side by side, without waiting for the resolve; printed, not written
  --cost         measures what the evaluation of all rules costs with 35 days of data instead
  --help         this page

Exit 0: as predicted. 1: not. 3: the drill itself did not work.`;

export type DetectOptions = {
  readonly faults: readonly FaultId[];
  readonly runs: number | undefined;
  readonly realHistory: boolean;
  readonly atOnce: number;
  readonly short: boolean;
  readonly cost: boolean;
  readonly rate: number;
};

const shortFaults: readonly FaultId[] = ["full-outage", "one-failure"];

/** Reads the flags. @throws WrongFlag, BrokenDrill for what is not understood, one line */
export function parseOptions(args: readonly string[]): DetectOptions {
  const text = { type: "string" } as const;
  const flag = { type: "boolean" } as const;
  const { values, positionals } = readFlags({
    args: [...args],
    allowPositionals: true,
    options: { runs: text, history: text, "at-once": text, short: flag, cost: flag },
  });
  const unknown = positionals.find((name) => !(faultIds as readonly string[]).includes(name));
  if (unknown !== undefined)
    throw new BrokenDrill(`Unknown fault "${unknown}". There are: ${faultIds.join(", ")}.`);
  const { history = "backfilled" } = values;
  if (history !== "real" && history !== "backfilled")
    throw new BrokenDrill(`--history "${history}" is unknown. Use one of: real, backfilled.`);
  const named = positionals as FaultId[];
  const all: readonly FaultId[] = values.short
    ? shortFaults
    : history === "real"
      ? ["full-outage"]
      : faultIds;
  return {
    faults: named.length > 0 ? named : all,
    runs: values.short ? 1 : values.runs === undefined ? undefined : wholeNumber("--runs", values.runs),
    realHistory: history === "real",
    atOnce: values.short ? 2 : wholeNumber("--at-once", values["at-once"] ?? "1"),
    short: values.short ?? false,
    cost: values.cost ?? false,
    rate: usualRate,
  };
}

function wholeNumber(flag: string, text: string): number {
  if (!/^[1-9]\d?$/.test(text))
    throw new BrokenDrill(`${flag} takes a whole number up to 99, not "${text}".`);
  return Number(text);
}
