import { toleranceSeconds } from "./conclude.ts";
import { type Cost, shareOf } from "./cost.ts";
import { groupIntervalSeconds } from "./group-interval.ts";
import { lagSeconds } from "./pipeline.ts";
import type { Detection, Results } from "./results.ts";

const head = [
  "fault",
  "history",
  "theory",
  "predicted",
  "paged",
  "resolve predicted",
  "resolved",
  "pages",
  "verdict",
];

/** Paged within this, a full outage, as the median of five runs. */
const outageGoalSeconds = 57;
const outageRunsMin = 5;

/** The goal that was missed, in words; undefined when it was met or not tried. */
export function missedGoal(faults: Results["faults"]): string | undefined {
  const { measuredSeconds: measured, runs } = faults["full-outage"] ?? {};
  if (!runs || runs.length < outageRunsMin || !measured || measured <= outageGoalSeconds) return undefined;
  return `A full outage is paged after ${measured} s, which is more than ${outageGoalSeconds} s.`;
}

export const verdictOf = ({ complaints }: Detection): string =>
  complaints.length === 0 ? "as predicted" : complaints.join("; ");

const cells = (detection: Detection): string[] => [
  detection.title,
  detection.history,
  seconds(detection.theorySeconds),
  seconds(detection.predictedSeconds),
  paged(detection),
  seconds(detection.resolvePredictedSeconds),
  seconds(detection.resolveMeasuredSeconds),
  String(detection.pages),
  verdictOf(detection),
];

function paged({ measuredSeconds, runs }: Detection): string {
  const several = runs.filter((run) => run !== null);
  if (several.length < 2) return seconds(measuredSeconds);
  return `${seconds(measuredSeconds)} (${several.length} runs: ${several.map((run) => run.toFixed(1)).join(", ")})`;
}

const seconds = (value: number | null) => (value === null ? "–" : `${value.toFixed(1)} s`);

/** An aligned table for a terminal. */
export function asTable(detections: readonly Detection[]): string {
  const rows = [head, ...detections.map(cells)];
  const widths = head.map((_, i) => Math.max(...rows.map((row) => row[i]?.length ?? 0)));
  return rows
    .map((row) =>
      row
        .map((cell, i) => cell.padEnd(widths[i] ?? 0))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}

/** docs/detection.md */
export function asMarkdown({ faults, cost }: Results): string {
  const row = (values: readonly string[]) => `| ${values.join(" | ")} |`;
  const all = Object.values(faults);
  const lines = [
    row([...head, "measured at", "load average"]),
    row([...head, "", ""].map(() => "---")),
    ...all.map((one) => row([...cells(one), `${one.at} UTC, ${one.commit}`, String(one.loadAverage)])),
  ];
  const machines = [...new Set(all.map(({ machine }) => machine))].join("; ");
  return `# How soon a fault is paged

Written by \`npm run detect\`; the figures are in [detection.json](detection.json).
The real system runs with the Worker on workerd and a steady load; a fault is injected, and the clock runs until the pager receives the page.
Theory is the rules alone, counted through the history in the table and the load as it really was.
Predicted is theory and half of each step that goes by the clock: export and evaluation (${lagSeconds.steady} s), for a burst also the flush (${lagSeconds.burst} s), for silence the slower evaluation of symptoms (${lagSeconds.silence} s).
A page may come ${toleranceSeconds} s later or sooner than predicted, and a resolve one round of Alertmanager's group (${groupIntervalSeconds} s) later than that.
After only an hour of history the half-hour window burns on for half an hour, and the resolve is not waited for.
History is backfilled with the same labels and step before Prometheus starts, unless the table says otherwise; no time is compressed.
Measured on ${machines || "no machine yet"}; a load average above the number of cores makes all times longer.

${lines.join("\n")}
${cost === undefined ? "" : `\n${costText(cost)}`}`;
}

function costText(cost: NonNullable<Results["cost"]>): string {
  const { history, at, commit, loadAverage } = cost;
  return `## What evaluating the rules costs

\`npm run detect -- --cost\`, with ${history}, at ${at} UTC, ${commit}, load average ${loadAverage}.

${costTable(cost)}
`;
}

/** All groups, and what they take together. */
export function costTable(cost: Cost): string {
  const rows = cost.groups.map(
    ({ group, intervalSeconds, medianSeconds, worstSeconds, rules }) =>
      `| ${group} | ${rules} | ${intervalSeconds} s | ${ms(medianSeconds)} | ${ms(worstSeconds)} | ${share(medianSeconds / intervalSeconds)} |`,
  );
  return `| group | rules | interval | median | worst | share of its interval |
|---|---|---|---|---|---|
${rows.join("\n")}
| all | ${cost.groups.reduce((sum, { rules }) => sum + rules, 0)} | | | | ${share(shareOf(cost))} |`;
}

const ms = (value: number) => `${(value * 1_000).toFixed(1)} ms`;
const share = (ratio: number) => `${(ratio * 100).toFixed(2)} %`;
