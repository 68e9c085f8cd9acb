import { createExecutionContext, createMessageBatch, getQueueResult } from "cloudflare:test";
import { env as rawEnv } from "cloudflare:workers";
import { beforeEach, describe, expect, it } from "vitest";
import { instrumentWorker, type KitConfig, processMessage } from "../../../../telemetry/kit/index.ts";
import { type Recording, startRecording } from "../../../../telemetry/kit/recording.ts";
import { eventually, inRequest } from "./fixture/run.ts";
import worker, { type Env, stage } from "./fixture/worker.ts";

const env = rawEnv as unknown as Env;
const remote = { traceId: "0af7651916cd43dd8448eb211c80319c", spanId: "b7ad6b7169203331" };
const traceparent = `00-${remote.traceId}-${remote.spanId}-00`;

const quiet: KitConfig = { environment: "local", release: "test", otlpEndpoint: "" };

let recording: Recording;
beforeEach(() => {
  recording = startRecording();
});

describe("the queue", () => {
  it("links each message's CONSUMER span to its sender and unwraps the body", async () => {
    const bodies: unknown[] = [];
    stage.onMessage = (message) => bodies.push(message.body);
    await inRequest(async ({ JOBS }) => {
      await JOBS.send({ n: 1 });
      await JOBS.sendBatch([{ body: { n: 2 } }, { body: "text", contentType: "text" }]);
    });
    await eventually(() => (bodies.length === 3 ? true : undefined));
    expect(bodies.map((body) => JSON.stringify(body)).toSorted()).toEqual(['"text"', '{"n":1}', '{"n":2}']);
    const sends = recording.spans().filter(({ name }) => /^send(Batch)? kit-jobs$/.test(name));
    const processes = recording.spans().filter(({ name }) => name === "process kit-jobs");
    expect(sends.map(({ kind }) => kind)).toEqual(["PRODUCER", "PRODUCER"]);
    expect(processes.map(({ kind, parentSpanId }) => [kind, parentSpanId])).toEqual(
      Array.from({ length: 3 }, () => ["CONSUMER", undefined]),
    );
    const linked = processes.flatMap(({ links }) => links.map(({ spanId }) => spanId)).toSorted();
    expect(linked).toEqual(sends.map(({ spanId }) => spanId).toSorted());
  });

  it("records the fault of a message, passes it on, and keeps ack and retry working", async () => {
    const ctx = createExecutionContext();
    const batch = createMessageBatch("kit-jobs", [
      { id: "m1", timestamp: 0, attempts: 3, body: { n: 1 } },
      { id: "m2", timestamp: 0, attempts: 1, body: { n: 2 } },
    ]);
    stage.onMessage = (message) => {
      if (message.id === "m2") throw new Error("poison");
      message.ack();
    };
    await expect(worker.queue?.(batch, env, ctx)).rejects.toThrow("poison");
    const result = await getQueueResult(batch, ctx);
    expect(result.explicitAcks).toEqual(["m1"]);
    const spans = recording.spans();
    expect(spans.map(({ attributes, failed }) => [attributes["messaging.message.id"], failed])).toEqual([
      ["m1", false],
      ["m2", true],
    ]);
    expect(spans[0]?.attributes["messaging.message.delivery_attempt"]).toBe(3);
    expect(recording.logs().map(({ event }) => event)).toEqual(["exception"]);
  });

  it("spans a message that its handler did not give to processMessage, failed when the handler fails", async () => {
    const lost = () => Promise.reject(new Error("Network connection lost."));
    // What an RPC gives can be awaited and is no promise of this isolate's own.
    // biome-ignore lint/suspicious/noThenProperty: that is what it is
    const awaitable = { then: (...handlers: Parameters<Promise<void>["then"]>) => lost().then(...handlers) };
    const outcomes = { good: () => undefined, bad: lost, awaitable: () => awaitable as Promise<void> };
    for (const outcome of Object.values(outcomes)) {
      const ctx = createExecutionContext();
      const body = { "~frontdesk.trace": { traceparent }, body: 1 };
      const batch = createMessageBatch("kit-jobs", [{ id: "m", timestamp: 0, attempts: 1, body }]);
      const plain = instrumentWorker<Env, unknown>({ queue: () => outcome() }, () => quiet);
      await Promise.resolve(plain.queue?.(batch, env, ctx)).catch(() => undefined);
      await getQueueResult(batch, ctx);
    }
    expect(recording.outline()).toBe("CONSUMER process kit-jobs\n".repeat(3));
    expect(recording.spans().map(({ failed, attributes }) => [failed, attributes["error.type"]])).toEqual([
      [false, undefined],
      [true, "connection_lost"],
      [true, "connection_lost"],
    ]);
    for (const { links } of recording.spans()) expect(links).toMatchObject([remote]);
  });

  it("records once what a handler fails with, and not again what a message has failed with", async () => {
    const planted = new RangeError("refused by the handler");
    const handlers: Record<string, (batch: MessageBatch<unknown>) => Promise<void>> = {
      "before any message": () => Promise.reject(planted),
      "after all": async ({ messages }) => {
        for (const message of messages) processMessage(message, () => undefined);
        throw planted;
      },
      "as its first message": async ({ messages: [first] }) =>
        processMessage(first as Message, () => Promise.reject(planted)),
    };
    for (const [when, handler] of Object.entries(handlers)) {
      recording.clear();
      const ctx = createExecutionContext();
      const messages = ["m1", "m2"].map((id) => ({ id, timestamp: 0, attempts: 1, body: 1 }));
      const batch = createMessageBatch("kit-jobs", messages);
      const { queue } = instrumentWorker<Env, unknown>({ queue: handler }, () => quiet);
      await expect(queue?.(batch, env, ctx), when).rejects.toBe(planted);
      await getQueueResult(batch, ctx);
      const spans = recording.spans();
      expect(spans.length, when).toBe(2);
      const failed = spans.filter(({ failed }) => failed);
      expect(failed.length, when).toBe(when === "after all" ? 0 : 2);
      expect(recording.logs(), when).toMatchObject([{ event: "exception", spanId: failed[0]?.spanId }]);
    }
  });

  it("adds the links that the caller knows, each once", async () => {
    const ctx = createExecutionContext();
    const batch = createMessageBatch("kit-jobs", [{ id: "m", timestamp: 0, attempts: 1, body: 1 }]);
    stage.onMessage = () => undefined;
    const links = [{ traceparent }, undefined, { traceparent }, { traceparent: "broken" }];
    const [message] = batch.messages;
    if (message) processMessage(message, () => undefined, { links });
    await getQueueResult(batch, ctx);
    expect(recording.spans()[0]?.links).toMatchObject([remote]);
    expect(recording.spans()[0]?.links).toHaveLength(1);
  });
});
