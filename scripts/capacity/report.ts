import type { Step } from "../../load/day.ts";
import { averageUse, mix, monthOf, peakPerSecond, type RouteUse } from "./demand.ts";
import { isAnswered, isServed, type Knee, type Level } from "./knee.ts";
import { strains } from "./limits.ts";
import { chargesOf, planUsd, prices, pricesReadOn, totalOf } from "./prices.ts";

export type Capacity = {
  readonly at: string;
  readonly commit: string;
  readonly machine: string;
  readonly requestsPerDay: number;
  readonly rooms: number;
  readonly promisedMs: number;
  readonly uses: Readonly<Record<Step, RouteUse>>;
  readonly levels: readonly Level[];
  readonly knee: Knee;
};

const scales = [1, 10, 100] as const;

/** The page `docs/capacity.md`. */
export function asMarkdown(capacity: Capacity): string {
  return [
    "<!-- Written by `npm run capacity`. Do not edit: the figures are in capacity.json. -->",
    "",
    "# What one system carries, and what it costs",
    "",
    `Measured ${capacity.at} at ${capacity.commit} on ${capacity.machine}; the Worker, D1, objects, queue and k6 share the machine.`,
    "On Cloudflare each has hardware of its own: the knee here says how the code behaves under load, not how much the network carries.",
    "",
    ...load(capacity),
    ...routes(capacity),
    ...costs(capacity),
    ...breaks(capacity),
  ].join("\n");
}

const table = (head: readonly string[], rows: readonly (readonly string[])[]): string[] => [
  `| ${head.join(" | ")} |`,
  `|${" --- |".repeat(head.length)}`,
  ...rows.map((row) => `| ${row.join(" | ")} |`),
  "",
];

function load({ levels, knee, promisedMs }: Capacity): string[] {
  const rows = levels.map((level) => [
    level.offered.toFixed(0),
    level.answered.toFixed(0),
    ...[level.p50Ms, level.p95Ms, level.p99Ms].map((ms) => `${ms.toFixed(1)} ms`),
    String(level.errors),
    level.cores.toFixed(2),
    isServed(level, promisedMs) ? "served" : "not served",
  ]);
  const head = ["requests/s asked", "answered", "p50", "p95", "p99", "errors", "cores of workerd", ""];
  return [
    "## Load, step by step",
    "",
    "![Throughput and latency against load](capacity.svg)",
    "",
    kneeWords(knee, levels),
    `The last level that was served (all answered, no error, p99 within ${promisedMs} ms): ${holdsWords(knee)}. A request of the day, logins among them, costs ${knee.cpuMs.toFixed(2)} ms of CPU time, from the slope.`,
    "",
    ...table(head, rows),
  ];
}

const gridEnds = "the grid ends there";

function kneeWords({ knee, kneeIs, idleMs, saturation }: Knee, levels: readonly Level[]): string {
  const rate = `${knee.toFixed(0)} requests/s`;
  const twice = `twice that of an idle system (${idleMs.toFixed(1)} ms)`;
  const isLowest = knee <= Math.min(...levels.map(({ answered }) => answered));
  switch (kneeIs) {
    case "found":
      return `**Knee: ${rate}**, where the fitted p95 is ${twice}; it grows without bound at ${saturation.toFixed(0)}.`;
    case "at least":
      return `**Knee: at least ${rate}: ${levels.every(isAnswered) ? gridEnds : "more was not answered"}**; up to it the fitted p95 is less than ${twice}.`;
    case "at most":
      return `**Knee: at most ${rate}: ${isLowest ? gridEnds : "latency leaps there before throughput is lost"}**; below it the fitted p95 may be ${twice} already.`;
  }
}

function holdsWords({ holds, holdsIs }: Knee): string {
  if (holds === 0) return "none";
  return holdsIs === "found"
    ? `${holds.toFixed(0)} requests/s`
    : `at least ${holds.toFixed(0)} requests/s: ${gridEnds}`;
}

function routes({ uses }: Capacity): string[] {
  const shares = mix();
  const rows = (Object.entries(uses) as [Step, RouteUse][]).map(([step, use]) => [
    step,
    `${(shares[step] * 100).toFixed(0)} %`,
    `${use.cpuMs.toFixed(2)} ms`,
    ...[use.d1Queries, use.d1RowsRead, use.d1RowsWritten, use.objectRequests, use.queueMessages].map(
      (value) => value.toFixed(1),
    ),
    use.storedBytes.toFixed(0),
    (use.telemetryBytes / 1000).toFixed(1),
  ]);
  const head = [
    ...["request", "of the day", "CPU time", "D1 queries", "rows read", "rows written"],
    ...["object requests", "messages", "bytes stored", "KB of telemetry"],
  ];
  return [
    "## What a request uses",
    "",
    "CPU time of the whole workerd, queue, objects and exports included; Cloudflare bills less, because D1 and routing are its own there.",
    "Rows read are at least those that were returned: the platform does not tell what `raw()` scanned.",
    "",
    ...table(head, rows),
  ];
}

function costs({ uses, requestsPerDay }: Capacity): string[] {
  const use = averageUse(uses);
  const months = scales.map((scale) => chargesOf(monthOf(use, requestsPerDay * scale)));
  const first = months[0] ?? [];
  const rows = first.map(({ name }, at) => [
    `[${prices[name].title}](${prices[name].source})`,
    `${amount(prices[name].included)} ${prices[name].unit}`,
    ...months.flatMap((charges) => {
      const charge = charges[at];
      return charge === undefined ? [] : [`${amount(charge.used)}, $${charge.usd.toFixed(2)}`];
    }),
  ]);
  const totals = [
    "**in all**, with the plan",
    `$${planUsd}`,
    ...months.map((charges) => `**$${totalOf(charges).toFixed(2)}**`),
  ];
  return [
    "## A month on Cloudflare",
    "",
    `Workers Paid, prices read on ${pricesReadOn}; telemetry at the prices of Grafana Cloud, unsampled and unpacked. Used, and charged above what is included.`,
    "",
    ...table(
      ["", "included", ...scales.map((scale) => `${amount(requestsPerDay * scale)} requests a day`)],
      [...rows, totals],
    ),
  ];
}

function breaks({ uses, requestsPerDay, rooms }: Capacity): string[] {
  const use = averageUse(uses);
  const lines = scales.flatMap((scale) => {
    const load = { use, rooms: rooms * scale, requestsPerDay: requestsPerDay * scale };
    const all = strains(load);
    const broken = all.filter(({ share }) => share > 1);
    const verdict = broken.length === 0 ? "nothing breaks" : `first breaks: ${broken[0]?.limit.title}`;
    return [
      `### ${scale} × (${amount(load.requestsPerDay)} requests a day, ${amount(peakPerSecond(load.requestsPerDay))} a second in the busiest hour, ${amount(load.rooms)} rooms): ${verdict}`,
      "",
      ...table(
        ["limit", "used", "most", "share", "before that"],
        all.map(({ limit, used, share }) => [
          `[${limit.title}](${limit.source})`,
          `${amount(used)} ${limit.unit}`,
          amount(limit.most),
          `${(share * 100).toFixed(1)} %`,
          limit.remedy,
        ]),
      ),
    ];
  });
  return ["## What breaks first", "", ...lines];
}

/** Three figures, and the word for large numbers. */
export function amount(value: number): string {
  const [size, word] = [
    [1e9, " billion"],
    [1e6, " million"],
    [1e3, " thousand"],
  ].find(([from]) => value >= (from as number)) ?? [1, ""];
  return `${Number((value / (size as number)).toPrecision(3))}${word}`;
}
