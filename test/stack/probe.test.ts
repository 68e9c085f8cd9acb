import { execFile } from "node:child_process";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { resolve } from "node:path";
import { createServer } from "node:tls";
import { describe, expect, inject, it } from "vitest";
import { certificateExpiring } from "../../alerts/symptoms/CertificateExpiring.ts";
import { steps } from "../../scripts/probe/failure.ts";
import { onlyLooked, type Round } from "../../scripts/probe/round.ts";
import { selfSigned } from "../support/certificate.ts";
import { poll } from "./stores/poll.ts";
import { query, total } from "./stores/prometheus.ts";
import { difference, marker, settled } from "./stores/sli.ts";

const { urls, secrets, demo } = inject("frontdesk");
const script = resolve(import.meta.dirname, "../../scripts/probe.ts");
const credentials = { HEALTH_TOKEN: secrets.HEALTH_TOKEN, TRACE_TOKEN: secrets.TRACE_TOKEN };

type Said = { readonly code: number; readonly out: string; readonly err: string };
const run = (args: readonly string[], env: Readonly<Record<string, string>> = credentials) =>
  new Promise<Said>((done) =>
    execFile(process.execPath, [script, ...args], { env: { ...process.env, ...env } }, (error, out, err) =>
      done({ code: error ? Number(error.code) : 0, out, err }),
    ),
  );
const at = (target: string, prometheus = urls.prometheus, from = "local") => [
  `--target=${target}`,
  `--prometheus=${prometheus}`,
  `--from=${from}`,
  "--once",
];
const roundOf = ({ out }: Said) => JSON.parse(out) as Round;
const tried = (round: Round) => round.steps.map(({ step, error_type }) => [step, error_type ?? "good"]);
const series = (where: string) => `frontdesk_probe_steps_total{service_name="frontdesk",${where}}`;

async function asProbe(method: string, path: string, body?: object): Promise<Record<string, unknown>> {
  const headers = { "X-Tenant": "probe", "Content-Type": "application/json", "X-Synthetic": "test" };
  const ask = async (verb: string, where: string, sent?: object, more: Record<string, string> = {}) =>
    (await (
      await fetch(`${urls.api}${where}`, {
        method: verb,
        headers: { ...headers, ...more },
        body: sent ? JSON.stringify(sent) : null,
      })
    ).json()) as Record<string, unknown>;
  const owner = { email: "probe@probe.example", password: "probe-password-1" };
  const { token } = await ask("POST", "/v1/auth/login", owner);
  return ask(method, path, body, {
    Authorization: `Bearer ${token}`,
    "Idempotency-Key": '"left-by-a-crash"',
  });
}
const confirmed = async () =>
  (await asProbe("GET", "/v1/bookings?status=confirmed&limit=100")).items as unknown[];

describe("a probe of the running system", () => {
  it("is good in every step, is seen in Prometheus with its labels, and changes nothing in the SLI", async () => {
    const before = await settled(urls, demo?.slug ?? "", "before-the-probe");
    const rounds = [await run(at(urls.api)), await run(at(urls.api))];
    for (const round of rounds) {
      expect([round.code, round.err]).toEqual([0, ""]);
      expect(tried(roundOf(round))).toEqual(steps.map((step) => [step, "good"]));
      expect(roundOf(round)).toMatchObject({ good: true, environment: "local", metrics: "taken" });
    }
    const found = await query(urls.prometheus, series('deployment_environment_name="local",error_type=""'));
    expect(found.map(({ metric }) => metric.frontdesk_probe_step).toSorted()).toEqual([...steps].toSorted());
    for (const { metric } of found) expect(metric).toMatchObject({ job: "frontdesk", instance: "local" });
    const durations = "frontdesk_probe_step_duration_seconds_count";
    expect(await query(urls.prometheus, `${durations}{service_name="frontdesk"}`)).toHaveLength(steps.length);
    // One that only looks is no measurement: it would be a second writer of somebody's series.
    const samples = `sum(count_over_time(${series("")}[5m]))`;
    const written = await total(urls.prometheus, samples);
    const look = await run([`--target=${urls.api}`, "--once"]);
    expect([look.code, roundOf(look).good, roundOf(look).metrics]).toEqual([0, true, onlyLooked]);
    expect(await total(urls.prometheus, samples)).toBe(written);
    // Each round was a process of its own whose counters began anew, and yet none is lost.
    const grown = await total(urls.prometheus, `increase(${series('frontdesk_probe_step="book"')}[5m])`);
    expect(grown).toBeGreaterThan(1.5);
    const after = await settled(urls, demo?.slug ?? "", "after-the-probe");
    expect(difference(before, after)).toEqual(marker);
  });

  it("is counted by the server as synthetic, and both sides agree", async () => {
    const args = ["--compare=5m", `--prometheus=${urls.prometheus}`];
    const compared = await poll(
      () => run(args),
      ({ code }) => code === 0,
      30_000,
    );
    expect([compared.code, compared.err]).toEqual([0, ""]);
    expect(compared.out.match(/ agree within \d+$/gm)).toHaveLength(steps.length);
    // Nobody asked in the name of production.
    const other = await run([...args, "--environment=production"]);
    expect([other.code, other.out.match(/no probe tried it$/gm)?.length]).toEqual([1, steps.length]);
  });

  it("leaves no booking, not even one of a round that was killed before it could cancel", async () => {
    expect(await confirmed()).toEqual([]);
    const [room] = (await asProbe("GET", "/v1/rooms")).items as { id: string }[];
    const day = new Date(Date.now() + 5 * 86_400_000).toISOString().slice(0, 10);
    await asProbe("POST", "/v1/bookings", {
      ...{ room_id: room?.id, from: `${day}T09:00:00Z`, to: `${day}T09:15:00Z` },
      customer: { name: "Synthetic Probe", email: "probe@probe.example" },
    });
    expect(await confirmed()).toHaveLength(1);
    expect((await run(at(urls.api))).code).toBe(0);
    expect(await confirmed()).toEqual([]);
    expect((await asProbe("GET", "/v1/rooms")).items).toHaveLength(1);
  });

  it("tells a step that fails from those that do not need it", async () => {
    const wrong = await run(at(urls.api, urls.prometheus, "elsewhere"), {
      ...credentials,
      HEALTH_TOKEN: "wrong",
    });
    expect(wrong.code).toBe(1);
    expect(tried(roundOf(wrong))).toEqual([
      ["health", "unauthenticated"],
      ...steps.slice(1).map((step) => [step, "good"]),
    ]);
    const refused = `increase(${series('frontdesk_probe_step="health",error_type="unauthenticated",instance="elsewhere"')}[5m])`;
    expect(await total(urls.prometheus, refused)).toBeGreaterThan(0.5);
  });
});

it("tells how long a certificate lasts: the ticket's own expression finds it, and no more once it is renewed", async () => {
  for (const [days, isFound] of [
    [13, true],
    [90, false],
  ] as const) {
    const [from, until] = [0, days].map((away) => new Date(Date.now() + away * 86_400_000)) as [Date, Date];
    const server = createServer(selfSigned({ from, until })).listen(0, "127.0.0.1");
    await once(server, "listening");
    const target = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const round = roundOf(
      await run([...at(target, urls.prometheus, "certificate"), "--environment=staging"]),
    );
    server.close();
    expect(Math.abs(Number(round.certificate_expires_in_seconds) - days * 86_400)).toBeLessThan(60);
    const due = await query(urls.prometheus, certificateExpiring.expr);
    expect(due.map(({ metric }) => metric.deployment_environment_name)).toEqual(isFound ? ["staging"] : []);
  }
});

describe("a probe of what is not there", () => {
  it("counts the first failure of all with its step and reason, so that rate() sees it", async () => {
    const away = await run([...at("http://127.0.0.1:9"), "--environment=staging"]);
    expect(away.code).toBe(1);
    expect(tried(roundOf(away))).toEqual([
      ["health", "connection_lost"],
      ["login", "connection_lost"],
    ]);
    expect(roundOf(away)).toMatchObject({ good: false, metrics: "taken" });
    const labels = 'deployment_environment_name="staging",error_type="connection_lost"';
    for (const step of ["health", "login"]) {
      const grown = `increase(${series(`${labels},frontdesk_probe_step="${step}"`)}[5m])`;
      expect(await total(urls.prometheus, grown), step).toBeGreaterThan(0.5);
    }
  });

  it("tells that the metrics were not taken, in its line and by its exit code", async () => {
    const untold = await run(at(urls.api, "http://127.0.0.1:9"));
    expect(untold.code).toBe(2);
    expect(roundOf(untold)).toMatchObject({
      good: true,
      metrics: expect.stringContaining("http://127.0.0.1:9 does not answer"),
    });
  });

  it("does not start without what the target asks for, and says what in one line", async () => {
    const said = await run(["--target=https://probe.frontdesk.example", "--once"], {
      ...{ HEALTH_TOKEN: "x", TRACE_TOKEN: "x", PROBE_PASSWORD: "" },
    });
    expect([said.code, said.out]).toEqual([3, ""]);
    expect(said.err).toMatch(/^BROKEN: PROBE_PASSWORD is missing[^\n]+\n$/);
  });
});
