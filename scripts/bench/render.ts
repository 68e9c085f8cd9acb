import { faultsText } from "./faults/report.ts";
import { goalsOf } from "./goals.ts";
import type { Circumstances, MeasurementName, Results } from "./results.ts";
import { routes } from "./routes.ts";
import { bootstrap, type Estimate, median } from "./statistics.ts";
import { costOf } from "./summary.ts";
import { type VariantId, variants } from "./variants.ts";

/** `docs/performance.md`, complete. */
export function renderResults(results: Results): string {
  const { measured, circumstances } = results;
  const under = (name: MeasurementName) => whereAndWhen(circumstances[name]);
  return [
    "<!-- Written by `npm run bench`. Do not edit: the figures are in performance.json. -->",
    "# What telemetry costs",
    intro,
    "## What was to be reached",
    table(
      ["", "limit", "measured", ""],
      goalsOf(measured).map(({ what, limit, found, verdict }) => [what, limit, found, verdict]),
    ),
    "## CPU time for a request",
    ...(measured.overhead ? [overheadText(results), under("overhead")] : ["Not measured yet."]),
    "## Exports for 1000 requests",
    ...(measured.exports ? [exportsText(results), under("exports")] : ["Not measured yet."]),
    "## Memory retained for a request",
    ...(measured.retained ? [retainedText(results), under("retained")] : ["Not measured yet."]),
    "## Size of the bundle",
    ...(measured.size ? [sizeText(results), under("size")] : ["Not measured yet."]),
    "## Start-up",
    ...(measured["start-up"] ? [startUpText(results), under("start-up")] : ["Not measured yet."]),
    "## Faults",
    ...(measured.faults ? [faultsText(measured.faults), under("faults")] : ["Not measured yet."]),
    "## The variants",
    table(
      ["", "what it is", "spans of `object`"],
      variants.map(({ id, title, spans }) => [
        `\`${id}\``,
        title,
        spans.object.map((name) => `\`${name}\``).join(", ") || "none",
      ]),
    ),
    "",
  ].join("\n\n");
}

const intro = `\`npm run bench\` measures this kit beside other ways to trace, over the same handlers, on the same workerd.
How it is measured, and why so, is [ADR 0018](adr/0018-how-overhead-is-measured.md).
CPU time is user and system time of the whole workerd process, exports and garbage collection included, with nothing taken off.
Brackets hold 95 % intervals.
On a machine that others use too, every figure in µs grows; what was measured side by side grows together, so read the ratios.`;

function overheadText({ measured: { overhead } }: Results): string {
  const parts = routes.map(({ id: route, title }) => {
    const rounds = overhead?.rounds[route] ?? [];
    if (rounds.length === 0) return "";
    const rows = measuredVariants(rounds).map((id) => {
      const { inAll, added, ratioToStock } = costOf(rounds, id);
      const isFloor = id === "none";
      return [
        `\`${id}\``,
        interval(inAll, 0),
        isFloor ? "–" : interval(added, 0),
        ratioToStock ? interval(ratioToStock, 3) : "–",
      ];
    });
    const head = ["", "µs in all", "µs added", "added, `stock` = 1"];
    return `**${title}**, ${rounds.length} rounds\n\n${table(head, rows)}`;
  });
  const missing = Object.entries(overhead?.missingSpans ?? {})
    .filter(([, count]) => count > 0)
    .map(([id, count]) => `\`${id}\` ${count}`);
  const spans =
    missing.length === 0
      ? "Every span that a variant promises has arrived."
      : `Spans that never arrived: ${missing.join(", ")}.`;
  return ["![CPU time added for a request](performance.svg)", ...parts, spans].join("\n\n");
}

const measuredVariants = (rounds: readonly object[]): VariantId[] =>
  variants.map(({ id }) => id).filter((id) => rounds.every((round) => id in round));

const exportsText = ({ measured }: Results) =>
  table(
    [
      "",
      "requests a second",
      "exports of the Worker",
      "KB on the wire",
      "exports of an object called once each",
    ],
    Object.entries(measured.exports ?? {}).map(([id, found]) => [
      `\`${id}\``,
      found.requestsPerSecond.toFixed(0),
      found.per1000.toFixed(1),
      (found.bytesPer1000 / 1000).toFixed(1),
      found.objectPer1000.toFixed(0),
    ]),
  );

const retainedText = ({ measured }: Results) =>
  `Heap after forced garbage collection over a growing number of requests: the slope of the line.\n\n${table(
    ["", "bytes for a request", "requests"],
    Object.entries(measured.retained ?? {}).map(([id, { bytesPerRequest, points }]) => [
      `\`${id}\``,
      interval(bytesPerRequest, 0),
      String(points.at(-1)?.requests ?? 0),
    ]),
  )}`;

const sizeText = ({ measured }: Results) =>
  `Minified by wrangler; what is added to the uninstrumented Worker. \`direct\` and \`shell\` hold all that the kit's README shows.\n\n${table(
    ["", "bytes", "added", "added, gzipped", "where they are"],
    Object.entries(measured.size ?? {}).map(([id, { bytes, addedBytes, addedGzipBytes, addedBytesBy }]) => [
      `\`${id}\``,
      String(bytes),
      String(addedBytes),
      String(addedGzipBytes),
      Object.entries(addedBytesBy)
        .map(([place, added]) => `${place} ${added}`)
        .join(", "),
    ]),
  )}`;

function startUpText({ measured }: Results): string {
  const rounds = measured["start-up"] ?? [];
  const rows = measuredVariants(rounds).map((id) => [
    `\`${id}\``,
    interval(
      bootstrap(rounds, (some) => median(some.map((round) => round[id]))),
      0,
    ),
    interval(
      bootstrap(rounds, (some) => median(some.map((round) => round[id] - round.none))),
      0,
    ),
  ]);
  const head = ["", "ms to the first answer", "ms added"];
  return `From the start of a cold workerd, ${rounds.length} rounds.\n\n${table(head, rows)}`;
}

const interval = ({ value, low, high }: Estimate, digits: number) =>
  `${value.toFixed(digits)} (${low.toFixed(digits)} to ${high.toFixed(digits)})`;

function whereAndWhen(known: Circumstances | undefined): string {
  if (known === undefined) return "";
  const { at, commit, machine, loadPerCore, versions } = known;
  const list = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
  return (
    `Measured ${at} UTC at ${commit} on ${machine}; load ${loadPerCore.map((load) => load.toFixed(1)).join(" to ")} a core. ` +
    `${list.join(", ")}.`
  );
}

const table = (head: readonly string[], rows: readonly (readonly string[])[]) =>
  [head, head.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
