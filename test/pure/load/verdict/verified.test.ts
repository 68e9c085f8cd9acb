import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { beyond, cases } from "../../../../load/verdict/simulation/cases.ts";
import { plotPower } from "../../../../scripts/bench/verdict/plot.ts";
import { renderVerified } from "../../../../scripts/bench/verdict/render.ts";
import type { Verified } from "../../../../scripts/bench/verdict/verify.ts";

const read = (name: string) => readFileSync(new URL(`../../../../docs/${name}`, import.meta.url), "utf8");
const verified = JSON.parse(read("verdict.json")) as Verified;

describe("docs/verdict", () => {
  it("holds 10 000 runs of every case there is", () => {
    expect(verified.runs).toBe(10_000);
    const told = (rows: Verified["cases"]) =>
      rows.map(({ says, seconds, rate, allowed }) => ({ says, seconds, rate, allowed }));
    const known = (rows: typeof cases) =>
      rows.map(({ says, seconds, rate, allowed }) => ({ says, seconds, rate, allowed }));
    expect(told(verified.cases)).toEqual(known(cases));
    expect(told(verified.beyond)).toEqual(known(beyond));
    for (const { counts } of [...verified.cases, ...verified.beyond, ...verified.family])
      expect(counts.pass + counts.fail + counts.inconclusive).toBe(verified.runs);
  });
  it("says that a verdict is wrong in at most 5 % of runs of each", () => {
    for (const { says, counts } of verified.cases)
      expect([says, Math.max(counts.pass, counts.fail) <= 0.05 * verified.runs]).toEqual([says, true]);
    const [one, six] = verified.family;
    expect(one?.counts.pass).toBeLessThanOrEqual(0.05 * verified.runs);
    expect(six?.counts.fail).toBeLessThanOrEqual(0.05 * verified.runs);
  });
  it("is written from its JSON", () => {
    expect(read("verdict.md")).toBe(renderVerified(verified));
    expect(read("verdict.svg")).toBe(plotPower(verified));
  });
});
