import type { ClientPromise } from "../../load/thresholds.ts";
import type { K6Metric, Outcome, Summary } from "./run-k6.ts";

/** What one route did, in milliseconds. */
export type RouteResult = {
  readonly route: string;
  readonly count: number;
  readonly errors: number;
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
};

/** The result of a run as text: routes, promises, then every threshold that was crossed. */
export function report({ verdict, summary }: Outcome, promises: readonly ClientPromise[]): string {
  const { run, metrics, witness } = summary;
  const crossed = crossedThresholds(metrics);
  return [
    `${run.shape} against ${run.target}, run ${run.run_id}, seed ${run.seed}: ${run.rate}/s for ${run.duration_seconds} s`,
    "",
    ...table(["route", "count", "errors", "p50 ms", "p95 ms", "p99 ms"], routes(summary).map(routeCells)),
    "",
    ...table(
      ["promise", "good", "valid", "objective", ""],
      promises.map((p) => promiseCells(p, metrics)),
    ),
    "",
    ...(witness ? [`witness: ${witness.booking_id}, trace ${witness.trace_id}`] : []),
    ...failedChecks(summary).map((line) => `check failed: ${line}`),
    ...crossed.map((line) => `threshold crossed: ${line}`),
    verdict === "pass" ? "PASS" : `FAIL: ${crossed.length} thresholds crossed`,
  ].join("\n");
}

/** Figures per route, from the sub-metrics that load/lib/promises.ts asks for. */
export function routes({ metrics }: Summary): RouteResult[] {
  return Object.keys(metrics).flatMap((name) => {
    const route = /^http_req_duration\{route:(.+)\}$/.exec(name)?.[1];
    if (route === undefined) return [];
    const duration = metrics[name]?.values ?? {};
    return [
      {
        route,
        count: metrics[`http_reqs{route:${route}}`]?.values.count ?? 0,
        // k6 calls the share of failed requests a rate whose passes are the failures.
        errors: metrics[`http_req_failed{route:${route}}`]?.values.passes ?? 0,
        p50: duration.med ?? 0,
        p95: duration["p(95)"] ?? 0,
        p99: duration["p(99)"] ?? 0,
      },
    ];
  });
}

const routeCells = ({ route, count, errors, p50, p95, p99 }: RouteResult) => [
  route,
  String(count),
  String(errors),
  ...[p50, p95, p99].map((ms) => ms.toFixed(1)),
];

function promiseCells(promise: ClientPromise, metrics: Summary["metrics"]): string[] {
  const valid = metrics[`${promise.metric}_valid`]?.values.count ?? 0;
  const good = metrics[promise.metric];
  const judged = good?.thresholds !== undefined;
  const held = Object.values(good?.thresholds ?? {}).every(({ ok }) => ok);
  const verdict = judged
    ? held
      ? "held"
      : "broken"
    : `seen, not judged below ${promise.judgedFrom} requests`;
  const share = valid === 0 ? "–" : `${((good?.values.rate ?? 0) * 100).toFixed(2)}%`;
  return [promise.title, share, String(valid), promise.objective, valid === 0 ? "no data" : verdict];
}

function crossedThresholds(metrics: Readonly<Record<string, K6Metric>>): string[] {
  return Object.entries(metrics).flatMap(([name, { thresholds = {} }]) =>
    Object.entries(thresholds)
      .filter(([, { ok }]) => !ok)
      .map(([condition]) => `${name} ${condition}`),
  );
}

const failedChecks = ({ checks }: Summary) =>
  checks.checks
    .filter(({ fails }) => fails > 0)
    .map(({ name, passes, fails }) => `${name} (${fails} of ${passes + fails})`);

/** Columns as wide as their widest cell; the first one to the left, numbers to the right. */
function table(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const widths = head.map((title, i) => Math.max(title.length, ...rows.map((row) => row[i]?.length ?? 0)));
  const cell = (text: string, i: number) =>
    i === 0 || (i === head.length - 1 && head[i] === "")
      ? text.padEnd(widths[i] ?? 0)
      : text.padStart(widths[i] ?? 0);
  return [head, ...rows].map((row) => row.map(cell).join("  ").trimEnd());
}
