import { beforeAll, describe, expect, it } from "vitest";
import { allAlerts } from "../../alerts/alerts.ts";
import { environment } from "../../telemetry/derive/series.ts";
import { runbookQueries } from "../support/runbooks.ts";
import { newTraceId, sendLog, sendSpans, type TestSpan } from "./otlp.ts";
import { ownPlace, type Place, startTool } from "./own-tools.ts";
import { logs } from "./stores/logs.ts";
import { poll } from "./stores/poll.ts";
import { search } from "./stores/tempo.ts";

// Stores of its own: what other tests do wrong on purpose must not be found here.
let place: Place;
const own = "staging";
const found = {
  traceql: (query: string) => search(place.url("tempo"), query),
  logsql: async (query: string) =>
    (await logs(place.url("victoriaLogs"), query)).map(({ trace_id = "" }) => trace_id),
};
const pages = {
  traceql: Map.groupBy(runbookQueries("traceql"), ({ alert }) => alert),
  logsql: Map.groupBy(runbookQueries("logsql"), ({ alert }) => alert),
};

const failed = ["telemetry.lost", "cron.relay.failed", "exception"];
/** What may be found of an alert's queries: keys of `spansOf`, and names of log records. */
const culpritsOf: Readonly<Record<string, readonly string[]>> = {
  ApiAvailabilityBurn: ["booking fails", "login fails", "probe fails", ...failed],
  ApiLatencyBurn: ["booking slow", "login slow"],
  BookingAvailabilityBurn: ["booking fails", ...failed],
  BookingLatencyBurn: ["booking slow"],
  LoginAvailabilityBurn: ["login fails", ...failed],
  LoginLatencyBurn: ["login slow"],
  DeepHealthBurn: ["check fails", ...failed],
  EventFreshnessBurn: ["relay fails", "event fails"],
  QueueProcessingBurn: ["delivery fails", ...failed],
  OutboxStuck: ["relay fails", "event fails"],
  ErrorRateHigh: ["booking fails", "login fails", "probe fails", ...failed],
  LatencyHigh: ["booking slow", "login slow"],
  QueueBacklogOld: ["delivery fails"],
  DeadLetters: ["event fails", ...failed],
  ExporterDrops: ["telemetry.lost"],
  DatabaseErrors: ["statement fails", ...failed],
  DatabaseSlow: ["statement slow"],
  DurableObjectErrors: ["calendar fails", ...failed],
  CronMissed: ["cron fails", "cron.relay.failed"],
  HoldsUnrepaired: ["repair fails"],
  ProbeFailing: ["probe fails"],
};

/** One of everything that the runbooks look for, each with one fault: as it should be, or failed, or slow. */
function spansOf(isBad: boolean): Record<string, TestSpan> {
  const fails = { durationMs: 20, ...(isBad && { message: "culprit" }) };
  const slow = { durationMs: isBad ? 2_000 : 20 };
  const request = (
    route: string,
    how: Pick<TestSpan, "durationMs" | "message">,
    status: number,
    more: Record<string, string> = {},
  ): TestSpan => ({
    name: `POST ${route}`,
    kind: 2,
    ...how,
    attributes: {
      "frontdesk.sli": true,
      "http.request.method": "POST",
      "http.route": route,
      "http.response.status_code": status,
      ...more,
    },
  });
  const status = isBad ? 503 : 201;
  const d1: TestSpan = {
    ...{ name: "SELECT rooms", kind: 3 },
    attributes: { "db.system.name": "cloudflare-d1" },
  };
  const called = { "rpc.system.name": "cloudflare-workers", "rpc.method": "hold" };
  return {
    "booking fails": request("/v1/bookings", fails, status),
    "booking slow": request("/v1/bookings", slow, 201),
    "login fails": request("/v1/auth/login", fails, status),
    "login slow": request("/v1/auth/login", slow, 201),
    "probe fails": request("/v1/rooms", fails, status, { "user_agent.synthetic.type": "test" }),
    "relay fails": { name: "outbox.relay", kind: 1, ...fails },
    "event fails": { name: "event.handle", kind: 1, ...fails },
    "check fails": { name: "health.check", kind: 1, ...fails },
    "repair fails": { name: "calendar.repair", kind: 1, ...fails },
    "delivery fails": { name: "process frontdesk-events", kind: 5, ...fails },
    "cron fails": { name: "scheduled * * * * *", kind: 2, ...fails },
    "statement fails": { ...d1, ...fails },
    "statement slow": { ...d1, ...slow },
    "calendar fails": { name: "hold", kind: 2, ...fails, attributes: called },
  };
}

/** Every span as a trace of its own, and the records of such an hour. @returns what it is of each trace */
async function plant(isBad: boolean): Promise<Map<string, string>> {
  const collector = place.url("collector");
  const spans = Object.entries(spansOf(isBad)).map(([what, span]) => [newTraceId(), what, span] as const);
  for (const [traceId, , span] of spans) await sendSpans(collector, traceId, [span], { environment: own });
  const records = isBad
    ? failed.map((eventName) => ({ eventName, severityText: "ERROR" }))
    : ["http.request"].map((eventName) => ({ eventName, severityText: "INFO" }));
  const told = records.map((record) => [newTraceId(), record.eventName, record] as const);
  for (const [traceId, , record] of told)
    await sendLog(collector, traceId, { body: record.eventName, ...record });
  const all = new Map([...spans, ...told].map(([traceId, what]) => [traceId, what]));
  const ids = [...all.keys()];
  const isThere = async () =>
    new Set([...(await found.traceql("{ }")), ...(await found.logsql("_time:15m"))]);
  const stored = await poll(isThere, (seen) => ids.every((id) => seen.has(id)), 60_000);
  expect(ids.filter((id) => !stored.has(id))).toEqual([]);
  return all;
}

/** Trace query of an alert that fires in an environment. */
const tracesOf = (traces: string, where: string) => traces.replaceAll(`{{ $labels.${environment} }}`, where);
const annotated = new Map(
  allAlerts.flatMap(({ alert, annotations: { traces } }) => (traces ? [[traces, alert] as const] : [])),
);

async function answersOf(): Promise<Record<string, string[]>> {
  const onPages = (["traceql", "logsql"] as const).flatMap((language) =>
    [...pages[language].values()].flat().map(({ query }) => [language, query] as const),
  );
  const onAlerts = [...annotated.keys()].flatMap((traces) =>
    [own, "elsewhere"].map((where) => ["traceql", tracesOf(traces, where)] as const),
  );
  const answers = [...onPages, ...onAlerts].map(
    async ([language, query]) => [query, await found[language](query)] as const,
  );
  return Object.fromEntries(await Promise.all(answers));
}

let whenWell: Record<string, string[]>;
let underFault: Record<string, string[]>;
/** What was planted at fault, by trace. */
let culprits: Map<string, string>;
beforeAll(async () => {
  place = await ownPlace(["tempo", "tempoOtlp", "victoriaLogs"]);
  await Promise.all([startTool(place, "tempo"), startTool(place, "victoria-logs")]);
  await startTool(place, "collector");
  await plant(false);
  whenWell = await answersOf();
  culprits = await plant(true);
  underFault = await answersOf();
}, 240_000);

/** Found are culprits of this alert, and nothing that others look for. */
function requireCulprits(alert: string, query: string): void {
  expect(whenWell[query], query).toEqual([]);
  const whose = (underFault[query] ?? []).map((traceId) => culprits.get(traceId) ?? "nobody");
  expect(whose.length, query).toBeGreaterThan(0);
  expect(culpritsOf[alert] ?? [], query).toEqual(expect.arrayContaining(whose));
}

describe.each(["traceql", "logsql"] as const)(
  "the %s of every runbook, asked of a real store",
  (language) => {
    it.each([...pages[language]])(
      "%s: nothing when all is well, culprits and nobody else under its fault",
      (alert, queries) => {
        for (const { query } of queries) requireCulprits(alert, query);
      },
    );
  },
);

it.each([...annotated])(
  "%s, the query of an alert, finds the culprits of its environment",
  (traces, alert) => {
    requireCulprits(alert, tracesOf(traces, own));
    expect(underFault[tracesOf(traces, "elsewhere")]).toEqual([]);
  },
);
