import { describe, expect, it } from "vitest";
import {
  type Api,
  blockedBy,
  bookAndHangUp,
  bookingsOf,
  handled,
  merged,
  type Promises,
  signIn,
  traffic,
} from "./crash-traffic.ts";
import { apiOf, ownFolder, processesOf, type Started, start, until } from "./started.ts";

// A hold lives 30 s and a sent event has 30 s to be handled: both must run out before all is repaired.
const repairedWithinMs = 150_000;
// Sooner than any alarm, lease or cron could help.
const unrepairedWithinMs = 20_000;
const timeout = 2 * repairedWithinMs + 120_000;

const acknowledgedBeforeKill = 40;

/** Kills every process of it at once, as a power cut does. */
async function kill(started: Started, folder: string): Promise<void> {
  started.child.kill("SIGKILL");
  for (const { pid } of processesOf(folder)) process.kill(pid, "SIGKILL");
  await started.ended;
}

async function makeRoom(api: Api): Promise<string> {
  const made = await api.ask("POST", "/v1/rooms", { name: "Crash", capacity: 2 });
  return ((await made.json()) as { id: string }).id;
}

/** Both truths agree, and every event was handled once. */
async function expectAgreement(
  api: Api,
  room: string,
  withinMs: number,
  beforeLook = async () => {},
): Promise<void> {
  const look = async () => {
    await beforeLook();
    const bookings = await bookingsOf(api, room);
    const [blocked, events] = [await blockedBy(api, room), await handled(api)];
    return { blocked, bookings: merged(bookings), events, expected: countsOf(bookings) };
  };
  await expect
    .poll(look, { timeout: withinMs, interval: 2_000 })
    .toSatisfy(
      ({ blocked, bookings, events, expected }) => same(blocked, bookings) && same(events, expected),
    );
}

const same = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b);

const countsOf = (bookings: readonly { status: string }[]) => ({
  "booking.created": bookings.length,
  "booking.cancelled": bookings.filter(({ status }) => status === "cancelled").length,
});

describe("the whole process, killed in the middle of traffic", () => {
  it("twice: no promise is broken, no slot is double, calendar and D1 agree, every event counts once", {
    timeout,
  }, async () => {
    const folder = ownFolder();
    const promises: Promises = { confirmed: new Set(), cancelled: new Set(), touched: new Set() };
    let room = "";
    for (const round of [1, 2]) {
      const started = start(folder, ["--stack=none", "--trace=off"]);
      const api = await signIn(await apiOf(started));
      room ||= await makeRoom(api);
      const clients = traffic(api, room, round, promises);
      await until(() => promises.confirmed.size >= acknowledgedBeforeKill * round);
      await kill(started, folder);
      await clients;
    }
    const started = start(folder, ["--stack=none", "--trace=off"]);
    const api = await signIn(await apiOf(started));
    // The cron that repairs is called as the platform would, only more often.
    const cron = async () => void (await fetch(`${api.base}/cdn-cgi/local/scheduled?cron=*+*+*+*+*`));
    await expectAgreement(api, room, repairedWithinMs, cron);

    const bookings = new Map((await bookingsOf(api, room)).map((booking) => [booking.id, booking]));
    for (const id of promises.confirmed) {
      const status = bookings.get(id)?.status;
      if (promises.cancelled.has(id)) expect(status, id).toBe("cancelled");
      else if (promises.touched.has(id)) expect(status, id).toMatch(/confirmed|cancelled/);
      else expect(status, id).toBe("confirmed");
    }
    const starts = [...bookings.values()]
      .filter(({ status }) => status === "confirmed")
      .map(({ from }) => from);
    expect(new Set(starts).size).toBe(starts.length);
    console.log(
      `${promises.confirmed.size} bookings and ${promises.cancelled.size} cancellations were acknowledged, ${bookings.size} exist`,
    );
    await kill(started, folder);
  });
});

describe("clients that hang up", () => {
  it("20 that never read the answer: every story goes on to its end by itself", { timeout }, async () => {
    const folder = ownFolder();
    const started = start(folder, ["--stack=none", "--trace=off"]);
    const api = await signIn(await apiOf(started));
    const room = await makeRoom(api);
    await Promise.all(Array.from({ length: 20 }, (_, slot) => bookAndHangUp(api, room, slot)));
    await expectAgreement(api, room, unrepairedWithinMs);
    const bookings = await bookingsOf(api, room);
    // A request that was cut before it reached the Worker is no story.
    expect(bookings.length).toBeGreaterThan(0);
    await kill(started, folder);
  });
});
