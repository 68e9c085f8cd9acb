import { describe, expect, it } from "vitest";
import { errorTypeOf, errorTypeOfStatus, isFault } from "../../../telemetry/kit/error-type.ts";

const named = (name: string) => Object.assign(new Error("x"), { name });

const cases: Record<string, readonly [unknown, string]> = {
  "a timeout of AbortSignal": [named("TimeoutError"), "timeout"],
  "an abort": [named("AbortError"), "aborted"],
  "a lost connection": [new Error("Network connection lost."), "connection_lost"],
  "a D1 constraint": [new Error("D1_ERROR: UNIQUE constraint failed: a.b: SQLITE_CONSTRAINT"), "constraint"],
  "a constraint inside a wrapper that quotes the query": [
    new Error("Failed query: insert\nparams: timeout", { cause: new Error("UNIQUE constraint failed") }),
    "constraint",
  ],
  "an overloaded object": [Object.assign(new Error("x"), { overloaded: true }), "overloaded"],
  "an error with a code of ours": [Object.assign(new Error("x"), { code: "slot_taken" }), "slot_taken"],
  "an error with a foreign code": [Object.assign(new Error("x"), { code: "E_FOO" }), "_OTHER"],
  "a thrown string": ["oops", "_OTHER"],
  "nothing at all": [undefined, "_OTHER"],
};

describe("error.type", () => {
  for (const [what, [error, type]] of Object.entries(cases))
    it(`of ${what} is ${type}`, () => expect(errorTypeOf(error)).toBe(type));

  it("ends on a cause that is its own cause", () => {
    const loop = new Error("loop");
    loop.cause = loop;
    expect(errorTypeOf(loop)).toBe("_OTHER");
  });

  it("of a code that only every object has is _OTHER", () =>
    expect(errorTypeOf(Object.assign(new Error("x"), { code: "constructor" }))).toBe("_OTHER"));

  it("is a fault unless the caller caused it", () => {
    expect(["internal", "timeout", "_OTHER"].map((type) => isFault(type as "internal"))).toEqual([
      true,
      true,
      true,
    ]);
    expect(["aborted", "not_found"].map((type) => isFault(type as "aborted"))).toEqual([false, false]);
  });

  it("of a status is from the same set", () =>
    expect([200, 404, 418, 429, 500, 503, 504].map(errorTypeOfStatus)).toEqual([
      undefined,
      "not_found",
      "invalid_request",
      "rate_limited",
      "internal",
      "unavailable",
      "timeout",
    ]));
});
