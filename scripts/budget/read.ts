import { slowInterval } from "../../alerts/recording-rules.ts";
import {
  type BudgetState,
  budgetLeft,
  burnRate,
  type DeployVerdict,
  deployVerdict,
  exhaustionSeconds,
  policy,
} from "../../telemetry/derive/budget.ts";
import { byEnvironment, environment, own } from "../../telemetry/derive/series.ts";
import { seconds } from "../../telemetry/derive/windows.ts";
import { type Promises, type Slo, slos } from "../../telemetry/slo.ts";

/** The windows whose burn is shown, as recorded. */
export const burnWindows = ["5m", "1h", "6h", "1d", "3d"] as const;
export type BurnWindow = (typeof burnWindows)[number];

/** One promise in one environment. */
export type Budget = {
  readonly slo: string;
  readonly title: string;
  readonly objective: string;
  readonly window: string;
  readonly environment: string;
  /** undefined: nothing valid was seen in the whole window. */
  readonly state: BudgetState | undefined;
  /** Valid events in the window, about. */
  readonly validEvents: number;
  /** How many times faster than sustainable; null where nothing was valid in that window. */
  readonly burn: Readonly<Record<BurnWindow, number | null>>;
  readonly verdict: DeployVerdict;
};

/** Prometheus does not answer, or not as Prometheus; the message says what to do. */
export class NoAnswer extends Error {}

/** Seconds between two samples of a recorded rate. */
const sampleSeconds = seconds(slowInterval);

/**
 * Reads the budgets of the promises with these ids, one per environment that was ever seen, in the order of the table.
 *
 * @throws NoAnswer
 */
export async function readBudgets(
  prometheus: string,
  ids: readonly string[],
  promises: Promises = slos,
): Promise<Budget[]> {
  const [beats, rounds, ratios, counts, events, ...burns] = await Promise.all([
    ask(prometheus, heard("frontdesk.heartbeat")),
    ask(prometheus, heard(fromOutside)),
    ask(prometheus, "slo:error_ratio:30d"),
    ask(prometheus, "count_over_time(slo:valid_events:rate5m[30d])"),
    ask(prometheus, `sum_over_time(slo:valid_events:rate5m[30d]) * ${sampleSeconds}`),
    ...burnWindows.map((window) => ask(prometheus, `slo:error_ratio:${window}`)),
  ]);
  const seen = [...new Set(counts.map(({ labels }) => labels[environment] ?? ""))].sort();
  const asked = ids.flatMap((id) => (promises[id] ? [[id, promises[id]] as const] : []));
  return asked.flatMap(([id, slo]) =>
    (seen.length > 0 ? seen : ["–"]).map((where) => {
      const signs = slo.indicator.metric === fromOutside ? rounds : beats;
      const at = (samples: readonly Sample[]) =>
        samples.find(({ labels }) => labels.slo === id && labels[environment] === where)?.value;
      return budgetOf(id, slo, where, {
        ratio: at(ratios),
        historySeconds: (at(counts) ?? 0) * sampleSeconds,
        isHeard: signs.some(({ labels }) => labels[environment] === where),
        validEvents: Math.round(at(events) ?? 0),
        burns: burns.map(at),
      });
    }),
  );
}

/** Counted by the probe, which needs no telemetry of the Worker. */
const fromOutside = "frontdesk.probe.steps";
/** Environments in which this was counted lately: counters of spans stay where they were when telemetry stops. */
const heard = (metric: "frontdesk.heartbeat" | typeof fromOutside) =>
  `sum ${byEnvironment} (increase(${own(metric, "")}[${policy.silentAfter}])) > 0`;

type Figures = Pick<BudgetState, "historySeconds" | "isHeard"> & {
  readonly ratio: number | undefined;
  readonly validEvents: number;
  readonly burns: readonly (number | undefined)[];
};

function budgetOf(
  id: string,
  slo: Slo,
  where: string,
  { ratio, historySeconds, isHeard, validEvents, burns }: Figures,
): Budget {
  const burn = Object.fromEntries(
    burnWindows.map((window, i) => {
      const errors = burns[i];
      return [window, errors === undefined ? null : burnRate(slo, errors)];
    }),
  ) as Budget["burn"];
  const left = ratio === undefined ? undefined : budgetLeft(slo, ratio);
  const state =
    left === undefined
      ? undefined
      : { left, historySeconds, isHeard, exhaustedInSeconds: exhaustionSeconds(slo, left, burn["6h"] ?? 0) };
  return {
    slo: id,
    title: slo.title,
    objective: slo.objective,
    window: slo.window,
    environment: where,
    state,
    validEvents,
    burn,
    verdict: deployVerdict(state),
  };
}

type Sample = { readonly labels: Readonly<Record<string, string>>; readonly value: number };

async function ask(prometheus: string, query: string): Promise<Sample[]> {
  const body = await fetchJson(`${prometheus}/api/v1/query?${new URLSearchParams({ query })}`, prometheus);
  if (body.status !== "success")
    throw new NoAnswer(`Prometheus refuses a query: ${body.error ?? "without a reason"}`);
  return (body.data?.result ?? []).flatMap(({ metric, value }) => {
    const number = Number(value[1]);
    return Number.isFinite(number) ? [{ labels: metric, value: number }] : [];
  });
}

type Answer = {
  readonly status?: string;
  readonly error?: string;
  readonly data?: { readonly result: readonly { metric: Record<string, string>; value: [number, string] }[] };
};

async function fetchJson(url: string, prometheus: string): Promise<Answer> {
  const hint = "Start the stack with `npm start`, or name another one with --prometheus URL.";
  let response: Response;
  try {
    response = await fetch(url, { signal: AbortSignal.timeout(30_000), redirect: "manual" });
  } catch (error) {
    const cause = (error as Error).cause;
    const why = cause instanceof Error ? ((cause as NodeJS.ErrnoException).code ?? cause.message) : error;
    throw new NoAnswer(`${prometheus} cannot be reached (${why}). ${hint}`);
  }
  const body = (await response.json().catch(() => ({}))) as Answer;
  if (body.status === "success" || body.status === "error") return body;
  const type = response.headers.get("content-type") ?? "nothing";
  throw new NoAnswer(
    `${prometheus} is not a Prometheus: it answered ${response.status} with ${type}. ${hint}`,
  );
}
