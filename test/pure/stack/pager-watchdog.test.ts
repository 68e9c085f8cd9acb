import { mkdtempSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { createPager } from "../../../scripts/stack/pager.ts";
import { openArchive } from "../../../scripts/stack/pager-archive.ts";
import type { Notification } from "../../../scripts/stack/pager-notification.ts";
import { WatchdogWait } from "../../../scripts/stack/pager-watchdog.ts";

const minute = 60_000;
const patienceMs = 3 * minute;

/** Looks every five seconds until then, and tells at which second a page came. */
function wait(watchdog: WatchdogWait, from: number, to: number): [second: number, status: string][] {
  const pages: [number, string][] = [];
  for (let at = from + 5_000; at <= to; at += 5_000) {
    const page = watchdog.look(at);
    if (page) pages.push([at / 1_000, page.status]);
  }
  return pages;
}

it("pages once when no sign has come for three minutes, and ends with the next", () => {
  const watchdog = new WatchdogWait(patienceMs, 0);
  watchdog.heard(minute);
  expect(wait(watchdog, minute, 20 * minute)).toEqual([[240, "firing"]]);
  expect(watchdog.state.isMissing).toBe(true);
  const end = watchdog.heard(20 * minute);
  expect(end).toMatchObject({ status: "resolved", alerts: [{ labels: { severity: "page" } }] });
  expect(watchdog.state).toEqual({ lastHeard: new Date(20 * minute).toISOString(), isMissing: false });
  expect(watchdog.heard(21 * minute)).toBeUndefined();
});

it("waits as long for the first sign of all", () =>
  expect(wait(new WatchdogWait(patienceMs, 0), 0, 10 * minute)).toEqual([[180, "firing"]]));

it("pages at once when Alertmanager says that it has ended", () => {
  const watchdog = new WatchdogWait(patienceMs, 0);
  watchdog.heard(1_000);
  expect(watchdog.ended(2_000)?.status).toBe("firing");
  expect(watchdog.ended(3_000)).toBeUndefined();
});

it("does not page because the machine slept, but when nothing comes after", () => {
  const watchdog = new WatchdogWait(patienceMs, 0);
  watchdog.heard(1_000);
  const woken = 8 * 60 * minute;
  expect(watchdog.look(woken)).toBeUndefined();
  expect(wait(watchdog, woken, woken + 10 * minute)).toEqual([[woken / 1_000 + 180, "firing"]]);
});

it("never pages when it waits for ever", () =>
  expect(wait(new WatchdogWait(0, 0), 0, 60 * minute)).toEqual([]));

let clock = 0;
let base = "";
const server = () =>
  createPager(openArchive(mkdtempSync(join(tmpdir(), "frontdesk-pager-")), 10), {
    ...{ patienceMs, lookEveryMs: 5, now: () => clock },
  });
let running: ReturnType<typeof server>;
beforeEach(async () => {
  clock = 0;
  running = server();
  await new Promise<void>((done) => running.listen(0, "127.0.0.1", done));
  base = `http://127.0.0.1:${(running.address() as AddressInfo).port}`;
});
afterEach(() => running.close());

const sign = (severity: string) => ({
  ...{ version: "4", status: "firing", receiver: "watchdog", groupKey: severity },
  alerts: [{ status: "firing", labels: { alertname: severity, severity }, startsAt: "2026-11-21T08:00:00Z" }],
});
const post = (body: object) => fetch(`${base}/`, { method: "POST", body: JSON.stringify(body) });
type Heard = { notifications: Notification[]; watchdog: { lastHeard: string | null; isMissing: boolean } };
const heard = async () => (await (await fetch(`${base}/api/notifications`)).json()) as Heard;
const names = ({ notifications }: Heard) =>
  notifications.map(({ status, alerts }) => `${status} ${alerts[0]?.labels.alertname}`);

it("is one line in what was sent, however often it comes, and its page stands there like any other", async () => {
  expect((await heard()).watchdog).toEqual({ lastHeard: null, isMissing: false });
  for (let index = 0; index < 20; index++) {
    clock += 2 * minute;
    await post(sign("watchdog"));
  }
  await post(sign("page"));
  expect(names(await heard())).toEqual(["firing page", "firing watchdog"]);
  expect((await heard()).watchdog.lastHeard).toBe(new Date(clock).toISOString());
  // Nearer to each other than a machine that slept.
  for (let index = 0; index < 4; index++) {
    clock += 50_000;
    await new Promise((done) => setTimeout(done, 30));
  }
  expect(names(await heard())[0]).toBe("firing WatchdogMissing");
  expect(await (await fetch(`${base}/`)).text()).toContain("WatchdogMissing");
  await post(sign("watchdog"));
  const after = await heard();
  expect(names(after)[0]).toBe("resolved WatchdogMissing");
  expect(after.watchdog.isMissing).toBe(false);
});
