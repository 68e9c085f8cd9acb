import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, expect, inject, it } from "vitest";
import { newTraceId, sendSpans, type TestSpan } from "./otlp.ts";
import { ownPlace, startFront, startTool } from "./own-tools.ts";
import { poll } from "./stores/poll.ts";
import { query, total } from "./stores/prometheus.ts";

const { urls } = inject("frontdesk");
const servers: Server[] = [];
afterAll(() => {
  for (const server of servers) server.close();
});

/** Stands in for Tempo behind one collector, to tell which of them kept what: trace id → ids of its spans. */
async function traceStore(): Promise<{ port: number; traces: Map<string, Set<string>> }> {
  const traces = new Map<string, Set<string>>();
  const server = createServer(async (request, response) => {
    let body = "";
    for await (const part of request) body += String(part);
    for (const { traceId, spanId } of spansIn(body))
      traces.set(traceId, (traces.get(traceId) ?? new Set()).add(spanId));
    response.setHeader("content-type", "application/json").end("{}");
  });
  servers.push(server);
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  return { port: (server.address() as AddressInfo).port, traces };
}

type Export = {
  resourceSpans: { scopeSpans: { spans: { traceId: string; spanId: string }[] }[] }[];
};
const spansIn = (body: string) =>
  (JSON.parse(body) as Export).resourceSpans.flatMap(({ scopeSpans }) =>
    scopeSpans.flatMap(({ spans }) => spans),
  );

/** A collector behind the front that samples and counts. */
async function back() {
  const { port, traces } = await traceStore();
  const place = await ownPlace([], { tempoOtlp: port });
  const store = "--set=exporters.otlp_http/tempo";
  await startTool(place, "collector", {
    env: {
      FRONTDESK_BEHIND_FRONT: "1",
      FRONTDESK_TAIL_SAMPLING: "10",
      FRONTDESK_TAIL_SAMPLING_WAIT: "3s",
    },
    args: [`${store}.encoding=json`, `${store}.compression=none`],
  });
  const { collectorByTrace, collectorByService } = place.ports;
  return { byTrace: `127.0.0.1:${collectorByTrace}`, byService: `127.0.0.1:${collectorByService}`, traces };
}

const root: TestSpan = {
  name: "GET /scaled",
  kind: 2,
  attributes: { "frontdesk.sli": true, "http.route": "/scaled" },
};
const step: TestSpan = { name: "step", kind: 1 };
const failed: TestSpan = { name: "step", kind: 1, message: "no answer" };

it("two collectors behind a front: every trace is whole on one of them, every request is counted once", async () => {
  const backs = [await back(), await back()];
  const front = await ownPlace();
  await startFront(front, {
    env: {
      FRONTDESK_BACKS_BY_TRACE: `[${backs.map(({ byTrace }) => byTrace).join(", ")}]`,
      FRONTDESK_BACKS_BY_SERVICE: `[${backs.map(({ byService }) => byService).join(", ")}]`,
    },
  });
  const services = ["scale-out-a", "scale-out-b", "scale-out-c"];
  const failing = Array.from({ length: 60 }, newTraceId);
  const ordinary = Array.from({ length: 60 }, newTraceId);
  // The same for all: what a busy machine takes to send them must not look like a slow trace, which is kept.
  const endsAt = Date.now();
  for (const span of [root, step, "last"] as const) {
    const one = (id: string, index: number) => {
      const isBad = index < failing.length;
      const service = services[index % services.length] ?? "";
      const sent = span === "last" ? (isBad ? failed : step) : span;
      return sendSpans(front.url("front"), id, [{ ...sent, endsAt }], { service });
    };
    await Promise.all([...failing, ...ordinary].map(one));
  }

  const spansOf = (id: string) => backs.map(({ traces }) => traces.get(id)?.size ?? 0).toSorted();
  await poll(
    async () => failing.map(spansOf),
    (found) => found.every(([, most]) => most === 3),
    30_000,
  );
  // Kept for the span that failed, which came last: whoever decides has seen the whole trace, and nobody else any of it.
  expect(failing.map(spansOf)).toEqual(failing.map(() => [0, 3]));
  const kept = ordinary.map(spansOf).filter(([, most]) => most !== 0);
  expect(kept).toEqual(kept.map(() => [0, 3]));
  expect(kept.length).toBeLessThan(20);
  for (const { traces } of backs) expect(traces.size).toBeGreaterThan(10);

  for (const service of services) {
    const counted = `http_server_request_duration_seconds_count{service_name="${service}"}`;
    const each = (failing.length + ordinary.length) / services.length;
    expect(
      await poll(
        () => total(urls.prometheus, counted),
        (found) => found === each,
        30_000,
      ),
    ).toBe(each);
    expect(await query(urls.prometheus, counted), "counted in one place").toHaveLength(1);
  }
});
