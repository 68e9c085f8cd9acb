import { describe, expect, it } from "vitest";
import { countBody } from "../../../scripts/bench/counted.ts";

const json = "application/json";
const otlp = (spans: object[]) =>
  Buffer.from(JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans }] }] }));

describe("spans in the body of an export", () => {
  it("counts OTLP spans by kind and name", () =>
    expect(
      countBody(
        "v1/traces",
        json,
        otlp([
          { name: "GET /a", kind: 2 },
          { name: "GET /a", kind: 2 },
          { name: "q", kind: 3 },
        ]),
      ),
    ).toEqual({ "SERVER GET /a": 2, "CLIENT q": 1 }));
  it("leaves out the port of the loopback server", () =>
    expect(countBody("v1/traces", json, otlp([{ name: "fetch GET 127.0.0.1:41234", kind: 3 }]))).toEqual({
      "CLIENT fetch GET 127.0.0.1": 1,
    }));
  it("counts logs and metrics as exports without spans", () =>
    expect(countBody("v1/logs", json, Buffer.from("{}"))).toEqual({}));
  it("counts the spans of an envelope of Sentry", () => {
    const op = (value: string) => ({ "sentry.op": { value, type: "string" } });
    const items = [
      { name: "SELECT rooms", attributes: op("db.query") },
      { name: "GET", attributes: op("http.server") },
    ];
    const lines = [{ sent_at: "x" }, { type: "span", item_count: 2 }, { version: 2, items }];
    const body = Buffer.from(lines.map((line) => JSON.stringify(line)).join("\n"));
    expect(countBody("sentry/api/1/envelope/", "text/plain", body)).toEqual({
      "db.query SELECT rooms": 1,
      "http.server GET": 1,
    });
  });
  it("throws on what it cannot read, so that it is not taken for nothing", () => {
    expect(() => countBody("v1/traces", "application/x-protobuf", Buffer.from("\u0001"))).toThrow();
    expect(() => countBody("v1/traces", json, Buffer.from("not json"))).toThrow();
  });
});
