import { trace } from "@opentelemetry/api";
import { beforeEach, describe, expect, it } from "vitest";
import { bindContext, currentTrace, log, span } from "../../../../telemetry/kit/index.ts";
import { type Recording, startRecording } from "../../../../telemetry/kit/recording.ts";
import { invented, plants } from "../../support/plants.ts";
import { eventually, inRequest, named, wait } from "./fixture/drive.ts";

// A span of a user has a name of the user.
plants("INTERNAL mine");

let recording: Recording;
beforeEach(() => {
  recording = startRecording();
});

describe("the context", () => {
  it("survives await, timers, microtasks, streams and events", async () => {
    const seen: (string | undefined)[] = [];
    const look = () => seen.push(currentTrace()?.spanId);
    await inRequest(async ({ STORE }) => {
      look();
      await STORE.get("x");
      look();
      await new Promise<void>((resolve) => setTimeout(() => resolve(void look()), 1));
      queueMicrotask(look);
      await Promise.all([Promise.resolve().then(look), wait(1).then(look)]);
      for await (const _chunk of new Blob(["a"]).stream()) look();
      const target = new EventTarget();
      target.addEventListener("x", look);
      target.dispatchEvent(new Event("x"));
    });
    expect(seen).toHaveLength(8);
    expect(new Set(seen)).toEqual(new Set([named(recording, "GET").spanId]));
  });

  it("survives into waitUntil, after the answer", async () => {
    const response = await inRequest((env, ctx) => {
      const late = async () => {
        await wait(30);
        await env.STORE.get("late");
        log("info", invented("late.done"), { "frontdesk.module": "http" });
      };
      ctx.waitUntil(late());
    });
    expect(await response.text()).toBe("ok");
    const late = await eventually(() => recording.spans().find(({ name }) => name === "get STORE"));
    const { spanId, traceId } = named(recording, "GET");
    expect(late).toMatchObject({ traceId, parentSpanId: spanId });
    expect(await eventually(() => recording.logs()[0])).toMatchObject({
      event: "late.done",
      traceId,
      spanId,
    });
  });

  it("is gone when the entry is over", async () => {
    await inRequest(() => undefined);
    expect(currentTrace()).toBeUndefined();
  });

  it("keeps many requests at once apart", async () => {
    const one = (id: string) =>
      inRequest(async ({ STORE, ROOM }) => {
        bindContext({ "frontdesk.request.id": id });
        await wait(Math.random() * 10);
        await span("heartbeat", {}, async () => {
          await STORE.get(id);
          await ROOM.getByName(id).add(1);
          trace.getTracer("mine").startSpan("mine").end();
        });
      });
    const ids = Array.from({ length: 25 }, (_, n) => `req_${n}`);
    await Promise.all(ids.map(one));
    const trees = recording.trees();
    expect(trees).toHaveLength(25);
    expect(new Set(recording.outline().split("SERVER GET\n"))).toEqual(
      new Set([
        "",
        "  INTERNAL heartbeat\n    CLIENT get STORE\n    CLIENT BareRoom/add\n      SERVER BareRoom/add\n    INTERNAL mine\n",
      ]),
    );
    const byTrace = Map.groupBy(recording.spans(), ({ traceId }) => traceId);
    const owners = [...byTrace.values()].map((spans) => [
      ...new Set(spans.map(({ attributes }) => attributes["frontdesk.request.id"])),
    ]);
    expect(owners.flat().toSorted()).toEqual(ids.toSorted());
  });
});
