import { setTimeout as sleep } from "node:timers/promises";
import { expect, inject, it } from "vitest";
import { spanCounts } from "./collector-traffic.ts";
import { newTraceId, sendSpans, type TestSpan } from "./otlp.ts";
import { ownPlace, startTool } from "./own-tools.ts";
import { poll } from "./stores/poll.ts";
import { total } from "./stores/prometheus.ts";

const { urls } = inject("frontdesk");
const service = "sampling-test";
const share = 20;
const root: TestSpan = {
  name: "GET /sampled",
  kind: 2,
  attributes: { "frontdesk.sli": true, "http.route": "/sampled" },
};
const inner: TestSpan = { name: "step", kind: 1 };

/** The second span of a trace comes in a request of its own: the decision is about the whole. */
const kinds: Record<string, { count: number; spans: readonly [TestSpan, TestSpan] }> = {
  ordinary: { count: 200, spans: [root, inner] },
  "failed inside": { count: 25, spans: [root, { ...inner, message: "no answer" }] },
  slow: { count: 25, spans: [{ ...root, durationMs: 520 }, inner] },
  "marked on demand": { count: 25, spans: [root, { ...inner, attributes: { "frontdesk.keep": true } }] },
};

it(`keeps every trace that failed, was slow or was asked for, ${share} % of the rest, and counts them all`, async () => {
  const place = await ownPlace();
  const env = { FRONTDESK_TAIL_SAMPLING: String(share), FRONTDESK_TAIL_SAMPLING_WAIT: "3s" };
  const args = ["--set=connectors.span_metrics/sli.metrics_flush_interval=1s"];
  await startTool(place, "collector", { env, args });
  const collector = place.url("collector");
  const sent: Record<string, string[]> = {};
  for (const [kind, { count, spans }] of Object.entries(kinds)) {
    const ids = Array.from({ length: count }, newTraceId);
    sent[kind] = ids;
    // The same for all: what a busy machine takes to send them must not look like a slow trace.
    const endsAt = Date.now();
    for (const span of spans)
      await Promise.all(ids.map((id) => sendSpans(collector, id, [{ ...span, endsAt }], { service })));
  }
  const { ordinary = [], ...kept } = sent;
  const always = Object.values(kept).flat();
  const counts = await poll(
    () => spanCounts(urls.tempo, always),
    (found) => [...found.values()].every((spans) => spans === 2),
    30_000,
  );
  expect([...counts.values()].filter((spans) => spans !== 2)).toEqual([]);

  // The last of the ordinary ones were sent before those.
  const rest = await spanCounts(urls.tempo, ordinary);
  const wholeOnes = [...rest].flatMap(([id, spans]) => (spans === 2 ? [id] : []));
  const dropped = [...rest].flatMap(([id, spans]) => (spans === 0 ? [id] : []));
  expect(wholeOnes.length + dropped.length).toBe(ordinary.length);
  process.stderr.write(`${wholeOnes.length} of ${ordinary.length} ordinary traces kept at ${share} %\n`);
  // Four standard deviations of a share of 20 % in 200.
  expect(wholeOnes.length).toBeGreaterThan(17);
  expect(wholeOnes.length).toBeLessThan(63);

  // What comes after the decision follows it.
  const [one = "", other = ""] = [wholeOnes[0], dropped[0]];
  for (const id of [one, other]) await sendSpans(collector, id, [inner], { service });
  await poll(
    () => spanCounts(urls.tempo, [one]),
    (found) => found.get(one) === 3,
    30_000,
  );
  await sleep(1_000);
  expect([...(await spanCounts(urls.tempo, [one, other])).entries()].toSorted()).toEqual(
    [
      [one, 3],
      [other, 0],
    ].toSorted(),
  );

  const all = always.length + ordinary.length;
  const counted = `http_server_request_duration_seconds_count{service_name="${service}"}`;
  expect(
    await poll(
      () => total(urls.prometheus, counted),
      (found) => found === all,
      30_000,
    ),
  ).toBe(all);
});
