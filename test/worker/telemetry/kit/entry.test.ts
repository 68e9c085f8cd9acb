import {
  createExecutionContext,
  createScheduledController,
  runDurableObjectAlarm,
  runInDurableObject,
  waitOnExecutionContext,
} from "cloudflare:test";
import { env as rawEnv } from "cloudflare:workers";
import { beforeEach, describe, expect, it } from "vitest";
import { inject, span } from "../../../../telemetry/kit/index.ts";
import { type Recording, startRecording } from "../../../../telemetry/kit/recording.ts";
import { drained, freshExporter, ofSignal } from "./fixture/exporter.ts";
import { spanNamed } from "./fixture/recorded.ts";
import { inRequest, received } from "./fixture/run.ts";
import worker, { type Env } from "./fixture/worker.ts";

const env = rawEnv as unknown as Env;

let recording: Recording;
beforeEach(() => {
  recording = startRecording();
});

const named = (name: string) => spanNamed(recording, name);

describe("other entries", () => {
  it("span the cron and what it does", async () => {
    const ctx = createExecutionContext();
    await worker.scheduled?.(createScheduledController({ cron: "* * * * *" }), env, ctx);
    await waitOnExecutionContext(ctx);
    expect(recording.outline()).toBe("SERVER scheduled * * * * *\n  INTERNAL heartbeat\n");
    expect(named("scheduled * * * * *").attributes).not.toHaveProperty("frontdesk.sli");
  });

  it("span an alarm as a trace of its own", async () => {
    const stub = env.COUNTER.getByName("alarm");
    await stub.soon();
    recording.clear();
    expect(await runDurableObjectAlarm(stub)).toBe(true);
    expect(recording.outline()).toBe("SERVER BareCounter/alarm\n  CLIENT SELECT\n");
  });

  it("serve an object's caller that knows nothing of the kit", async () => {
    expect(await env.COUNTER.getByName("bare").arguments(1, 2, 3)).toBe(3);
    expect(recording.outline()).toBe("SERVER BareCounter/arguments\n");
  });

  it("keep an object's synchronous methods, name and state", async () => {
    await runInDurableObject(env.COUNTER.getByName("sync"), (instance, state) => {
      expect((instance as unknown as { add(amount: number): number }).add(3)).toBe(3);
      expect(state.storage.sql.exec("SELECT 1 AS one").one()).toEqual({ one: 1 });
    });
  });

  it("store the context of the active span for later work", async () => {
    let carrier: ReturnType<typeof inject>;
    await inRequest(() => {
      carrier = inject();
    });
    expect(carrier?.traceparent).toBe(`00-${named("GET").traceId}-${named("GET").spanId}-01`);
    expect(inject()).toBeUndefined();
  });
});

it("whose parent is in another process or object says so when it leaves, and no other span does", async () => {
  await freshExporter();
  const traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
  const caller = { headers: { traceparent, "x-trusted": "yes" } };
  await inRequest(() => span("heartbeat", {}, () => undefined), "https://kit.test/remote", caller);
  await inRequest((env) => env.COUNTER.getByName("remote").add(1));
  await drained();
  type Sent = { name: string; parentSpanId?: string; flags: number };
  const sent = ofSignal("traces", await received()).flatMap(
    ({ body }): Sent[] => body.resourceSpans[0].scopeSpans[0].spans,
  );
  const flags = sent.map(({ name, parentSpanId, flags }) => [name, parentSpanId !== undefined, flags]);
  expect(flags.toSorted()).toEqual([
    ["BareCounter/add", true, 0x301],
    ["Counter/add", true, 0x101],
    ["GET", false, 0x101],
    ["GET", true, 0x301],
    ["heartbeat", true, 0x101],
  ]);
});
