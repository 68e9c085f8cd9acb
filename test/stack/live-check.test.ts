import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, inject, it } from "vitest";
import { dataFolder } from "../../scripts/stack/data-folder.ts";
import { registry } from "../../telemetry/registry/registry.ts";
import { RunCheck } from "../support/live-check/run-check.ts";
import { newTraceId, sendGauge, sendLog, sendSpans } from "./otlp.ts";
import { emittedLogs, emittedSeries, emittedTraces } from "./stores/emitted.ts";
import { poll } from "./stores/poll.ts";
import { valuesOf } from "./stores/tempo.ts";

// The last file of the suite (vitest.config.ts): whatever the system under test has put into its stores meanwhile,
// every span, log record, series and line of the console, is held against the registry and the bounds that it states.

const { urls, data } = inject("frontdesk");
const ours = ["frontdesk", "frontdesk-tail"];
/** Services of what tests sent by hand; all other telemetry is the product's. */
const byHand = /-test(-|$)|^scale-out-[abc]$/;

describe("what the running system has emitted", () => {
  it("comes from services of the product", async () => {
    const services = await valuesOf(urls.tempo, "resource.service.name");
    expect(services.filter((name) => !byHand.test(name)).toSorted()).toEqual(["frontdesk"]);
  });

  it("is in the registry, in the stores too, and below every bound", async () => {
    const { check, complaints } = await checkStores(ours);
    process.stderr.write(`the stores: ${check.summary()}\n`);
    expect(complaints).toEqual([]);
    const { spans, logs, points } = check.check.checked;
    expect(Math.min(spans, logs, points)).toBeGreaterThan(0);
  });

  it("was printed as records of the schema, line by line", () => {
    const check = new RunCheck();
    const lines = printed(readFileSync(join(dataFolder(data).logs, "worker.log"), "utf8"));
    expect(check.take(seen({ lines }))).toEqual([]);
    expect(check.lines).toBe(lines.length);
    expect(lines.length).toBeGreaterThan(0);
  });
});

describe("the check of the stores", () => {
  const service = "planted-test";
  const traceId = newTraceId();
  const many = 40;

  beforeAll(async () => {
    const attributes = { "frontdesk.planted": "x", "faas.cron": "* * * * *", "faas.trigger": "timer" };
    await sendSpans(urls.collector, traceId, [{ name: "scheduled * * * * *", kind: 2, attributes }], {
      service,
    });
    await sendLog(
      urls.collector,
      traceId,
      { body: "planted", eventName: "planted", attributes },
      { service },
    );
    const labels = { "frontdesk.planted": "x" };
    await sendGauge(urls.collector, "a", "frontdesk.outbox.pending", 1, labels, { service });
    await sendGauge(urls.collector, "a", "frontdesk.planted", 1, {}, { service });
    // One call of each of many objects: more values than the label may have.
    const bound = registry.attributes["cloudflare.binding.name"]?.bound as number;
    const calls = Array.from({ length: bound + many }, (_none, index) => ({
      name: "call",
      kind: 3 as const,
      attributes: { "cloudflare.binding.name": `planted-${index}` },
    }));
    await sendSpans(urls.collector, newTraceId(), calls, { service });
  });

  const planted = {
    "an attribute of a span": /attribute frontdesk\.planted: on span SERVER scheduled/,
    "a missing resource attribute": /resource service\.version: is missing/,
    "a span like no row": /span CLIENT call: is like no row/,
    "an event of a log record": /log event planted: is not in/,
    "a field of a log record": /attribute frontdesk\.planted: on log record planted/,
    "a metric": /metric frontdesk_planted: is not in/,
    "a label": /label frontdesk_planted: is not a label of frontdesk\.outbox\.pending/,
    "too many values of a label": /bound cloudflare\.binding\.name: more than \d+ distinct values/,
  };

  it(`finds what is planted: ${Object.keys(planted).join(", ")}`, async () => {
    const missed = async () => {
      const { complaints } = await checkStores([service]);
      const text = complaints.join("\n");
      return Object.entries(planted).flatMap(([what, pattern]) => (pattern.test(text) ? [] : [what]));
    };
    expect(await poll(missed, (left) => left.length === 0, 40_000)).toEqual([]);
  });
});

async function checkStores(services: readonly string[]) {
  const check = new RunCheck();
  for (const request of await emittedTraces(urls, services)) check.received(request);
  const logs = await emittedLogs(urls, services);
  for (const { resource } of logs) check.check.resource(resource);
  const points = await emittedSeries(urls, services);
  return { check, complaints: check.take(seen({ logs, points })) };
}

const seen = (some: Partial<Parameters<RunCheck["take"]>[0]>) => ({
  file: "the stores",
  ...{ spans: [], logs: [], points: [], lines: [], plants: [], isLast: true },
  ...some,
});

/** What the Workers printed; wrangler puts the name of the Worker before it. */
const printed = (text: string): string[] =>
  [...text.matchAll(/^\[frontdesk(?:-tail)?\] (\{.*)$/gm)].map(([, line]) => line as string);
