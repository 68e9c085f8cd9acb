import { randomBytes } from "node:crypto";
import { expect, inject, it } from "vitest";
import { budgets } from "../../load/budgets.ts";
import { overBudget, readCalls } from "../../scripts/load/calls.ts";
import { poll } from "./stores/poll.ts";

const { urls } = inject("frontdesk");
const route = "GET /v1/bookings";
const allowed = budgets[route]?.d1 ?? 0;

/** A request of a load run that asks D1 so many times, as the kit would tell it. */
async function sendRequest(runId: string, queries: number): Promise<string> {
  const [traceId, entry] = [randomBytes(16).toString("hex"), randomBytes(8).toString("hex")];
  const nano = (ms: number) => `${BigInt(ms) * 1_000_000n}`;
  const text = (attributes: Record<string, string>) =>
    Object.entries(attributes).map(([key, stringValue]) => ({ key, value: { stringValue } }));
  const times = { startTimeUnixNano: nano(Date.now() - 50), endTimeUnixNano: nano(Date.now()) };
  const request = {
    ...{ traceId, spanId: entry, name: route, kind: 2, ...times },
    attributes: [
      ...text({
        "frontdesk.correlation.id": runId,
        "http.request.method": "GET",
        "http.route": "/v1/bookings",
      }),
      { key: "frontdesk.sli", value: { boolValue: true } },
    ],
  };
  const asked = Array.from({ length: queries }, () => ({
    ...{ traceId, spanId: randomBytes(8).toString("hex"), parentSpanId: entry, name: "SELECT bookings" },
    ...{ kind: 3, ...times, attributes: text({ "cloudflare.binding.type": "d1" }) },
  }));
  const resource = { attributes: text({ "service.name": "load-calls-test" }) };
  const body = { resourceSpans: [{ resource, scopeSpans: [{ spans: [request, ...asked] }] }] };
  const response = await fetch(`${urls.collector}/v1/traces`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  expect(response.status).toBe(200);
  return traceId;
}

it("A query in a loop is caught in the traces of a load run, and the request named", async () => {
  const runId = `calls-${Date.now().toString(36)}`;
  const window = { fromMs: Date.now() - 60_000, untilMs: Date.now() + 60_000 };
  await sendRequest(runId, allowed);
  const read = () => readCalls(urls.tempo, runId, [route, "GET /v1/no-budget"], window);
  const within = await poll(read, (rows) => rows.some(({ most }) => most > 0));
  expect(within.map(({ kind, most }) => [kind, most])).toEqual([
    ["d1", allowed],
    ["durable_object", 0],
    ["outbound", 0],
  ]);
  expect(overBudget(within)).toEqual([]);
  const loop = await sendRequest(runId, allowed + 7);
  const over = await poll(read, (rows) => overBudget(rows).length > 0);
  expect(overBudget(over)).toEqual([
    `${route} made ${allowed + 7} D1 queries in one request, at most ${allowed} (trace ${loop})`,
  ]);
});
