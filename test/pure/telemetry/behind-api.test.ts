import { readFileSync } from "node:fs";
import { context, createTraceState, ROOT_CONTEXT, type Span, trace } from "@opentelemetry/api";
import { describe, expect, it } from "vitest";
import { contextManager, spanIn, withSpanIn } from "../../../telemetry/kit/context.ts";
import { traceStateOf } from "../../../telemetry/kit/propagate.ts";
import { apiVersion, standBehindApi, userTracer } from "../../../telemetry/kit/shells/tracer.ts";

describe("the kit, which does not import the code of @opentelemetry/api", () => {
  it("stands where the API looks, in the version that is installed", () => {
    const manifest = readFileSync("node_modules/@opentelemetry/api/package.json", "utf8");
    expect(apiVersion).toBe((JSON.parse(manifest) as { version: string }).version);
    const provider = { getTracer: () => userTracer };
    standBehindApi(provider);
    expect(trace.getTracerProvider()).toBe(provider);
    expect(context.active()).toBe(contextManager.active());
    trace.disable();
    expect(trace.getTracer("gone")).not.toBe(userTracer);
  });

  it("finds and leaves spans under the key of the API", () => {
    const span = trace.wrapSpanContext({ traceId: "1".repeat(32), spanId: "2".repeat(16), traceFlags: 1 });
    expect(spanIn(trace.setSpan(ROOT_CONTEXT, span))).toBe(span);
    expect(trace.getSpan(withSpanIn(ROOT_CONTEXT, span))).toBe(span as Span);
    expect(trace.getSpan(withSpanIn(contextManager.active(), span))).toBe(span);
  });

  for (const text of ["", "a=1", "a=1,b=2,c@v=x"])
    it(`hands out the trace state "${text}" as the API does`, () => {
      const [ours, theirs] = [traceStateOf(text), createTraceState(text)];
      for (const [one, other] of [
        [ours, theirs],
        [ours.set("b", "new"), theirs.set("b", "new")],
        [ours.set("d", "4").unset("a"), theirs.set("d", "4").unset("a")],
      ] as const) {
        expect(one.serialize()).toBe(other.serialize());
        for (const key of ["a", "b", "c@v", "d", "v"]) expect(one.get(key)).toBe(other.get(key));
      }
    });
});
