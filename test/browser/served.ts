import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, inject } from "vitest";
import { ensureConsole } from "../../scripts/console/build.ts";
import type { Places } from "../../scripts/console/places.ts";
import { createConsole } from "../../scripts/console/server.ts";
import { chromiumPath } from "./chromium.ts";

/**
 * The built console before the stores of the system under test. The first build installs its packages, so it may take minutes.
 *
 * @param port  any free one when absent
 */
export function served(port = 0): { origin: () => string; at: (other: Partial<Places>) => Promise<string> } {
  const servers: Server[] = [];
  let dist = "";
  let origin = "";
  const { urls } = inject("frontdesk");
  const at = async (other: Partial<Places>, on = 0): Promise<string> => {
    const { prometheus, tempo, alertmanager, pager, api, victoriaLogs: logs } = urls;
    const server = createConsole({
      dist,
      places: { prometheus, tempo, alertmanager, pager, api, logs, ...other },
    });
    servers.push(server);
    await new Promise<void>((done) => server.listen(on, "127.0.0.1", done));
    return `http://localhost:${(server.address() as AddressInfo).port}`;
  };
  beforeAll(async () => {
    if (!chromiumPath) return;
    ({ dist } = await ensureConsole());
    origin = await at({}, port);
  }, 600_000);
  afterAll(() => {
    for (const server of servers) server.close();
  });
  return { origin: () => origin, at };
}
