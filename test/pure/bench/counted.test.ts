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
  it("counts a transaction of Sentry and its spans", () => {
    const transaction = {
      transaction: "GET /d1",
      contexts: { trace: { op: "http.server" } },
      spans: [{ op: "db.query", description: "SELECT" }],
    };
    const lines = [{ sent_at: "x" }, { type: "transaction" }, transaction];
    const body = Buffer.from(lines.map((line) => JSON.stringify(line)).join("\n"));
    expect(countBody("1/api/1/envelope/", "text/plain", body)).toEqual({
      "http.server GET /d1": 1,
      "db.query SELECT": 1,
    });
  });
  it("throws on what it cannot read, so that it is not taken for nothing", () => {
    expect(() => countBody("v1/traces", "application/x-protobuf", Buffer.from("\u0001"))).toThrow();
    expect(() => countBody("v1/traces", json, Buffer.from("not json"))).toThrow();
  });
});
