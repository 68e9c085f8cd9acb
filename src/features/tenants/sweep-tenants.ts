import { capture, span } from "../../../telemetry/kit/index.ts";
import type { Id } from "../../platform/ids.ts";
import type { TenantDeps } from "./ports.ts";

/** Longer than a request that came before the mark can run, with what it left to `waitUntil` and the hold of its attempt. */
export const settledAfterMs = 60_000;
const tenantsPerRun = 20;
const roomsAtOnce = 20;
const rowsPerSlice = 500;
/** D1 does one thing at a time: slices are short, and few in a run, so that no request waits for a big tenant to go. */
const slicesPerRun = 40;

/** Removes what tenants that were marked have left. What one run does not manage the next one goes on with. */
export async function sweepTenants(
  deps: Pick<TenantDeps, "clock" | "removals" | "belongings">,
): Promise<void> {
  const left = { slices: slicesPerRun };
  for (const tenant of await deps.removals.marked(deps.clock() - settledAfterMs, tenantsPerRun)) {
    if (left.slices <= 0) return;
    await span("tenant.sweep", { "frontdesk.tenant.id": tenant }, async (active) => {
      try {
        active.annotate({ "frontdesk.outcome": await sweep(deps, tenant, left) });
      } catch (error) {
        active.fail("unavailable");
        capture(error, { "frontdesk.module": "tenants" });
      }
    });
  }
}

type Left = { slices: number };

async function sweep(
  deps: Pick<TenantDeps, "removals" | "belongings">,
  tenant: Id<"tenant">,
  left: Left,
): Promise<"removed" | "unfinished"> {
  const { belongings } = deps;
  while (left.slices > 0) {
    const rooms = await belongings.rooms(tenant, roomsAtOnce);
    if (rooms.length === 0) break;
    // Calendars first: an alarm of theirs must still find its decision.
    for (const room of rooms) await belongings.clearCalendar(tenant, room);
    await slice(left, () => belongings.removeRooms(rooms, rowsPerSlice));
  }
  await slice(left, () => belongings.removeRest(tenant, rowsPerSlice));
  return left.slices > 0 && (await deps.removals.end(tenant)) ? "removed" : "unfinished";
}

/** Slice after slice until one takes nothing, or no more are left for this run. */
async function slice(left: Left, remove: () => Promise<number>): Promise<void> {
  while (left.slices > 0) {
    left.slices -= 1;
    if ((await remove()) === 0) return;
  }
}
