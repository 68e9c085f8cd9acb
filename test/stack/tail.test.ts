import { beforeAll, describe, expect, inject, it } from "vitest";
import { startFailingWorker } from "./failing-worker.ts";
import { poll } from "./stores/poll.ts";
import { query, total } from "./stores/prometheus.ts";

const { urls } = inject("frontdesk");

const counter = (type: string, outcome: string) =>
  `frontdesk_invocations_total{service_name="frontdesk-tail",cloudflare_handler_type="${type}",cloudflare_outcome="${outcome}"}`;
const invocations = (type: string, outcome: string) => total(urls.prometheus, counter(type, outcome));
const reaches = (type: string, outcome: string, value: number) =>
  poll(
    () => invocations(type, outcome),
    (found) => found >= value,
  );

describe("invocations of the running system", () => {
  it("arrive by what began them and how they ended, as one counter of a service of its own", async () => {
    const before = await invocations("fetch", "ok");
    for (let n = 0; n < 7; n++) expect((await fetch(`${urls.api}/v1/health`)).ok).toBe(true);
    expect((await fetch(`${urls.api}/cdn-cgi/local/scheduled?cron=*+*+*+*+*`)).ok).toBe(true);
    expect(await reaches("fetch", "ok", before + 7)).toBeGreaterThanOrEqual(before + 7);
    expect(await reaches("scheduled", "ok", 1)).toBeGreaterThanOrEqual(1);
    const [sample] = await query(urls.prometheus, counter("fetch", "ok"));
    const { collector_instance_id: _collector, ...labels } = sample?.metric ?? {};
    expect(labels).toEqual({
      __name__: "frontdesk_invocations_total",
      job: "frontdesk-tail",
      service_name: "frontdesk-tail",
      deployment_environment_name: "local",
      cloudflare_handler_type: "fetch",
      cloudflare_outcome: "ok",
    });
  });

  it("do not include the Tail Worker's own", async () => {
    expect(await invocations("fetch", "ok")).toBeGreaterThan(0);
    expect(await invocations("trace", "ok")).toBe(0);
  });
});

// Local workerd enforces no limit, so exceededCpu and exceededMemory come as made items: test/worker/telemetry/kit/tail.test.ts.
describe("invocations that fail without a span of ours", () => {
  let failing = "";
  beforeAll(async () => {
    failing = await startFailingWorker(urls.collector);
  }, 120_000);

  const planted = {
    fetch: "/body",
    alarm: "/alarm",
    queue: "/message",
    scheduled: "/cdn-cgi/local/scheduled?cron=*+*+*+*+*",
  };
  for (const [type, path] of Object.entries(planted))
    it(`arrive as exceptions: ${type}`, async () => {
      const before = await invocations(type, "exception");
      await fetch(`${failing}${path}`)
        .then((response) => response.text())
        .catch(() => "cut, as planned");
      expect(await reaches(type, "exception", before + 1)).toBeGreaterThanOrEqual(before + 1);
    });

  it("and the call of the object that set the alarm arrives as a success of its own", async () => {
    expect(await reaches("jsrpc", "ok", 1)).toBeGreaterThanOrEqual(1);
  });
});
