import { beforeAll, describe, expect, inject, it } from "vitest";
import { newTraceId, sendGauge, sendLog, sendSpans, type Value } from "./otlp.ts";
import { rawLogs } from "./stores/logs.ts";
import { poll } from "./stores/poll.ts";
import { rawTrace } from "./stores/tempo.ts";

// Straight to the collector, past the kit and its allow-list.
const { urls } = inject("frontdesk");
const service = "redaction-test";
const sender = {
  service,
  scope: { name: "of kanarie@example.com", attributes: { at: "kanarie@example.com" } },
};

/** What is sent → the part that may be stored nowhere. */
const canaries: Record<string, [sent: string, secret: string]> = {
  "an address": ["to kanarie@example.com.", "kanarie"],
  "an address with a plus and dots": ["jan.kanarie+rooms@mail.example.co.uk", "kanarie"],
  "an address in letters of all scripts": ["jürgen.kanarië@exämple.de", "kanarië"],
  "a quoted address": ['"jan kanarie"@example.com', "kanarie"],
  "an address of one host": ["kanarie@localhost", "kanarie"],
  "an address of a number": ["kanarie@[192.0.2.1]", "kanarie"],
  "an address cut in its domain": ["mail to kanarie@exa", "kanarie"],
  "an address cut behind the at sign": ["mail to kanarie@", "kanarie"],
  "percent-encoded": ["/v1/customers?q=kanarie%40example.com", "kanarie"],
  "percent-encoded twice": ["next=%2Fx%3Fq%3Dkanarie%2540example%252Ecom", "kanarie"],
  "percent-encoded and cut": ["q=kanarie%40", "kanarie"],
  "a JSON escape": ['{\\"to\\":\\"kanarie\\u0040example.com\\"}', "kanarie"],
  "a string escape": ["kanarie\\x40example.com", "kanarie"],
  "an HTML entity": ["kanarie&#64;example.com", "kanarie"],
  "a hexadecimal HTML entity": ["kanarie&#x40;example.com", "kanarie"],
  "a named HTML entity": ["kanarie&commat;example.com", "kanarie"],
  "full width": ["kanarie＠example.com", "kanarie"],
  "quoted-printable": ["kanarie=40example.com", "kanarie"],
  "a token": ["eyJhbGciOiJFUzI1NiJ9.eyJrYW5hcmllIjoxfQ.c2lnbmF0dXJl", "eyJrYW5hcmllIjoxfQ"],
  "a token cut in its payload": ["eyJhbGciOiJFUzI1NiJ9.eyJrYW5hcm", "eyJrYW5hcm"],
  "a token with encoded dots": ["eyJhbGciOiJFUzI1NiJ9%2EeyJrYW5hcmllIjoxfQ%2Ec2ln", "eyJrYW5hcmllIjoxfQ"],
  "an Authorization header": ["Authorization: Bearer kanarie0123456789", "kanarie0123456789"],
  "an Authorization header, encoded": ["Bearer%20kanarie0123456789", "kanarie0123456789"],
  "basic authentication": ["basic a2FuYXJpZTpwYXNz", "a2FuYXJpZTpwYXNz"],
  "a user in an address": ["https://kanarie:geheim@api.example.com/x", "geheim"],
  "a webhook secret": ["whsec_kanarie0123", "kanarie0123"],
  "a webhook secret, encoded and cut": ["whsec%5Fkanarie", "kanarie"],
  "a session cookie": ["__Host-frontdesk=kanarie0123; Path=/", "kanarie0123"],
  "a password in a query": ["/login?user=jan&password=kanarie0123&x=1", "kanarie0123"],
  "a password in JSON": ['{"password": "kanarie0123"}', "kanarie0123"],
  "a password in escaped JSON": ['{\\"password\\":\\"kanarie0123\\"}', "kanarie0123"],
};

/** What looks alike and is needed. */
const harmless = {
  "a query with placeholders": "SELECT id FROM users WHERE token=? AND email=$1",
  "a query string": "/v1/rooms?page=40&limit=40.5",
  "a package in a path": "/node_modules/@hono/zod-openapi/dist/index.js:40:12",
  "a time": "2026-11-21T14:00:00.000+01:00",
  "a word": "bearer of bad news, basic rules, token expired",
};

const keys: Record<string, Value> = {
  "user.password": "sleutel-1",
  "http.request.header.authorization": "sleutel-2",
  "X-Api-Key": "sleutel-3",
  accessToken: "sleutel-4",
  customer_email_address: "sleutel-5",
  "client.address": "sleutel-6",
  phoneNumber: 31_612_345_678,
};

const traceId = newTraceId();
const places = Object.fromEntries(Object.entries(canaries).map(([name, [sent]]) => [name, sent]));
const texts = Object.values(canaries).map(([sent]) => sent);
const forbidden = [
  ...new Set([...Object.values(canaries).map(([, secret]) => secret), "sleutel-", "31612345678"]),
];

beforeAll(async () => {
  const inside = {
    ...places,
    list: texts,
    map: { deep: [{ to: "kanarie@example.com" }], "user.password": "x", password: "kanarie0123" },
    "kanarie@example.com": "a key",
  };
  await sendSpans(
    urls.collector,
    traceId,
    [
      { name: "all of it", kind: 2, attributes: { ...inside, ...keys, ...harmless } },
      ...texts.map((text) => ({
        name: `name ${text}`,
        kind: 2 as const,
        message: `status ${text}`,
        traceState: `k=${text}`,
        attributes: {
          "frontdesk.sli": true,
          "http.route": text,
          "error.type": text,
          "frontdesk.event.name": text,
        },
        events: [{ name: `event ${text}`, attributes: { ...inside, ...keys } }],
      })),
    ],
    sender,
  );
  const attributes = { ...inside, ...keys };
  await sendLog(
    urls.collector,
    traceId,
    { body: "all of it", attributes: { ...attributes, ...harmless } },
    sender,
  );
  await sendLog(urls.collector, traceId, { body: { text: texts, ...places, ...keys } }, sender);
  await sendLog(urls.collector, traceId, { body: [{ deep: { "kanarie@example.com": 1 } }] }, sender);
  for (const text of texts)
    await sendLog(
      urls.collector,
      traceId,
      { body: `body ${text}`, eventName: text, severityText: text },
      sender,
    );
  for (const text of texts)
    await sendGauge(urls.collector, "a", "frontdesk.redaction.test", 1, {
      note: text,
      "user.password": text,
    });
  await sendGauge(urls.collector, "a", "kanarie@example.com", 1);
});

/** Go writes some letters as escapes. */
const decode = (text: string) =>
  text.replaceAll(/\\u([0-9a-f]{4})/gi, (_all, hex: string) =>
    String.fromCodePoint(Number.parseInt(hex, 16)),
  );

/** Where a canary stands, with what is around it. */
const leaks = (stored: string): string[] =>
  [stored, decode(stored)].flatMap((text) =>
    forbidden.flatMap((secret) => {
      const at = text.toLowerCase().indexOf(secret.toLowerCase());
      return at < 0 ? [] : [text.slice(Math.max(0, at - 120), at + 80)];
    }),
  );

describe("no canary reaches", () => {
  it("traces: attributes, names, status messages, events, scopes, states", async () => {
    const trace = await poll(
      () => rawTrace(urls.tempo, traceId),
      (text) => text.split('"spanId"').length > texts.length + 1,
    );
    expect(trace.split('"spanId"').length).toBe(texts.length + 2);
    expect(trace.includes("redaction.masked.count")).toBe(true);
    expect(trace.includes("redact.name")).toBe(false);
    expect(leaks(trace)).toEqual([]);
  });

  it("log records: bodies of every shape, attributes, event names, severities", async () => {
    const lines = await poll(
      () => rawLogs(urls.victoriaLogs, `trace_id:${traceId} | limit 1000`),
      (text) => text.split("\n").filter(Boolean).length >= texts.length + 3,
    );
    expect(lines.split("\n").filter(Boolean)).toHaveLength(texts.length + 3);
    expect(lines.includes("redact.name")).toBe(false);
    expect(leaks(lines)).toEqual([]);
  });

  it("metrics: labels made of spans, labels of points, names", async () => {
    const ask = async (): Promise<string> => {
      const match = `{service_name=~"${service}|collector-test"}`;
      const answer = await fetch(
        `${urls.prometheus}/api/v1/series?${new URLSearchParams({ "match[]": match })}`,
      );
      return answer.text();
    };
    const series = await poll(ask, (text) =>
      ["http_server_request", "frontdesk_events", "frontdesk_redaction_test", '"redacted"'].every((name) =>
        text.includes(name),
      ),
    );
    for (const name of ["http_server_request", "frontdesk_events", "frontdesk_redaction_test", '"redacted"'])
      expect(series).toContain(name);
    expect(leaks(series)).toEqual([]);
  });
});

it("leaves what only looks alike", async () => {
  const trace = decode(await rawTrace(urls.tempo, traceId));
  const records = await rawLogs(urls.victoriaLogs, `trace_id:${traceId} AND _msg:"all of it"`);
  const masked = Object.values(harmless).filter(
    (text) => !trace.includes(JSON.stringify(text)) || !records.includes(JSON.stringify(text)),
  );
  expect(masked).toEqual([]);
});
