import { setTimeout as sleep } from "node:timers/promises";
import { expect, inject, it } from "vitest";
import { keepSending, type Sent, sendTraces, stored } from "./collector-traffic.ts";
import { killHard, ownPlace, startFront, startTool } from "./own-tools.ts";
import { poll } from "./stores/poll.ts";
import { total } from "./stores/prometheus.ts";

const { urls } = inject("frontdesk");
const decisionWaitMs = 1_000;
const flushMs = 5_000;
/** Decisions are taken once a second, and a machine under test is slow. */
const slackMs = 1_500;

/** Requests of a service that Prometheus counted, over every life of the collector. */
const countOf = (service: string) =>
  total(
    urls.prometheus,
    `sum(max_over_time(http_server_request_duration_seconds_count{service_name="${service}"}[1h]))`,
  );

it("kill -9 of the collector loses at most the decision wait of traces and one flush of counts", async () => {
  const service = "kill-test";
  const place = await ownPlace();
  const collector = await startTool(place, "collector");
  const traffic = keepSending(place.url("collector"), service, 30);
  await sleep(6_500);
  const killedAt = Date.now();
  await killHard(collector);
  await sleep(1_000);
  const sent = await traffic.stop();
  // All that was not lost is stored by then.
  await sleep(flushMs + 2_000);
  const before = sent.traces.filter(({ answeredAt }) => answeredAt <= killedAt + 50);
  const isOlder = (ms: number) => (trace: Sent["traces"][number]) =>
    trace.answeredAt < killedAt - ms - slackMs;
  const mayBeUncounted = before.length - before.filter(isOlder(flushMs)).length;
  const { lost, uncounted } = await poll(
    async () => {
      const whole = await stored(urls.tempo, sent);
      const counted = await countOf(service);
      return {
        lost: sent.traces.filter(({ id }) => !whole.has(id)),
        uncounted: sent.traces.length - counted,
      };
    },
    (seen) => !seen.lost.some(isOlder(decisionWaitMs)) && seen.uncounted <= mayBeUncounted,
    30_000,
  );
  const oldest = Math.max(0, ...lost.map(({ answeredAt }) => killedAt - answeredAt));
  process.stderr.write(
    `kill -9 at ${Math.round(before.length / 6.5)} traces/s: ${lost.length} of ${sent.traces.length} traces lost, the oldest answered ${oldest} ms before; ` +
      `${uncounted} requests not counted, ${mayBeUncounted} were answered within a flush\n`,
  );
  expect(sent.traces.length).toBeGreaterThan(80);
  // Nothing that came after the kill, nothing older than the wait.
  expect(lost.filter(({ answeredAt }) => answeredAt > killedAt + 50)).toEqual([]);
  expect(lost.filter(isOlder(decisionWaitMs))).toEqual([]);
  expect(uncounted).toBeLessThanOrEqual(mayBeUncounted);
  // What was sent and not answered may have been counted.
  expect(-uncounted).toBeLessThanOrEqual(sent.unanswered.length);
});

it("behind a front, kill -9 of the front loses nothing, and of the collector no trace: what is answered 200 is stored", async () => {
  const service = "front-test";
  const place = await ownPlace();
  const main = await startTool(place, "collector", { env: { FRONTDESK_BEHIND_FRONT: "1" } });
  const front = await startFront(place);

  const early = keepSending(place.url("front"), service, 30);
  for (const _ of [1, 2]) {
    await sleep(1_000);
    await killHard(front);
  }
  const first = await early.stop();
  const isRight = (count: number) =>
    count >= first.traces.length && count <= first.traces.length + first.unanswered.length;
  const counted = await poll(() => countOf(service), isRight, 30_000);
  expect(isRight(counted), `${counted} counted, ${first.traces.length} answered`).toBe(true);

  // Whoever sends past the front is received as before.
  const direct = await sendTraces(place.url("collector"), `${service}-direct`, 3);
  const late = keepSending(place.url("front"), service, 30);
  for (const victim of [main, front, main]) {
    await sleep(1_000);
    await killHard(victim);
  }
  const second = await late.stop();
  const sent: Sent = { ...first, traces: [...first.traces, ...direct.traces, ...second.traces] };
  const whole = await poll(
    () => stored(urls.tempo, sent),
    (found) => found.size === sent.traces.length,
    30_000,
  );
  process.stderr.write(
    `front: ${sent.traces.length} traces answered, ${whole.size} stored whole, with the front killed 3 times and the collector twice; ` +
      `${counted} of ${first.traces.length} requests counted after the front's first 2 kills (${first.unanswered.length} unanswered)\n`,
  );
  expect(sent.traces.length).toBeGreaterThan(80);
  expect(sent.traces.filter(({ id }) => !whole.has(id))).toEqual([]);
});
