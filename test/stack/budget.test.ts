import { execFile } from "node:child_process";
import { resolve } from "node:path";
import { beforeAll, describe, expect, inject, it } from "vitest";
import { slos } from "../../telemetry/slo.ts";
import { type Past, prometheusWithPast } from "./own-prometheus.ts";
import { poll } from "./stores/poll.ts";

const script = resolve(import.meta.dirname, "../../scripts/budget.ts");
const hour = 3_600;

type Result = { readonly code: number; readonly out: string; readonly err: string };
const budget = (...args: readonly string[]) =>
  new Promise<Result>((done) =>
    execFile(process.execPath, [script, ...args], (error, out, err) =>
      done({ code: error ? Number(error.code) : 0, out, err }),
    ),
  );

/** What the rules would have recorded of one promise in a past of so many hours. */
function recorded(slo: string, environment: string, hours: number, errorRatio: number): Past[] {
  const labels = { slo, deployment_environment_name: environment };
  const gauge = (name: string, value: number) => ({
    name,
    labels,
    value,
    seconds: hours * hour,
    everySeconds: 60,
  });
  return [
    gauge("slo:valid_events:rate5m", 20),
    ...["5m", "1h", "6h"].map((window) => gauge(`slo:error_ratio:${window}`, errorRatio)),
    ...["1d", "3d", "30d"].map((window) => gauge(`slo:error_ratio:${window}`, errorRatio)),
  ];
}

/** A counter of who is heard, which grew until it stopped so many seconds before the end. */
const heard = (environment: string, more: Record<string, string> = {}): Past => ({
  name: more.frontdesk_probe_step ? "frontdesk_probe_steps_total" : "frontdesk_heartbeat_total",
  labels: { service_name: "frontdesk", deployment_environment_name: environment, ...more },
  ...{ value: 120, step: 1, seconds: 2 * hour, everySeconds: 60 },
});
/** Stands still: telemetry stopped while the collector goes on repeating. */
const silent = (environment: string): Past => ({ ...heard(environment), step: 0 });

let prometheus: string;
beforeAll(async () => {
  prometheus = await prometheusWithPast([
    ...recorded("api-availability", "production", 26, 0.0001),
    ...recorded("api-latency", "production", 26, 0.008),
    ...recorded("booking-availability", "production", 26, 0.003),
    ...recorded("api-availability", "staging", 2, 0),
    ...recorded("api-availability", "gone", 26, 0),
    ...recorded("deep-health", "gone", 26, 0),
    ...[
      heard("production"),
      heard("staging"),
      silent("gone"),
      heard("gone", { frontdesk_probe_step: "health" }),
    ],
  ]);
}, 60_000);

describe("npm run budget against a real Prometheus with a past", () => {
  const ask = (slo: string, environment: string) =>
    budget("--prometheus", prometheus, "--slo", slo, "--environment", environment, "--json");

  it("says go, with what is left, how long it lasts, how much was seen", async () => {
    const { code, out } = await ask("api-availability", "production");
    const { verdict, budgets } = JSON.parse(out);
    expect([code, verdict, budgets.length]).toEqual([0, "go", 1]);
    const [{ state, burn, validEvents }] = budgets;
    expect(state.left).toBeCloseTo(0.9, 9);
    expect(state.exhaustedInSeconds).toBeCloseTo((0.9 * 30 * 86_400) / 0.1, 3);
    expect(state.historySeconds).toBe(26 * hour);
    expect(validEvents).toBe(20 * 26 * hour);
    expect(burn["6h"]).toBeCloseTo(0.1, 9);
  });
  it("says careful below a quarter, and still exits 0", async () => {
    const { code, out } = await ask("api-latency", "production");
    expect([code, JSON.parse(out).verdict]).toEqual([0, "careful"]);
  });
  it("says stop when it is spent, and exits 1", async () => {
    const { code, out } = await ask("booking-availability", "production");
    expect([code, JSON.parse(out).verdict]).toEqual([1, "stop"]);
    expect(JSON.parse(out).budgets[0].state.left).toBeCloseTo(-2, 9);
  });
  it("says unknown on two hours of history, and exits 2", async () => {
    const { code, out } = await ask("api-availability", "staging");
    expect([code, JSON.parse(out).verdict]).toEqual([2, "unknown"]);
  });
  it("says unknown where telemetry has fallen silent, but not of what the probe counts", async () => {
    const { out } = await budget("--prometheus", prometheus, "--json");
    const { budgets } = JSON.parse(out) as {
      budgets: { slo: string; environment: string; verdict: string; state?: { isHeard: boolean } }[];
    };
    const gone = budgets.filter(({ environment, state }) => environment === "gone" && state);
    expect(gone.map(({ slo, verdict, state }) => [slo, verdict, state?.isHeard])).toEqual([
      ["api-availability", "unknown", false],
      ["deep-health", "go", true],
    ]);
  });
  it("judges every promise of every environment at once by the worst of them", async () => {
    const { code, out } = await budget("--prometheus", prometheus);
    expect(code).toBe(1);
    expect(out.match(/production/g)).toHaveLength(Object.keys(slos).length);
    expect(out).toContain("STOP");
  });
});

describe("npm run budget when it cannot be found out", () => {
  it("names the address and exits 3 when nobody answers", async () => {
    const { code, err } = await budget("--prometheus", "http://127.0.0.1:9");
    expect([code, err]).toEqual([3, expect.stringMatching(/127\.0\.0\.1:9 cannot be reached .*npm start/)]);
  });
  it("says so when it is no Prometheus, and exits 3", async () => {
    const { code, err } = await budget("--prometheus", inject("frontdesk").urls.api);
    expect([code, err]).toEqual([3, expect.stringContaining("is not a Prometheus")]);
  });
  it("says so when the environment was never seen, and exits 3", async () => {
    const { code, err } = await budget("--prometheus", prometheus, "--environment", "local");
    expect([code, err]).toEqual([3, expect.stringContaining('nothing of the environment "local"')]);
  });
  it("answers from the rules of the running system", async () => {
    const { api, prometheus: running } = inject("frontdesk").urls;
    await fetch(`${api}/v1/tenant`);
    const { code, out } = await poll(
      () => budget("--prometheus", running, "--environment", "local", "--json"),
      (answer) => answer.code !== 3,
    );
    // What a loaded machine did to its promises in the minutes before is not this test's.
    expect([0, 1, 2]).toContain(code);
    expect(JSON.parse(out).budgets.map(({ slo }: { slo: string }) => slo)).toEqual(Object.keys(slos));
  });
});
