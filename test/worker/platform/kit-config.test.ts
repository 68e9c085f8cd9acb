import { describe, expect, it } from "vitest";
import type { Env } from "../../../src/platform/env.ts";
import { kitConfig } from "../../../src/platform/kit-config.ts";

const staging = {
  ENVIRONMENT: "staging",
  RELEASE: "abc",
  OTLP_ENDPOINT: "https://otlp.example",
  TRACE_TOKEN: "trusted-caller",
} as Env;
const asked = (headers: Record<string, string>) => new Request("https://x.example/", { headers });

describe("continues the trace of", () => {
  it("callers with the trace token, and only them", () => {
    const { trustTraceOf } = kitConfig(staging);
    expect(trustTraceOf?.(asked({ "x-trace-token": "trusted-caller" }))).toBe(true);
    expect(trustTraceOf?.(asked({ "x-trace-token": "someone" }))).toBe(false);
    expect(trustTraceOf?.(asked({}))).toBe(false);
  });

  it("nobody where there is no token", () => {
    const { TRACE_TOKEN: _, ...without } = staging;
    for (const token of ["", "undefined"]) {
      expect(kitConfig(without).trustTraceOf?.(asked({ "x-trace-token": token }))).toBe(false);
    }
  });

  it("everybody locally", () => {
    expect(kitConfig({ ...staging, ENVIRONMENT: "local" }).trustTraceOf?.(asked({}))).toBe(true);
  });
});

it("reads OTLP_HEADERS as a list, and leaves out what is no pair", () => {
  const config = kitConfig({ ...staging, OTLP_HEADERS: "x-team=abc==, broken ,=x,x-other= y " });
  expect(config.otlpHeaders).toEqual({ "x-team": "abc==", "x-other": "y" });
});

it("never throws, however little is configured", () => {
  expect(kitConfig({} as Env)).toMatchObject({ otlpEndpoint: "" });
});
