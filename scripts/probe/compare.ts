import { labelName, prometheusName } from "../../telemetry/derive/names.ts";
import { select } from "../../telemetry/derive/promql.ts";
import { environmentAttribute, product } from "../../telemetry/derive/series.ts";
import type { MetricName } from "../../telemetry/metrics.ts";
import { type Step, steps, wordsOf } from "./failure.ts";
import type { CompareOptions } from "./options.ts";

/** Prometheus is not there, or does not understand. One line. */
export class NoComparison extends Error {}

export type Sample = { readonly metric: Readonly<Record<string, string>>; readonly value: number };
export type Counts = { readonly tried: number; readonly failed: number };
export type Row = {
  readonly step: Step;
  readonly probe: Counts;
  readonly server: Counts;
  readonly verdict: string;
  readonly agrees: boolean;
};

/** Which request of the server each step is. A login or a cancellation may also be asked beside the step, never the others. */
const requests: Readonly<Record<Step, { readonly method: string; readonly route: string }>> = {
  health: { method: "GET", route: "/v1/health/deep" },
  login: { method: "POST", route: "/v1/auth/login" },
  availability: { method: "GET", route: "/v1/rooms/{room_id}/availability" },
  book: { method: "POST", route: "/v1/bookings" },
  cancel: { method: "POST", route: "/v1/bookings/{booking_id}/cancel" },
};

/** PromQL of both sides: what probes tried by step and reason, and what the server answered to synthetic requests. */
export function queries({
  environment,
  compareSeconds,
}: Pick<CompareOptions, "environment" | "compareSeconds">) {
  const grown = (metric: MetricName, labels: readonly string[]) => {
    const where = [product, { label: environmentAttribute, op: "is" as const, value: environment }];
    const series = select(prometheusName(metric), where);
    return `sum by (${labels.map(labelName).join(", ")}) (increase(${series}[${compareSeconds}s]))`;
  };
  return {
    probe: grown("frontdesk.probe.steps", ["frontdesk.probe.step", "error.type"]),
    server: grown("frontdesk.synthetic.requests", [
      "http.request.method",
      "http.route",
      "http.response.status_code",
    ]),
  };
}

/** Holds both sides against each other, step by step; two, or a tenth of what the probe tried, are no difference. */
export function compare(probe: readonly Sample[], server: readonly Sample[]): Row[] {
  return steps.map((step) => {
    const { method, route } = requests[step];
    const ofProbe = probe.filter(({ metric }) => metric.frontdesk_probe_step === step);
    const ofServer = server.filter(
      ({ metric }) => metric.http_route === route && metric.http_request_method === method,
    );
    const told = counts(ofProbe, ({ error_type }) => (error_type ?? "") !== "");
    const seen = counts(ofServer, ({ http_response_status_code }) =>
      /^5/.test(http_response_status_code ?? ""),
    );
    return { step, probe: told, server: seen, ...judged(told, seen) };
  });
}

const counts = (samples: readonly Sample[], isFailed: (labels: Sample["metric"]) => boolean): Counts => ({
  tried: sum(samples),
  failed: sum(samples.filter(({ metric }) => isFailed(metric))),
});
const sum = (samples: readonly Sample[]) => Math.round(samples.reduce((all, { value }) => all + value, 0));

/** Counters are read at both ends of a window, so a round may stand on one side only. */
const slackOf = ({ tried }: Counts) => Math.max(2, Math.floor(tried / 10));

function judged(probe: Counts, server: Counts): Pick<Row, "verdict" | "agrees"> {
  const slack = slackOf(probe);
  if (probe.tried === 0) return { agrees: false, verdict: "no probe tried it" };
  if (probe.tried - server.tried > slack)
    return {
      agrees: false,
      verdict: `the server never saw ${probe.tried - server.tried}: the way there, or telemetry`,
    };
  if (server.failed - probe.failed > slack)
    return {
      agrees: false,
      verdict: `the server failed ${server.failed - probe.failed} that the probe took as good`,
    };
  if (probe.failed - server.failed > slack)
    return {
      agrees: false,
      verdict: `the probe failed ${probe.failed - server.failed} that the server took as good`,
    };
  return { agrees: true, verdict: `agree within ${slack}` };
}

/** @throws NoComparison */
export async function readComparison(options: CompareOptions): Promise<Row[]> {
  const { probe, server } = queries(options);
  return compare(await query(options, probe), await query(options, server));
}

async function query({ prometheus, headers }: CompareOptions, promql: string): Promise<Sample[]> {
  try {
    const response = await fetch(`${prometheus}/api/v1/query?${new URLSearchParams({ query: promql })}`, {
      headers,
      signal: AbortSignal.timeout(20_000),
    });
    const { data } = (await response.json()) as {
      data: { result: { metric: Sample["metric"]; value: [number, string] }[] };
    };
    return data.result.map(({ metric, value }) => ({ metric, value: Number(value[1]) }));
  } catch (error) {
    throw new NoComparison(`${prometheus} does not answer as Prometheus does: ${wordsOf(error)}`);
  }
}

export function comparisonTable(rows: readonly Row[]): string {
  const line = (...cells: readonly (string | number)[]) =>
    cells.map((cell, index) => String(cell).padEnd([14, 8, 8, 8, 8][index] ?? 0)).join("");
  return [
    line("step", "probe", "failed", "server", "failed"),
    ...rows.map(({ step, probe, server, verdict }) =>
      line(step, probe.tried, probe.failed, server.tried, server.failed, verdict),
    ),
  ].join("\n");
}
