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
export async function sweepTenants(deps: Belongings & Pick<TenantDeps, "clock">): Promise<void> {
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

type Belongings = Pick<TenantDeps, "removals" | "belongings">;
type Left = { slices: number };

async function sweep(deps: Belongings, tenant: Id<"tenant">, left: Left): Promise<"removed" | "unfinished"> {
  const { belongings } = deps;
  const failures = await sweepRooms(belongings, tenant, left);
  await slice(left, () => belongings.removeRest(tenant, rowsPerSlice));
  // A calendar that is left may still ask for them.
  if (failures.length > 0) throw failures[0];
  await slice(left, () => belongings.removeDecisions(tenant, rowsPerSlice));
  return left.slices > 0 && (await deps.removals.end(tenant)) ? "removed" : "unfinished";
}

/** Page by page, so that rooms whose calendars cannot be reached keep no other; gives why they could not. */
async function sweepRooms(
  belongings: TenantDeps["belongings"],
  tenant: Id<"tenant">,
  left: Left,
): Promise<unknown[]> {
  const failures: unknown[] = [];
  for (let after: Id<"room"> | undefined; left.slices > 0; ) {
    const rooms = await belongings.rooms(tenant, after, roomsAtOnce);
    if (rooms.length === 0) break;
    after = rooms.at(-1);
    const cleared: Id<"room">[] = [];
    for (const room of rooms) {
      // The calendar first: an alarm of it must find its decisions.
      const clearing = belongings.clearCalendar(tenant, room);
      await clearing.then(
        () => cleared.push(room),
        (error: unknown) => failures.push(error),
      );
    }
    if (cleared.length > 0) await slice(left, () => belongings.removeRooms(cleared, rowsPerSlice));
  }
  return failures;
}

/** Slice after slice until one takes nothing, or no more are left for this run. */
async function slice(left: Left, remove: () => Promise<number>): Promise<void> {
  while (left.slices > 0) {
    left.slices -= 1;
    if ((await remove()) === 0) return;
  }
}
