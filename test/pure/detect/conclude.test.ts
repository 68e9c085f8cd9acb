import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { conclude, times, timesOf } from "../../../scripts/detect/conclude.ts";
import { pagesSince } from "../../../scripts/detect/pages.ts";
import type { DrillSystem } from "../../../scripts/detect/system.ts";

const began = Date.parse("2026-01-01T00:00:00Z");
const ends: (() => unknown)[] = [];
afterEach(() => {
  for (const end of ends.splice(0)) end();
});

type Sent = { at: number; key?: string; severity?: string; status?: string; alert?: string };

/** A pager that received these, newest first as the real one shows them. */
async function pagerOf(...sent: Sent[]): Promise<string> {
  const notifications = sent
    .map(({ at, key = "all", severity = "page", status = "firing", alert = "ApiAvailabilityBurn" }) => ({
      ...{ receivedAt: new Date(began + at * 1_000).toISOString(), status, groupKey: key },
      alerts: [{ labels: { alertname: alert, severity, tier: "page-fast" } }],
    }))
    .toReversed();
  const server = createServer((_request, response) => response.end(JSON.stringify({ notifications })));
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  ends.push(() => server.close().closeAllConnections());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** What a drill concludes of a page that was due after 54.9 s. */
async function complaintsOn(...sent: Sent[]): Promise<readonly string[]> {
  const pager = await pagerOf(...sent);
  const system = { frontdesk: { urls: { pager } } } as unknown as DrillSystem;
  const [page] = await pagesSince(pager, began);
  const result = { system, began, page: times(began, page, 51.9, 3), resolve: undefined, complaints: [] };
  return (await conclude(result, { lateSeconds: 10 })).complaints;
}

describe("what a drill complains of", () => {
  const cases: Record<string, { sent: Sent[]; says: readonly string[] }> = {
    "nothing, of a page in time and its updates": {
      sent: [{ at: 55 }, { at: 60, alert: "BookingAvailabilityBurn" }, { at: 400, status: "resolved" }],
      says: [],
    },
    "nothing, of tickets, the watchdog and what came before": {
      sent: [
        { at: -9, key: "old" },
        { at: 9, severity: "ticket", key: "t" },
        { at: 9, severity: "watchdog", key: "w" },
        { at: 55 },
      ],
      says: [],
    },
    "no page": { sent: [], says: ["no page came"] },
    "a late one": { sent: [{ at: 66 }], says: ["paged 11.1 s after the prediction"] },
    "one too soon": { sent: [{ at: 20 }], says: ["paged 34.9 s before the prediction"] },
    "two incidents": { sent: [{ at: 55 }, { at: 56, key: "other" }], says: ["2 pages instead of one"] },
  };
  it.each(Object.entries(cases))("%s", async (_name, { sent, says }) =>
    expect(await complaintsOn(...sent)).toEqual(says),
  );

  it("a resolve that is late or never comes", async () => {
    const pager = await pagerOf({ at: 55 });
    const system = { frontdesk: { urls: { pager } } } as unknown as DrillSystem;
    const page = timesOf(51.9, 3, 55);
    const complaints = async (measured: number | undefined) =>
      (
        await conclude(
          { system, began, page, resolve: timesOf(295, 5, measured), complaints: [] },
          { lateSeconds: 10 },
        )
      ).complaints;
    expect(await complaints(310)).toEqual([]);
    expect(await complaints(360)).toEqual(["resolved 60.0 s after the prediction"]);
    expect(await complaints(undefined)).toEqual(["not resolved"]);
  });
});
