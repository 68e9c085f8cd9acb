import { readFlags } from "../flags/read-flags.ts";
import { BrokenGate } from "../gate/broken-gate.ts";

export const usage = `npm run capacity [-- flags]

Measures how much load one Worker of this folder carries on this machine and what each route uses,
and says what a month on Cloudflare would cost and what breaks first. Takes about eight minutes.

  --requests-per-day N  for the costs (1000000)
  --rooms N             rooms that take bookings (1000)
  --seconds N           of each level of load (15)
  --out FOLDER          where capacity.json, .md and .svg go (docs)
  --help                this page

Exit 0: measured. 3: it could not be.`;

export type CapacityOptions = {
  readonly requestsPerDay: number;
  readonly rooms: number;
  readonly seconds: number;
  readonly out: string;
};

/** Reads the flags. @throws WrongFlag, BrokenGate for what is not understood, one line */
export function parseOptions(args: readonly string[]): CapacityOptions {
  const text = { type: "string" } as const;
  const { values } = readFlags({
    args: [...args],
    options: { "requests-per-day": text, rooms: text, seconds: text, out: text },
  });
  return {
    requestsPerDay: whole("--requests-per-day", values["requests-per-day"] ?? "1000000", 1e12),
    rooms: whole("--rooms", values.rooms ?? "1000", 1e9),
    seconds: whole("--seconds", values.seconds ?? "15", 600),
    out: values.out ?? "docs",
  };
}

function whole(flag: string, text: string, most: number): number {
  const value = Number(text);
  if (/^[1-9]\d*$/.test(text) && value <= most) return value;
  throw new BrokenGate(`${flag} takes a whole number from 1 to ${most}, not "${text}".`);
}
