import { type Schema, Validator } from "@cfworker/json-schema";
import { describe, expect, it } from "vitest";
import { logRecordSchema, otlpLogRecordSchema } from "../../../telemetry/registry/log-schema.ts";

const line = {
  timestamp: "2026-11-21T10:00:00.000Z",
  severity: "info",
  service: "frontdesk",
  environment: "local",
  version: "abc",
  request_id: "req_1",
  trace_id: "0".repeat(31).concat("1"),
  span_id: "0".repeat(15).concat("1"),
  tenant: "tenant_1",
  module: "rooms",
  event: "http.request",
  code: null,
  message: "GET /v1/rooms 200",
  "http.route": "/v1/rooms",
  "http.response.status_code": 200,
};
const validator = new Validator(logRecordSchema("test") as Schema, "2020-12", false);
const isValid = (value: object) => validator.validate(value).valid;

describe("the JSON Schema of a line", () => {
  it("takes a line with all twelve keys, and null where there is nothing to say", () => {
    expect(validator.validate(line).errors).toEqual([]);
    expect(isValid({ ...line, request_id: null, trace_id: null, span_id: null, tenant: null })).toBe(true);
  });

  it.each(
    "timestamp severity service environment version request_id trace_id span_id tenant module event code".split(
      " ",
    ),
  )("refuses one without %s", (key) => {
    expect(isValid(Object.fromEntries(Object.entries(line).filter(([name]) => name !== key)))).toBe(false);
  });

  it.each([
    ["an event that is not in the table", { event: "room.exploded" }],
    ["a severity that its event does not have", { severity: "debug" }],
    ["a module that is not in the list", { module: "basement" }],
    ["a code outside the closed set", { code: "bad_luck" }],
    ["a field that is not declared", { "user.email": "a@b.example" }],
    ["a field that its event does not have", { "exception.message": "x" }],
    ["a trace id in capitals", { trace_id: "A".repeat(32) }],
    ["a time without milliseconds", { timestamp: "2026-11-21T10:00:00Z" }],
    ["a status that is text", { "http.response.status_code": "200" }],
    ["a service that is null", { service: null }],
  ])("refuses %s", (_what, change) => expect(isValid({ ...line, ...change })).toBe(false));

  it("lets only its own module write an event that has one", () => {
    const { "http.route": _route, "http.response.status_code": _status, ...rest } = line;
    const repaired = { ...rest, event: "calendar.repaired" };
    expect(isValid({ ...repaired, module: "bookings" })).toBe(true);
    expect(isValid(repaired)).toBe(false);
  });
});

describe("the JSON Schema of an OTLP record", () => {
  const otlp = new Validator(otlpLogRecordSchema("test") as Schema, "2020-12", false);
  const record = {
    timeUnixNano: "1",
    observedTimeUnixNano: "1",
    severityNumber: 9,
    severityText: "INFO",
    eventName: "http.request",
    body: { stringValue: "x" },
    attributes: [
      { key: "event.name", value: { stringValue: "http.request" } },
      { key: "http.response.status_code", value: { intValue: "200" } },
    ],
  };

  it("takes what the exporter writes", () => expect(otlp.validate(record).errors).toEqual([]));

  it.each([
    ["an attribute that is not declared", [{ key: "user.email", value: { stringValue: "x" } }]],
    [
      "an integer that is written as a double",
      [{ key: "http.response.status_code", value: { doubleValue: 200 } }],
    ],
    ["a value outside its closed set", [{ key: "error.type", value: { stringValue: "bad_luck" } }]],
  ])("refuses %s", (_what, attributes) => expect(otlp.validate({ ...record, attributes }).valid).toBe(false));
});
