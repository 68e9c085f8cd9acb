import { describe, expect, it } from "vitest";
import { type Finding, findingText } from "../../../telemetry/registry/finding.ts";
import { LiveCheck } from "../../../telemetry/registry/live-check.ts";
import { checkOtlp } from "../../../telemetry/registry/otlp.ts";
import { registry } from "../../../telemetry/registry/registry.ts";
import { RunCheck } from "../../support/live-check/run-check.ts";

/** What the check says about what `emit` gives it. */
function findings(emit: (check: LiveCheck) => void): string[] {
  const found: Finding[] = [];
  emit(new LiveCheck(registry, (finding) => found.push(finding)));
  return found.map(findingText);
}

const request = {
  name: "GET /v1/rooms",
  kind: "SERVER",
  attributes: {
    "frontdesk.sli": true,
    "frontdesk.tenant.tier": "pro",
    "http.request.method": "GET",
    "http.route": "/v1/rooms",
    "http.response.status_code": 200,
    "url.scheme": "https",
    "url.path": "/v1/rooms",
  },
} as const;
const kv = {
  name: "get STORE",
  kind: "CLIENT",
  attributes: {
    "db.system.name": "cloudflare-kv",
    "db.operation.name": "get",
    "cloudflare.binding.type": "kv",
    "cloudflare.binding.name": "STORE",
  },
} as const;
const log = {
  event: "calendar.repaired",
  severity: "info",
  attributes: { "event.name": "calendar.repaired", "frontdesk.module": "bookings" },
};
const point = {
  metric: "frontdesk.telemetry.uncertain",
  unit: "{item}",
  kind: "sum",
  labels: { "frontdesk.signal": "logs" },
} as const;

describe("the live check", () => {
  it("says nothing about what is declared", () => {
    const said = findings((check) => {
      check.span(request);
      check.span(kv);
      check.log(log);
      check.point(point);
    });
    expect(said).toEqual([]);
  });

  const spans = {
    "a name that is no row's": { ...request, name: "listing rooms" },
    "a name that is not made of its attributes": { ...request, name: "GET" },
    "a kind that is not its row's": { ...kv, kind: "INTERNAL" },
    "an attribute that is not in the table": {
      ...kv,
      attributes: { ...kv.attributes, "user.email": "a@b.example" },
    },
    "an attribute of another row": { ...kv, attributes: { ...kv.attributes, "http.route": "/v1/rooms" } },
    "an attribute that must never leave": {
      ...kv,
      attributes: { ...kv.attributes, "client.address": "192.0.2.1" },
    },
    "an attribute of another type": {
      ...request,
      attributes: { ...request.attributes, "http.response.status_code": "200" },
    },
    "a value outside its closed set": {
      ...request,
      attributes: { ...request.attributes, "url.scheme": "gopher" },
    },
    "no status, which its row requires": {
      ...request,
      attributes: Object.fromEntries(
        Object.entries(request.attributes).filter(([name]) => name !== "http.response.status_code"),
      ),
    },
    "a span event": { ...kv, events: [{ name: "exception", attributes: {} }] },
    "an attribute on a link": { ...kv, links: [{ attributes: { "a.b": 1 } }] },
  } as const;
  for (const [what, span] of Object.entries(spans))
    it(`finds ${what}`, () => expect(findings((check) => check.span(span))).not.toEqual([]));

  const logs = {
    "an event that is not in the table": { ...log, event: "room.exploded" },
    "a severity that its event does not have": { ...log, severity: "error" },
    "a module that is not the event's": {
      ...log,
      attributes: { ...log.attributes, "frontdesk.module": "rooms" },
    },
    "a field of another event": { ...log, attributes: { ...log.attributes, "http.route": "/v1/rooms" } },
  };
  for (const [what, record] of Object.entries(logs))
    it(`finds ${what}`, () => expect(findings((check) => check.log(record))).toHaveLength(1));

  const points = {
    "a metric that is not in the table": { ...point, metric: "frontdesk.bookings" },
    "an instrument that is not the metric's": { ...point, kind: "gauge" },
    "a unit that is not the metric's": { ...point, unit: "s" },
    "a label that is not the metric's": {
      ...point,
      labels: { ...point.labels, "frontdesk.drop.reason": "rejected" },
    },
  } as const;
  for (const [what, sample] of Object.entries(points))
    it(`finds ${what}`, () => expect(findings((check) => check.point(sample))).toHaveLength(1));

  it("finds a value too many, once, and forgets no value in between", () => {
    const said = findings((check) => {
      for (let at = 0; at <= 40; at++) {
        const name = `B${at % 31}`;
        check.span({
          ...kv,
          name: `get ${name}`,
          attributes: { ...kv.attributes, "cloudflare.binding.name": name },
        });
      }
    });
    expect(said).toEqual([
      expect.stringContaining("cloudflare.binding.name: more than 30 distinct values; the last: B30"),
    ]);
  });

  it("finds a series too many", () => {
    const emit = (series: number) =>
      findings((check) => {
        for (let at = 0; at < series; at++)
          check.series("frontdesk.events", { "frontdesk.event.name": `e${at}`, "frontdesk.outcome": "x" });
      });
    expect(emit(1000)).toEqual([]);
    expect(emit(1001)).toEqual([expect.stringContaining("frontdesk.events: more than 1000 series")]);
  });

  it("reads OTLP: an undeclared name, a missing resource attribute, an integer that is a double", () => {
    const pair = (key: string, value: object) => ({ key, value });
    const said = findings((check) =>
      checkOtlp(check, {
        resourceSpans: [
          {
            resource: { attributes: [pair("host.name", { stringValue: "x" })] },
            scopeSpans: [
              {
                spans: [
                  {
                    name: "heartbeat",
                    kind: 1,
                    attributes: [pair("http.response.status_code", { doubleValue: 1.5 })],
                  },
                ],
              },
            ],
          },
        ],
      }),
    );
    expect(said).toEqual(
      expect.arrayContaining([
        expect.stringContaining("host.name"),
        expect.stringContaining("resource service.name: is missing"),
        expect.stringContaining("1.5 is no int"),
      ]),
    );
  });
});

const otlpRecord = {
  timeUnixNano: "1",
  observedTimeUnixNano: "1",
  severityNumber: 13,
  severityText: "WARN",
  eventName: "configuration",
  body: { stringValue: "x" },
  attributes: [
    { key: "event.name", value: { stringValue: "configuration" } },
    { key: "frontdesk.module", value: { stringValue: "configuration" } },
  ],
};

describe("the check of a run", () => {
  const nothing = { spans: [], logs: [], points: [], lines: [], plants: [], isLast: false };

  it("tells a file what it emitted, also as a line of the console", () => {
    const run = new RunCheck();
    const said = run.take({
      ...nothing,
      file: "a",
      spans: [{ ...kv, name: "x" }],
      lines: ['{"severity":"info"}'],
    });
    expect(said).toEqual([expect.stringContaining("CLIENT x"), expect.stringContaining("log line")]);
    expect(run.take({ ...nothing, file: "a", isLast: true })).toEqual([]);
  });

  it("leaves a file what it planted, but not another file", () => {
    const run = new RunCheck();
    const spans = [{ ...kv, name: "x" }];
    expect(run.take({ ...nothing, file: "a", spans, plants: ["CLIENT x"], isLast: true })).toEqual([]);
    expect(run.take({ ...nothing, file: "b", spans, isLast: true })).toHaveLength(1);
  });

  it("complains of a plant that it did not find", () => {
    const run = new RunCheck();
    expect(run.take({ ...nothing, file: "a", plants: ["CLIENT x"], isLast: true })).toEqual([
      "CLIENT x was planted, and the check has not found it",
    ]);
  });

  it("looks away from a file that plants anything, until that file is over", () => {
    const run = new RunCheck();
    const spans = [{ ...kv, name: "x" }];
    expect(run.take({ ...nothing, file: "a", plants: ["*"] })).toEqual([]);
    expect(run.take({ ...nothing, file: "a", spans, isLast: true })).toEqual([]);
    expect(run.take({ ...nothing, file: "a", spans })).toHaveLength(1);
  });

  it("counts distinct values over all files", () => {
    const run = new RunCheck();
    const bind = (name: string) => ({
      ...kv,
      name: `get ${name}`,
      attributes: { ...kv.attributes, "cloudflare.binding.name": name },
    });
    const said = Array.from({ length: 31 }, (_, at) =>
      run.take({ ...nothing, file: `file ${at}`, spans: [bind(`B${at}`)], isLast: true }),
    );
    expect(said.slice(0, 30).flat()).toEqual([]);
    expect(said[30]).toEqual([expect.stringContaining("more than 30 distinct values")]);
  });

  it("holds each log record that a collector got against the schema", () => {
    const resource = {
      attributes: registry.resource.map((key) => {
        const [stringValue = "x"] = registry.attributes[key]?.values ?? [];
        return { key, value: { stringValue } };
      }),
    };
    const said = (change: object) => {
      const run = new RunCheck();
      const record = { ...otlpRecord, ...change };
      run.received({ resourceLogs: [{ resource, scopeLogs: [{ logRecords: [record] }] }] });
      return run.take({ ...nothing, file: "a", isLast: true });
    };
    expect(said({})).toEqual([]);
    expect(said({ timeUnixNano: 5 })).toEqual([
      expect.stringMatching(/^log record configuration: .*timeUnixNano/),
    ]);
    expect(said({ traceId: "short" })).toEqual([expect.stringContaining("traceId")]);
  });

  it("tells whichever file ends next what a collector got and nobody planted", () => {
    const run = new RunCheck();
    const scope = { spans: [{ name: "free", kind: 1 }] };
    const body = { resourceSpans: [{ resource: { attributes: [] }, scopeSpans: [scope] }] };
    run.received(body);
    expect(run.take({ ...nothing, file: "a" })).toEqual([]);
    expect(run.take({ ...nothing, file: "a", isLast: true })).toContainEqual(
      expect.stringContaining("INTERNAL free"),
    );
  });
});
