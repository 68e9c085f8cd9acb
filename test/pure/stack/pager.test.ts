import { appendFileSync, mkdtempSync, readFileSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createPager } from "../../../scripts/stack/pager.ts";
import { openArchive } from "../../../scripts/stack/pager-archive.ts";
import type { Places } from "../../../scripts/stack/pager-links.ts";
import type { Notification } from "../../../scripts/stack/pager-notification.ts";
import { wayTo } from "../../../scripts/stack/pager-ways.ts";

const folder = mkdtempSync(join(tmpdir(), "frontdesk-pager-"));
const places = { dashboards: "http://grafana.example", traces: "http://tempo.example/api/search?q=" };
const server = createPager(openArchive<Notification>(folder, 3), { places });
let base = "";

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => server.close());

const alert = {
  status: "firing",
  labels: { alertname: "BookingsErrorBudgetBurn", severity: "page", http_route: "/v1/bookings" },
  annotations: {
    summary: "5 % of bookings <fail>",
    runbook: "alerts/runbooks/BookingAvailabilityBurn.md",
    dashboard: "/d/frontdesk-api-overview",
    traces: "{ duration > 1s }",
    budget: "12% of 30d",
  },
  startsAt: "2026-11-21T08:00:00Z",
  endsAt: "0001-01-01T00:00:00Z",
  generatorURL: "javascript:alert(1)",
  fingerprint: "f00d",
};
const webhook = (over: object = {}) => ({
  version: "4",
  status: "firing",
  receiver: "pager",
  groupKey: "{}:{alertname}",
  groupLabels: { alertname: alert.labels.alertname },
  commonLabels: alert.labels,
  commonAnnotations: alert.annotations,
  externalURL: "http://127.0.0.1:9093",
  alerts: [alert],
  ...over,
});
const post = (body: unknown) =>
  fetch(`${base}/`, { method: "POST", body: typeof body === "string" ? body : JSON.stringify(body) });
const kept = async () =>
  ((await (await fetch(`${base}/api/notifications`)).json()) as { notifications: Notification[] })
    .notifications;

describe("a page that arrives", () => {
  it("is kept, answered as JSON and shown, with labels escaped and only web addresses linked", async () => {
    expect((await post(webhook())).status).toBe(200);
    expect((await kept())[0]).toMatchObject({
      status: "firing",
      receiver: "pager",
      truncatedAlerts: 0,
      alerts: [alert],
    });
    const response = await fetch(`${base}/`);
    const page = await response.text();
    expect(response.headers.get("content-security-policy")).toContain("default-src 'none'");
    expect(page).toContain("5 % of bookings &lt;fail&gt;");
    expect(page).toContain("Budget left: 12% of 30d");
    expect(page).toContain('href="http://grafana.example/d/frontdesk-api-overview"');
    expect(page).toContain('href="http://tempo.example/api/search?q=%7B%20duration%20%3E%201s%20%7D"');
    const [, runbook = ""] = /href="(\/runbooks\/\w+\.md)"/.exec(page) ?? [];
    expect(await (await fetch(`${base}${runbook}`)).text()).toMatch(/^# BookingAvailabilityBurn\n/);
    expect((await fetch(`${base}/runbooks/..%2F..%2FREADME.md`)).status).toBe(404);
    expect(page).not.toContain("javascript:");
    expect(page.match(/(src|href)="(?!\/runbooks\/|http:\/\/(grafana|tempo)\.example)/g)).toBeNull();
  });

  it("that only proves that alerting is alive is not shown as firing", async () => {
    const watchdog = { ...alert, labels: { alertname: "Watchdog", severity: "watchdog" } };
    await post(webhook({ groupKey: "watchdog", alerts: [watchdog] }));
    const page = await (await fetch(`${base}/`)).text();
    expect(page).toContain("<title>(1) Pager");
    expect(page).toContain("Alerting is alive");
  });

  it("leaves 'firing now' when its group is resolved", async () => {
    expect(await (await fetch(`${base}/`)).text()).not.toContain("Nothing is firing.");
    await post(webhook({ status: "resolved", alerts: [{ ...alert, status: "resolved" }] }));
    expect(await (await fetch(`${base}/`)).text()).toContain("Nothing is firing.");
  });

  it("pushes out the oldest one, also on disk, and survives a restart and a line cut short", async () => {
    for (let index = 0; index < 9; index += 1) await post(webhook({ receiver: `r${index}` }));
    const receivers = (list: readonly Notification[]) => list.map(({ receiver }) => receiver);
    expect(receivers(await kept())).toEqual(["r8", "r7", "r6"]);
    const file = join(folder, "notifications.jsonl");
    expect(readFileSync(file, "utf8").trim().split("\n").length).toBeLessThanOrEqual(6);
    appendFileSync(file, '{"id":99,"rece');
    const reopened = openArchive<Notification>(folder, 3);
    expect(receivers(reopened.newest())).toEqual(["r8", "r7", "r6"]);
    expect(reopened.nextId()).toBe((reopened.newest()[0]?.id ?? 0) + 1);
  });
});

describe("the expression of an alert", () => {
  const promql = 'sum(rate(a{b="c"}[5m])) > 1';
  const from = new URLSearchParams({ "g0.expr": promql, "g0.tab": "1" });
  it("leads to what shows it: the console, else Prometheus' own answer, else nothing", () => {
    const lead = (places: Places, hasConsole: boolean) =>
      wayTo("/prometheus/graph", from, places, hasConsole);
    const places = {
      metrics: "http://prometheus.example/api/v1/query?query=",
      console: "http://console.example",
    };
    const asked = (way: string | undefined, name: string) => new URL(way ?? "").searchParams.get(name);
    expect(lead(places, true)).toMatch(/^http:\/\/console\.example\/metrics\?q=/);
    expect(asked(lead(places, true), "q")).toBe(promql);
    expect(lead(places, false)).toMatch(/^http:\/\/prometheus\.example\/api\/v1\/query\?query=/);
    expect(asked(lead(places, false), "query")).toBe(promql);
    expect(lead({}, false)).toBeUndefined();
  });
});

const refused: Record<string, [body: unknown, says: string]> = {
  "that is not JSON": ["{", "the body is not JSON"],
  "that is a list": [[], "the body must be an object"],
  "of another version": [webhook({ version: "3" }), 'version must be "4"'],
  "without alerts": [webhook({ alerts: [] }), "at least one alert"],
  "with an unknown status": [webhook({ status: "on fire" }), 'status must be "firing" or "resolved"'],
  "with a label that is a number": [
    webhook({ alerts: [{ ...alert, labels: { alertname: 7 } }] }),
    "alerts[0].labels.alertname must be text",
  ],
};
describe("a page", () => {
  for (const [which, [body, says]] of Object.entries(refused)) {
    it(`${which} is refused with 400 and a reason, and nothing is kept`, async () => {
      const before = await kept();
      const response = await post(body);
      expect(response.status).toBe(400);
      expect(((await response.json()) as { error: string }).error).toContain(says);
      expect(await kept()).toEqual(before);
    });
  }

  it("larger than a megabyte is refused with 413", async () => {
    expect((await post(webhook({ receiver: "x".repeat(1_000_001) }))).status).toBe(413);
  });
});

it("other methods and paths are answered with 405, Allow and 404", async () => {
  const response = await fetch(`${base}/`, { method: "DELETE" });
  expect([response.status, response.headers.get("allow")]).toEqual([405, "GET, POST"]);
  expect((await fetch(`${base}/nothing`)).status).toBe(404);
  expect((await fetch(`${base}/healthz`)).status).toBe(200);
});
