import type { Row, Verified } from "./verify.ts";

const share = (count: number, runs: number) => `${((count / runs) * 100).toFixed(2)} %`;

const table = (rows: readonly Row[], runs: number) =>
  [
    "| runs of | length | requests/s | allowed | false pass | false fail | inconclusive |",
    "|---|--:|--:|--:|--:|--:|--:|",
    ...rows.map(
      ({ says, seconds, rate, allowed, counts }) =>
        `| ${says} | ${seconds} s | ${rate} | ${allowed} | ${share(counts.pass, runs)} | ${share(counts.fail, runs)} | ${share(counts.inconclusive, runs)} |`,
    ),
  ].join("\n");

/** docs/verdict.md: what was simulated, and how often the verdict was wrong. */
export function renderVerified({ runs, runsOfCurve, seed, cases, beyond, family, curves }: Verified): string {
  return `# How often the verdict is wrong

<!-- Written by \`npm run bench -- verdict\` from docs/verdict.json. Do not edit. -->

A load test says pass, fail or inconclusive ([ADR 0027](adr/0027-three-verdicts.md)).
Here are ${runs.toLocaleString("en").replace(/,/g, " ")} simulated runs for each case, seed ${seed}.
In all of them the true share of bad requests is exactly what is allowed, which is the hardest place: a pass is wrong by a hair, and so is a fail.
Both must stay at or below 5 %.

${table(cases, runs)}

Whole runs of six promises, where a wrong pass and a wrong fail are of the run:

| runs of | pass | fail | inconclusive |
|---|--:|--:|--:|
${family.map(({ says, counts }) => `| ${says} | ${share(counts.pass, runs)} | ${share(counts.fail, runs)} | ${share(counts.inconclusive, runs)} |`).join("\n")}

In the first a pass is wrong, in the second a fail.

## What no verdict can know
Faults that are longer than assumed and so rare that most runs hold none leave nothing to see.
Then a clean run passes, and only a longer run or a longer \`--burst\` helps:

${table(beyond, runs)}

## Power
How often a run of 20 requests a second is told what, by how bad it truly is, for a promise of 99.9 % (${runsOfCurve.toLocaleString("en").replace(/,/g, " ")} runs for each point):

![Power curve](verdict.svg)

| true share, × allowed | ${curves.map(({ says }) => `pass / fail, ${says}`).join(" | ")} |
|--:|${curves.map(() => "--:").join("|")}|
${(curves[0]?.points ?? [])
  .map(
    ({ share: times }, i) =>
      `| ${times} | ${curves
        .map(({ points }) => {
          const counts = points[i]?.counts;
          return counts ? `${share(counts.pass, runsOfCurve)} / ${share(counts.fail, runsOfCurve)}` : "–";
        })
        .join(" | ")} |`,
  )
  .join("\n")}
`;
}
