import { beforeAll, describe, expect, inject, it } from "vitest";
import { type Tenant, tenantOf } from "../../load/lib/seeded.ts";
import { readStanding } from "../../scripts/load/endurance.ts";
import type { LoadResult } from "../../scripts/load/result.ts";
import { own } from "../../telemetry/derive/series.ts";
import { followRemoval, forgetApplied } from "./stores/d1.ts";
import { bookForDemo } from "./stores/demo.ts";
import { type Finished, loadWithResult } from "./stores/load-run.ts";
import { logs, rawLogs } from "./stores/logs.ts";
import { poll } from "./stores/poll.ts";
import { everyLabel, query, total } from "./stores/prometheus.ts";
import { type Counts, counts, difference, marker, same, settled, sumOf } from "./stores/sli.ts";
import { countSpans, rawTrace, type Span, search, spansOf } from "./stores/tempo.ts";

const { urls, demo, data, secrets } = inject("frontdesk");
const tenant = demo?.slug ?? "demo";
let before: Counts;
let run: Finished & { result: LoadResult };

describe("a k6 smoke run", () => {
  beforeAll(async () => {
    before = await settled(urls, tenant);
    const { HEALTH_TOKEN, TRACE_TOKEN } = secrets;
    run = await loadWithResult(
      { HEALTH_TOKEN, TRACE_TOKEN },
      "smoke",
      ...["--target", urls.api, "--prometheus", urls.prometheus, "--tempo", urls.tempo],
    );
  }, 180_000);

  it("passes and prints what it saw", () => {
    expect(run.exit, run.stdout + run.stderr).toBe(0);
    expect(run.stdout).toMatch(/POST \/v1\/bookings\/\{booking_id\}\/cancel +\d+ +0/);
    expect(run.stdout).toMatch(/PASS\n$/);
  });

  it("has asked deep health and been believed in its traces", () => expect(run.result.notes).toEqual([]));

  it("agrees with the SLI's counters and the spans, and says so in one table", () => {
    const { rows = [], disagreements } = run.result.agreement ?? {};
    expect(disagreements).toEqual([]);
    expect(rows.map(({ client, sli, spans }) => [sli, spans].map((count) => count === client))).toEqual(
      rows.map(() => [true, true]),
    );
    expect(rows.reduce((sum, { client }) => sum + client, 0)).toBe(run.result.run.requests);
    expect(run.stdout).toMatch(/POST \/v1\/bookings +\d+ +\d+ +\d+ .* agree/);
  });

  it("asked no more of D1, Durable Objects and others than load/budgets.ts allows", () => {
    const { calls } = run.result;
    expect(calls.filter(({ most, allowed }) => most > allowed)).toEqual([]);
    // The traces were really looked at.
    const booking = calls.filter(({ route }) => route === "POST /v1/bookings");
    expect(booking.map(({ kind, most }) => [kind, most > 0])).toEqual([
      ...[
        ["d1", true],
        ["durable_object", true],
        ["outbound", false],
      ],
    ]);
  });

  it("runs on a stack whose memory, lost spans and storage a soak run can watch", async () => {
    const watched = [
      "memory of collector",
      "memory of prometheus",
      "memory of tempo",
      "memory of victoria-logs",
    ];
    const others = ["series in Prometheus", "log store on disk", "metrics store on disk"];
    const known = async () => [...(await readStanding(urls.prometheus)).keys()];
    const all = [...watched, ...others, "spans refused or not delivered by the collector"];
    expect(await poll(known, (names) => all.every((name) => names.includes(name)))).toEqual(
      expect.arrayContaining(all),
    );
  });

  it("stands in Prometheus by k6's own metrics, marked from start to end", async () => {
    const requests = () => total(urls.prometheus, 'sum(k6_http_reqs_total{job="k6", scenario="smoke"})');
    const judged = run.result.promises.find(({ id }) => id === "api-availability")?.judged.valid;
    expect(await poll(requests, (found) => found === judged)).toBe(judged);
    expect(await query(urls.prometheus, 'k6_run_active{job="k6"}')).toMatchObject([
      { metric: { shape: "smoke" }, value: 0 },
    ]);
  });

  it("is counted by the SLI route by route, request by request", async () => {
    const sent = Object.fromEntries(run.result.routes.map(({ route, count }) => [route, count]));
    // The preflight asked it; it is no visit.
    const asked = { ...sent, "GET /v1/health/deep": 1 };
    const grown = async () => difference(before, await counts(urls.prometheus));
    expect(await poll(grown, (found) => same(found, asked)), await lossNote()).toEqual(asked);
    expect(sumOf(sent)).toBe(run.result.run.requests);
    // Nothing comes after it either.
    expect(difference(before, await settled(urls, tenant))).toEqual({ ...asked, ...marker });
  });

  it("arrives as one HTTP entry span per request", async () => {
    const entries = () => countSpans(urls.tempo, entriesOf(run.result.run.run_id));
    const sent = run.result.run.requests;
    expect(await poll(entries, (found) => found >= sent), await lossNote()).toBe(sent);
    const last = `last-${run.result.run.run_id}`;
    await settled(urls, tenant, last);
    expect(
      await poll(
        () => countSpans(urls.tempo, entriesOf(last)),
        (found) => found > 0,
      ),
    ).toBe(1);
    expect(await entries()).toBe(sent);
  });

  it("leaves the SLI alone when cron and Durable Objects work", async () => {
    const beats = () => total(urls.prometheus, own("frontdesk.heartbeat", ""));
    const repairs = () =>
      countSpans(
        urls.tempo,
        '{ name =~ "scheduled .+" } >> { name = "RoomCalendar/apply" && kind = server }',
      );
    const [beaten, repaired] = [await beats(), await repairs()];
    // One that stays: the tenant of the run is removed.
    await bookForDemo(urls.api, demo);
    const counted = await settled(urls, tenant);
    const forgotten = forgetApplied(data);
    const response = await fetch(
      `${urls.api}/cdn-cgi/local/scheduled?cron=${encodeURIComponent("* * * * *")}`,
    );
    expect(response.status).toBe(200);
    expect(await poll(async () => forgotten.isApplied(), Boolean)).toBe(true);
    expect(await poll(repairs, (now) => now > repaired)).toBeGreaterThan(repaired);
    expect(await poll(beats, (now) => now > beaten)).toBeGreaterThan(beaten);
    // Both have passed the collector; a request that comes after them is all that was counted.
    expect(difference(counted, await settled(urls, tenant))).toEqual(marker);
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
    // The run's own tenant is removed by now.
    const [gone, asking] = [tenantOf(run.result.run.run_id), tenantOf(`canary-${Date.now().toString(36)}`)];
    const probe = "canary-probe";
    const token = await provoke(asking, probe);
    const canaries = [
      ...[gone.owner.email, `guest-0@${gone.slug}.example`, gone.owner.password],
      ...[asking.owner.email, asking.owner.password, `${asking.owner.password}-wrong`, token],
    ];
    await poll(
      () => rawLogs(urls.victoriaLogs, `"frontdesk.correlation.id":=${probe}`),
      (text) => text.split("\n").length > provocations,
    );
    await poll(
      () => countSpans(urls.tempo, entriesOf(probe)),
      (found) => found >= provocations,
    );
    const stores = await everything();
    // The search can find: what is no secret is there.
    expect(stores.tempo).toContain(run.result.run.run_id);
    expect(stores.logs).toContain(run.result.run.run_id);
    expect(stores.prometheus).toContain("/v1/bookings");
    for (const [name, text] of Object.entries(stores))
      expect(
        canaries.filter((canary) => text.includes(canary)),
        name,
      ).toEqual([]);
  });

  it("removes its tenant: nobody comes in, and cron takes what it left", async () => {
    const { slug, owner } = tenantOf(run.result.run.run_id);
    const login = async () => {
      const { email, password } = owner;
      const headers = { "X-Tenant": slug, "Content-Type": "application/json" };
      const body = JSON.stringify({ email, password });
      return (await fetch(`${urls.api}/v1/auth/login`, { method: "POST", headers, body })).status;
    };
    // 401 while an isolate remembers that there was such a house.
    expect(await poll(login, (status) => status === 404)).toBe(404);
    const removal = followRemoval(data, { slug, email: owner.email, booking: witness().booking_id });
    removal.hurry();
    await fetch(`${urls.api}/cdn-cgi/local/scheduled?cron=${encodeURIComponent("* * * * *")}`);
    expect(
      await poll(
        async () => removal.rowsLeft(),
        (rows) => rows === 0,
      ),
    ).toBe(0);
  });
});

/** HTTP entry spans of the requests that carry a correlation id. */
const entriesOf = (correlationId: string) =>
  `{ span.frontdesk.correlation.id = "${correlationId}" && span.frontdesk.sli = true }`;

const provocations = 7;

/** Sends secrets to where a careless service would record them; gives a token that was used. */
async function provoke({ slug, name, owner }: Tenant, probe: string): Promise<string> {
  const headers = { "X-Tenant": slug, "X-Correlation-ID": probe, "Content-Type": "application/json" };
  const post = (path: string, body: unknown) =>
    fetch(urls.api + path, { method: "POST", headers, body: JSON.stringify(body) });
  const login = (body: unknown) => post("/v1/auth/login", body);
  await post("/v1/auth/register", { tenant: { slug, name }, owner });
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

/** On a machine that is out of breath an export may stay unanswered; the Worker counts that, and a reader must know. */
async function lossNote(): Promise<string> {
  const losses = await query(urls.prometheus, own("frontdesk.telemetry.uncertain", ""));
  losses.push(...(await query(urls.prometheus, own("frontdesk.telemetry.dropped", ""))));
  const told = losses.map(({ metric, value }) => {
    const reason = metric.frontdesk_uncertain_reason ?? metric.frontdesk_drop_reason;
    return `${value} ${metric.frontdesk_signal}: ${reason}`;
  });
  return `the Worker counted as lost: ${told.join(", ") || "nothing"}`;
}

function witness(): NonNullable<LoadResult["witness"]> {
  if (!run.result.witness) throw new Error(`the run names no witness\n${run.stdout}${run.stderr}`);
  return run.result.witness;
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
