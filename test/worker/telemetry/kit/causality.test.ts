import { beforeEach, describe, expect, it } from "vitest";
import { inject, link, span, type TraceCarrier } from "../../../../telemetry/kit/index.ts";
import { type RecordedSpan, type Recording, startRecording } from "../../../../telemetry/kit/recording.ts";
import { collectorUrl, eventually, inRequest } from "./fixture/run.ts";
import { stage } from "./fixture/worker.ts";

let recording: Recording;
beforeEach(() => {
  recording = startRecording();
});

/** A webhook as it will be kept: what happened, with the trace it happened in, and the delivery that was tried last. */
type Webhook = { readonly cause: TraceCarrier | undefined; delivery: TraceCarrier | undefined };

/** Tries to deliver: a hop to the customer, linked to what happened and to the try before. */
const deliver = (webhook: Webhook) =>
  span(
    "event.handle",
    { "frontdesk.event.type": "booking.created", "frontdesk.event.id": "evt_1" },
    async () => {
      link(webhook.cause);
      link(webhook.delivery);
      webhook.delivery = inject();
      await fetch(`${collectorUrl()}/trace`, { method: "POST", body: "{}", redirect: "manual" });
    },
  );

/** Spans that are reached from these by parent and link, backwards: everything that made them happen. */
function causesOf(from: readonly RecordedSpan[], all: readonly RecordedSpan[]): ReadonlySet<string> {
  const byId = new Map(all.map((one) => [one.spanId, one]));
  const found = new Set<string>();
  const look = (id: string | undefined): void => {
    const at = id === undefined || found.has(id) ? undefined : byId.get(id);
    if (at === undefined) return;
    found.add(at.spanId);
    look(at.parentSpanId);
    for (const { spanId } of at.links) look(spanId);
  };
  for (const { spanId } of from) look(spanId);
  return found;
}

describe("a webhook", () => {
  it("is one causal graph: request, outbox, queue, delivery, and a replay that somebody asked for", async () => {
    const webhooks: Webhook[] = [];
    const outbox: TraceCarrier[] = [];
    stage.onMessage = (message) => {
      const webhook: Webhook = {
        cause: (message.body as { trace: TraceCarrier }).trace,
        delivery: undefined,
      };
      webhooks.push(webhook);
      return deliver(webhook);
    };
    // What happens, and the row that tells of it.
    await inRequest(() => void outbox.push(inject() as TraceCarrier), "https://kit.test/booked");
    // The relay sends it later, in a request that has nothing to do with it.
    await inRequest(({ JOBS }) =>
      span("outbox.relay", {}, () => JOBS.send({ trace: outbox[0] }), { links: outbox }),
    );
    await eventually(() => recording.spans().find(({ name }) => name === "process kit-jobs"));
    // Hours later the customer asks for it again.
    await inRequest(() => deliver(webhooks[0] as Webhook), "https://kit.test/replay");

    const all = recording.spans();
    const entry = (path: string) => all.find(({ attributes }) => attributes["url.path"] === path);
    const [first, replay] = all.filter(({ name }) => name === "event.handle");
    const hops = all.filter(({ name }) => name === "POST");
    expect(hops.map(({ parentSpanId }) => parentSpanId)).toEqual([first?.spanId, replay?.spanId]);
    expect(new Set(all.map(({ traceId }) => traceId)).size).toBe(4);

    const causes = causesOf([hops[1] as RecordedSpan], all);
    for (const cause of [entry("/booked"), first, entry("/replay")]) expect(causes).toContain(cause?.spanId);
    for (const name of ["process kit-jobs", "send kit-jobs", "outbox.relay"])
      expect(causes).toContain(all.find((one) => one.name === name)?.spanId);
    // The first delivery knows nothing of the replay: causes point back only.
    expect(causesOf([hops[0] as RecordedSpan], all)).not.toContain(entry("/replay")?.spanId);
  });

  it("whose cause was lost or spoiled is delivered without a link", async () => {
    await inRequest(async () => {
      await deliver({ cause: undefined, delivery: { traceparent: "00-spoiled" } });
    });
    expect(recording.spans().find(({ name }) => name === "event.handle")?.links).toEqual([]);
  });
});

describe("a message that travels further", () => {
  it("is linked to each of its senders and not to those before them twice", async () => {
    const seen: unknown[] = [];
    stage.onMessage = (message) => seen.push(message.body);
    await inRequest(async ({ JOBS }) => {
      await JOBS.sendBatch([{ body: { n: 1 } }, { body: { n: 2 } }]);
    });
    await eventually(() => (seen.length === 2 ? true : undefined));
    const send = recording.spans().find(({ name }) => name === "sendBatch kit-jobs");
    const consumers = recording.spans().filter(({ name }) => name === "process kit-jobs");
    expect(consumers.map(({ links }) => links.map(({ spanId }) => spanId))).toEqual([
      [send?.spanId],
      [send?.spanId],
    ]);
  });
});
