import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { gunzipSync } from "node:zlib";
import { afterAll, beforeAll, expect, it } from "vitest";
import { newTraceId, sendSpans, type TestSpan } from "./otlp.ts";
import { ownPlace, startTool } from "./own-tools.ts";
import { poll } from "./stores/poll.ts";

type Received = { readonly service: string; readonly kind: number; readonly traceId: string };
type Attribute = { readonly key: string; readonly value: { readonly stringValue?: string } };
type Body = {
  readonly resourceSpans?: readonly {
    readonly resource: { readonly attributes: readonly Attribute[] };
    readonly scopeSpans: readonly { readonly spans: readonly { kind: number; traceId: string }[] }[];
  }[];
};

const received: Received[] = [];
/** Stands in for Honeycomb. */
const honeycomb = createServer(async (request, response) => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  if (request.url === "/v1/traces") take(JSON.parse(gunzipSync(Buffer.concat(chunks)).toString()) as Body);
  response.writeHead(200, { "content-type": "application/json" }).end("{}");
});

function take({ resourceSpans = [] }: Body): void {
  for (const { resource, scopeSpans } of resourceSpans) {
    const service = resource.attributes.find(({ key }) => key === "service.name")?.value.stringValue ?? "";
    for (const { kind, traceId } of scopeSpans.flatMap(({ spans }) => spans))
      received.push({ service, kind, traceId });
  }
}

beforeAll(() => new Promise<void>((resolve) => void honeycomb.listen(0, "127.0.0.1", resolve)));
afterAll(() => void honeycomb.close());

const service = "honeycomb-test";
const dataset = `${service}-sli`;
const entry: TestSpan = { name: "GET /kept", kind: 2, attributes: { "frontdesk.sli": true } };
const inner: TestSpan = { name: "step", kind: 1 };
const synthetic: TestSpan = {
  ...entry,
  attributes: { "frontdesk.sli": true, "user_agent.synthetic.type": "test" },
};

it("sends every SLI span to Honeycomb, whatever sampling keeps of the traces", async () => {
  const place = await ownPlace();
  const env = {
    HONEYCOMB_API_KEY: "test",
    HONEYCOMB_ENDPOINT: `http://127.0.0.1:${(honeycomb.address() as AddressInfo).port}`,
    FRONTDESK_TAIL_SAMPLING: "5",
    FRONTDESK_TAIL_SAMPLING_WAIT: "1s",
  };
  await startTool(place, "collector", { env, args: ["--set=exporters.otlp_http/honeycomb.encoding=json"] });
  const ids = Array.from({ length: 100 }, newTraceId);
  for (const id of ids) await sendSpans(place.url("collector"), id, [entry, inner], { service });
  await sendSpans(place.url("collector"), newTraceId(), [synthetic], { service });

  const counted = async () => received.filter((span) => span.service === dataset);
  await poll(counted, (found) => found.length >= ids.length, 30_000);
  expect((await counted()).map(({ traceId }) => traceId).toSorted()).toEqual(ids.toSorted());
  expect(new Set((await counted()).map(({ kind }) => kind))).toEqual(new Set([2]));

  // The traces themselves are sampled: that SLOs do not count those is why there are two datasets.
  const traces = async () =>
    new Set(received.filter((span) => span.service === service).map(({ traceId }) => traceId));
  await poll(traces, (kept) => kept.size > 0, 15_000);
  expect((await traces()).size).toBeLessThan(ids.length / 2);
});
