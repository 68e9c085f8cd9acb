import { describe, expect, it } from "vitest";
import {
  composeTraceql,
  noFields,
  withShown,
} from "../../../dashboards/console/src/trace/compose-traceql.ts";
import { placeOfId } from "../../../dashboards/console/src/trace/ids.ts";
import { duration, span } from "../../../dashboards/console/src/trace/words.ts";

describe("The fields of the trace search", () => {
  const said: Record<string, [Partial<typeof noFields>, string]> = {
    nothing: [{}, "{ kind = server && span.http.request.method != nil }"],
    "a route": [
      { route: "/v1/bookings" },
      '{ kind = server && span.http.request.method != nil && span.http.route = "/v1/bookings" }',
    ],
    "times that are numbers": [
      { longer: "200", shorter: "1000" },
      "{ kind = server && span.http.request.method != nil && duration > 200ms && duration < 1000ms }",
    ],
    "a time that is none": [
      { longer: "ten", shorter: "-1" },
      "{ kind = server && span.http.request.method != nil }",
    ],
    "a value that would end the query": [
      { tenant: 'x" } || { "' },
      '{ kind = server && span.http.request.method != nil && span.frontdesk.tenant.id = "x\\" } || { \\"" }',
    ],
  };
  for (const [name, [fields, traceql]] of Object.entries(said))
    it(`say ${name}`, () => expect(composeTraceql({ ...noFields, ...fields })).toBe(traceql));

  it("tell failures from refusals", () => {
    expect(composeTraceql({ ...noFields, outcome: "failed" })).toContain("status = error ||");
    expect(composeTraceql({ ...noFields, outcome: "refused" })).toContain(">= 400");
  });
});

it("The list asks for what it shows, but leaves a pipeline of one's own alone", () => {
  expect(withShown("{ status = error || duration > 1s }")).toMatch(/\| select\(.*status_code/);
  expect(withShown("{ } | count() > 3")).toBe("{ } | count() > 3");
});

describe("An id that an error showed", () => {
  const trace = "4bf92f3577b34da6a3ce929d0e0e4736";
  const places: Record<string, [string, string | undefined]> = {
    "a request id": ["req_01k", "/requests/req_01k"],
    "the instance of a problem": ["urn:frontdesk:request:req_01k", "/requests/req_01k"],
    "a trace id, pasted with blanks": [`  ${trace.toUpperCase()}\n`, `/traces/${trace}`],
    "a traceparent": [`00-${trace}-00f067aa0ba902b7-01`, `/traces/${trace}`],
    "a path": ["../d/x", "/requests/..%2Fd%2Fx"],
    nothing: [" ", undefined],
  };
  for (const [name, [text, place]] of Object.entries(places))
    it(`leads on: ${name}`, () => expect(placeOfId(text)).toBe(place));
});

it("Durations are read at a glance", () => {
  expect([0.84, 42.4, 1_350, 90_000].map(duration)).toEqual(["0.8 ms", "42 ms", "1.35 s", "1.5 min"]);
  expect([45, 300, 7_200, 172_800].map(span)).toEqual(["45 s", "5 min", "2 h", "2 d"]);
});
