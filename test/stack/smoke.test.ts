import { beforeAll, describe, expect, inject, it } from "vitest";
import { tenantOf } from "../../load/lib/seeded.ts";
import { routes } from "../../scripts/load/report.ts";
import type { Summary } from "../../scripts/load/run-k6.ts";
import { type Finished, loadWithSummary } from "./stores/load-run.ts";
import { logs, rawLogs } from "./stores/logs.ts";
import { poll } from "./stores/poll.ts";
import { everyLabel, query, total } from "./stores/prometheus.ts";
import { rawTrace, type Span, search, spansOf } from "./stores/tempo.ts";

const { urls, demo } = inject("frontdesk");
// The health route is asked by the supervisor too; everything else here is ours.
const counter = 'http_server_request_duration_seconds_count{http_route!="/v1/health"}';
const byRoute = `sum by (http_request_method, http_route) (${counter})`;

let before: Map<string, number>;
let run: Finished & { summary: Summary };

describe("a k6 smoke run", () => {
  beforeAll(async () => {
    before = await settled();
    run = await loadWithSummary("smoke", "--target", urls.api);
  }, 180_000);

  it("passes and prints what it saw", () => {
    expect(run.exit, run.stdout + run.stderr).toBe(0);
    expect(run.stdout).toMatch(/POST \/v1\/bookings\/\{booking_id\}\/cancel +\d+ +0/);
    expect(run.stdout).toMatch(/PASS\n$/);
  });

  it("is counted by the SLI route by route, request by request", async () => {
    const sent = Object.fromEntries(routes(run.summary).map(({ route, count }) => [route, count]));
    const counted = await poll(differences, (found) => same(found, sent));
    expect(counted, await lossNote()).toEqual(sent);
    expect(sumOf(sent)).toBe(run.summary.metrics.http_reqs?.values.count);
  });

  it("arrives as one HTTP entry span per request", async () => {
    const entries = () =>
      search(
        urls.tempo,
        `{ span.frontdesk.correlation.id = "${run.summary.run.run_id}" && span.frontdesk.sli = true }`,
      );
    const sent = run.summary.metrics.http_reqs?.values.count;
    expect(await poll(entries, (found) => found.length === sent)).toHaveLength(sent ?? -1);
  });

  it("leaves the SLI alone when cron and Durable Objects work", async () => {
    const beats = await total(urls.prometheus, "frontdesk_heartbeat_total");
    const counted = await total(urls.prometheus, counter);
    const response = await fetch(
      `${urls.api}/cdn-cgi/local/scheduled?cron=${encodeURIComponent("* * * * *")}`,
    );
    expect(response.status).toBe(200);
    const beaten = await poll(
      () => total(urls.prometheus, "frontdesk_heartbeat_total"),
      (now) => now > beats,
    );
    expect(beaten).toBeGreaterThan(beats);
    expect(await total(urls.prometheus, counter)).toBe(counted);
  });

  it("makes one tree of a booking under its HTTP entry", async () => {
    const spans = await poll(() => spansOf(urls.tempo, witness().trace_id), isWholeBooking);
    const roots = spans.filter(({ parentId }) => !spans.some(({ id }) => id === parentId));
    expect(roots.map(({ name, kind }) => `${kind} ${name}`)).toEqual(["SERVER POST /v1/bookings"]);
    expect(roots[0]?.attributes["http.route"]).toBe("/v1/bookings");
    for (const method of ["hold", "apply"]) {
      const server = find(spans, `RoomCalendar/${method}`, "SERVER");
      const client = find(spans, `RoomCalendar/${method}`, "CLIENT");
      expect(server.parentId).toBe(client.id);
      expect(server.attributes["frontdesk.sli"]).toBeUndefined();
    }
    expect(decidingBatch(spans)?.attributes["cloudflare.binding.type"]).toBe("d1");
  });

  it("links the consumer of its event to the booking's trace", async () => {
    const { trace_id: traceId } = witness();
    const found = await poll(
      () => search(urls.tempo, `{ kind = consumer && link:traceID = "${traceId}" }`),
      (ids) => ids.length > 0,
    );
    const spans = (await Promise.all(found.map((id) => spansOf(urls.tempo, id)))).flat();
    const consumers = spans.filter(({ kind, links }) => kind === "CONSUMER" && links.includes(traceId));
    expect(consumers.map(({ name }) => name)).toContain("process frontdesk-events");
  });

  it("writes the log record of the booking under the same trace id", async () => {
    const { trace_id: traceId } = witness();
    const records = await poll(
      () => logs(urls.victoriaLogs, `trace_id:=${traceId}`),
      (found) => found.length > 0,
    );
    expect(records).toContainEqual(
      expect.objectContaining({
        trace_id: traceId,
        "http.route": "/v1/bookings",
        "http.response.status_code": "201",
      }),
    );
  });

  it("leaves no e-mail address, password or token in any store", async () => {
    const { owner, slug } = tenantOf(run.summary.run.run_id);
    const probe = "canary-probe";
    const token = await provoke(slug, owner, probe);
    const canaries = [
      owner.email,
      `guest-0@${slug}.example`,
      owner.password,
      `${owner.password}-wrong`,
      token,
    ];
    await poll(
      () => rawLogs(urls.victoriaLogs, `"frontdesk.correlation.id":=${probe}`),
      (text) => text.split("\n").length > provocations,
    );
    await poll(
      () => search(urls.tempo, `{ span.frontdesk.correlation.id = "${probe}" && span.frontdesk.sli = true }`),
      (ids) => ids.length >= provocations,
    );
    const stores = await everything();
    // The search can find: what is no secret is there.
    expect(stores.tempo).toContain(run.summary.run.run_id);
    expect(stores.logs).toContain(run.summary.run.run_id);
    expect(stores.prometheus).toContain("/v1/bookings");
    for (const [name, text] of Object.entries(stores))
      expect(
        canaries.filter((canary) => text.includes(canary)),
        name,
      ).toEqual([]);
  });
});

const provocations = 6;

/** Sends secrets to where a careless service would record them; gives a token that was used. */
async function provoke(
  slug: string,
  owner: { email: string; password: string },
  probe: string,
): Promise<string> {
  const headers = { "X-Tenant": slug, "X-Correlation-ID": probe, "Content-Type": "application/json" };
  const login = (body: unknown) =>
    fetch(`${urls.api}/v1/auth/login`, { method: "POST", headers, body: JSON.stringify(body) });
  const signedIn = await login({ email: owner.email, password: owner.password });
  const { token } = (await signedIn.json()) as { token: string };
  const authorised = { ...headers, Authorization: `Bearer ${token}` };
  await login({ email: owner.email, password: `${owner.password}-wrong` });
  await login({ email: owner.email, password: owner.password, remember: owner.password });
  await fetch(`${urls.api}/v1/bookings?cursor=${token}&email=${owner.email}`, { headers: authorised });
  await fetch(`${urls.api}/v1/rooms/${owner.email}`, { headers: authorised });
  await fetch(`${urls.api}/v1/auth/me`, { headers: { ...headers, Authorization: `Bearer ${token}x` } });
  return token;
}

async function everything(): Promise<Record<"tempo" | "prometheus" | "logs", string>> {
  const traces: string[] = [];
  for (const id of await search(urls.tempo, "{}")) traces.push(await rawTrace(urls.tempo, id));
  return {
    tempo: traces.join("\n"),
    prometheus: await everyLabel(urls.prometheus),
    logs: await rawLogs(urls.victoriaLogs, "*"),
  };
}

/** Counters once nothing that was sent before is on its way: a marker request has arrived. */
async function settled(): Promise<Map<string, number>> {
  const marker = () =>
    total(urls.prometheus, 'http_server_request_duration_seconds_count{http_route="/v1/tenant"}');
  const seen = await marker();
  await fetch(`${urls.api}/v1/tenant`, { headers: { "X-Tenant": demo?.slug ?? "demo" } });
  expect(await poll(marker, (now) => now > seen)).toBeGreaterThan(seen);
  return counts();
}

async function counts(): Promise<Map<string, number>> {
  const samples = await query(urls.prometheus, byRoute);
  return new Map(
    samples.map(({ metric, value }) => [`${metric.http_request_method} ${metric.http_route}`, value]),
  );
}

/** What the SLI counted since `before`, by route; what stood still is left out. */
async function differences(): Promise<Record<string, number>> {
  const changed = [...(await counts())].map(
    ([route, now]) => [route, now - (before.get(route) ?? 0)] as const,
  );
  return Object.fromEntries(changed.filter(([, difference]) => difference !== 0));
}

/** On a machine that is out of breath an export may stay unanswered; the Worker counts that, and a reader must know. */
async function lossNote(): Promise<string> {
  const uncertain = await total(urls.prometheus, "frontdesk_telemetry_uncertain_total");
  const dropped = await total(urls.prometheus, "frontdesk_telemetry_dropped_total");
  return `the Worker counted ${dropped} items dropped and ${uncertain} whose export was not answered`;
}

const sumOf = (numbers: Record<string, number>) => Object.values(numbers).reduce((sum, n) => sum + n, 0);
const same = (a: Record<string, number>, b: Record<string, number>) =>
  Object.keys(a).length === Object.keys(b).length && Object.keys(b).every((key) => a[key] === b[key]);

function witness(): NonNullable<Summary["witness"]> {
  if (!run.summary.witness) throw new Error(`the run names no witness\n${run.stdout}${run.stderr}`);
  return run.summary.witness;
}

function find(spans: readonly Span[], name: string, kind: string): Span {
  const span = spans.find((candidate) => candidate.name === name && candidate.kind === kind);
  if (!span)
    throw new Error(`no ${kind} ${name} among ${spans.map((s) => `${s.kind} ${s.name}`).join(", ")}`);
  return span;
}

const decidingBatch = (spans: readonly Span[]) =>
  spans.find(
    ({ name, attributes }) =>
      attributes["db.operation.name"] === "batch" && name.includes("decisions") && name.includes("outbox"),
  );

const isWholeBooking = (spans: readonly Span[]) =>
  spans.filter(({ name }) => name === "RoomCalendar/apply").length === 2 &&
  decidingBatch(spans) !== undefined &&
  spans.some(({ attributes }) => attributes["frontdesk.sli"] === true);
