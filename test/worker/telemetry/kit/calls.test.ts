import { env as workerEnv } from "cloudflare:workers";
import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { instrumentEnv } from "../../../../telemetry/kit/bindings/env.ts";
import { type RecordedSpan, type Recording, startRecording } from "../../../../telemetry/kit/recording.ts";
import { type Row, remoteRows, rows } from "./fixture/calls.ts";
import { failing, overloaded } from "./fixture/failing.ts";
import { createNotes } from "./fixture/recorded.ts";
import { inRequest } from "./fixture/run.ts";
import { type Surface, surface } from "./fixture/surface.ts";
import type { Env } from "./fixture/worker.ts";

const rawEnv = workerEnv as unknown as Env;

let recording: Recording;
beforeEach(() => {
  recording = startRecording();
});
beforeAll(createNotes);

type Outcome = { value?: unknown; error?: unknown; span: RecordedSpan | undefined; wasPromise: boolean };

/** What comes of the call inside a request, and the span of its last step. */
async function outcomeOf(row: Row, envOf: (env: Env) => Env = (env) => env): Promise<Outcome> {
  const outcome: Outcome = { span: undefined, wasPromise: false };
  await inRequest(async (env) => {
    try {
      const result = row.call(envOf(env));
      outcome.wasPromise = typeof (result as Promise<unknown>)?.then === "function";
      outcome.value = await result;
      if (outcome.value instanceof Response) await outcome.value.body?.cancel();
    } catch (error) {
      outcome.error = error;
    }
  });
  outcome.span = recording.spans().findLast(({ name }) => name === row.span);
  return outcome;
}

const isRecord = (value: unknown): value is object =>
  typeof value === "object" && value !== null && !(value instanceof Map);
const kindOf = (span: string) => (/^send(Batch)? /.test(span) ? "PRODUCER" : "CLIENT");
const all: Record<string, Row> = { ...rows, ...remoteRows };

describe("every call", () => {
  for (const [name, row] of Object.entries(all))
    it(`${name}: a span, and the value as it is`, async () => {
      const { value, error, span, wasPromise } = await outcomeOf(row);
      expect(error).toBeUndefined();
      expect(wasPromise).toBe(true);
      if (isRecord(row.gives)) expect(value).toMatchObject(row.gives);
      else expect(value).toEqual(row.gives);
      expect(span).toMatchObject({ kind: kindOf(row.span), failed: false });
      expect(span?.attributes).toMatchObject(row.attributes);
      expect(span?.attributes).not.toHaveProperty("error.type");
    });
});

describe("every rejection", () => {
  const ofBindings = Object.entries(all).filter(([name]) => !name.startsWith("Cache."));
  for (const [name, row] of ofBindings)
    it(`${name}: the same error with its marks, and a failed span`, async () => {
      const planted = overloaded();
      const method = name in rows ? (name.split(".")[1] as string) : (row.span.split("/")[1] as string);
      const broken = Object.fromEntries(
        Object.entries(rawEnv).map(([key, value]) => [
          key,
          typeof value === "object" && value !== null ? failing(value, method, planted) : value,
        ]),
      ) as Env;
      const { error, span } = await outcomeOf(row, () => instrumentEnv(broken));
      expect(error).toBe(planted);
      expect(error).toMatchObject({ remote: true, retryable: true, overloaded: true });
      expect(span).toMatchObject({
        kind: kindOf(row.span),
        failed: true,
        attributes: { "error.type": "overloaded" },
      });
    });

  const ofCache: Record<string, () => Promise<unknown>> = {
    put: () => caches.default.put(new Request("https://kit.test/", { method: "POST" }), new Response("x")),
    match: () => caches.default.match("not a url"),
    delete: () => caches.default.delete("not a url"),
  };
  for (const [method, call] of Object.entries(ofCache))
    it(`Cache.${method}: what the platform says, and a failed span`, async () => {
      const unseen = await call().catch((error: unknown) => error);
      const { error, span } = await outcomeOf({
        ...rows["Cache.put"],
        call,
        span: `${method} cache:default`,
      });
      expect(unseen).toBeInstanceOf(TypeError);
      expect(error).toBeInstanceOf(TypeError);
      expect((error as Error).message).toBe((unseen as Error).message);
      expect(span).toMatchObject({ failed: true, attributes: { "error.type": "_OTHER" } });
    });
});

describe("the table of calls", () => {
  it("has a row for every method that has a span, but for those of an object's storage", () => {
    const inStorage = /^(DurableObjectStorage|DurableObjectTransaction|SqlStorage|SyncKvStorage)$/;
    const spanned = Object.entries<Surface>(surface)
      .filter(([kind]) => !inStorage.test(kind))
      .flatMap(([kind, { spanned }]) => spanned.map((method) => `${kind}.${method}`));
    expect(Object.keys(rows).toSorted()).toEqual(spanned.toSorted());
  });
});
