import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, describe, expect, it } from "vitest";
import { openGate } from "../../../scripts/detect/gate.ts";
import { requireSameLabels } from "../../../scripts/detect/same-labels.ts";
import { startLoad } from "../../../scripts/detect/steady-load.ts";

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});

/** Answers everything with this JSON. @returns its port */
async function serve(json: unknown): Promise<number> {
  const server: Server = createServer((_request, response) => response.end(JSON.stringify(json)));
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  ends.push(() => server.close().closeAllConnections());
  return (server.address() as AddressInfo).port;
}
/** A port that was free a moment ago. */
async function freePort(): Promise<number> {
  const port = await serve(undefined);
  await ends.pop()?.();
  return port;
}

describe("a gate", () => {
  it("lets through while it is open, refuses while it is closed, and opens again", async () => {
    const gate = await openGate(await freePort(), await serve("here"));
    ends.push(() => gate.close());
    const ask = () =>
      fetch(gate.url).then(
        (response) => response.json(),
        (error: Error) => (error.cause as NodeJS.ErrnoException).code,
      );
    expect(await ask()).toBe("here");
    await gate.close();
    expect(await ask()).toBe("ECONNREFUSED");
    await gate.open();
    expect(await ask()).toBe("here");
  });
});

describe("the steady load", () => {
  it("keeps its pace by the clock, and stands still when it is told to", async () => {
    const load = startLoad(
      `http://127.0.0.1:${await serve("ok")}`,
      [{ method: "GET", path: "/", headers: {} }],
      50,
    );
    ends.push(() => load.stop());
    await sleep(1_000);
    load.rate = 0;
    await sleep(200);
    const { answered } = load;
    expect(answered).toBeGreaterThan(25);
    expect(answered).toBeLessThan(60);
    await sleep(200);
    expect(load.answered).toBe(answered);
  });
});

describe("the labels of a backfilled past", () => {
  const series = (labels: Record<string, string>) => ({
    metric: { __name__: "http_server_request_duration_seconds_count", http_route: "/v1/rooms", ...labels },
  });
  const compare = async (...result: unknown[]) =>
    requireSameLabels(`http://127.0.0.1:${await serve({ data: { result } })}`);
  const old = series({ collector_instance_id: "backfilled", frontdesk_tenant_tier: "free" });

  it("are those that the collector counts under, or the drill is broken", async () => {
    await compare(old, series({ collector_instance_id: "a", frontdesk_tenant_tier: "free" }));
    await expect(
      compare(old, series({ collector_instance_id: "a", frontdesk_tenant_tier: "none" })),
    ).rejects.toThrow(/under other labels than were backfilled: .*"free"/);
  });
  it("are not compared with what was not counted yet", async () => {
    await compare(old, series({ collector_instance_id: "a", http_route: "/v1/bookings" }));
  });
});
