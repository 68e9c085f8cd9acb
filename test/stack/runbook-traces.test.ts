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

/** One of everything that the runbooks look for: as it should be, or failed and slow. */
function spansOf(isBad: boolean): TestSpan[] {
  const bad = { ...(isBad && { message: "culprit" }), durationMs: isBad ? 2_000 : 20 };
  const request = (route: string, more: Record<string, string | number> = {}): TestSpan => ({
    name: `POST ${route}`,
    kind: 2,
    ...bad,
    attributes: {
      "frontdesk.sli": true,
      "http.request.method": "POST",
      "http.route": route,
      "http.response.status_code": isBad ? 503 : 201,
      ...more,
    },
  });
  const routes = ["/v1/bookings", "/v1/auth/login"];
  return [
    ...routes.map((route) => request(route)),
    // Slow, but answered: what fails is no promise of latency.
    ...routes.map((route) => request(route, { "http.response.status_code": 201 })),
    request("/v1/rooms", { "user_agent.synthetic.type": "test" }),
    ...["outbox.relay", "event.handle", "health.check", "calendar.repair"].map(
      (name): TestSpan => ({ name, kind: 1, ...bad }),
    ),
    { name: "process frontdesk-events", kind: 5, ...bad },
    { name: "scheduled * * * * *", kind: 2, ...bad },
    { name: "SELECT rooms", kind: 3, ...bad, attributes: { "db.system.name": "cloudflare-d1" } },
    {
      name: "hold",
      kind: 2,
      ...bad,
      attributes: { "rpc.system.name": "cloudflare-workers", "rpc.method": "hold" },
    },
  ];
}

/** Every span as a trace of its own, and the records of such an hour. @returns their trace ids */
async function plant(isBad: boolean): Promise<string[]> {
  const collector = place.url("collector");
  const spans = spansOf(isBad).map((span) => [newTraceId(), span] as const);
  for (const [traceId, span] of spans) await sendSpans(collector, traceId, [span], { environment: own });
  const records = isBad
    ? ["telemetry.lost", "cron.relay.failed", "exception"].map((eventName) => ({
        eventName,
        severityText: "ERROR",
      }))
    : ["http.request"].map((eventName) => ({ eventName, severityText: "INFO" }));
  const told = records.map((record) => [newTraceId(), record] as const);
  for (const [traceId, record] of told)
    await sendLog(collector, traceId, { body: record.eventName, ...record });
  const ids = [...spans, ...told].map(([traceId]) => traceId);
  const isThere = async () =>
    new Set([...(await found.traceql("{ }")), ...(await found.logsql("_time:15m"))]);
  const stored = await poll(isThere, (seen) => ids.every((id) => seen.has(id)), 60_000);
  expect(ids.filter((id) => !stored.has(id))).toEqual([]);
  return ids;
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
let culprits: string[];
beforeAll(async () => {
  place = await ownPlace(["tempo", "tempoOtlp", "victoriaLogs"]);
  await Promise.all([startTool(place, "tempo"), startTool(place, "victoria-logs")]);
  await startTool(place, "collector");
  await plant(false);
  whenWell = await answersOf();
  culprits = await plant(true);
  underFault = await answersOf();
}, 240_000);

describe.each(["traceql", "logsql"] as const)(
  "the %s of every runbook, asked of a real store",
  (language) => {
    it.each([...pages[language]])(
      "%s: nothing when all is well, culprits and nobody else under its fault",
      (_alert, queries) => {
        for (const { query } of queries) {
          expect(whenWell[query], query).toEqual([]);
          expect(underFault[query]?.length, query).toBeGreaterThan(0);
          expect(culprits, query).toEqual(expect.arrayContaining(underFault[query] ?? []));
        }
      },
    );
  },
);

it.each([...annotated])("%s, the query of an alert, finds the culprits of its environment", (traces) => {
  expect(whenWell[tracesOf(traces, own)]).toEqual([]);
  expect(underFault[tracesOf(traces, own)]?.length, traces).toBeGreaterThan(0);
  expect(culprits).toEqual(expect.arrayContaining(underFault[tracesOf(traces, own)] ?? []));
  expect(underFault[tracesOf(traces, "elsewhere")]).toEqual([]);
});
